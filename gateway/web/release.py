"""The release of a matter: what the manifest holds, what the verifier said, the package, its links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web import release_state as state
from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up, version_of
from gateway.web.matter import frame
from gateway.web.nextact import unmet
from gateway.web.sent_back import SendBackForm, with_place
from workflows.errors import Invalid, StepUpNeeded
from workflows.flow import gate
from workflows.flow.advance import advance
from workflows.flow.moves import moves_from
from workflows.flow.restarting import restart_job
from workflows.jobs.models import Job
from workflows.matters.access import access_matter
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.roles import OFFICER, allowed
from workflows.releases import queries
from workflows.releases.models import Link, Manifest


@page()
def release(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show manifest, verifier, gate, package and links; while work runs, ask every two seconds."""
    context = frame(request, matter_id, "release")
    matter: Matter = context["matter"]
    manifest = queries.current_manifest(matter)
    context["possible"] = _possible(matter, request.user)
    if manifest is None:
        context["freeze_failed"] = unmet(matter, request.user, "freeze") if matter.state == "review" else ()
    else:
        context |= _manifest(request, matter, manifest)
    response = render(request, "release/release.html", context)
    if request.headers.get("HX-Request") and not context.get("busy"):
        # The work is over: the whole page has changed, not only the part that was asked for.
        response.headers["HX-Retarget"], response.headers["HX-Reselect"] = "#main", "#main"
    return response


def _possible(matter: Matter, actor: Any) -> dict[str, bool]:
    names = {move.name for move in moves_from(matter.state)}
    return {
        name: name in names and allowed(actor.role, name)
        for name in ("freeze", "pass_second", "send_back", "release")
    }


def _manifest(request: HttpRequest, matter: Matter, manifest: Manifest) -> dict[str, Any]:
    records, out, packing = state.leaving(manifest), state.withheld(manifest), state.packing(matter)
    approval = queries.live_approval(manifest)
    burning = matter.state == "burning"
    return {
        "manifest": manifest,
        "records": records,
        "withheld": out,
        "totals": state.counts(records, out),
        "burning": burning,
        "packing": packing,
        "busy": burning or any(job.state != "parked" for job in packing),
        "approval": approval,
        "package": approval.packages.order_by("-built_at").first() if approval else None,
        "package_sealed": queries.sealed_package(manifest),
        "links": list(_links(matter)),
        "answers": _answers(matter, request.user),
        "second_failed": unmet(matter, request.user, "pass_second")
        if matter.state == "second_review" and role_of(request) == OFFICER
        else (),
        "send_back_form": form_for(request, SendBackForm, prefix="back"),
        "history": list(matter.manifests.exclude(pk=manifest.pk).order_by("-number")),
    }


def _links(matter: Matter) -> Any:
    return (
        Link.objects.filter(release__matter=matter)
        .select_related("release__released_by", "agency", "claim", "revoked", "receipt")
        .order_by("-offered_at")
    )


def _answers(matter: Matter, actor: Any) -> list[tuple[str, str, bool]]:
    """What the gate says before the release: guard, sentence, whether it holds. Empty when not asked."""
    if matter.state != "approved":
        return []
    answers = gate.ask("bytes", matter, actor, timezone.now())
    return state.answered("bytes", answers)


@contextmanager
def form_kept() -> Iterator[None]:
    """Turn "confirm with your code" into a refusal of this very form, so that what was typed stays (S11).

    The page then shows the field for the code beside the button.
    """
    try:
        yield
    except StepUpNeeded as needed:
        raise Invalid(
            "Type the code of your app beside the button: your sign-in is older than five minutes. "
            "What you typed is still there.",
            code="step_up_needed",
        ) from needed


@act("web:release", "matter_id")
def open_outlet(request: HttpRequest, matter_id: UUID) -> None:
    """Release the sealed package to the agency."""
    with form_kept():
        advance(
            matter_id,
            "release",
            actor=request.user,
            stepped_up_at=stepped_up(request),
            version=version_of(request),
        )
    done(request, "The package is released. The agency can download it from now on, for seven days.")


@act("web:release", "matter_id")
def pass_second(request: HttpRequest, matter_id: UUID) -> None:
    """Pass the second review."""
    advance(matter_id, "pass_second", actor=request.user, version=version_of(request))
    done(request, "The second review is passed. Counsel reads the brief next.")


@act("web:release", "matter_id")
def send_back(request: HttpRequest, matter_id: UUID) -> None:
    """Send the manifest back to the review, with a reason."""
    send_back_with(request, matter_id)


def send_back_with(request: HttpRequest, matter_id: UUID) -> None:
    """Send the matter back with the typed reason. Raises Invalid when there is none."""
    typed = filled(request, SendBackForm, prefix="back").cleaned_data
    reason = with_place(access_matter(request.user, matter_id, "send_back"), typed)
    matter = advance(matter_id, "send_back", actor=request.user, version=version_of(request), reason=reason)
    if matter.state == State.COLLECTING:
        done(request, "The search goes on.")
    else:
        done(request, "The matter is back in the review. This manifest stays as history.")


@act("web:release", "matter_id")
def retry(request: HttpRequest, matter_id: UUID, job_id: int) -> None:
    """Start stopped work of this release again."""
    own(Job.objects.filter(pk=job_id, lane=str(matter_id)))
    restart_job(job_id, actor=request.user)
    done(request, "The work has begun again.")


_AT = "matters/<uuid:matter_id>/release/"
urlpatterns = [
    path(_AT, release, name="release"),
    path(f"{_AT}open/", open_outlet, name="open_outlet"),
    path(f"{_AT}pass/", pass_second, name="pass_second"),
    path(f"{_AT}send-back/", send_back, name="send_back"),
    path(f"{_AT}jobs/<int:job_id>/again/", retry, name="release_again"),
]
