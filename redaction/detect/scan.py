"""One text in, settled hits out: the light path, RE2 only, used by everything else here.

Long texts are read in overlapping pieces, so time grows with length only and memory stays flat.
A piece owns the hits that start in its own part; it sees a margin on both sides, wider than any
rule reaches, so cutting changes nothing.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from redaction.detect import identifiers, policy
from redaction.detect.breaks import BREAK, parted
from redaction.detect.clauses import with_clauses
from redaction.detect.company import of_persons, with_company
from redaction.detect.engine import RawHit
from redaction.detect.gazetteer.tagger import TaggedView, case_holds
from redaction.detect.goods import of_things
from redaction.detect.grid import Line, lines_of
from redaction.detect.labels import FIELD
from redaction.detect.lone import lone_cells
from redaction.detect.model import brief
from redaction.detect.model.doubt import doubted
from redaction.detect.model.judge import with_reviews
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.ruleset import Ruleset
from redaction.detect.seeds import Seed, find_seeds
from redaction.detect.spans import (
    FIRM_SCORE,
    SHOWN,
    Hit,
    Settled,
    as_beside,
    cancel,
    excuses,
    outside,
    parted_by,
    settle,
    trim,
)
from redaction.detect.tables import Tables
from redaction.detect.views import Views, make_views
from redaction.errors import DetectorError
from redaction.types import Action, Box

PIECE = 32_000
MARGIN = 600
SHORTEST = 8  # letters and digits of words beside those that tell; less goes with them
TELLS = 0.6  # the score of a cell's own words from which they say what the column is about


@dataclass(frozen=True, slots=True)
class Reading:
    """The views of one piece of text and the cues found in it. `parted` is `views.joined` with the
    breaks that no hard negative reaches over; what stands inside one of the `excused` spans is no cue."""

    views: Views
    parted: bytes
    tagged: TaggedView
    ruleset: Ruleset
    cue_spans: dict[str, list[tuple[int, int]]]
    excused: list[Hit]

    def near(self, cue: str, start: int, end: int, reach: int) -> tuple[int, int] | None:
        """The first cue of that name within `reach` characters that is not the span itself."""
        if cue not in self.cue_spans:
            found = self.tagged.joined_spans(self.ruleset.cues[cue].spans(self.tagged.data))
            self.cue_spans[cue] = sorted(outside(found, self.excused))
        spans = self.cue_spans[cue]
        for at in range(bisect.bisect_left(spans, (start - reach, 0)), len(spans)):
            first, last = spans[at]
            if first > end + reach:
                break
            if last <= end + reach and not (first >= start and last <= end):
                return first, last
        return None


def scan_text(
    text: str,
    ruleset: Ruleset,
    requester: str | None = None,
    seeds: Sequence[Seed] = (),
    cells: Sequence[Box | None] = (),
) -> list[Settled]:
    """Settled hits of `text` in its own code points, sorted, without overlaps, kept ones included.
    `cells` are the places of its characters on a page: tables are read by them.

    Raises DetectorError whenever anything goes wrong: never fewer hits. ValueError for an unknown
    requester class, before anything is read.
    """
    if requester is not None and requester not in policy.REQUESTERS:
        raise ValueError("unknown requester class")
    try:
        lines = lines_of(text, cells)
        tables = ruleset.labels.tables(lines)
        return list(_last.settled(text, ruleset, requester, tuple(seeds), lines, tables))
    except DetectorError:
        raise
    except MemoryError as out:  # withheld: a partial answer would be a leak
        raise DetectorError("out_of_memory", "the text needs more memory than is allowed") from out
    except Exception as wrong:  # withheld: whatever broke, the caller must not take it for "nothing found"
        raise DetectorError("detector_failed", type(wrong).__name__) from wrong


def _settled(
    text: str,
    ruleset: Ruleset,
    requester: str | None,
    lines: Sequence[Line],
    tables: Tables,
    every: Sequence[Hit],
) -> list[Settled]:
    """What becomes of every hit in the text and of the cells of its tables. Where the lines stand on a
    page is told by the tables alone."""
    told = sorted((hit.start, hit.end) for hit in every if _tells(hit))
    cell_hits = list(ruleset.labels.cell_hits(text, tables, told))
    every = [*parted_by(every, sorted(cell_hits, key=lambda hit: hit.start), text), *cell_hits]
    hits = [hit for hit in of_persons(every, lines, ruleset.labels.names) if hit.end > hit.start]
    hits = list(ruleset.matters.shown(of_things(hits, text, lines), text))
    acted = [Settled(hit, _action(hit, ruleset, requester)) for hit in hits if hit.layer != MODEL_LAYER]
    is_other = ruleset.labels.is_other
    few = [
        h
        for h in hits
        if h.rule == brief.RULE and not is_other(text[h.start : h.end].partition(":")[0].strip())
    ]
    doubtful = [hit for hit in hits if hit.layer == MODEL_LAYER and hit.rule != brief.RULE]
    settled = with_clauses(with_reviews(settle(acted, dict(ruleset.kinds), text), doubtful, text), text)
    return brief.with_brief(with_company(settled, lines, is_other, text), few)


_NOTHING: tuple[Ruleset | None, tuple[object, ...], list[Hit]] = (None, (), [])
_UNSETTLED: tuple[Sequence[Hit], tuple[object, ...], list[Settled]] = ([], (), [])


class _Last:
    """What was found in the last text. Two parsers read every page, and mostly read the same: it is then
    searched once, and settled once where they see the same tables in it. Longer texts are let go."""

    def __init__(self) -> None:
        self._kept = _NOTHING
        self._done = _UNSETTLED

    def settled(
        self,
        text: str,
        ruleset: Ruleset,
        requester: str | None,
        seeds: tuple[Seed, ...],
        lines: Sequence[Line],
        tables: Tables,
    ) -> Sequence[Settled]:
        """The settled hits of the text, in order. Errors are never remembered."""
        every = self.hits(text, ruleset, seeds, tables)
        known_every, known, done = self._done
        if known_every is not every or known != (requester, tables):
            done = _settled(text, ruleset, requester, lines, tables, every)
            kept = self._kept[2] is every
            self._done = (every, (requester, tables), done) if kept else _UNSETTLED
        return done

    def hits(self, text: str, ruleset: Ruleset, seeds: tuple[Seed, ...], tables: Tables) -> Sequence[Hit]:
        """Every hit in every piece of the text, in its code points. Errors are never remembered."""
        asked = (text, seeds, tables.headers, tables.rows)
        known_ruleset, known, found = self._kept
        if known_ruleset is not ruleset or known != asked:
            found = [
                hit for piece in _pieces(text) for hit in _scan_piece(text, piece, ruleset, seeds, tables)
            ]
            self._kept = (ruleset, asked, found) if len(text) <= PIECE else _NOTHING
        return found


def _tells(hit: Hit) -> bool:
    """True for a hit that tells by itself what its column is about."""
    return hit.layer not in ("label", "hard_negative", MODEL_LAYER) and hit.score >= TELLS


_last = _Last()


def _action(hit: Hit, ruleset: Ruleset, requester: str | None) -> Action:
    return policy.action_for(ruleset.kinds[hit.type], hit.score, hit.layer, requester, ruleset.thresholds)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Own parts of the text, each ending after a line end or blank where there is one near."""
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE)
        if end < len(text):
            for mark in ("\n", " "):
                at = text.rfind(mark, end - 1000, end)
                if at > start:
                    end = at + 1
                    break
        yield start, end
        start = end


def _scan_piece(
    text: str, piece: tuple[int, int], ruleset: Ruleset, seeds: Sequence[Seed], tables: Tables
) -> list[Hit]:
    start, end = piece
    low, high = max(0, start - MARGIN), min(len(text), end + MARGIN)
    reading = read(text[low:high], ruleset)
    views = reading.views
    headers, rows = (_in_view(views, spans, low, high) for spans in (tables.headers, tables.rows))
    found, growth = _hits(reading, seeds, headers, rows), ruleset.growth
    negatives = [growth.with_article(hit, reading.parted) for hit in found if hit.cancels]
    hits = growth.grow(cancel((hit for hit in found if not hit.cancels), negatives), views.joined)
    printed = [hit for hit in negatives if "*" in hit.cancels]
    hits = trim(hits, printed, reading.parted)
    labels = sorted(hit.start for hit in found if hit.layer == "label" and not hit.rule.endswith(FIELD))
    alive = [(hit.start, hit.end) for hit in hits if hit.score > 0.0]
    doubtful, calm = ruleset.model.judge(views, reading.tagged, labels, alive, [*headers, *rows])
    hits = doubted(hits, calm, ruleset.everyday, views.joined)
    owned = []
    for hit in itertools.chain(hits, excuses(negatives), doubtful):
        first, last = views.source_span(hit.start, hit.end)
        if start <= first + low < end:
            evidence = tuple(
                (a + low, b + low) for a, b in (views.source_span(*span) for span in hit.evidence)
            )
            owned.append(hit.moved(first + low, last + low, evidence))
    return owned


def read(text: str, ruleset: Ruleset) -> Reading:
    """The views of a piece of text."""
    views = make_views(text)
    breaks = parted(views)
    reading = Reading(views, breaks, ruleset.tagger.tag(views, breaks), ruleset, {}, [])
    return replace(reading, excused=list(_excuses(reading)))


def _in_view(views: Views, spans: Sequence[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    """Lines of the text that lie in a piece of it, in joined offsets."""
    at = bisect.bisect_left(spans, (low, low))
    inside = itertools.takewhile(lambda span: span[0] < high, spans[at:])
    return [
        (views.index_of(first - low), views.index_of(last - low)) for first, last in inside if last <= high
    ]


def _hits(
    reading: Reading,
    seeds: Sequence[Seed],
    headers: Sequence[tuple[int, int]],
    rows: Sequence[tuple[int, int]],
) -> list[Hit]:
    hits = list(identifiers.find(reading.views, reading.near, reading.ruleset.numbers, reading.parted))
    numbers = sorted(hit.start for hit in hits if hit.score >= FIRM_SCORE)
    hits.extend(rule_hits(reading))
    hits.extend(lone_cells(reading.views, reading.tagged, reading.ruleset.cells))
    hits.extend(reading.ruleset.labels.find(reading.views, headers, rows, numbers))
    if seeds:
        hits.extend(find_seeds(reading.views, seeds))
    return hits


def rule_hits(reading: Reading) -> Iterator[Hit]:
    """Hits of the lexicon and of the hard negatives, in joined offsets, neither grown nor settled."""
    rules, views, tagged = reading.ruleset, reading.views, reading.tagged
    yield from reading.excused
    for raw in rules.joined.run(views.joined):
        if hit := _weigh(raw, (raw.start, raw.end), (raw.case_start, raw.case_end), raw.whole, reading):
            yield hit
    yield from _of_tagged(rules.tagged.run(tagged.data), reading)


def _excuses(reading: Reading) -> Iterator[Hit]:
    """Hits of the hard negatives of the lexicon, in joined offsets. None of them hangs on a cue."""
    rules = reading.ruleset
    for raw in rules.joined_excuses.run(reading.parted):
        if hit := _weigh(raw, (raw.start, raw.end), (raw.case_start, raw.case_end), raw.whole, reading):
            yield hit
    yield from _of_tagged(rules.tagged_excuses.run(reading.tagged.parted), reading)


def _of_tagged(raws: Iterable[RawHit], reading: Reading) -> Iterator[Hit]:
    """The hits of rules on the tagged view, those with a core as what tells and what stands beside it."""
    tagged, joined = reading.tagged, reading.views.joined
    for raw in raws:
        span = tagged.joined_span(raw.start, raw.end)
        cased = tagged.joined_span(raw.case_start, raw.case_end)
        said = span if raw.whole == (raw.start, raw.end) else tagged.joined_span(*raw.whole)
        if hit := _weigh(raw, span, cased, said, reading):
            if raw.core == (raw.start, raw.end):
                yield hit
            else:
                alone = raw.core[0] < raw.core[1]
                yield from _cored(hit, tagged.joined_span(*raw.core) if alone else (0, 0), joined)


def _cored(hit: Hit, core: tuple[int, int], data: bytes) -> Iterator[Hit]:
    """The hit cut to what tells by itself, and what stands before and after it as hits that a person
    looks at ("Where were you born?"). All are excused together, as the phrase that they are."""
    whole = (min(hit.start, hit.said[0]), max(hit.end, hit.said[1])) if hit.said[1] else (hit.start, hit.end)
    start, end = _within(data, max(core[0], hit.start), min(core[1], hit.end))
    if start >= end:
        yield replace(hit, score=min(hit.score, SHOWN))
        return
    rests = [_within(data, hit.start, start), _within(data, end, hit.end)]
    start = hit.start if _letters(data, *rests[0]) < SHORTEST else start
    end = hit.end if _letters(data, *rests[1]) < SHORTEST else end
    yield replace(hit, start=start, end=end, said=whole)
    for first, last in rests:
        if first < last and (last <= start or first >= end):
            yield as_beside(replace(hit, start=first, end=last))


def _letters(data: bytes, start: int, end: int) -> int:
    return sum(map(bytes.isalnum, (data[at : at + 1] for at in range(start, end))))


def _within(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The span without what is neither letter nor digit at its ends."""
    while start < end and not data[start : start + 1].isalnum():
        start += 1
    while end > start and not data[end - 1 : end].isalnum():
        end -= 1
    return start, end


def _weigh(
    raw: RawHit, span: tuple[int, int], cased: tuple[int, int], said: tuple[int, int], reading: Reading
) -> Hit | None:
    """The hit with its score after case and context, or None when its case is wrong or it would
    excuse over a break."""
    rule = raw.rule
    if rule.cancels and BREAK in reading.parted[span[0] : span[1]]:
        return None
    if rule.case and not case_holds(reading.views.original(*cased), rule.case):
        return None
    start, end = _trim(reading.views.joined, *span)
    score = rule.score
    evidence: tuple[tuple[int, int], ...] = ((start, end),)
    if rule.cue:
        cue = reading.near(rule.cue, start, end, rule.reach)
        if cue is None:
            score = rule.alone
        else:
            evidence = (*evidence, cue)
    return Hit(
        start,
        end,
        rule.type,
        score,
        rule.id,
        rule.version,
        rule.layer,
        rule.why,
        rule.grow,
        rule.cancels,
        evidence,
        said if said != span and score >= FIRM_SCORE and rule.type == "COUNTRY_OF_BIRTH" else (0, 0),
    )


def _trim(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The span without punctuation at its end, and with the bracket that it closes."""
    while end > start and data[end - 1] in b" .,;:!?":
        end -= 1
    if start and data[start - 1] == 40 and data.count(b")", start, end) > data.count(b"(", start, end):
        start -= 1
    return start, end
