"""The texts of letters: which one holds and since when, what waits, and the form for another one. A proposal
is shown line by line against the text that holds, and as a letter to nobody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of, shown, stepped_up
from gateway.web.line_diff import lines_of
from gateway.web.wordbook import LANGUAGES
from workflows.errors import NotVisible
from workflows.flow import letterwriting as acts
from workflows.notices.letter_markup import LONGEST
from workflows.notices.letter_texts import Source, agreed, as_source, of_number
from workflows.notices.letters import Template, templates
from workflows.notices.models import Letter, LetterText
from workflows.notices.pdf import letter_pdf
from workflows.policy.roles import ADMINISTRATOR, COUNSEL, allowed

ROLES = frozenset({ADMINISTRATOR, COUNSEL})
TYPES = {
    "day": "a day", "optional_day": "a day, or none", "count": "a number", "yes_no": "yes or no",
    "line": "words", "lines": "a list of lines", "reasons": "a list of sentences",
    "grounds": "a list of sentences", "recall_reason": "a sentence", "paper": "a paper",
    "papers": "a list of papers", "departments": "a list: .department, .on",
    "counsel_words": "a list of counsel's paragraphs", "digest": "a digest",
}  # fmt: skip


class TextForm(forms.Form):
    """The whole text between the head and the foot of the letter."""

    letter_text = forms.CharField(
        label="The text",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text="Paragraphs stand apart by an empty line. Places are written in double braces.",
    )


@page(roles=ROLES)
def letter_texts(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for a second person, and the text of each letter that holds."""
    rows = list(LetterText.objects.select_related("proposed_by"))
    own = {(row.template, row.language): row for row in reversed(rows) if row.agreed}
    context = {
        "nav": "house" if role_of(request) == ADMINISTRATOR else "policy",
        "waiting": [_waiting(request, row) for row in rows if row.settled_at is None],
        "letters": [
            (row, language, LANGUAGES[language], own.get((row.id, language)))
            for row in templates().values()
            for language in row.languages
        ],
        "may_change": _may_change(request),
    }
    return render(request, "staff/letter_texts.html", context)


def _waiting(request: HttpRequest, row: LetterText) -> dict[str, Any]:
    letter = templates()[row.template]
    return {
        "row": row,
        "letter": letter,
        "language": LANGUAGES[row.language],
        "lines": lines_of(_text_before(row, letter), row.text),
        "may_agree": row.proposed_by_id != request.user.pk,
    }


@page(roles=ROLES)
def letter_text(request: HttpRequest, template: str, language: str) -> HttpResponseBase:
    """Show the text that holds with its places, the earlier ones, and the form for another one."""
    row = acts.letter_of(template, language)
    holds = row.source(language)
    versions = LetterText.objects.filter(template=template, language=language)
    waits = versions.filter(settled_at=None).first()
    looked: Source | None = getattr(request, "looked", None)
    context = {
        "nav": "house" if role_of(request) == ADMINISTRATOR else "policy",
        "letter": row,
        "language": language,
        "language_words": LANGUAGES[language],
        "title": row.titles[language],
        "holds": holds,
        "newer": _newer(row, language),
        "places": [(name, TYPES[kind]) for name, kind in row.places.items()],
        "versions": [
            (one, lines_of(_text_before(one, row), one.text))
            for one in versions.select_related("proposed_by", "settled_by")
        ],
        "waits": waits,
        "may_change": _may_change(request),
        "form": form_for(request, TextForm, initial={"letter_text": holds.text}),
        "looked": lines_of(holds.text, looked.text) if looked else None,
        "sample": acts.sample(template, language, looked, now=timezone.now()) if looked else None,
    }
    return render(request, "staff/letter_text.html", context)


def _text_before(one: LetterText, row: Template) -> str:
    return (of_number(one.template, one.language, one.base) or row.shipped(one.language)).text


def _newer(row: Template, language: str) -> bool:
    """True where the program has a newer text than the one that the city's own was compared with."""
    own = agreed(row.id, language)
    return own is not None and own.shipped < row.version


def _may_change(request: HttpRequest) -> bool:
    return allowed(role_of(request), "change_letter")


@act("web:letter_text", "template", "language", roles={ADMINISTRATOR})
def propose_letter_text(request: HttpRequest, template: str, language: str) -> HttpResponseBase | None:
    """Propose the text; or only show what it changes, on the page or as the PDF of an invented matter."""
    text = filled(request, TextForm).cleaned_data["letter_text"]
    if "look" in request.POST or "pdf" in request.POST:
        source = acts.look(template, language, text, actor=request.user)
        if "pdf" in request.POST:
            return _pdf(acts.sample(template, language, source, now=timezone.now()))
        request.looked = source  # type: ignore[attr-defined]
        return shown(request, reverse("web:letter_text", args=[template, language]))
    row = acts.propose_text(template, language, text, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, f"Text {row.number} is proposed. Letters are written from it once another person agrees.")
    return None


@page(roles=ROLES)
def letter_text_sample(request: HttpRequest, text_id: int) -> HttpResponseBase:
    """A proposed or agreed text as the PDF of an invented matter."""
    row = LetterText.objects.filter(pk=text_id).first()
    if row is None:
        raise NotVisible()
    return _pdf(acts.sample(row.template, row.language, as_source(row), now=timezone.now()))


def _pdf(letter: Letter) -> HttpResponse:
    answer = HttpResponse(letter_pdf(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="sample-{letter.template}.{letter.language}.pdf"'
    return answer


@act("web:letter_texts", roles=ROLES)
def agree(request: HttpRequest, text_id: int) -> None:
    """Let the letter have the text that was proposed."""
    row = acts.settle_text(text_id, True, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, f"Text {row.number} holds. Letters that were issued stay as they are.")


@act("web:letter_texts", roles=ROLES)
def decline(request: HttpRequest, text_id: int) -> None:
    """Decline a text, or take one's own back."""
    acts.settle_text(text_id, False, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Declined. The letter has the text that it had.")


_AT = "house/letters/"
urlpatterns = [
    path(_AT, letter_texts, name="letter_texts"),
    path(f"{_AT}texts/<int:text_id>/sample/", letter_text_sample, name="letter_text_sample"),
    path(f"{_AT}texts/<int:text_id>/agree/", agree, name="agree_letter_text"),
    path(f"{_AT}texts/<int:text_id>/decline/", decline, name="decline_letter_text"),
    path(f"{_AT}<slug:template>/<slug:language>/", letter_text, name="letter_text"),
    path(f"{_AT}<slug:template>/<slug:language>/propose/", propose_letter_text, name="propose_letter_text"),
]
