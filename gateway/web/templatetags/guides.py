"""What a state means, for the pages that show it."""

from __future__ import annotations

from django import template

from gateway.web.guide_words import PAPERS, RECORDS, STAGES, Stage
from workflows.matters.states import State

register = template.Library()


@register.filter
def about_stage(state: str) -> Stage:
    """What the state of a matter means, what people do in it, and what to do when it does not go on."""
    return STAGES[State(state)]


@register.filter
def about_paper(state: str) -> str:
    """What the state of a paper means."""
    return PAPERS[state]


@register.filter
def about_record(state: str) -> str:
    """What the state of a record means."""
    return RECORDS[state]
