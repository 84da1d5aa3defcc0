"""Counsel's brief: everything about one manifest on one page, and what counsel can do with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web import counsel_brief as brief_of
from gateway.web import counsel_sample as looking
from gateway.web import release_state as state
from gateway.web.acting import act, done, filled, form_for, page, stepped_up, version_of
from gateway.web.deadline_strip import strip
from gateway.web.forms import RefusalForm
from gateway.web.matter import BlockForm, LiftForm, frame
from gateway.web.release import form_kept, send_back_with
from gateway.web.sent_back import SendBackForm
from workflows.errors import NotVisible
from workflows.flow import gate
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.moves import moves_from
from workflows.matters.access import access_matter
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.roles import COUNSEL
from workflows.releases import queries
from workflows.releases.actions import outputs_digest
from workflows.releases.models import Manifest

ONLY_COUNSEL = frozenset({COUNSEL})


class ApproveForm(forms.Form):
    """Counsel's own reason; at least ten characters."""

    reason = forms.CharField(
        label="Your reason",
        help_text="At least ten characters, in your own words. It stands in the log with the approval.",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page(roles=ONLY_COUNSEL)
def brief(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show who asks, under what, what leaves, what is removed, what stays, who took part."""
    context = frame(request, matter_id, "brief")
    matter: Matter = context["matter"]
    manifest = queries.current_manifest(matter)
    if manifest is not None and matter.state in ("review", "collecting", "scope_review"):
        manifest = None  # the last one was sent back or voided: there is nothing to decide about
    possible, now = {move.name for move in moves_from(matter.state)}, timezone.now()
    clocks = list(matter.clocks.filter(stopped_at__isnull=True).prefetch_related("pauses").order_by("ends"))
    context |= {
        "asked": matter.requests.order_by("-version").first(),
        "parties": list(matter.parties.all()),
        "manifest": manifest,
        "decides": matter.state == State.COUNSEL_REVIEW,
        "can_refuse": "refuse" in possible,
        "refusal_form": form_for(request, RefusalForm, prefix="refuse"),
        "block_form": form_for(request, BlockForm, prefix="block"),
        "lift_form": form_for(request, LiftForm, prefix="lift"),
        "clocks": clocks,
        "strip": strip(clocks, now),
        "now": now,
        "searches": list(matter.searches.select_related("attested_by").order_by("pk")),
        "send_back_form": form_for(request, SendBackForm, prefix="back"),
    }
    if manifest is not None:
        context |= _brief(request, matter, manifest)
    return render(request, "counsel/brief.html", context)


def _brief(request: HttpRequest, matter: Matter, manifest: Manifest) -> dict[str, Any]:
    records, out = state.leaving(manifest), state.withheld(manifest)
    bases = brief_of.bases(manifest)
    parts = brief_of.parts(matter, manifest, bases)
    mine = next((part for part in parts if part.person.pk == request.user.pk), None)
    return {
        "records": records,
        "withheld": out,
        "totals": state.counts(records, out),
        "removed": state.removed_by_code(records),
        "kept": brief_of.kept(records),
        "bases": bases,
        "parts": parts,
        "barred_by": mine.did if mine and mine.barred else [],
        "sample": looking.sample(manifest, request.user, _size(request)),
        "sizes": looking.SIZES,
        "layers": looking.layers(manifest),
        "changes": brief_of.changes(manifest),
        "burning": matter.state == State.BURNING,
        "outputs": outputs_digest(manifest),
        "approval": queries.live_approval(manifest),
        "answers": _answers(matter, request.user),
        "approve_form": form_for(request, ApproveForm, prefix="approve"),
        "send_back_form": form_for(request, SendBackForm, prefix="back"),
    }


def _size(request: HttpRequest) -> int:
    """How many pages are drawn: one of the sizes offered."""
    asked = request.GET.get("draw", "")
    return next((size for size in looking.SIZES if asked == str(size)), looking.SIZES[1])


def _answers(matter: Matter, actor: Any) -> list[tuple[str, str, bool]]:
    """What the gate answers this person now: guard, sentence, whether it holds."""
    if matter.state != State.COUNSEL_REVIEW:
        return []
    answers = gate.ask("approve", matter, actor, timezone.now())
    return state.answered("approve", answers)


@act("web:brief", "matter_id", roles=ONLY_COUNSEL)
def approve(request: HttpRequest, matter_id: UUID) -> None:
    """Approve exactly the manifest that was shown."""
    typed = filled(request, ApproveForm, prefix="approve").cleaned_data
    with form_kept():
        advance(
            matter_id,
            "approve",
            actor=request.user,
            stepped_up_at=stepped_up(request),
            version=version_of(request),
            reason=typed["reason"],
        )
    done(request, "The manifest is approved. The package is being built and sealed; an officer releases it.")


@act("web:brief", "matter_id", roles=ONLY_COUNSEL)
def send_back(request: HttpRequest, matter_id: UUID) -> None:
    """Send the manifest back to the review, with a reason."""
    send_back_with(request, matter_id)


@act("web:brief", "matter_id", roles=ONLY_COUNSEL)
def refuse(request: HttpRequest, matter_id: UUID) -> None:
    """Refuse the request with sentences of the closed list."""
    typed = filled(request, RefusalForm, prefix="refuse").cleaned_data
    with form_kept():
        advance(
            matter_id,
            "refuse",
            actor=request.user,
            stepped_up_at=stepped_up(request),
            version=version_of(request),
            missing=typed["missing"],
            reason=typed["reason"],
        )
    done(request, "The request is refused, and the agency has the letter.")


@act("web:brief", "matter_id", roles=ONLY_COUNSEL)
def block(request: HttpRequest, matter_id: UUID) -> None:
    """Stop approval, building and bytes of this matter."""
    typed = filled(request, BlockForm, prefix="block").cleaned_data
    paper_acts.open_block(matter_id, typed["kind"], actor=request.user)
    done(request, "The matter is blocked. Nothing of it is approved or released until the block is lifted.")


@act("web:brief", "matter_id", roles=ONLY_COUNSEL)
def lift(request: HttpRequest, matter_id: UUID, block_id: int) -> None:
    """Lift a block, with a reason."""
    matter = access_matter(request.user, matter_id, "lift_block")
    if not matter.blocks.filter(pk=block_id).exists():
        raise NotVisible()
    typed = filled(request, LiftForm, prefix="lift").cleaned_data
    with form_kept():
        paper_acts.lift_block(
            block_id, actor=request.user, reason=typed["reason"], stepped_up_at=stepped_up(request)
        )
    done(request, "The block is lifted.")


_AT = "matters/<uuid:matter_id>/brief/"
urlpatterns = [
    path(_AT, brief, name="brief"),
    path(f"{_AT}approve/", approve, name="approve"),
    path(f"{_AT}send-back/", send_back, name="brief_send_back"),
    path(f"{_AT}refuse/", refuse, name="brief_refuse"),
    path(f"{_AT}block/", block, name="brief_block"),
    path(f"{_AT}blocks/<int:block_id>/lift/", lift, name="brief_lift"),
]
