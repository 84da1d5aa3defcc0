"""Papers of a matter, and the desk on which one paper is checked against its image."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of, stepped_up, version_of
from gateway.web.forms import CallBackForm
from gateway.web.matter import frame
from gateway.web.nextact import unmet
from gateway.web.paperforms import EndForm, FieldsForm, FileForm, FindingForm, FlagForm, ReasonForm
from gateway.web.reading import Reading, read
from gateway.web.uploads import on_disk
from workflows import jobs
from workflows.errors import Invalid, NotVisible
from workflows.flow import papers as acts
from workflows.instruments import queries
from workflows.instruments.models import Instrument
from workflows.instruments.states import ENDS
from workflows.lawbook import in_force
from workflows.matters.access import access_matter
from workflows.policy import checks as policy
from workflows.policy import guards
from workflows.policy.instrument_types import COUNSEL as AFTER_COUNSEL
from workflows.policy.instrument_types import OWN_KINDS, instrument_type
from workflows.policy.roles import allowed

OPEN_STATES = ("offered", "format_checked", "authenticating")


@page()
def papers(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show the papers of the matter and the form to file one."""
    context = frame(request, matter_id, "papers")
    every = context["matter"].instruments.select_related("filed_by").prefetch_related("flags")
    found = list(every.order_by("-filed_at"))
    context |= {
        "papers": [(paper, kind_title(paper), queries.standing_flags(paper)) for paper in found],
        "own_kinds": OWN_KINDS,
        "form": form_for(request, FileForm),
        "reading": list(jobs.open_jobs([paper.pk for paper in found], ["instrument.read"])),
    }
    return render(request, "staff/papers.html", context)


def kind_title(paper: Instrument) -> str:
    """The kind of paper as confirmed, else as read, in words."""
    kind = paper.type or (paper.reading or {}).get("type") or "unknown"
    return instrument_type(kind).title


@act("web:papers", "matter_id")
def file(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """File a paper that came by post or by hand."""
    form = filled(request, FileForm)
    upload = form.cleaned_data["paper"]
    with on_disk(upload) as path_:
        paper = acts.file_paper(
            matter_id,
            path_,
            actor=request.user,
            media_type="application/octet-stream",
            channel=form.cleaned_data["channel"],
        )
    done(request, "The paper is stored and is being read.")
    return redirect("web:paper", paper.pk)


def _paper(request: HttpRequest, paper_id: UUID) -> Instrument:
    """The paper, if its matter is visible. Raises NotVisible."""
    paper = (
        Instrument.objects.select_related("matter", "filed_by", "confirmed_by", "accepted_by")
        .filter(pk=paper_id)
        .first()
    )
    if paper is None:
        raise NotVisible()
    return paper


REUSE_WORDS = {
    "same_file": "This very file has been filed on another matter as well.",
    "same_docket": "A paper with this case number has been filed on another matter, about other people.",
    "ink_of_another": "The signature is, stroke for stroke, the picture on another paper that names another "
    "signer.",
    "same_ink": "The signature is, stroke for stroke, the picture on a paper of another case. No hand signs "
    "twice alike; a court’s stamp does.",
}


@page()
def desk(request: HttpRequest, paper_id: UUID) -> HttpResponseBase:
    """Show the page image beside the checklist, with what the machine read as suggestions."""
    paper = _paper(request, paper_id)
    if paper.type in OWN_KINDS:  # written here, with nothing to check against an image
        access_matter(request.user, paper.matter_id, "see_matter")
        return redirect("web:bases", paper.matter_id)
    context = frame(request, paper.matter_id, "papers")
    reading = read(paper)
    shown_page = _page_number(request, paper)
    role = role_of(request)
    is_open = paper.state in OPEN_STATES
    context |= {
        "paper": paper,
        "kind": kind_title(paper),
        "verdict": in_force(timezone.now()).kind(paper.type or reading.type).verdict,
        "reading": reading,
        "page_n": shown_page,
        "being_read": list(jobs.open_jobs([paper.pk], ["instrument.read"])),
        "checks": _checks(paper, reading),
        "alarms": [REUSE_WORDS[code] for code in queries.reuse_alarms(paper)],
        "flags": list(paper.flags.select_related("raised_by", "cleared_by").order_by("id")),
        "findings": list(paper.findings.select_related("by")),
        "needs_finding": in_force(timezone.now()).kind(paper.type).verdict == AFTER_COUNSEL,
        "is_open": is_open,
        "is_over": paper.state in ENDS,
        "clauses": queries.clauses_in_force(paper),
        "accept_failed": _not_yet(request, paper) if is_open else (),
        "can": {
            "check": is_open and allowed(role, "check_paper"),
            "call": is_open and allowed(role, "call_back"),
            "accept": is_open and allowed(role, "accept_paper"),
            "waive": is_open and allowed(role, "waive_check"),
            "flag": allowed(role, "raise_flag"),
            "clear": allowed(role, "clear_flag"),
            "find": allowed(role, "record_finding"),
            "end": paper.state not in ENDS and allowed(role, "end_paper"),
        },
        **_forms(request, paper, reading),
    }
    return render(request, "staff/paper.html", context)


def _not_yet(request: HttpRequest, paper: Instrument) -> tuple[tuple[str, str], ...]:
    """Why the paper cannot be accepted now. Of a kind nobody has confirmed, nothing is said yet."""
    failed = unmet(paper.matter, request.user, "accept_paper", paper)
    return tuple(row for row in failed if paper.type or row[0] != guards.PAPER_KIND.id)


def _forms(request: HttpRequest, paper: Instrument, reading: Reading) -> dict[str, Any]:
    return {
        "fields_form": form_for(request, FieldsForm, paper=paper, reading=reading),
        "call_form": form_for(request, CallBackForm, prefix="call"),
        "flag_form": form_for(request, FlagForm, prefix="flag"),
        "finding_form": form_for(request, FindingForm, prefix="finding"),
        "clear_form": form_for(request, ReasonForm, prefix="clear"),
        "end_form": form_for(request, EndForm, prefix="end"),
    }


def _page_number(request: HttpRequest, paper: Instrument) -> int:
    text = request.GET.get("page", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(asked, 1), max(len(paper.page_images), 1))


def _checks(paper: Instrument, reading: Reading) -> list[dict[str, Any]]:
    latest = queries.latest_checks(paper)
    return [
        {
            "check": check,
            "answer": latest.get(check.id),
            "quotes": reading.quotes_for(check.id),
            "called": check.id == "V11",
            "at_freeze": check.id == "V09",
        }
        for check in policy.CHECKS
    ]


@page()
def image(request: HttpRequest, paper_id: UUID, n: int) -> HttpResponseBase:
    """The image of one page, made on the server; no copy is kept anywhere."""
    png = acts.read_paper_image(paper_id, n, actor=request.user)
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "no-store"})


@page()
def words(request: HttpRequest, paper_id: UUID, n: int) -> HttpResponseBase:
    """The words of one page with their places, for the script that takes a clause's words off the image."""
    return JsonResponse(acts.read_paper_words(paper_id, n, actor=request.user))


@act("web:paper", "paper_id")
def confirm(request: HttpRequest, paper_id: UUID) -> None:
    """Keep the values that a person held against the image."""
    paper = _paper(request, paper_id)
    form = filled(request, FieldsForm, paper=paper, reading=read(paper))
    acts.confirm_fields(paper_id, form.confirmed(), actor=request.user, version=version_of(request))
    done(request, "The fields are confirmed.")


@act("web:paper", "paper_id")
def check(request: HttpRequest, paper_id: UUID, check_id: str) -> None:
    """Answer one check."""
    outcome = request.POST.get("outcome", "")
    if outcome == policy.WAIVED:
        raise Invalid("A waiver has a form of its own.", code="unknown_choice")
    acts.record_check(paper_id, check_id, outcome, actor=request.user, note=request.POST.get("note", ""))
    done(request, f"{check_id} is answered.")


@act("web:paper", "paper_id")
def waive(request: HttpRequest, paper_id: UUID, check_id: str) -> None:
    """Waive one check, with a reason."""
    acts.record_check(
        paper_id,
        check_id,
        policy.WAIVED,
        actor=request.user,
        note=request.POST.get("note", ""),
        stepped_up_at=stepped_up(request),
    )
    done(request, f"{check_id} is waived.")


@act("web:paper", "paper_id")
def call(request: HttpRequest, paper_id: UUID) -> None:
    """Keep what the court said on the phone."""
    typed = filled(request, CallBackForm, prefix="call").cleaned_data
    acts.call_back(
        paper_id,
        actor=request.user,
        contact_id=typed["contact"].pk,
        spoke_with=typed["spoke_with"],
        outcome=typed["outcome"],
        note=typed["note"],
    )
    done(request, "The call is recorded.")


@act("web:paper", "paper_id")
def flag(request: HttpRequest, paper_id: UUID) -> None:
    """Raise a flag."""
    acts.raise_flag(
        paper_id, filled(request, FlagForm, prefix="flag").cleaned_data["flag"], actor=request.user
    )
    done(request, "The flag stands until counsel clears it.")


@act("web:paper", "paper_id")
def clear(request: HttpRequest, paper_id: UUID, flag_id: int) -> None:
    """Clear a flag, with a reason."""
    if not _paper(request, paper_id).flags.filter(pk=flag_id).exists():
        raise NotVisible()
    reason = filled(request, ReasonForm, prefix="clear").cleaned_data["reason"]
    acts.clear_flag(flag_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
    done(request, "The flag is cleared.")


@act("web:paper", "paper_id")
def finding(request: HttpRequest, paper_id: UUID) -> None:
    """Keep counsel's written finding."""
    acts.record_finding(
        paper_id, filled(request, FindingForm, prefix="finding").cleaned_data["text"], actor=request.user
    )
    done(request, "The finding is recorded.")


@act("web:paper", "paper_id")
def accept(request: HttpRequest, paper_id: UUID) -> None:
    """Put the paper in force."""
    acts.accept_paper(paper_id, actor=request.user, version=version_of(request))
    done(request, "The paper is in force. Counsel sets the scope next.")


@act("web:paper", "paper_id")
def end(request: HttpRequest, paper_id: UUID) -> None:
    """Take the paper out of force."""
    typed = filled(request, EndForm, prefix="end").cleaned_data
    acts.end_paper(paper_id, typed["how"], actor=request.user, reason=typed["reason"])
    done(request, "The paper is no longer in force. A block stands on the matter if it was.")


urlpatterns = [
    path("matters/<uuid:matter_id>/papers/", papers, name="papers"),
    path("matters/<uuid:matter_id>/papers/file/", file, name="file"),
    path("papers/<uuid:paper_id>/", desk, name="paper"),
    path("papers/<uuid:paper_id>/pages/<int:n>/", image, name="paper_image"),
    path("papers/<uuid:paper_id>/pages/<int:n>/words/", words, name="paper_words"),
    path("papers/<uuid:paper_id>/fields/", confirm, name="confirm"),
    path("papers/<uuid:paper_id>/checks/<slug:check_id>/", check, name="check"),
    path("papers/<uuid:paper_id>/checks/<slug:check_id>/waive/", waive, name="waive"),
    path("papers/<uuid:paper_id>/call/", call, name="call"),
    path("papers/<uuid:paper_id>/flags/", flag, name="flag"),
    path("papers/<uuid:paper_id>/flags/<int:flag_id>/clear/", clear, name="clear"),
    path("papers/<uuid:paper_id>/finding/", finding, name="finding"),
    path("papers/<uuid:paper_id>/accept/", accept, name="accept"),
    path("papers/<uuid:paper_id>/end/", end, name="end"),
]
