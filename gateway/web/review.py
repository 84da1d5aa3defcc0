"""The review of one record: its pages, the findings on them, what people decide and draw.

The page works as plain forms. With script the same forms answer with the parts that changed, each
under the id of the part it replaces; the page image is sent again only when another page is shown,
since every sending of it is an entry of the log.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from gateway.accounts.own_keys import ACTS, keys_of
from gateway.web import review_signs as signs
from gateway.web import review_state as state
from gateway.web.acting import act, done, page, version_of
from gateway.web.forms import sentences_of
from gateway.web.sent_back import sent_back
from workflows.errors import Invalid, NotVisible
from workflows.flow.outputs import read_output_image
from workflows.matters.access import access_matter
from workflows.policy.roles import COUNSEL, OFFICER
from workflows.records import review as acts
from workflows.records.alike import MOST, alike, decide_alike
from workflows.records.models import Finding, Page, Record, ReviewAct
from workflows.records.revealing import Revealed, reveal
from workflows.records.undoing import can_redo, redo, undo

SHOWN_HEADER = "X-Shown-Page"  # the page whose image the browser has already
PARTS_HEADER = "X-Review-Parts"
LARGEST_SIDE_PT = 20_000.0
REVIEWERS = frozenset({OFFICER, COUNSEL})


@dataclass(frozen=True, slots=True)
class Known:
    """What an act has read to find out where to go next, after it was done; the claims are those of page
    `n`. It is not read again to show the page."""

    record: Record
    lines: list[state.Line]
    n: int
    claims: list[state.Claim]


@page()
def review(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Show one page of the record with its findings, or what changed of it."""
    asked = request.POST if request.method == "POST" else request.GET
    return _shown(request, record_id, number_of(asked.get("page")), number_of(asked.get("finding")))


def number_of(text: str | None) -> int | None:
    """A number from a form or an address, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _record(request: HttpRequest, record_id: UUID) -> Record:
    """The record, if this person may see its pages. Raises NotVisible, Forbidden."""
    record = Record.objects.select_related("matter").filter(pk=record_id).first()
    if record is None:
        raise NotVisible()
    access_matter(request.user, record.matter_id, "see_pages")
    return record


def _shown(
    request: HttpRequest,
    record_id: UUID,
    n: int | None,
    finding: int | None,
    say: str = "",
    known: Known | None = None,
    revealed: Revealed | None = None,
) -> HttpResponseBase:
    record = known.record if known else _record(request, record_id)
    context = _context(request, record, n, finding, known) | {"revealed": revealed}
    if not _wants_parts(request):
        return render(request, "review/review.html", context)
    context |= {
        "say": say,
        "same_page": request.headers.get(SHOWN_HEADER) == str(context["n"]),
    }
    answer = render(request, "review/parts.html", context)
    answer.headers[PARTS_HEADER] = "1"
    answer.headers["Vary"] = "HX-Request"
    if request.method == "POST":
        answer.headers["HX-Replace-Url"] = _address(record, context["n"], context["current"])
    return answer


def _wants_parts(request: HttpRequest) -> bool:
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _context(
    request: HttpRequest, record: Record, n: int | None, finding: int | None, known: Known | None
) -> dict[str, Any]:
    actor: Any = request.user
    lines = known.lines if known else state.lines_of(record, actor)
    numbers = [line.n for line in lines]
    editable = state.may_review(record, actor)
    if n not in numbers:
        n = _first_stop(record, lines, finding)
    here = record.pages.select_related("seen_by").filter(n=n).first()
    claims = known.claims if known and known.n == n else state.claims_of(record, n, actor) if here else []
    current = _current(claims, finding, editable)
    full = state.with_buttons(claims, current)
    claims = state.with_places(record, claims, full) if editable else claims
    marks = state.marks_of(record, n) if here else []
    report = state.result_of(record)
    results = len(report.page_images) if report and report.passed and not editable else 0
    earlier = signs.earlier_of(here)
    return {
        "nav": "queue",
        "record": record,
        "matter": record.matter,
        "lines": lines,
        "stretches": state.stretches(lines, n),
        "here": here,
        "n": n,
        "claims": claims,
        "current": current,
        "full": full,
        "boxes": [sign.box for sign in earlier] + state.boxes_of(claims, marks, current) + _outlined(request),
        "earlier": earlier,
        "doubts": signs.doubts_of(here),
        "marks": marks,
        "own_layer": "counsel" if actor.role == COUNSEL else "officer",
        "editable": editable,
        **_keys(actor, editable),
        "progress": state.progress_of(lines),
        "can_redo": editable and can_redo(record, actor),
        "sent_back": sent_back(record.matter) if editable and not _wants_parts(request) else None,
        "company": state.company_of(record, actor),
        "placeless": state.placeless(record),
        "codes": sentences_of("exemption")(),
        "report": report,
        "has_result": bool(here) and n <= results,
        "paper": _paper(here),
        "links": _links(record, lines, claims, n, current) | _ahead(record, lines, n, results),
        "saved_at": timezone.localtime(),
    }


def _keys(actor: Any, editable: bool) -> dict[str, Any]:
    """The person's own keys: for the script, for the list, and beside each button."""
    keys = keys_of(actor)
    listed = [one for one in ACTS if keys.of[one.name] and (editable or not one.changes)]
    shown = [(keys.of[one.name], one.words) for one in listed]
    return {"keys": keys, "key_list": shown, "key_json": json.dumps(keys.works())}


def _outlined(request: HttpRequest) -> list[state.Box]:
    """Boxes of the places that a search has led to: corners from the address, what is none is left out."""
    found = []
    for text in request.GET.getlist("at")[:20]:
        try:
            x0, y0, x1, y1 = (float(side) for side in text.split(","))
        except ValueError:
            continue
        if all(math.isfinite(side) and abs(side) < LARGEST_SIDE_PT for side in (x0, y0, x1, y1)):
            found.append(state.box_of((x0, y0, max(x0, x1), max(y0, y1)), "sought"))
    return found


def _first_stop(record: Record, lines: list[state.Line], finding: int | None) -> int:
    """The page of the finding that is asked for, else the first on which something is left."""
    place = record.findings.filter(pk=finding).values_list("page_n", flat=True).first() if finding else None
    if place:
        return int(place)
    left = next((line.n for line in lines if line.left), None)
    return left or (lines[0].n if lines else 1)


def _current(claims: list[state.Claim], finding: int | None, editable: bool) -> int | None:
    """The finding that is asked for, else the first open one of the page."""
    ids = [claim.finding.pk for claim in claims]
    if finding in ids:
        return finding
    return next((claim.finding.pk for claim in claims if claim.open), None) if editable else None


def _paper(here: Page | None) -> dict[str, str]:
    """Size of the page for the picture: points for the overlay, pixels to keep its place."""
    if here is None:
        return {}
    width, height = here.width_pt, here.height_pt
    return {
        "width": f"{width:.2f}",
        "height": f"{height:.2f}",
        "px_width": "1000",
        "px_height": str(round(1000 * height / width)),
    }


def _links(
    record: Record, lines: list[state.Line], claims: list[state.Claim], n: int, current: int | None
) -> dict[str, str]:
    """Addresses of the pages before and after, and of the findings before and after the current one."""
    numbers = [line.n for line in lines]
    before, after = [m for m in numbers if m < n], [m for m in numbers if m > n]
    on, back = state.next_page(lines, n), state.next_page(lines, n, back=True)
    order = [claim.finding.pk for claim in claims]
    at = order.index(current) if current in order else -1
    earlier = [claim.finding.pk for claim in claims[: max(at, 0)] if claim.open]
    later = [claim.finding.pk for claim in claims[at + 1 :] if claim.open]
    open_ids = earlier + later
    following = list(order[at + 1 :]) if not open_ids and on is None else []
    return {
        "previous_page": _address(record, before[-1]) if before else "",
        "next_page": _address(record, after[0]) if after else "",
        "page_on": _address(record, on) if on else "",
        "page_back": _address(record, back) if back else "",
        "next": _address(record, n, (later or following)[0]) if later or following else (
            _address(record, on) if on else _address(record, n, open_ids[0]) if open_ids else ""
        ),
        "previous": _address(record, n, earlier[-1]) if earlier else (
            _address(record, n, order[at - 1]) if at > 0 else _address(record, back) if back else ""
        ),
    }  # fmt: skip


def _ahead(record: Record, lines: list[state.Line], n: int, results: int) -> dict[str, str]:
    """The page that is likely to come next, and the images that it shows (of the result, the first `results`
    pages have one): both are fetched while page `n` is looked at."""
    following = [line.n for line in lines if line.n > n]
    to = state.next_page(lines, n) or (following[0] if following else None)
    if to is None:
        return {"ahead": "", "ahead_images": ""}
    shown = ["review_image"] + ["result_image"] * (to <= results)
    images = [reverse(f"web:{name}", args=[record.pk, to]) for name in shown]
    return {"ahead": _address(record, to), "ahead_images": " ".join(images)}


def _address(record: Record, n: int, finding: int | None = None) -> str:
    query = {"page": n} if finding is None else {"page": n, "finding": finding}
    return f"{reverse('web:review', args=[record.pk])}?{urlencode(query)}"


def _after(
    request: HttpRequest, record_id: UUID, n: int, finding: int | None, say: str, known: Known | None = None
) -> HttpResponseBase:
    """Go to a place of the record: as parts, or by sending the browser there."""
    if _wants_parts(request):
        return _shown(request, record_id, n, finding, say, known)
    done(request, say)
    return redirect(_address(_record(request, record_id), n, finding))


def _settled(
    request: HttpRequest, record_id: UUID, n: int, finding: int | None, say: str
) -> HttpResponseBase:
    """Go on from page `n` to where work is left."""
    record = _record(request, record_id)
    lines = state.lines_of(record, request.user)
    claims = state.claims_of(record, n, request.user)
    stop, chosen = state.next_stop(lines, claims, n, finding)
    known = Known(record, lines, n, claims)
    return _after(request, record_id, stop, chosen, f"{say} {_how_far(lines)}", known)


def _how_far(lines: list[state.Line]) -> str:
    progress = state.progress_of(lines)
    return f"{progress.decided} of {progress.total} findings decided, {progress.unseen} pages unseen."


SAID = {
    "redact": "Redacted.",
    "keep": "Kept in sight.",
    "keep_proposed": "Proposed to keep. A second person must confirm it; until then it is not decided.",
}


@act("web:review", "record_id", roles=REVIEWERS)
def decide(request: HttpRequest, record_id: UUID, finding_id: int) -> HttpResponseBase:
    """Decide one finding: redact it, or keep it with a reason."""
    row = acts.decide(
        record_id,
        finding_id,
        request.POST.get("decision", ""),
        actor=request.user,
        reason=request.POST.get("reason", ""),
        version=version_of(request),
    )
    return _settled(request, record_id, row.page_n or 1, finding_id, SAID[row.decision])


@act("web:review", "record_id", roles=REVIEWERS)
def confirm(request: HttpRequest, record_id: UUID, finding_id: int) -> HttpResponseBase:
    """Confirm, as the second person, that a finding stays."""
    row = acts.confirm_keep(record_id, finding_id, actor=request.user, version=version_of(request))
    return _settled(request, record_id, row.page_n or 1, finding_id, "Confirmed: it stays in sight.")


@act("web:review", "record_id", roles=REVIEWERS)
def apply_authorisation(
    request: HttpRequest, record_id: UUID, finding_id: int, authorisation_id: UUID
) -> HttpResponseBase:
    """Keep one finding in sight as counsel has authorised."""
    row = acts.keep_authorised(
        record_id, finding_id, authorisation_id, actor=request.user, version=version_of(request)
    )
    say = "Kept in sight under counsel's authorisation."
    return _settled(request, record_id, row.page_n or 1, finding_id, say)


@act("web:review", "record_id", roles=REVIEWERS)
def draw(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Draw a box, cover the whole page, or all of it but the box."""
    n, whole, around = _page_of(request), "whole" in request.POST, request.POST.get("around") == "1"
    box = (0.0, 0.0, 0.0, 0.0) if whole else _box_of(request)
    code = request.POST.get("code", "W-1")
    if around and not whole:
        acts.draw_around(record_id, n, box, actor=request.user, code=code)
        say = "All of the page but the box is covered."
    else:
        acts.draw(record_id, n, box, actor=request.user, code=code, whole_page=whole)
        say = "The whole page is covered." if whole else "The box is set."
    return _after(request, record_id, n, number_of(request.POST.get("finding")), f"{say} Undo takes it back.")


def _page_of(request: HttpRequest) -> int:
    n = number_of(request.POST.get("page"))
    if n is None:
        raise Invalid("The form is damaged. Please open the page again.", code="page")
    return n


def _box_of(request: HttpRequest) -> tuple[float, float, float, float]:
    """Corners in points, origin top left. Raises Invalid for what is no number of a page."""
    try:
        x0, y0, x1, y1 = (float(request.POST.get(name, "")) for name in ("x0", "y0", "x1", "y1"))
    except ValueError:
        raise Invalid("The box has no place on the page. Please draw it again.", code="box") from None
    if not all(math.isfinite(value) and abs(value) < LARGEST_SIDE_PT for value in (x0, y0, x1, y1)):
        raise Invalid("The box has no place on the page. Please draw it again.", code="box")
    return x0, y0, x1, y1


@act("web:review", "record_id", roles=REVIEWERS)
def remove(request: HttpRequest, record_id: UUID, mark_id: int) -> HttpResponseBase:
    """Take a drawn box away."""
    mark = acts.remove_mark(record_id, mark_id, actor=request.user)
    return _after(request, record_id, mark.page_n, None, "The box is taken away. Undo puts it back.")


@act("web:review", "record_id", roles=REVIEWERS)
def seen(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Note that this person has looked at the whole page; then on to where work is left."""
    n = _page_of(request)
    acts.see_page(record_id, n, actor=request.user)
    return _settled(request, record_id, n, None, f"Page {n} is seen.")


@act("web:review", "record_id", roles=REVIEWERS)
def take_back(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Take back this person's own last step, and show where it was."""
    return _at_step(request, record_id, undo(record_id, actor=request.user), "Your last step is taken back.")


@act("web:review", "record_id", roles=REVIEWERS)
def do_again(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Do the step again that this person has undone last, and show where it was."""
    return _at_step(request, record_id, redo(record_id, actor=request.user), "The step is done again.")


def _at_step(request: HttpRequest, record_id: UUID, step: ReviewAct, say: str) -> HttpResponseBase:
    finding, mark = step.finding, step.mark
    n = finding.page_n if finding else mark.page_n if mark else step.before.get("page", 1)
    return _after(request, record_id, n or 1, finding.pk if finding else None, say)


@act("web:review", "record_id", roles=REVIEWERS)
def show_value(request: HttpRequest, record_id: UUID, finding_id: int) -> HttpResponseBase:
    """Show the value of one finding in this one answer; the next page has it masked again."""
    revealed = reveal(record_id, finding_id, actor=request.user)
    return _shown(request, record_id, None, finding_id, "The value is shown.", revealed=revealed)


@page()
def same_words(request: HttpRequest, record_id: UUID, finding_id: int) -> HttpResponseBase:
    """The places of the matter where the words of a finding stand too: a list to confirm."""
    record = _record(request, record_id)
    finding = record.findings.filter(pk=finding_id, page_n__isnull=False).first()
    if finding is None or not state.may_review(record, request.user):
        raise NotVisible()
    places = alike(finding)
    return render(
        request,
        "review/alike.html",
        {
            "nav": "queue", "record": record, "matter": record.matter, "finding": finding, "places": places,
            "type": state.type_title(finding.type), "most": MOST,
            "back": _address(record, finding.page_n or 1, finding.pk),
            "records": len({row.record_id for row in places}),
        },
    )  # fmt: skip


@act("web:review", "record_id", roles=REVIEWERS)
def decide_same(request: HttpRequest, record_id: UUID, finding_id: int) -> HttpResponseBase:
    """Decide a finding and the same words in the places that were listed, in one step."""
    listed = [number for text in request.POST.getlist("place") if (number := number_of(text)) is not None]
    rows = decide_alike(
        record_id,
        finding_id,
        request.POST.get("decision", ""),
        actor=request.user,
        reason=request.POST.get("reason", ""),
        places=listed,
        version=version_of(request),
    )
    own: Finding = next(row for row in rows if row.pk == finding_id)
    say = f"{SAID[own.decision]} {len(rows)} places decided alike; one Undo takes all back."
    return _settled(request, record_id, own.page_n or 1, finding_id, say)


@page()
def image(request: HttpRequest, record_id: UUID, n: int) -> HttpResponseBase:
    """The image of one page as received, made on the server; no copy is kept anywhere."""
    return _png(acts.read_page_image(record_id, n, actor=request.user))


@page()
def result(request: HttpRequest, record_id: UUID, n: int) -> HttpResponseBase:
    """The image of one page of the burned output: exactly what would leave."""
    return _png(read_output_image(record_id, n, actor=request.user))


def _png(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/png", headers={"Cache-Control": "no-store"})


_AT = "records/<uuid:record_id>/review/"
urlpatterns = [
    path(_AT, review, name="review"),
    path(f"{_AT}pages/<int:n>/", image, name="review_image"),
    path(f"{_AT}result/<int:n>/", result, name="result_image"),
    path(f"{_AT}findings/<int:finding_id>/decide/", decide, name="decide"),
    path(f"{_AT}findings/<int:finding_id>/confirm/", confirm, name="confirm_keep"),
    path(
        f"{_AT}findings/<int:finding_id>/authorised/<uuid:authorisation_id>/",
        apply_authorisation,
        name="apply_authorisation",
    ),
    path(f"{_AT}findings/<int:finding_id>/value/", show_value, name="reveal"),
    path(f"{_AT}draw/", draw, name="draw"),
    path(f"{_AT}marks/<int:mark_id>/remove/", remove, name="remove_mark"),
    path(f"{_AT}seen/", seen, name="seen"),
    path(f"{_AT}undo/", take_back, name="undo"),
    path(f"{_AT}redo/", do_again, name="redo"),
    path(f"{_AT}findings/<int:finding_id>/alike/", same_words, name="alike"),
    path(f"{_AT}findings/<int:finding_id>/alike/decide/", decide_same, name="decide_alike"),
]
