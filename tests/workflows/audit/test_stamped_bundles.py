"""What an outside authority has stamped goes with every bundle. A stranger checks it with nothing of ours:
always that it is of the checkpoint, and by certificates of their own who signed it."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.audit.conftest import LogUnderTest, sql
from tests.workflows.audit.stamping import Stamper, certified, served, stamper
from tests.workflows.audit.test_bundle import run
from tests.workflows.audit.test_timestamping import reply, seal, sealing, stamped, taken_up, verified
from workflows.audit import bundle, keys, stamps, verify_bundle
from workflows.audit.models import Checkpoint, Entry
from workflows.audit.tlog import merkle


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Stamper]:
    with served(stamper(tmp_path / "tsa", between=True)) as one:
        yield one


@pytest.fixture
def folder(the_log: LogUnderTest, authority: Stamper, tmp_path: Path) -> Path:
    """A bundle of three entries, laid down as a release is; two of them stand under older stamps."""
    sequencer = sealing(the_log, authority, every=2)
    entries: list[Entry] = []
    for _ in range(3):
        entries += the_log.write(1, matter=uuid.uuid4())
        for _ in range(2):
            seal(the_log, sequencer, 2)
            taken_up(sequencer)
    assert len(stamped()) >= 3
    entries += the_log.write(1)
    sequencer.authority = None
    sequencer.step()  # nobody has stamped the last one
    target = tmp_path / "bundle"
    bundle.write(target, files={"a.txt": b"a"}, entries=entries, meta={}, package_key=keys.package_signer())
    return target


def signed_anew(folder: Path) -> None:
    """The holder of the package key lists what lies in the folder now."""
    held = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    signed = bundle.parse(held.pop("bundle.json").rstrip(b"\n"))["signed"]
    tied = {one["path"]: one["entry"] for one in signed["files"]}
    signed["files"] = [
        {"path": path, "sha256": bundle._sha256(raw), "bytes": len(raw), "entry": tied.get(path)}
        for path, raw in sorted(held.items())
    ]
    (folder / "bundle.json").write_bytes(bundle._sign(signed, keys.package_signer()))


def roots(one: Stamper) -> tuple[str, str]:
    return "--tsa-roots", str(one.folder / "root.pem")


def tokens(folder: Path) -> list[Path]:
    return sorted((folder / "timestamps").glob("*.tsr"), key=lambda path: int(path.stem))


def test_a_stranger_checks_the_stamps_over_the_entries_of_a_bundle(folder: Path, authority: Stamper) -> None:
    held = tokens(folder)
    assert len(held) == 3 and [int(path.stem) for path in held] == sorted(
        set(stamped()) & {int(p.stem) for p in held}
    )
    code, said = run(folder, script=folder / "verify_bundle.py")
    assert code == 0 and said["timestamps"]["fit"] == 3 and said["timestamps"]["signer"] == "not judged"
    code, said = run(folder, *roots(authority), script=folder / "verify_bundle.py")
    assert code == 0 and said["timestamps"]["fit"] == 3 and said["timestamps"]["signer"] == "judged"
    assert said["timestamps"]["size"] == int(held[-1].stem) < said["size"]
    told = subprocess.run(
        ["openssl", "ts", "-verify", "-data", held[0].with_suffix(".checkpoint"), "-in", held[0],
         "-CAfile", authority.folder / "root.pem"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in told.stdout + told.stderr


def test_without_certificates_it_is_said_plainly_that_nobody_was_judged(folder: Path, capsys: Any) -> None:
    assert verify_bundle.main([str(folder)]) == 0
    assert "who signed them was not judged: anybody could have made them" in capsys.readouterr().out


def test_a_stamp_by_somebody_else_is_24_for_whoever_brings_certificates(folder: Path, tmp_path: Path) -> None:
    other = stamper(tmp_path / "other")
    code, said = run(folder, *roots(other))
    assert code == 24 and {one["code"] for one in said["findings"]} == {24} and said["timestamps"]["fit"] == 0
    assert "no certificate of your file stands behind its signer" in said["findings"][0]["detail"]


def test_an_honest_stamp_of_another_checkpoint_is_24_even_without_certificates(folder: Path) -> None:
    first, second, *_ = tokens(folder)
    second.write_bytes(first.read_bytes())
    signed_anew(folder)
    code, said = run(folder)
    assert code == 24 and "of other bytes than its checkpoint" in said["findings"][0]["detail"]


def test_a_stamped_tree_that_this_log_does_not_extend_is_a_fork(folder: Path) -> None:
    proof = tokens(folder)[0].with_suffix(".consistency")
    lines = proof.read_text().splitlines()
    proof.write_text("\n".join([*lines[:-1], lines[0]]) + "\n" if len(lines) > 1 else "")
    signed_anew(folder)
    assert run(folder)[0] == 21


def test_a_changed_stamp_is_a_changed_file(folder: Path) -> None:
    token = tokens(folder)[0]
    token.write_bytes(token.read_bytes()[:-1])
    code, said = run(folder)
    assert code == 24 and {one["code"] for one in said["findings"]} == {24, 30}


def test_a_certificate_for_other_things_stamps_nothing(tmp_path: Path) -> None:
    """OpenSSL stamps with no such certificate, so the check of uses is shown on a token signed anew."""
    one = stamper(tmp_path / "one")
    token, code = reply(one, b"note"), certified("Code", one.root, ca=False, stamps=False)
    stamp = verify_bundle.read_stamp(token)
    verify_bundle.judge_stamp(stamp, [one.root.cert])
    for roots_given, words in (([], "no certificate"), ([code.cert], "no certificate")):
        with pytest.raises(verify_bundle.Bad, match=words):
            verify_bundle.judge_stamp(stamp, roots_given)
    spoiled = bytearray(token)
    spoiled[-1] ^= 1  # the signature stands last
    with pytest.raises(verify_bundle.Bad, match="signature"):
        verify_bundle.judge_stamp(verify_bundle.read_stamp(bytes(spoiled)), [one.root.cert])


def test_cut_and_flipped_tokens_are_bad_and_never_a_crash(tmp_path: Path) -> None:
    one = stamper(tmp_path / "one", between=True)
    token, honest = reply(one, b"note"), 0
    at = verify_bundle.read_stamp(token).at
    for place in range(0, len(token), 3):
        for altered in (token[:place], token[:place] + bytes([token[place] ^ 0x40]) + token[place + 1 :]):
            try:
                stamp = verify_bundle.read_stamp(altered)
                verify_bundle.judge_stamp(stamp, [one.root.cert])
            except verify_bundle.Bad:
                continue
            assert stamp.at == at  # no signature covers this bit
            honest += 1
    assert honest < len(token) // 10


def test_the_exported_log_is_checked_with_its_stamps(
    the_log: LogUnderTest, authority: Stamper, capsys: Any
) -> None:
    sequencer = sealing(the_log, authority, every=2)
    for _ in range(4):
        seal(the_log, sequencer, 3)
        taken_up(sequencer)
    code, said = run(the_log.export_dir, *roots(authority))
    assert code == 0 and said["timestamps"]["fit"] == len(stamped()) > 1

    size = stamped()[-1]
    note = (the_log.export_dir / f"timestamps/{size}.checkpoint").read_bytes()
    (the_log.export_dir / f"timestamps/{size}.tsr").write_bytes(reply(authority, note + b"x"))
    assert run(the_log.export_dir)[0] == 24


def test_a_stored_token_of_other_bytes_is_found_without_certificates_too(
    the_log: LogUnderTest, authority: Stamper, capsys: Any
) -> None:
    the_log.write(1)
    the_log.seal()
    row = Checkpoint.objects.order_by("-id")[0]
    sql("UPDATE audit_checkpoint SET token = %s WHERE id = %s", reply(authority, b"another note"), row.pk)
    for one in (None, authority):
        assert verified(the_log, one, capsys)[0] == 24


def test_stamps_between_are_left_out_where_there_are_many(
    the_log: LogUnderTest, authority: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "MOST", 2)
    sequencer = sealing(the_log, authority, every=1)
    for _ in range(4):
        seal(the_log, sequencer)
        taken_up(sequencer)
    found = stamps.files_for(range(4), bundle.proofs.open_latest())
    sizes = sorted({int(Path(name).stem) for name in found})
    assert len(sizes) == 2 and sizes[0] == stamped()[0]


def test_the_checker_in_a_bundle_follows_consistency_as_the_log_proves_it() -> None:
    hashes, other = [merkle.leaf_hash(bytes([n])) for n in range(18)], merkle.leaf_hash(b"other")
    for new, old in ((top, low) for top in range(1, 18) for low in range(1, top + 1)):
        root, before = verify_bundle.tree_root(hashes[:new]), verify_bundle.tree_root(hashes[:old])
        path = list(merkle.consistency_proof(old, new, below(hashes)))
        assert verify_bundle.older_root(old, new, path, before) == root
        for wrong in ([*path, other], path[:-1] or [other], [other, *path[1:]]):
            try:
                assert verify_bundle.older_root(old, new, wrong, before) != root
            except verify_bundle.Bad:
                continue


def below(hashes: list[bytes]) -> merkle.ReadNode:
    return lambda level, n: verify_bundle.tree_root(hashes[n << level : (n + 1) << level])
