"""The text of a letter as somebody may write it: words, places, `if` and `for`, and nothing else.

`faults` says in sentences why a text is no letter: it names a place that the letter does not have, leaves out
one that the program's text has, or prints one in a form that nobody can read. What it lets through is drawn
by an engine that knows nothing else, with values that `places` has checked.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import FilterExpression, TextNode, Variable, VariableNode
from django.template.defaulttags import ForNode, IfNode, TemplateLiteral

LONGEST, MOST_LINES = 8_000, 300  # characters and lines of a text
MOST_FAULTS = 8
DAYS, COUNTS, YES_NO = frozenset({"day", "optional_day"}), frozenset({"count"}), frozenset({"yes_no"})
LISTS = frozenset({"reasons", "grounds", "papers", "departments", "lines", "counsel_words"})
# Parts of a value that a text may name, by the type of the place or of a line of its list.
PARTS = {
    "paper": frozenset({"court", "docket"}), "papers": frozenset({"court", "docket"}),
    "departments": frozenset({"department", "on"}),
}  # fmt: skip
OF_LOOP = frozenset({"first", "last", "counter"})
EVERYWHERE = {"city": "line", "agency": "line", "number": "line"}  # what the frame says may be said again
_OLD_FRAME = ("{% autoescape off %}", "{% endautoescape %}")  # of the program's files


class _LetterEngine(Engine):
    default_builtins = ["workflows.notices.letter_tags"]


@functools.cache
def _engine() -> Engine:
    return _LetterEngine(
        autoescape=False, libraries={}, loaders=[("django.template.loaders.locmem.Loader", {})]
    )


def bare(source: str) -> str:
    """A text without the marks that only the program's files need."""
    for mark in _OLD_FRAME:
        source = source.replace(mark, "")
    return source.replace("\r\n", "\n").strip()


def drawn(text: str, values: Mapping[str, Any]) -> str:
    """The text with its values. Raises TemplateSyntaxError for what `faults` names."""
    return Template(text, engine=_engine()).render(Context(dict(values), autoescape=False)).strip()


def faults(text: str, known: Mapping[str, str], like: str) -> list[str]:
    """Why this text is no text of the letter, a sentence each; empty where it is one.

    `known` are the places of the letter with their types, `like` is the program's text: each place that it
    says has to be said.
    """
    if not text.strip():
        return ["A letter without words is none."]
    if len(text) > LONGEST or text.count("\n") > MOST_LINES:
        return [f"A text has at most {LONGEST} characters and {MOST_LINES} lines."]
    if any(not (sign.isprintable() or sign == "\n") for sign in text):
        return ["The text holds signs that nobody sees. Type it anew, without them."]
    try:
        found = _read(text, known)
    except TemplateSyntaxError as error:
        return [f"The text cannot be read as a letter: {str(error)[:200].rstrip('.')}."]
    needed = _read(like, known).said
    missing = sorted(needed - found.said)
    gone = [f"The place {name} is left out; the letter has to say it." for name in missing]
    return [*found.faults, *gone][:MOST_FAULTS]


@dataclass
class _Reading:
    """What a text says: places that are printed (or asked, where yes and no is all they are), and faults."""

    known: Mapping[str, str]
    said: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def fault(self, says: str) -> None:
        if says not in self.faults:
            self.faults.append(says)


@dataclass(frozen=True)
class _Name:
    """A name that may be used here: the type of its value, and the place that is said by printing it."""

    kind: str
    place: str
    line: bool = False  # one of a list


def _read(text: str, known: Mapping[str, str]) -> _Reading:
    found = _Reading(known)
    scope = {name: _Name(kind, name) for name, kind in (EVERYWHERE | dict(known)).items()}
    _walk(Template(text, engine=_engine()).nodelist, scope, found)
    found.said &= known.keys()
    return found


def _walk(nodes: Iterable[Any], scope: Mapping[str, _Name], found: _Reading) -> None:
    for node in nodes:
        if isinstance(node, TextNode):
            continue
        if isinstance(node, VariableNode):
            _printed(node.filter_expression, scope, found)
        elif isinstance(node, IfNode):
            for condition, inner in node.conditions_nodelists:
                _asked(condition, scope, found)
                _walk(inner, scope, found)
        elif isinstance(node, ForNode):
            _looped(node, scope, found)
        else:
            found.fault("Only if and for may stand between the signs {% and %}.")


def _printed(expression: FilterExpression, scope: Mapping[str, _Name], found: _Reading) -> None:
    for name, part in _named(expression, scope, found):
        filters, root = _filters(expression), name.place
        kind = "day" if part == "on" else "line" if part else name.kind
        if kind in YES_NO:
            found.fault(f"The place {root} is yes or no: ask it with if.")
        elif kind in DAYS and filters != ["date"]:
            found.fault(f'The place {root} is a day: write it as {{{{ {root}|date:"F j, Y" }}}}.')
        elif kind in LISTS and not name.line and filters != ["length"]:
            found.fault(f"The place {root} is a list: write its lines with for.")
        elif kind not in DAYS and "date" in filters:
            found.fault(f"The place {root} is no day.")
        elif not filters or (kind in DAYS and filters == ["date"]):
            found.said.add(root)


def _asked(condition: Any, scope: Mapping[str, _Name], found: _Reading) -> None:
    for expression in _expressions(condition):
        for name, _ in _named(expression, scope, found):
            if name.kind in YES_NO:
                found.said.add(name.place)


def _expressions(condition: Any) -> Iterator[FilterExpression]:
    if condition is None:
        return
    if isinstance(condition, TemplateLiteral):
        value: Any = condition.value
        yield value
        return
    yield from _expressions(getattr(condition, "first", None))
    yield from _expressions(getattr(condition, "second", None))


def _looped(node: ForNode, scope: Mapping[str, _Name], found: _Reading) -> None:
    inner, sequence = dict(scope), cast(FilterExpression, node.sequence)
    for name, part in _named(sequence, scope, found):
        if name.kind not in LISTS or name.line or part or _filters(sequence):
            found.fault(f"The place {name.place} is no list: for goes through lists.")
        elif "forloop" in scope:
            found.fault("A for does not stand within another one.")
        elif len(node.loopvars) != 1 or node.loopvars[0] in scope:
            found.fault(f"Give each line of {name.place} one name that no place has.")
        else:
            inner[node.loopvars[0]] = _Name(name.kind, name.place, line=True)
    _walk(node.nodelist_loop, inner | {"forloop": _Name("forloop", "forloop")}, found)
    _walk(node.nodelist_empty, scope, found)


def _named(
    expression: FilterExpression, scope: Mapping[str, _Name], found: _Reading
) -> Iterator[tuple[_Name, str]]:
    """The name that the expression begins with and the part of it; none for a word or a number."""
    for _, arguments in expression.filters:
        if any(is_name for is_name, _ in arguments):
            found.fault("What stands behind a filter is given in quotation marks.")
    if not isinstance(expression.var, Variable) or expression.var.lookups is None:
        return
    root, *parts = expression.var.lookups
    name = scope.get(root)
    if name is None:
        found.fault(f"The letter has no place that is called {root}.")
        return
    allowed = OF_LOOP if name.kind == "forloop" else frozenset[str]()
    if name.kind == "paper" or name.line:
        allowed = PARTS.get(name.kind, frozenset())
    whole = name.kind == "forloop" or (name.kind == "departments" and name.line)  # says nothing by itself
    if len(parts) > 1 or not set(parts) <= allowed or (whole and not parts):
        found.fault(f"{'.'.join([root, *parts])} is nothing that a letter can say.")
        return
    yield name, parts[0] if parts else ""


def _filters(expression: FilterExpression) -> list[str]:
    return [function._filter_name for function, _ in expression.filters]


def left_out(
    text: str, like: str, samples: Sequence[tuple[Mapping[str, Any], Mapping[str, str]]]
) -> list[str]:
    """Places whose sample the program's text says and this one does not, in one of several letters; each
    sample comes with the words by which every place in it is known."""
    gone = set()
    for values, words in samples:
        ours, new = drawn(like, values), drawn(text, values)
        gone |= {name for name, said in words.items() if said in ours and said not in new}
    return [f"The place {name} is not said in every letter that has to say it." for name in sorted(gone)]
