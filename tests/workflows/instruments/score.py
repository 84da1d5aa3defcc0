"""Measures the reading on labelled papers: `python -m tests.workflows.instruments.score FOLDER`.

A paper is `NAME.txt` beside `NAME.json` with `as_of`, `request_subject` and `expect`. Only keys that an
author wrote down are compared. `--totals` prints one line per measure and neither names nor words, for
papers that are kept apart from the work on rules.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workflows.instruments.lines import read_line

PAPERS = Path(__file__).resolve().parent / "papers"
DATES = ("issued", "execute_by", "return_date")
COMPARED = (
    "type",
    "gate",
    "docket",
    "signer",
    *DATES,
    "judicial",
    "unsigned",
    "expired",
    "court",
    "signer_title",
    "flags",
    "subjects",
    "nondisclosure",
)


@dataclass
class Score:
    """Right and asked per key; `wrong` names (paper, key, expected, read)."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    opens_asked: int = 0
    opens_read: int = 0
    wrong_opens: int = 0
    papers: int = 0
    seconds: float = 0.0
    wrong: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    groups: dict[str, Score] = field(default_factory=dict)
    flags_asked: Counter[str] = field(default_factory=Counter)
    flags_right: Counter[str] = field(default_factory=Counter)
    flags_false: Counter[str] = field(default_factory=Counter)
    gates: Counter[str] = field(default_factory=Counter)

    def share(self, *keys: str) -> float:
        """Right of asked over several keys, 1 when nothing was asked."""
        asked = sum(self.asked[key] for key in keys)
        return sum(self.right[key] for key in keys) / asked if asked else 1.0


def papers(folder: Path, half: str = "", last: int = 999) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(name, text, label) of the labelled papers of a folder, or of its "odd" or "even" ones up to `last`."""
    for label in sorted(folder.glob("*.json")):
        text = label.with_suffix(".txt")
        number = int(label.stem[:3])
        if text.exists() and number <= last and half in ("", "odd" if number % 2 else "even"):
            yield label.stem, text.read_text(encoding="utf-8"), json.loads(label.read_text(encoding="utf-8"))


def score(folder: Path, half: str = "", last: int = 999) -> Score:
    """Read every paper of the folder, or half of them, through the line of the command and compare."""
    total = Score()
    for name, text, label in papers(folder, half, last):
        row = {"id": name, "text": text, "as_of": label.get("as_of")}
        if label.get("request_subject"):
            row["request_subject"] = label["request_subject"]
        started = time.process_time()
        reading = read_line(json.dumps(row), now=dt.datetime.now(dt.UTC))
        total.seconds += time.process_time() - started
        total.papers += 1
        _compare(total, name, label["expect"], reading)
        for group in ("layout", "lang", "noise"):
            _compare(
                total.groups.setdefault(f"{group} {label.get(group)}", Score()),
                name,
                label["expect"],
                reading,
            )
    return total


def _compare(total: Score, name: str, expect: dict[str, Any], reading: dict[str, Any]) -> None:
    for key in COMPARED:
        if key not in expect or expect[key] == "omit":
            continue
        total.asked[key] += 1
        if same(key, expect[key], reading.get(key)):
            total.right[key] += 1
        else:
            total.wrong.append((name, key, expect[key], reading.get(key)))
    for flag in expect.get("flags", ()) if expect.get("flags") != "omit" else ():
        total.flags_asked[flag] += 1
        total.flags_right[flag] += flag in (reading.get("flags") or ())
    if isinstance(expect.get("flags"), list):
        total.flags_false.update(flag for flag in reading.get("flags") or () if flag not in expect["flags"])
    total.gates[f"{expect.get('gate')} read {reading.get('gate')}"] += 1
    total.opens_asked += expect.get("gate") == "opens"
    total.opens_read += reading.get("gate") == "opens"
    total.wrong_opens += reading.get("gate") == "opens" and expect.get("gate", "opens") != "opens"


def same(key: str, expected: Any, read: Any) -> bool:
    """Equal for the purpose of a measure: case, accents and blanks aside; a time only where both have one."""
    if key == "flags":
        return sorted(expected) == sorted(read or ())
    if key == "subjects":
        return {_flat(one) for one in expected} <= {_flat(one) for one in read or ()}
    if key in DATES and expected and read:
        length = 16 if len(expected) > 10 and len(read) > 10 else 10
        return bool(expected[:length] == read[:length])
    if isinstance(expected, str) and isinstance(read, str):
        return _flat(expected) == _flat(read)
    return bool(expected == read)


def _flat(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", plain.casefold()).split()
    return " ".join(words)


def main(arguments: list[str]) -> int:
    """Print the measures of one folder."""
    parser = argparse.ArgumentParser(prog="score", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--totals", action="store_true", help="no names, no words")
    parser.add_argument("--half", choices=("odd", "even"), default="", help="only papers of such a number")
    parser.add_argument("--groups", action="store_true", help="also by flag, layout, language and noise")
    parser.add_argument("--key", action="append", help="list only errors of these keys")
    chosen = parser.parse_args(arguments)
    total = score(chosen.folder, chosen.half)
    if not chosen.totals:
        for name, key, expected, read in total.wrong:
            if not chosen.key or key in chosen.key:
                print(f"{name:44} {key:14} expected {expected!r} read {read!r}")
    print(
        f"papers {total.papers}  wrong opens {total.wrong_opens}  opens {total.opens_read} of"
        f" {total.opens_asked}"
    )
    for key in COMPARED:
        if total.asked[key]:
            print(f"{key:14} {total.right[key]:4} of {total.asked[key]:4}  {100 * total.share(key):5.1f} %")
    print(f"{'fields':14} {100 * total.share('docket', 'signer', *DATES):5.1f} %")
    if chosen.groups:
        for flag, asked in sorted(total.flags_asked.items()):
            print(f"  {flag:26} {total.flags_right[flag]:4} of {asked:4}")
        confused = Counter(f"{e} read as {r}" for _, key, e, r in total.wrong if key == "type")
        print("  kinds confused:", dict(confused))
        print("  raised in vain:", dict(total.flags_false), "\n  gates:", dict(total.gates))
        for key in ("gate", "docket", "signer", "unsigned", *DATES):
            rows = [(expected, read) for _, one, expected, read in total.wrong if one == key]
            print(
                f"  {key:14} wrong: nothing read {sum(r is None for _, r in rows)}, nothing expected "
                f"{sum(e is None for e, _ in rows)}, another"
                f" {sum(e is not None and r is not None for e, r in rows)}"
            )
        for name, part in sorted(total.groups.items()):
            print(
                f"  {name:18}"
                + "".join(
                    f" {key} {part.right[key]}/{part.asked[key]}"
                    for key in ("type", "gate", "docket", "signer", *DATES)
                )
                + f" wrong opens {part.wrong_opens}"
            )
    print(f"texts a second {total.papers / total.seconds:.1f}" if total.seconds else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
