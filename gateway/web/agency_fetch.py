"""The agency fetches a package: claims the link once, takes the bytes, checks them, acknowledges them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, own
from gateway.web.agency_page import spoken, words_of
from workflows.flow import delivering
from workflows.matters.access import agency_of
from workflows.matters.models import Matter
from workflows.policy.roles import AGENCY
from workflows.releases.models import Link
from workflows.releases.queries import links_for


class ReceiptForm(forms.Form):
    """The digest of the file as it arrived."""

    sha256 = forms.RegexField(r"^\s*[0-9a-fA-F]{64}\s*$", widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, words: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sha256"]
        field.label, field.help_text = words["receipt_field"], words["receipt_hint"]
        field.error_messages["invalid"] = words["receipt_wrong"]

    def clean_sha256(self) -> str:
        """The digest as the log writes it."""
        return str(self.cleaned_data["sha256"]).strip().lower()


def offers(request: HttpRequest, matter: Matter) -> list[dict[str, Any]]:
    """Links to packages of this matter, the newest first, and how far each has come for this person."""
    agency = agency_of(request.user)
    if agency is None:
        return []
    now, words = timezone.now(), words_of(request)
    links = links_for(agency, now).filter(release__matter=matter)
    rows = links.select_related("release__package__seal", "claim", "receipt").order_by("-offered_at")
    return [
        {
            "link": link,
            "seal": link.release.package.seal,
            "state": _state(link, request.user, now),
            "form": form_for(request, ReceiptForm, prefix=f"l{link.pk}", words=words),
        }
        for link in rows
    ]


def _state(link: Link, person: Any, now: Any) -> str:
    """`open`, `mine` (bytes can be fetched), `late` (only acknowledged), `others` or `acknowledged`."""
    if hasattr(link, "receipt"):
        return "acknowledged"
    if not hasattr(link, "claim"):
        return "open"
    if link.claim.client_id != person.pk:
        return "others"
    return "mine" if link.claim.until > now else "late"


def _link(matter_id: UUID, link_id: UUID) -> UUID:
    """The link, if it is one of this matter; whose it is, the flow asks. Raises NotVisible."""
    own(Link.objects.filter(pk=link_id, release__matter=matter_id))
    return link_id


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def claim(request: HttpRequest, matter_id: UUID, link_id: UUID) -> None:
    """Claim the link: this person, and nobody else, may fetch the package for fifteen minutes."""
    delivering.claim(_link(matter_id, link_id), actor=request.user)
    done(request, words_of(request)["claimed_done"])


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def fetch(request: HttpRequest, matter_id: UUID, link_id: UUID) -> HttpResponseBase:
    """The bytes; the gate is asked again while they flow."""
    link, size, parts = delivering.open_release(_link(matter_id, link_id), actor=request.user)
    name = f"package-{link.release.matter.number}.zip"
    return StreamingHttpResponse(
        parts,
        content_type="application/zip",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def acknowledge(request: HttpRequest, matter_id: UUID, link_id: UUID) -> None:
    """Acknowledge the package by the digest of what arrived."""
    words = words_of(request)
    form = filled(request, ReceiptForm, prefix=f"l{_link(matter_id, link_id)}", words=words)
    delivering.acknowledge(link_id, form.cleaned_data["sha256"], actor=request.user)
    done(request, words["receipt_done"])


_AT = "agency/<uuid:matter_id>/links/<uuid:link_id>/"
urlpatterns = [
    path(f"{_AT}claim/", claim, name="agency_claim"),
    path(f"{_AT}package/", fetch, name="agency_fetch"),
    path(f"{_AT}receipt/", acknowledge, name="agency_receipt"),
]
