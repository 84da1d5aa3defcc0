"""policy.md section 14, whole, through the product: every row, every kind of paper it names, who asks.

`policy/table.py` answers the rows from the document alone, for each proposed version; here the same rows are
asked of real matters, and both must say the same.
"""

from __future__ import annotations

import io
import os

import pytest
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.errors import GuardFailed, Invalid, WrongState
from workflows.flow import bases, gate
from workflows.flow import papers as acts
from workflows.flow.advance import advance
from workflows.flow.authorising import authorise_status
from workflows.instruments.models import Instrument, SubpoenaAnswer
from workflows.instruments.queries import missing_elements
from workflows.policy.bases import CONSENT, EXIGENT_REQUEST, NO_EMERGENCY
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.policy.document import built_in
from workflows.policy.table import RESULTS, ROWS, Asked, Row, answer
from workflows.records import review

FULL = os.environ.get("GATEWAY_SCALE") == "full"
SILENT = "This letter says nothing about whether the city holds any record"


class Desk:
    """One matter for each class of requester, with a paper that has passed every check but is no kind yet."""

    def __init__(self, city: factories.City) -> None:
        self.city = city
        self.papers: dict[str, Instrument] = {}

    def paper(self, requester: str) -> Instrument:
        """A checked paper that can still be confirmed as of any kind."""
        paper = self.papers.get(requester)
        if paper is None or paper.state == "in_force" or SubpoenaAnswer.objects.filter(instrument=paper):
            matter = factories.open_request(self.city, requester_class=requester)
            paper = self.papers[requester] = factories.file_demo_paper(self.city, matter)
            factories.verify_paper(self.city, paper)
        return paper

    def ask(self, asked: Asked) -> str:
        """What the product does with such a request, as a code of `RESULTS`."""
        if not asked.kind:
            return self.without_paper(asked.requester)
        paper, today = self.paper(asked.requester), timezone.localdate()
        fields = acts.ConfirmedFields(asked.kind, "1:26-mj-1", "A court", "A. Signer", "Title", today)
        acts.confirm_fields(paper.pk, fields, actor=self.city.verifier)
        try:
            acts.accept_paper(paper.pk, actor=self.city.verifier)
        except GuardFailed as refusal:
            return self.not_accepted(paper, {guard for guard, _ in refusal.failed})
        paper.refresh_from_db()
        return self.accepted(paper, asked)

    def without_paper(self, requester: str) -> str:
        """Nothing but a refusal, or a letter that asks for a paper, leads on from here."""
        matter = factories.open_request(self.city, requester_class=requester)
        assert missing_elements(matter, timezone.localdate()) == ["no_instrument"]
        for move in ("set_scope", "freeze", "approve", "release"):
            actor = self.city.counsel if move in ("set_scope", "approve") else self.city.officer
            with pytest.raises(WrongState):
                advance(matter.pk, move, actor=actor, stepped_up_at=timezone.now(), reason="Ten characters.")
        refused = advance(
            matter.pk,
            "refuse",
            actor=self.city.counsel,
            missing=["no_instrument"],
            reason="Nothing is filed.",
        )
        assert SILENT in refused.letters.get(template="refusal").body
        return "refuse"

    def not_accepted(self, paper: Instrument, failed: set[str]) -> str:
        paper.refresh_from_db()
        assert paper.state == "authenticating" and gate.ask("build", paper.matter, None, timezone.now())[
            "gate.legal_basis"
        ] is False  # fmt: skip
        if "paper.kind" in failed:
            if paper.type == EXIGENT_REQUEST:
                return self.emergency(paper)
            task = SubpoenaAnswer.objects.filter(instrument=paper).exists()
            assert task == paper.matter.tasks.filter(role="counsel", done_at=None).exists()
            return "refuse_task" if task else "refuse"
        assert failed == {"paper.finding"}
        if paper.type != CONSENT:
            return "finding_first"
        acts.record_finding(paper.pk, "The person has signed it before counsel.", actor=self.city.counsel)
        with pytest.raises(GuardFailed):  # what the person has named must be recorded too
            acts.accept_paper(paper.pk, actor=self.city.verifier)
        return "consent"

    def emergency(self, paper: Instrument) -> str:
        """No other basis stands in for it, and what is no emergency is none (policy 8)."""
        with pytest.raises(Invalid, match="does not suffice by itself"):
            bases.propose_override(
                paper.pk, bases.Names("Ada Mora", ("police_report",)), actor=self.city.counsel,
                basis="statute", citation="Somewhere else", reason="A reason of some length.",
                stepped_up_at=timezone.now(),
            )  # fmt: skip
        assert NO_EMERGENCY.keys() == {"civil_arrest", "flight_risk", "about_to_be_released"}
        return "exigent"

    def accepted(self, paper: Instrument, asked: Asked) -> str:
        assert paper.verdict == "suffices" and paper.matter.state != "approved"
        if asked.stayed:
            acts.end_paper(paper.pk, "stayed", actor=self.city.counsel, reason="The court has stayed it.")
            open_gate = gate.ask("build", paper.matter, None, timezone.now())
            assert open_gate["gate.no_block"] is False and open_gate["gate.legal_basis"] is False
            return "stop"
        # What leaves, and what stays of status data, is asked once below with a real record.
        return "authorise_first" if asked.names_status else "release_redacted"


def cases(row: Row) -> list[Asked]:
    """All of the row; in the small size for its first class of requester, since the document has been asked
    for all of them. Of the one in which every kind of paper stands, those that could open a gate at all; of
    the one whose end is asked below with a real record, the first."""
    found = [one for one in row.cases() if FULL or one.requester == row.requesters[0]]
    if row.stayed:
        opens = {kind for one in ROWS if one.id == "civil.judge" for kind in one.kinds}
        found = [one for one in found if one.kind in opens]
    return found[:1] if row.names_status else found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_product_answers_each_row_of_the_table(city, row):
    desk = Desk(city)
    said = {asked: desk.ask(asked) for asked in cases(row)}
    assert said and set(said.values()) == {row.result}
    assert {answer(built_in(), asked) for asked in row.cases()} == {row.result}


def test_the_table_is_whole():
    assert {row.result for row in ROWS} == RESULTS.keys()
    asked = {requester for row in ROWS for requester in row.requesters}
    assert asked == set(REQUESTER_CLASSES)
    assert len({row.id for row in ROWS}) == len(ROWS)


def page_with_status() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "Citizenship: Guatemala")
    canvas.save()
    return out.getvalue()


def test_an_order_that_names_status_data_waits_for_counsels_authorisation(city):
    """Row 3 to its end: redacted by default, the gate stays closed, exactly the named type stays in sight."""
    matter = factories.to_review(city, page_with_status(), names_status=True)
    record = matter.records.get()
    finding = record.findings.get()
    review.see_page(record.pk, 1, actor=city.officer)
    review.decide(record.pk, finding.pk, "redact", actor=city.officer)

    def said(guard: str) -> bool:
        return gate.ask("approve", matter, city.counsel, timezone.now())[guard]

    assert not said("gate.withholding")
    ruling = authorise_status(
        matter.pk, record.clause_id, actor=city.counsel, types=[finding.type], quote="all immigration data",
        reason="The item names it in words.", stepped_up_at=timezone.now(),
    )  # fmt: skip
    assert not said("gate.withholding")
    review.keep_authorised(record.pk, finding.pk, ruling.pk, actor=city.officer)
    assert said("gate.withholding") and said("gate.status")
    assert record.findings.get().keep_ground == "authorised"
