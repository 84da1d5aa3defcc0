"""One secret in each place in which a PDF can hide text: every one is read where it hides, and none
is left in what comes out, by bytes, streams, three readers and OCR.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from redaction import cli, pipeline, report
from redaction.errors import Quarantined
from redaction.types import Decisions
from tests.attacks import hiding
from tests.attacks.searching import blobs, bytes_found, found_in, ocr, readings

pytestmark = pytest.mark.slow

KEY = bytes(32)
PAGES = frozenset({1, 2})


@dataclass(frozen=True)
class Outcome:
    """What a file full of secrets became when a person had looked at both pages."""

    received: bytes
    planted: list[hiding.Place]
    output: bytes
    said: dict[str, Any]


def once(make: Callable[..., Any]) -> Any:
    """One of the two files; the tests that look at it share a process, so that it is redacted once."""
    return pytest.param(make, id=make.__name__, marks=pytest.mark.xdist_group(f"hiding {make.__name__}"))


@pytest.fixture(scope="module", params=[once(hiding.trusted), once(hiding.untrusted)])
def attended(request, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("attended")
    received, planted = request.param()
    (folder / "in.pdf").write_bytes(received)
    said = pipeline.redact(
        folder / "in.pdf",
        folder / "out.pdf",
        decisions=Decisions(pages_seen=PAGES),
        attended=True,
        requester="civil_immigration",
        index_key=KEY,
    )
    return Outcome(received, planted, (folder / "out.pdf").read_bytes(), said)


def test_there_are_more_than_35_places_each_with_a_secret_of_its_own():
    places = hiding.TRUSTED + hiding.UNTRUSTED

    assert len({place.name for place in places}) == len(places) > 35


def test_the_planting_can_be_seen_so_that_the_search_proves_something(attended):
    whole = b"".join(blobs(attended.received).values())
    seen = readings(attended.received)["PDFium"] + ocr(attended.received)
    missing = {
        place.name
        for place in attended.planted
        if not bytes_found(whole, [place.secret]) and not found_in(seen, [place.secret])
    }

    assert missing <= {"thumbnail"}  # a picture that no page draws


def test_every_place_is_read_and_named_in_its_finding(attended):
    sources: dict[str, set[str]] = {}
    for row in attended.said["findings"]:
        sources.setdefault(row["hmac"], set()).add(row["source"])

    unread = {
        place.name: read
        for place in attended.planted
        if place.source and place.source not in (read := read_as(place, sources))
    }

    assert unread == {}


def test_nothing_is_left_when_a_person_has_looked(attended):
    assert attended.said["status"] == "verified"
    assert left_in(attended.output, attended.planted) == {}
    for reader, text in readings(attended.output).items():
        assert [word for word in hiding.STAYS if word not in text.casefold()] == [], reader


def test_nothing_is_left_when_nobody_looks(tmp_path: Path):
    data, planted = hiding.trusted()
    source, out, report_path = tmp_path / "in.pdf", tmp_path / "out.pdf", tmp_path / "report.json"
    source.write_bytes(data)

    code = cli.main(["redact", str(source), str(out), "--report", str(report_path)])

    assert (code, json.loads(report_path.read_text())["reasons"]) == (0, [])
    assert left_in(out.read_bytes(), planted) == {}
    assert bytes_found(report_path.read_bytes(), [place.secret for place in planted]) == []


def test_pages_nobody_may_trust_wait_for_a_person(tmp_path: Path):
    source, out = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(hiding.untrusted()[0])

    with pytest.raises(Quarantined) as stopped:
        pipeline.redact(
            source, out, decisions=Decisions(), attended=False, requester=None, index_key=KEY
        )  # fmt: skip

    assert stopped.value.report["reason_pages"] == [1, 2]
    assert not out.exists()


def read_as(place: hiding.Place, sources: dict[str, set[str]]) -> set[str]:
    """Where the place's number was found, by the keyed hashes of the forms a finding may have."""
    forms = (f"A{place.secret}", place.secret, place.words)
    return set().union(*(sources.get(report.keyed(form, KEY)["hmac"], set()) for form in forms))


def left_in(data: bytes, planted: list[hiding.Place]) -> dict[str, list[str]]:
    """Names of the places whose secret is still there, by where it was seen."""
    names = {place.secret: place.name for place in planted}
    texts = readings(data) | {"ocr": ocr(data)}
    left = {where: found_in(text, names) for where, text in texts.items()}
    left |= {where: bytes_found(blob, names) for where, blob in blobs(data).items()}
    return {where: [names[secret] for secret in secrets] for where, secrets in left.items() if secrets}
