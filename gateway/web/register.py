"""The public register: pages, CSV and JSON. Reads only; what is not printed is in no row at all."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path

from gateway.web.public import open_page, show
from gateway.web.public_words import WORDS
from workflows.lawbook import numbered
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.transparency import charts, counting, queries
from workflows.transparency.editions import document
from workflows.transparency.models import Cell, Edition
from workflows.transparency.suppress import LARGEST_SMALL

QUARTERS_SHOWN = 8
_COLUMN = (counting.ANSWERS, counting.ALL)  # the last row of the table of answers
OUTCOMES = tuple(counting.OUTCOMES.values())


@open_page
def register(request: HttpRequest, language: str, period: str = "") -> HttpResponseBase:
    """The newest quarter, or the one that is asked for, with all others to choose from."""
    chosen = queries.edition(period)
    if chosen is None and period:
        raise Http404
    editions = list(Edition.objects.all())
    words = words_of(chosen, language) if chosen else WORDS[language]
    context: dict[str, Any] = {"edition": chosen, "editions": [(one, _name(one, words)) for one in editions]}
    if chosen is not None:
        recent = editions[:QUARTERS_SHOWN][::-1]
        columns = [(one, _cells(one), words_of(one, language)) for one in recent]
        cells = _cells(chosen)
        context |= {
            "period": _name(chosen, words),
            "counted_under": numbered(chosen.policy_version),
            "counted_source": numbered(chosen.policy_version).source.line(language),
            "reading": _reading(chosen, cells, words),
            "chart": charts.stacked([(_short(one), _parts(held, own)) for one, held, own in columns]),
            "outcomes": [(name, words[f"outcome.{name}"]) for name in OUTCOMES],
            "chart_rows": [
                (_name(one, words), [said(held[(*_COLUMN, name)], own) for name in OUTCOMES])
                for one, held, own in columns
            ],
            "answers": [
                (words[f"class.{name}"] if name != counting.ALL else words["all"],
                 [said(cells[counting.ANSWERS, name, column], words) for column in (*OUTCOMES, counting.ALL)])
                for name in (*REQUESTER_CLASSES, counting.ALL)
            ],
            "tables": [_list(chosen, table, prefix, words) for table, prefix in _LISTS],
        }  # fmt: skip
    return show(request, "public/register.html", language, here=_here(period), **context, w=words)


_LISTS = (
    (counting.REQUESTS, "class"), (counting.PAPERS, "paper"), (counting.REASONS, "reason"),
    (counting.DAYS, "outcome"),
    (counting.OTHER_ACTS, "act"),
)  # fmt: skip
_HEADS = {"act": "act", "class": "agency_class", "paper": "paper", "reason": "reason", "outcome": "answer"}


def words_of(edition: Edition, language: str) -> dict[str, str]:
    """The words of the page, with what the edition calls a small number."""
    words, n = WORDS[language], numbered(edition.policy_version).smallest_printed
    if n == LARGEST_SMALL + 1:
        return words
    return words | {
        "small": f"<{n}",
        "small_long": words["fewer_than"].format(n=n),
        "how_small": words["how_fewer"].format(n=n, last=n - 1),
    }


def _here(period: str) -> str:
    return "register_of" if period else "register"


def _cells(edition: Edition) -> dict[tuple[str, str, str], Cell]:
    return {(cell.table, cell.row, cell.column): cell for cell in edition.cells.all()}


def _name(edition: Edition, words: dict[str, str]) -> str:
    return words[f"q{edition.quarter}"].format(year=edition.year)


def _short(edition: Edition) -> str:
    return f"{edition.year}/{edition.quarter}"


def said(cell: Cell, words: dict[str, str]) -> str:
    """What stands in a cell, in the reader's language."""
    return words[cell.mark] if cell.mark else str(cell.value)


def _long(cell: Cell, words: dict[str, str]) -> str:
    return words["small_long"] if cell.mark == "small" else said(cell, words)


def _reading(edition: Edition, cells: dict[tuple[str, str, str], Cell], words: dict[str, str]) -> str:
    row = {
        name: _long(cells[counting.ANSWERS, counting.ALL, name], words) for name in (*OUTCOMES, counting.ALL)
    }
    return words["reading"].format(quarter=_name(edition, words), **row)


def _parts(cells: dict[tuple[str, str, str], Cell], words: dict[str, str]) -> list[charts.Part]:
    found: list[charts.Part] = []
    for name in OUTCOMES:
        cell = cells[counting.ANSWERS, counting.ALL, name]
        found.append((name, cell.value, cell.mark, f"{words[f'outcome.{name}']}: {_long(cell, words)}"))
    return found


def _list(edition: Edition, table: str, prefix: str, words: dict[str, str]) -> dict[str, Any]:
    rows = []
    for cell in edition.cells.all():
        if cell.table == table:
            name = words["all"] if cell.row == counting.ALL else words[f"{prefix}.{cell.row}"]
            rows.append((name, said(cell, words)))
    return {
        "title": words[table],
        "note": words.get(f"{table}_note", ""),
        "head": words[_HEADS[prefix]],
        "number": words["middle" if table == counting.DAYS else "number"],
        "rows": rows,
    }


@open_page
def as_csv(request: HttpRequest, language: str) -> HttpResponseBase:
    """Every edition in one file; codes, the same in both languages."""
    editions = Edition.objects.order_by("year", "quarter").prefetch_related("cells")
    response = HttpResponse(queries.as_csv(editions), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="register.csv"'
    return response


@open_page
def as_json(request: HttpRequest, language: str, period: str) -> HttpResponseBase:
    """One edition exactly as its digest in the log speaks of it."""
    chosen = queries.edition(period)
    if chosen is None:
        raise Http404
    return JsonResponse(document(chosen, chosen.cells.all()))


_AT = "public/<str:language>/register/"
urlpatterns = [
    path(_AT, register, name="register"),
    path(f"{_AT}register.csv", as_csv, name="register_csv"),
    path(f"{_AT}<str:period>/", register, name="register_of"),
    path(f"{_AT}<str:period>/register.json", as_json, name="register_json"),
]
