"""All that a letter's text may do besides saying words: `if`, `for` and three filters. Nothing else of the
template language is known to the engine of `letter_markup`: no file is read, no code of ours is reached."""

from __future__ import annotations

from django.template import Library, defaultfilters, defaulttags

register = Library()
register.tag("if", defaulttags.do_if)
register.tag("for", defaulttags.do_for)
register.filter("date", defaultfilters.date)
register.filter("length", defaultfilters.length)
register.filter("pluralize", defaultfilters.pluralize)
