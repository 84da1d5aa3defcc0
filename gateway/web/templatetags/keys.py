"""The key of an act of the review, as the person who reads has it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def key(context: Any, act: str) -> SafeString:
    """The key that does it, drawn as one; nothing where the person has switched it off."""
    chosen = context["keys"].of[act] if context["keys"].on else ""
    return format_html("<kbd>{}</kbd>", chosen) if chosen else SafeString("")
