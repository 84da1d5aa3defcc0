"""A bundle checks itself in a stranger's hands; one changed byte of any file is found."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import pytest

from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit import bundle, events, keyring, keys, proofs, schema, verify_bundle
from workflows.audit.tlog import checkpoint, cosignature, note
from workflows.audit.verify_bundle import check

PDF = b"%PDF-1.7 invented record " * 400
FILES = {"manifest.json": b'{"records":1}', "records/0001.pdf": PDF, "letter.pdf": b"%PDF letter"}
MANIFEST = hashlib.sha256(FILES["manifest.json"]).hexdigest()


@pytest.fixture
def made(the_log: LogUnderTest) -> dict[str, bytes]:
    matter = uuid.uuid4()
    the_log.write(40, facts={"counts": {"page": 1}})
    the_log.seal()
    entries = [
        *the_log.write(1, "release.approved", matter=matter, obj=("manifest", MANIFEST), detail="because"),
        *the_log.write(1, "package.built", matter=matter, facts={"manifest": MANIFEST}),
    ]
    the_log.seal()
    the_log.write(5)
    the_log.seal()
    return bundle.contents(
        files=FILES, entries=entries, meta={"matter": str(matter)}, package_key=keys.package_signer()
    )  # fmt: skip


@pytest.fixture
def folder(made: dict[str, bytes], tmp_path: Path) -> Path:
    target = tmp_path / "bundle"
    for path, content in made.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
    return target


def run(path: Path, *options: str, script: Path | None = None) -> tuple[int, dict]:
    """Run the checker as a stranger would: another process, nothing of ours to import."""
    command = [
        sys.executable,
        "-I",
        str(script or Path(verify_bundle.__file__)),
        str(path),
        *options,
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_bundle_is_good_with_its_own_checker(folder: Path) -> None:
    code, said = run(folder, script=folder / "verify_bundle.py")
    assert (code, said["result"], said["signer"]) == (0, "good", "not confirmed")
    assert said["entries"] == 2 and said["files"] == 12 and said["size"] == 48
    assert len(said["keys"]) == 2


def test_a_bundle_holds_what_the_specification_lists(made: dict[str, bytes]) -> None:
    tops = {path.split("/")[0] for path in made}
    assert tops == {
        "bundle.json",
        "checkpoint",
        "keys.txt",
        "entries",
        "proofs",
        "files",
        "verify_bundle.py",
        "README.en.txt",
        "README.es.txt",
    }
    signed = json.loads(made["bundle.json"])["signed"]
    tied = {item["path"]: item["entry"] for item in signed["files"] if item["entry"] is not None}
    assert tied == {"files/manifest.json": 41}
    assert {item["path"] for item in signed["files"]} == made.keys() - {"bundle.json"}
    assert b"because" not in b"".join(made.values())


def test_a_zip_is_checked_like_the_folder_and_depends_on_its_contents_only(
    made: dict[str, bytes], tmp_path: Path
) -> None:
    packed = tmp_path / "package.zip"
    packed.write_bytes(bundle.zipped(made))
    assert bundle.zipped(dict(reversed(made.items()))) == packed.read_bytes()
    assert run(packed)[0] == 0

    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as archive:
        for path, content in made.items():
            archive.writestr(f"release/{path}", content)
    assert run(nested)[0] == 0


EXPECTED = {
    "bundle.json": {2, 20}, "checkpoint": {20, 30}, "keys.txt": {20, 30}, "entries": {10},
    "proofs": {30}, "files": {30},
    "verify_bundle.py": {30}, "README.en.txt": {30}, "README.es.txt": {30},
}  # fmt: skip


def test_one_changed_byte_of_any_file_is_found_with_the_right_code(
    folder: Path, made: dict[str, bytes]
) -> None:
    random.seed(7)
    for path, content in made.items():
        for place in {0, len(content) - 1, *(random.randrange(len(content)) for _ in range(4))}:
            changed = bytearray(content)
            changed[place] ^= 1 << random.randrange(8)
            (folder / path).write_bytes(bytes(changed))
            found = check(folder).exit if path != "bundle.json" else _exit_of(folder)
            assert found in EXPECTED[path.split("/")[0]], (path, place, found)
        (folder / path).write_bytes(content)
    assert check(folder).exit == 0


def _exit_of(folder: Path) -> int:
    try:
        return check(folder).exit
    except verify_bundle.Unreadable:
        return verify_bundle.UNREADABLE


def test_random_bit_flips_are_all_found_and_none_crashes(folder: Path, made: dict[str, bytes]) -> None:
    random.seed(20_261_126)
    paths = sorted(made)
    for _ in range(1000 if os.environ.get("GATEWAY_SCALE") == "full" else 300):
        path = random.choice(paths)
        changed = bytearray(made[path])
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        (folder / path).write_bytes(bytes(changed))
        assert _exit_of(folder) != 0, path
        (folder / path).write_bytes(made[path])


@pytest.mark.parametrize(
    "path, code",
    [
        ("files/records/0001.pdf", 30), ("entries/41.json", 11), ("proofs/41.tlog-proof", 30),
        ("checkpoint", 30),
        ("keys.txt", 20), ("README.es.txt", 30), ("verify_bundle.py", 30), ("bundle.json", 2),
    ],
)  # fmt: skip
def test_a_missing_file_is_found(folder: Path, path: str, code: int) -> None:
    (folder / path).unlink()
    assert run(folder)[0] == code


@pytest.mark.parametrize("path", ["files/extra.pdf", ".hidden", "entries/9.json", "files/records/0002.pdf"])
def test_an_added_file_is_found(folder: Path, path: str) -> None:
    (folder / path).write_bytes(b"x")
    assert run(folder)[0] == 30


def test_a_link_in_place_of_a_file_is_found(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.pdf").write_bytes(PDF)
    (folder / "files/records/0001.pdf").unlink()
    (folder / "files/records/0001.pdf").symlink_to(tmp_path / "outside.pdf")
    assert run(folder)[0] == 30


def test_two_entries_that_changed_places_are_found(folder: Path) -> None:
    one, two = folder / "entries/41.json", folder / "entries/42.json"
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)
    code, said = run(folder)
    assert (code, said["first_bad_leaf"]) == (12, 41)


def resign(folder: Path, signer: note.Signer) -> None:
    """List and sign again whatever lies in the folder, as a thief of the package key would."""
    signed = json.loads((folder / "bundle.json").read_bytes())["signed"]
    for item in signed["files"]:
        content = (folder / item["path"]).read_bytes()
        item.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    for item in signed["entries"]:
        item["sha256"] = hashlib.sha256((folder / f"entries/{item['index']}.json").read_bytes()).hexdigest()
    (folder / "bundle.json").write_bytes(bundle._sign(signed, signer))


def test_a_changed_entry_is_no_leaf_even_when_the_package_key_signs_it(folder: Path) -> None:
    path = folder / "entries/42.json"
    path.write_bytes(path.read_bytes().replace(b'"ok"', b'"failed"'))
    resign(folder, keys.package_signer())
    code, said = run(folder)
    assert (code, said["first_bad_leaf"]) == (10, 42)


def test_a_changed_released_file_is_not_the_one_its_entry_names(folder: Path) -> None:
    (folder / "files/manifest.json").write_bytes(b'{"records":2}')
    resign(folder, keys.package_signer())
    assert run(folder)[0] == 30


def test_a_stranger_who_signs_with_an_own_key_is_found_by_the_trusted_keys(
    folder: Path, tmp_path: Path
) -> None:
    trust = tmp_path / "trust.txt"
    trust.write_text(keyring.keys_text())
    assert run(folder, "--trust", str(trust), "--require-trust")[1]["signer"] == "confirmed"
    thief = note.new_signer(keys.package_verifier().name)
    kept = (folder / "keys.txt").read_text().splitlines()
    (folder / "keys.txt").write_text(f"{kept[0]}\npackage {thief.verifier}\n")
    resign(folder, thief)
    assert run(folder)[0] == 0  # the parts belong together, and that is all it says
    assert run(folder, "--trust", str(trust))[0] == 20


def test_without_a_trust_file_trust_can_be_required(folder: Path) -> None:
    code, said = run(folder, "--require-trust")
    assert (code, said["signer"]) == (20, "not confirmed")


def test_a_witness_must_have_signed_where_one_is_named(folder: Path, tmp_path: Path) -> None:
    witness = cosignature.cosigner(note.new_signer("witness.example/w"))
    (tmp_path / "witness.txt").write_text(f"witness {witness.verifier}\n")
    assert run(folder, "--witness", str(tmp_path / "witness.txt"))[0] == 23

    whole = (folder / "checkpoint").read_text()
    cosigned = whole + cosignature.sign(note.parse(whole).text, witness, 1_900_000_000).line()
    (folder / "checkpoint").write_text(cosigned)
    for path in (folder / "proofs").iterdir():
        path.write_text(path.read_text().replace(whole, cosigned))
    resign(folder, keys.package_signer())
    code, said = run(folder, "--witness", str(tmp_path / "witness.txt"))
    assert (code, said["witnessed_by"]) == (0, ["witness.example/w"])
    assert run(folder)[0] == 0  # who does not know the witness ignores its line


def test_a_proof_under_another_checkpoint_is_refused(folder: Path, the_log: LogUnderTest) -> None:
    the_log.write(1)
    the_log.seal()
    (folder / "checkpoint").write_bytes((the_log.export_dir / "checkpoint").read_bytes())
    resign(folder, keys.package_signer())
    assert run(folder)[0] == 21


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b'{"signed":{},"signature":{}}', b"\xff", b"[" * 99_999]
)
def test_what_is_no_bundle_is_said_to_be_none(folder: Path, content: bytes) -> None:
    (folder / "bundle.json").write_bytes(content)
    assert run(folder)[0] == 2


def test_usage_errors_end_with_2(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2
    assert run(tmp_path / "nothing")[0] == 2
    (tmp_path / "x.zip").write_bytes(b"PK")
    assert run(tmp_path / "x.zip")[0] == 2


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt"])
def test_an_archive_that_leads_outside_is_not_read(made: dict[str, bytes], tmp_path: Path, name: str) -> None:
    packed = io.BytesIO(bundle.zipped(made))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, b"x")
    (tmp_path / "slip.zip").write_bytes(packed.getvalue())
    assert run(tmp_path / "slip.zip")[0] == 2


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/../b", "ä.pdf", "", "a b.pdf", ".hidden"])
def test_files_of_a_bundle_have_plain_names(the_log: LogUnderTest, name: str) -> None:
    entries = the_log.write(1)
    the_log.seal()
    with pytest.raises(ValueError):
        bundle.contents(files={name: b"x"}, entries=entries, meta={}, package_key=keys.package_signer())


def test_a_bundle_rests_on_sealed_entries_only(the_log: LogUnderTest, tmp_path: Path) -> None:
    the_log.write(1)
    the_log.seal()
    waiting = the_log.write(1)
    with pytest.raises(proofs.NotSealed):
        bundle.write(tmp_path / "b", files={}, entries=waiting, meta={}, package_key=keys.package_signer())
    assert not (tmp_path / "b").exists()


def test_a_bundle_is_not_written_over_something_else(the_log: LogUnderTest, tmp_path: Path) -> None:
    entries = the_log.write(1)
    the_log.seal()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "old").touch()
    with pytest.raises(ValueError):
        bundle.write(tmp_path / "b", files={}, entries=entries, meta={}, package_key=keys.package_signer())


# --- the exported log ---------------------------------------------------------------------------


@pytest.fixture
def exported(the_log: LogUnderTest, tmp_path: Path) -> Path:
    the_log.write(520, facts={"counts": {"page": 1}})
    the_log.seal()
    target = tmp_path / "copy"
    shutil.copytree(the_log.export_dir, target)
    return target


def test_an_exported_log_is_good(exported: Path) -> None:
    code, said = run(exported)
    assert (code, said["kind"], said["size"], said["entries"]) == (0, "log", 521, 521)


@pytest.mark.parametrize(
    "path, codes",
    [
        ("checkpoint", {20}), ("tile/0/000", {30}), ("tile/0/002.p/9", {30}), ("tile/1/000.p/2", {30}),
        ("tile/entries/001", {10, 11, 50}), ("tile/entries/002.p/9", {10, 11, 50}),
    ],
)  # fmt: skip
def test_a_changed_byte_of_an_exported_log_is_found(exported: Path, path: str, codes: set[int]) -> None:
    content = (exported / path).read_bytes()
    random.seed(3)
    for place in [len(content) // 2, *(random.randrange(len(content)) for _ in range(8))]:
        changed = bytearray(content)
        changed[place] ^= 1
        (exported / path).write_bytes(bytes(changed))
        assert check(exported).exit in codes, place
    (exported / path).unlink()
    if path != "checkpoint":
        assert check(exported).exit in {11, 30}
    else:
        assert run(exported)[0] == 2


def test_changed_bodies_and_tiles_together_do_not_give_the_signed_root(exported: Path) -> None:
    from workflows.audit.tlog import merkle, tiles

    path = exported / "tile/entries/000"
    bodies = tiles.unbundle_entries(path.read_bytes())
    bodies[9] = bodies[9].replace(b'"ok"', b'"failed"')
    path.write_bytes(tiles.bundle_entries(bodies))
    (exported / "tile/0/000").write_bytes(b"".join(merkle.leaf_hash(body) for body in bodies))
    assert run(exported)[0] == 21


def test_exchanged_entries_of_an_exported_log_are_named(exported: Path) -> None:
    from workflows.audit.tlog import tiles

    path = exported / "tile/entries/001"
    bodies = tiles.unbundle_entries(path.read_bytes())
    bodies[3], bodies[4] = bodies[4], bodies[3]
    path.write_bytes(tiles.bundle_entries(bodies))
    code, said = run(exported)
    assert (code, said["first_bad_leaf"]) == (12, 259)


# --- the checker itself --------------------------------------------------------------------------


def test_the_checker_needs_nothing_but_python_and_cryptography() -> None:
    tree = ast.parse(Path(verify_bundle.__file__).read_text())
    imported = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in part.names}
        elif isinstance(part, ast.ImportFrom):
            imported.add(str(part.module).split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_checker_knows_the_schema_of_the_log() -> None:
    assert {*verify_bundle.STRING_KEYS, *verify_bundle.OTHER_KEYS} == schema.FIELDS.keys()
    assert verify_bundle.REQUIRED_KEYS == schema.REQUIRED
    words = [*schema.OUTCOMES, *schema.ROLES, *schema.OBJECT_KINDS, *schema.COUNTS, *schema.REFS]
    assert [word for word in words if not verify_bundle.WORD.match(word)] == []
    assert [name for name in events.EVENTS if not verify_bundle.CODE.match(name)] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"v":1}', b"[]", b'{"v":1,"v":1}', b'{"name":"x"}', b'{ "v":1}', b'{"v":1.0}', b"\xff",
        b'"\xed\xa0\x80"',
        b'{"seq":0}', b'{"obj":{"kind":"record"}}', b'{"counts":{"pages":-1}}', b'{"failed":[1]}',
    ],
)  # fmt: skip
def test_the_checker_refuses_a_body_outside_the_schema(body: bytes) -> None:
    with pytest.raises(verify_bundle.Bad):
        verify_bundle.parse_body(body)


def test_the_checker_and_the_product_read_one_checkpoint_alike(made: dict[str, bytes]) -> None:
    ours = checkpoint.open_checkpoint(made["checkpoint"].decode(), [keys.log_verifier()])
    ring = verify_bundle.parse_keys(keyring.keys_text())
    theirs = verify_bundle.open_checkpoint(made["checkpoint"].decode(), ring)
    head = ours.checkpoint
    assert (head.origin, head.size, head.root) == (theirs.origin, theirs.size, theirs.root)
    assert theirs.at is not None and ours.at_s == theirs.at.timestamp()


def test_a_key_of_another_name_speaks_for_no_log(the_log: LogUnderTest) -> None:
    the_log.seal()
    package = keys.package_signer()
    head = proofs.open_latest().checkpoint
    forged = checkpoint.sign(head, package, 1_900_000_000)
    ring = verify_bundle.parse_keys(f"log 0 * {package.verifier}")
    with pytest.raises(verify_bundle.Bad):
        verify_bundle.open_checkpoint(forged, ring)
