"""What the repository may hold: no strangers' places, no secrets, nothing left half done, known licences."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT_SUFFIXES = {
    "",
    ".py",
    ".sh",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".txt",
    ".in",
    ".html",
    ".css",
    ".js",
    ".po",
    ".json",
}


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    """Return every text file with its text, but for this one, which must name what it looks for."""
    here = Path(__file__).resolve()
    readable = [path for path in tracked() if path.suffix in TEXT_SUFFIXES and path != here]
    return [(path, path.read_text(errors="replace")) for path in readable]


FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w/])/(?:work|root|home/\w+|Users/\w+)/\w",
    "a package registry": r"(?i)(?:files\.)?pytho"
    r"nhosted\.org|pyp"
    r"i\.org|registry\.npmj"
    r"s\.org|deb\.debia"
    r"n\.org",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----|PRIVATE\+KEY\+[\w.-]+\+[0-9a-f]{8}\+\S{40}",
    "a cloud key": r"\bAKIA[0-9A-Z]{16}\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_repository_holds_no(what) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()[:40]}"
        for path, text in texts()
        for match in [re.search(FORBIDDEN[what], text)]
        if match
    ]
    assert found == []


def test_nothing_is_left_half_done() -> None:
    words = re.compile(r"\b(?:TODO|FIXME|raise NotImplementedError)\b|#\s*XXX\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in texts()
        if path.suffix in {".py", ".html", ".js", ".css"}
        for number, line in enumerate(text.splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


def test_no_test_is_switched_off() -> None:
    marks = re.compile(r"mark\.(?:skip|skipif|xfail)\b|assert True\b")
    found = [path.relative_to(ROOT) for path, text in texts() if path.suffix == ".py" and marks.search(text)]
    assert found == []


# Licences that fit Apache-2.0 distribution. LGPL only as separate packages, unchanged (stack.md 3.4).
FITTING = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser|HPND|Unlicense|CC0|Zlib"
    r"|Public Domain|CMU|OFL",
    re.IGNORECASE,
)
UNFIT = re.compile(r"(?<!L)(?<!Lesser )\b(?:A?GPL)|Affero", re.IGNORECASE)


def runtime_packages() -> list[str]:
    text = (ROOT / "requirements" / "runtime.txt").read_text().replace("\\\n", " ")
    return [
        re.match(r"[a-z0-9._-]+", line).group()
        for line in filter(str.strip, text.splitlines())
        if "sys_platform ==" not in line and "python_full_version" not in line
    ]


def licence_of(name: str) -> str:
    """Return everything a package's metadata says about its licence."""
    data = importlib.metadata.metadata(name)
    said = [data.get("License-Expression") or "", (data.get("License") or "")[:200]]
    said += [one for one in data.get_all("Classifier", []) if one.startswith("License ::")]
    return " | ".join(filter(None, said))


@pytest.mark.parametrize("name", runtime_packages())
def test_every_runtime_package_has_a_fitting_licence(name) -> None:
    said = licence_of(name)
    assert FITTING.search(said), said or "no licence stated"
    assert not UNFIT.search(re.sub(r"(?i)(lesser general public license|lgpl[\w.+-]*)", "", said)), said
