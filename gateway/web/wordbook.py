"""Sentences of the closed lists and texts of the letters: each with its version and since when it holds.

The sentences are policy: a change is a proposal of counsel, which another lawyer approves, and this page
leads into it. The texts of letters are files of the program or the city's own (`letter_texts`), each with a
digest.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import page, role_of
from workflows.lawbook import in_force
from workflows.lawbook.models import PolicyVersion
from workflows.lawbook.reading import held_until
from workflows.notices.letters import RESIDENT, Template, templates
from workflows.policy.document import Policy
from workflows.policy.roles import STAFF_ROLES, allowed

LISTS = {
    "exemption": "Grounds for what is withheld",
    "missing": "What a refusal names as missing",
    "grounds": "Grounds of an answer to an administrative subpoena",
    "recall": "Reasons of a recall",
}
LANGUAGES = {"en": "English", "es": "Spanish"}


@page(roles=STAFF_ROLES)
def policy_words(request: HttpRequest) -> HttpResponseBase:
    """Show every code with its sentence, and every letter with its text."""
    now = timezone.now()
    current = in_force(now)
    held = [(version, version.read()) for version in held_until(now)]
    context = {
        "nav": "policy",
        "policy": current,
        "lists": [
            (title, [_sentence(listed, *one, held) for one in current.words(listed).items()])
            for listed, title in LISTS.items()
        ],
        "letters": [_letter(row) for row in templates().values()],
        "may_change": allowed(role_of(request), "change_policy"),
        "may_settle": allowed(role_of(request), "settle_letter"),
    }
    return render(request, "staff/policy_words.html", context)


def _sentence(listed: str, code: str, words: str, held: list[tuple[PolicyVersion, Policy]]) -> dict[str, Any]:
    """A code with its sentence, and the version since which it is said so without a break; None as long as
    there is no version but the program's own."""
    since = None
    for version, policy in held:
        if policy.words(listed).get(code) != words:
            break
        since = version
    return {"code": code, "place": f"/words/{listed}/{code}", "words": words, "since": since}


def _letter(row: Template) -> dict[str, Any]:
    """A letter's version in force with its text in each language."""
    return {
        "row": row,
        "reader": "Resident" if row.reader == RESIDENT else "Agency",
        "texts": [(one, LANGUAGES[one], row.source(one)) for one in row.languages],
    }


urlpatterns = [path("policy/words/", policy_words, name="policy_words")]
