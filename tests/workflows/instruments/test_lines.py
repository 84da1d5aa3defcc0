"""The contract of `manage.py classify_instrument`: lines, errors, order, exit status, hostile texts."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from gateway.demo import papers
from tests.workflows.instruments.test_traps import ORDER, WARRANT
from workflows.instruments.classify import classify
from workflows.instruments.lines import KEYS, read_line
from workflows.instruments.management.commands.classify_instrument import lines_of
from workflows.instruments.reader.bounds import (
    MOST_CHARACTERS,
    MOST_IN_LINE,
    MOST_LINES,
    MOST_PAGES,
    is_beyond,
)
from workflows.instruments.reader.parts import split
from workflows.instruments.reader.view import make_view
from workflows.instruments.signers import MOST_TITLES, blocks

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
ROOT = Path(__file__).resolve().parents[3]


def line(**row: object) -> str:
    return json.dumps(row)


def read(**row: object) -> dict[str, object]:
    return read_line(line(**row), now=NOW, home="City of Albuquerque")


def run(*arguments: str, given: bytes = b"", folder: Path) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with a data folder in which no database was ever set up."""
    environment = {**os.environ, "GATEWAY_PROFILE": "demo"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "--data", str(folder), "classify_instrument", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, cwd=ROOT, env=environment, timeout=110, check=False
    )


def test_one_line_out_for_each_line_in_in_order_and_exit_1_for_a_bad_one(tmp_path: Path) -> None:
    given = "\n".join(
        [
            line(id="w", text=WARRANT, as_of="2026-03-20"),
            "{broken",
            line(id=7, text=ORDER, as_of="2026-03-20T10:00"),
        ]
    )

    done = run(given=given.encode(), folder=tmp_path)

    rows = [json.loads(one) for one in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [row["id"] for row in rows] == ["w", None, 7]
    assert [row.get("type") for row in rows] == ["fed_search_warrant", None, "fed_production_order"]
    assert set(rows[0]) == {"id", *KEYS}
    assert set(rows[1]) == {"id", "error"}
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_pdf_is_read_in_the_cage_and_named_by_its_file(tmp_path: Path) -> None:
    paper, said = tmp_path / "order.pdf", io.StringIO()
    paper.write_bytes(papers.make("sound_order", dt.date(2026, 11, 24)))

    with override_settings(CITY_NAME="City of Cottonwood Mesa"):
        call_command("classify_instrument", pdf=paper, as_of="2026-11-24", stdout=said)

    row = json.loads(said.getvalue())
    assert (row["id"], row["type"], row["gate"]) == ("order.pdf", "fed_production_order", "opens")
    assert (row["signer"], row["issued"]) == ("Rosalind V. Sterne", "2026-11-19")


def test_what_is_no_pdf_is_an_error_and_exit_1(tmp_path: Path) -> None:
    paper, said = tmp_path / "order.pdf", io.StringIO()
    paper.write_bytes(b"%PDF-1.7 and nothing more")

    with pytest.raises(SystemExit) as left:
        call_command("classify_instrument", pdf=paper, stdout=said)

    assert left.value.code == 1
    assert set(json.loads(said.getvalue())) == {"id", "error"}


@pytest.mark.parametrize(
    "arguments", [["--pdf", "absent.pdf"], ["--as-of", "2026-01-01"], ["--subject", "Ana Lind"]]
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("classify_instrument", *arguments)

    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "row",
    [
        "",
        "[]",
        '"text"',
        "{",
        "[" * 50_000,
        line(text="no id"),
        line(id=True, text="x"),
        line(id=["x"], text="x"),
        line(id="x"),
        line(id="x", text=5),
        line(id="x", text="a\x00b"),
        line(id="x", text="\ud800"),
        line(id="x", text="x", as_of="yesterday"),
        line(id="x", text="x", as_of=20260101),
        line(id="x", text="x", request_subject=5),
        line(id="x", text="x", request_subject={"dob": "1990-01-01"}),
        line(id="x", text="x" * (MOST_CHARACTERS + 1)),
        line(id="x", text="x" * 10_000_000),
    ],
    ids=range(18),
)
def test_a_bad_line_is_an_error_and_says_nothing_of_its_content(row: str) -> None:
    answer = read_line(row, now=NOW)

    assert set(answer) == {"id", "error"}
    assert len(str(answer["error"])) < 80
    json.dumps(answer)


# Each is repeated to the size of the run.
HOSTILE = {
    "one long line": "ORDER ",
    "rules": "_",
    "dashes": "one -----------",
    "numbers in words": "twenty ",
    "dates": "March 3, 2026 ",
    "marks": "/s/ ",
    "brackets": "[signature ",
    "titles": "United States District Judge\n",
    "captions": "UNITED STATES DISTRICT COURT\nDISTRICT OF NEW MEXICO\n",
    "initials": "A. B. ",
    "letters apart": "A B C D ",
    "blanks": " \t\n\f",
    "quotes": '"',
    "names": "Ana Maria ",
    "no script of ours": "中",
    "signed by nobody": "signed by Judge ",
    "firmado por nadie": "firmado por Juez\n",
    "clerks": "Deputy Clerk ",
    "columns": "a\t",
    "pages": "x\f",
    "attachments": "ATTACHMENT A\n",
    "quoted lines": "> x\n",
    "words without blanks": "orderedthat",
}
SIZE = MOST_CHARACTERS if os.environ.get("GATEWAY_SCALE") == "full" else 24_000
MOST_SECONDS = 30 * SIZE / MOST_CHARACTERS + 1


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_is_read_or_refused_in_bounded_time_and_never_opens(name: str) -> None:
    started = time.process_time()
    text = (HOSTILE[name] * SIZE)[:SIZE]

    answer = read(id="h", text=text)

    assert "error" in answer or answer["gate"] != "opens"
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("x\n" * (MOST_LINES - 1), False),
        ("x\n" * MOST_LINES, True),
        ("x\f" * (MOST_PAGES - 1), False),
        ("x\f" * MOST_PAGES, True),
        ("x" * MOST_IN_LINE, False),
        ("x" * (MOST_IN_LINE + 1), True),
        (("x" * 99 + "\n") * (MOST_CHARACTERS // 100), False),
        (("x" * 99 + "\n") * (MOST_CHARACTERS // 100) + "x", True),
    ],
)
def test_a_text_with_more_than_is_read_at_once_is_not_read_and_stays_closed(text: str, beyond: bool) -> None:
    assert is_beyond(text) is beyond
    if beyond:
        answer = classify(ORDER + text, as_of=NOW, request_subjects=[])
        assert (answer["type"], answer["gate"], answer["unreadable"]) == ("unknown", "closed", "over_limits")


def steps(text: str) -> int:
    """How many lines of the reader's code run for one text."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal count
        count += event == "line"
        return trace if "/workflows/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        classify(text, as_of=NOW, request_subjects=[])
    finally:
        sys.settrace(before)
    return count


def test_the_steps_of_the_reading_grow_no_faster_than_a_line_of_many_columns() -> None:
    classify(ORDER, as_of=NOW, request_subjects=[])  # words of the forms are loaded once

    assert steps("a\t" * 1_200) < 6 * steps("a\t" * 300)


@pytest.mark.parametrize(
    "title", ["signed by Judge ", "firmado por Juez ", "Deputy Clerk ", "/s/ A. Pike, Judge "]
)
def test_a_line_that_repeats_titles_is_no_place_to_sign(title: str) -> None:
    view = make_view("ORDER\n" + title + "\n" + title * MOST_TITLES + title)
    part = split(view)[0]

    assert [block.line for block in blocks(view, part) if block.line > 1] == []


def test_a_line_without_end_is_not_kept_in_memory_and_the_next_is_read() -> None:
    stream = io.BytesIO(b"x" * 5_000_000 + b"\n\n  \n" + b'{"id":1}\n')

    assert list(lines_of(stream)) == [None, b'{"id":1}\n']


@pytest.mark.parametrize("text", [ORDER, WARRANT, ORDER.replace("e", "é").replace("'", "’"), WARRANT.upper()])
def test_evidence_quotes_are_exact(text: str) -> None:
    evidence = read(id="e", text=text)["evidence"]

    assert isinstance(evidence, list)
    assert evidence
    assert all(text[one["start"] : one["end"]] == one["quote"] for one in evidence)


@pytest.mark.parametrize(
    ("subject", "flagged"),
    [
        ("Ottilie Brandt-Reyes", False),
        ("BRANDT-REYES, Ottilie", False),
        ("ottilie brandt reyes", False),
        ({"name": "Ottilie Brandt-Reyes", "dob": "1990-02-11"}, False),
        ("Ottilie Brandt-Reyes, 1990-02-12", True),
        ({"name": "Ottilie Brandt-Reyes", "dob": "1991-02-11"}, True),
        ("Otto Brandt-Reyes", True),
        ("Ottilie Brandt", True),
    ],
)
def test_the_subject_of_the_request_is_looked_for(subject: object, flagged: bool) -> None:
    answer = read(id="s", text=ORDER, request_subject=subject)

    assert isinstance(answer["flags"], list)
    assert ("WRONG_SUBJECT" in answer["flags"]) is flagged
    assert answer["gate"] == ("closed" if flagged else "opens")


def test_a_day_ends_with_itself_and_a_printed_hour_with_its_minute() -> None:
    timed = WARRANT.replace("March 24, 2026", "March 24, 2026 at 5:00 p.m.")

    assert read(id=1, text=WARRANT, as_of="2026-03-24T23:59")["expired"] is False
    assert read(id=1, text=WARRANT, as_of="2026-03-25")["expired"] is True
    assert read(id=1, text=timed, as_of="2026-03-24T16:59")["expired"] is False
    assert read(id=1, text=timed, as_of="2026-03-24T17:01")["expired"] is True
