"""Letters of a matter, as issued: on the page, and each as a PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import page
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.instruments.models import SubpoenaAnswer
from workflows.matters.access import access_matter
from workflows.notices.models import Letter
from workflows.notices.pdf import file_name, letter_pdf


@page()
def letters(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show every letter with its check code, newest first, and drafts that wait for counsel."""
    context = frame(request, matter_id, "letters")
    drafts = SubpoenaAnswer.objects.filter(instrument__matter=context["matter"], letter__isnull=True)
    context |= {
        "letters": list(context["matter"].letters.order_by("-issued_at")),
        "drafts": list(drafts.select_related("edited_by").order_by("drafted_at")),
    }
    return render(request, "staff/letters.html", context)


@page()
def one(request: HttpRequest, matter_id: UUID, letter_id: UUID) -> HttpResponseBase:
    """One letter as a PDF."""
    matter = access_matter(request.user, matter_id, "see_letters")
    return as_pdf(matter.letters.filter(pk=letter_id).first())


def as_pdf(letter: Letter | None) -> HttpResponse:
    """The letter as a file whose name is its check code. Raises NotVisible for none."""
    if letter is None:
        raise NotVisible()
    answer = HttpResponse(letter_pdf(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(letter)}"'
    return answer


urlpatterns = [
    path("matters/<uuid:matter_id>/letters/", letters, name="letters"),
    path("matters/<uuid:matter_id>/letters/<uuid:letter_id>/", one, name="letter"),
]
