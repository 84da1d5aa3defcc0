"""`python -m redaction bench`: ratios measured side by side in one run, as one JSON object.

Absolute times depend on the machine; the ratios are what docs and CI hold us to. What is asked for
by an option or needs something that is not installed is null without it (docs/redaction.md). Files
are parsed in this process, outside the cage: `--pdfs` is for papers one trusts. Every figure is the
best of the repetitions.
"""

from __future__ import annotations

import argparse
import functools
import gc
import hashlib
import io
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2 as pdfium

from redaction import bench_set, bench_whole, burn, decide, detect, intake, report
from redaction.bench_whole import REQUESTER
from redaction.cage.fork_server import YOUNG_OBJECTS
from redaction.detect.gazetteer.tagger import TaggedView
from redaction.detect.model.doubt import Quiet
from redaction.detect.model.judge import SentenceModel
from redaction.detect.spans import Hit
from redaction.detect.views import Views
from redaction.errors import Withheld
from redaction.extract import page_reader, pdfium_text, plumber_text
from redaction.intake.flatten import PdfiumRefused
from redaction.types import Assertion, Decisions, Document, Finding, Plan
from redaction.verify import check

SEED = 20
FLOOR_SCALE = 200 / 72
OF_OPTIONS = (
    "two_processes_over_one",
    "long_pages",
    "long_pages_per_s_core",
    "long_output_bytes",
    "long_peak_mib_parent",
    "long_peak_mib_child",
)
PYMUPDF = "REDACTION_BENCH_PYMUPDF"  # names an interpreter that has PyMuPDF, outside ours
# Names the folder of a spaCy model (the one with its meta.json) that Presidio is compared with; it is
# loaded from disk, outside our environment, and never downloaded (requirements/bench.txt).
PRESIDIO_MODEL = "REDACTION_BENCH_PRESIDIO_MODEL"


@dataclass(slots=True)
class Clock:
    """Seconds by name: the best of all repetitions, summed over files. Work in this process is
    counted in processor time, so that other load on the machine does not bend the ratios."""

    repeat: int
    seconds: dict[str, float] = field(default_factory=dict)

    def best(self, name: str, work: Callable[[], Any], now: Callable[[], float] = time.process_time) -> Any:
        """Run `work` as often as asked, remember its best time under `name`, give its last result."""
        times, result = [], None
        for _ in range(self.repeat):
            start = now()
            result = work()
            times.append(now() - start)
        self.seconds[name] = self.seconds.get(name, 0.0) + min(times)
        return result

    def ratio(self, over: str, under: str) -> float | None:
        """`over` divided by `under`; None when either was not measured."""
        top, bottom = self.seconds.get(over), self.seconds.get(under)
        return round(top / bottom, 3) if top is not None and bottom else None

    def rate(self, amount: int, name: str) -> int | None:
        """How much of `amount` a second of `name` does; None when it was not measured."""
        spent = self.seconds.get(name)
        return round(amount / spent) if spent else None


@dataclass(slots=True)
class Counts:
    """What was measured."""

    files: int = 0
    withheld: int = 0
    pages: int = 0
    characters: int = 0
    findings: int = 0
    boxes: int = 0
    verifier_failures: int = 0
    output_bytes: int = 0
    source_bytes: int = 0
    pages_of_one_bit: int = 0
    bytes_of_one_bit: int = 0
    pages_read_by_ocr: int = 0


def run(argv: Sequence[str]) -> int:
    """Measure, print one JSON object, return 0; 2 for wrong usage or a folder without PDFs."""
    parser = argparse.ArgumentParser(prog="python -m redaction bench", description="Measure speed as ratios.")
    parser.add_argument("--pdfs", type=Path, metavar="DIR", help="measure these files, not the generated set")
    parser.add_argument("--files", type=int, default=20, help="size of the generated set (default 20)")
    parser.add_argument("--repeat", type=int, default=2, help="repetitions, the best one counts (default 2)")
    parser.add_argument("--two", action="store_true", help="compare two processes with one (wall clock)")
    parser.add_argument("--long", type=int, metavar="PAGES", help="measure memory on a file of so many pages")
    chosen = parser.parse_args(list(argv))
    if chosen.pdfs is not None:
        files = [path.read_bytes() for path in sorted(chosen.pdfs.glob("*.pdf"))]
    else:
        files = list(bench_set.papers(SEED, chosen.files))
    if not files or chosen.repeat < 1:
        parser.print_usage(sys.stderr)
        return 2
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    detect.load()
    gc.collect()
    gc.freeze()  # as the children of the fork server work, in which all of this is done
    gc.set_threshold(YOUNG_OBJECTS)
    figures = measure(files, chosen.repeat)
    if chosen.two:
        figures["two_processes_over_one"] = bench_whole.two_over_one(files)
    if chosen.long:
        figures |= bench_whole.long_file(chosen.long)
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


def measure(files: Sequence[bytes], repeat: int) -> dict[str, Any]:
    """Every ratio of redaction.md 3.2 over these PDFs; a file that cannot be read is counted as withheld."""
    clock, counts = Clock(repeat), Counts()
    rules = detect.load()
    marked: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _warm_up(folder)
        for data in files:
            counts.files += 1
            try:
                marked.append(_measure_file(data, folder, rules, clock, counts))
            except (Withheld, pdfium.PdfiumError, pikepdf.PdfError, PdfiumRefused):
                counts.withheld += 1
        pymupdf = _measure_pymupdf(marked, clock)
    return _figures(clock, counts) | {
        "counts": {name: getattr(counts, name) for name in Counts.__slots__},
        "seconds": {name: round(value, 4) for name, value in sorted(clock.seconds.items())},
        "repeat": repeat,
        "versions": dict(report.tools()) | ({"PyMuPDF": pymupdf} if pymupdf else {}),
        "ruleset": rules.sha256,
    }


def _warm_up(folder: Path) -> None:
    """The cage is warm: starting it is not what is measured."""
    bench_whole.whole(next(bench_set.papers(SEED, 1)), folder, 2)


def _measure_file(
    data: bytes, folder: Path, rules: detect.Ruleset, clock: Clock, counts: Counts
) -> dict[str, Any]:
    """One file measured; where its normalised form lies, and its boxes, for a comparison."""
    normalised = intake.normalise(data)
    document = _read(normalised, hashlib.sha256(data).hexdigest())
    found = decide.settle(
        clock.best("detect", lambda: detect.detect(document, rules, requester=REQUESTER)), REQUESTER
    )
    seen = Decisions(pages_seen=frozenset(page.n for page in document.pages))
    made = clock.best("plan", lambda: decide.plan(document, found, seen, rules.sha256))

    clock.best("floor", lambda: _render_grey(normalised))
    bare = Plan(made.source_sha256, made.ruleset, (), (), "")
    clock.best("raster", lambda: burn.apply_to(normalised, bare, document, io.BytesIO()))
    out = io.BytesIO()
    burned = clock.best("apply", lambda: burn.apply_to(normalised, made, document, _emptied(out)))
    counts.verifier_failures += _measure_verify(data, document, found, burned, out.getvalue(), clock)
    _measure_extraction(normalised, clock)
    _measure_pipeline(data, folder, clock, counts, len(document.pages))
    _measure_detector(document, rules, clock)
    _measure_presidio(normalised, document, clock)

    counts.pages += len(document.pages)
    counts.characters += sum(len(text.text) for text in document.texts)
    counts.findings += len(found)
    counts.boxes += len(burned.plan.boxes)
    counts.output_bytes += burned.size
    counts.source_bytes += len(data)
    _count_one_bit(out.getvalue(), burned, counts)
    path = folder / f"{counts.files}.pdf"
    path.write_bytes(normalised)
    return {"pdf": str(path), "boxes": [[one.page - 1, *one.box] for one in burned.plan.boxes]}


def _emptied(out: io.BytesIO) -> io.BytesIO:
    out.seek(0)
    out.truncate()
    return out


def _count_one_bit(output: bytes, burned: burn.Burned, counts: Counts) -> None:
    with pikepdf.open(io.BytesIO(output)) as pdf:
        for page, said in zip(pdf.pages, burned.pages, strict=True):
            if said.codec == "ccitt":
                counts.pages_of_one_bit += 1
                counts.bytes_of_one_bit += int(page.Resources.XObject.Im0.Length) + int(page.Contents.Length)


def _read(normalised: bytes, source_sha256: str = "0" * 64) -> Document:
    """Both readings of every page, without OCR."""
    with pdfium.PdfDocument(normalised) as pdf:
        numbers = range(1, len(pdf) + 1)
    pages = page_reader.read_pages(normalised, numbers)
    return Document(
        source_sha256=source_sha256,
        media_type="application/pdf",
        pages=tuple(page.facts for page in pages),
        texts=tuple(text for page in pages for text in page.texts),
        pages_by_parser=dict.fromkeys(("pdfplumber", "pdfium", "pikepdf"), len(pages)),
    )


def _render_grey(normalised: bytes) -> None:
    """The floor: a grey 200-dpi render and nothing else."""
    with pdfium.PdfDocument(normalised) as pdf:
        for page in pdf:
            page.render(scale=FLOOR_SCALE, grayscale=True).close()
            page.close()


def _measure_verify(
    source: bytes,
    document: Document,
    found: Sequence[Finding],
    burned: burn.Burned,
    output: bytes,
    clock: Clock,
) -> int:
    """Times the verifier as `redact` calls it, with the source and the values it may prove, but
    without OCR and a second burning; returns how many assertions failed (none should)."""
    key = secrets.token_bytes(32)
    said = report.blank()
    report.add_document(said, document)
    report.add_findings(said, document, found, frozenset(), key)
    report.add_plan(said, burned.plan, key)
    report.add_burned(said, [{name: getattr(page, name) for name in page.__slots__} for page in burned.pages])
    said["source"] = {
        "sha256": document.source_sha256,
        "bytes": len(source),
        "media_type": document.media_type,
    }
    said["output"] = {"sha256": burned.output_sha256, "bytes": burned.size}
    report.add_assertions(said, [Assertion("V13", "pass")])
    clear = {document.texts[one.text_index].text[one.start : one.end] for one in found}
    unread = {page.n: "" for page in burned.pages}
    assertions = clock.best(
        "verify", lambda: check(output, said, source=source, key=key, clear=clear, tables=unread)
    )
    return sum(one.result == "fail" for one in assertions)


def _measure_pymupdf(marked: Sequence[dict[str, Any]], clock: Clock) -> str | None:
    """PyMuPDF's redact and save for the same boxes, in its own interpreter; its version, None where
    no interpreter is named."""
    interpreter = os.environ.get(PYMUPDF)
    if not interpreter or not marked:
        return None
    program = Path(__file__).with_name("bench_pymupdf.py")  # alone: our `types` is not the library's
    asked = json.dumps({"repeat": clock.repeat, "files": marked})
    ended = subprocess.run(
        [interpreter, "-I", str(program)], input=asked, capture_output=True, text=True, check=True
    )
    answer = json.loads(ended.stdout)
    clock.seconds["pymupdf"] = sum(answer["seconds"])
    return str(answer["version"])


def _measure_extraction(normalised: bytes, clock: Clock) -> None:
    def with_pdfium() -> None:
        with pdfium.PdfDocument(normalised) as pdf:
            for at, page in enumerate(pdf):
                pdfium_text.read(page, at + 1, page_reader.frame_of(page))
                page.close()

    def with_plumber(read: Callable[[Any], Any]) -> None:
        with pdfplumber.open(io.BytesIO(normalised)) as pdf:
            for page in pdf.pages:
                read(page)
                page.close()

    clock.best("extract_pdfium", with_pdfium)
    clock.best("extract_chars", lambda: with_plumber(lambda page: page.chars))
    clock.best("extract_pdfplumber", lambda: with_plumber(plumber_text.read))


def _measure_pipeline(data: bytes, folder: Path, clock: Clock, counts: Counts, pages: int) -> None:
    """The whole way, children and their cages included. A file that is withheld is not timed."""
    before = dict(clock.seconds)
    try:
        done = clock.best("pipeline", lambda: bench_whole.whole(data, folder, pages), bench_whole.cpu_s)
    except Withheld:
        clock.seconds = before
        counts.withheld += 1
        return
    clock.seconds["pipeline_pages"] = clock.seconds.get("pipeline_pages", 0.0) + pages
    counts.pages_read_by_ocr += done.read_by_ocr


def _measure_presidio(normalised: bytes, document: Document, clock: Clock) -> None:
    """Presidio as it comes, and a plain loop of pdfplumber and Presidio; only with its model installed."""
    model = os.environ.get(PRESIDIO_MODEL)
    if not model:
        return
    analyzer = _presidio(model)
    clock.best(
        "presidio",
        lambda: [analyzer.analyze(text.text, language="en") for text in document.texts if text.text],
    )

    def plain_loop() -> None:
        with pdfplumber.open(io.BytesIO(normalised)) as pdf:
            for page in pdf.pages:
                analyzer.analyze(page.extract_text(), language="en")
                page.close()

    clock.best("plain_loop", plain_loop)


@functools.lru_cache(maxsize=1)
def _presidio(model: str) -> Any:
    """Presidio's default engine with the model of a folder, warm. OSError where no model is: naming
    one that is not there must not end in a download, nor in a figure."""
    if not (Path(model) / "meta.json").is_file():
        raise FileNotFoundError(f"{PRESIDIO_MODEL} names no folder of a spaCy model")
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    chosen = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    analyzer = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=chosen).create_engine())
    analyzer.analyze("warm up", language="en")
    return analyzer


class _RulesAlone(SentenceModel):
    """Judges nothing: for the price of the rules without the sentence model. Only here."""

    def judge(
        self,
        views: Views,
        tagged: TaggedView,
        labels: Sequence[int],
        found: Sequence[tuple[int, int]],
        told: Sequence[tuple[int, int]],
    ) -> tuple[list[Hit], list[Quiet]]:
        """No sentence to review and none that is calm."""
        return [], []


def _measure_detector(document: Document, rules: detect.Ruleset, clock: Clock) -> None:
    """The detector on every text, without and with its sentence model, as the pipeline's child calls it."""
    bare = replace(rules, model=_RulesAlone(rules.model.reader, rules.model.weights))
    texts = [text.text for text in document.texts]
    for name, chosen in (("detect_rules", bare), ("detect_model", rules)):
        clock.best(name, functools.partial(_detect_all, texts, chosen))


def _detect_all(texts: Sequence[str], rules: detect.Ruleset) -> None:
    for text in texts:
        detect.detect_text(text, rules)


def _figures(clock: Clock, counts: Counts) -> dict[str, Any]:
    """The ratios, each with the name of the outside contract."""
    pages = clock.seconds.pop("pipeline_pages", None)
    spent = clock.seconds.get("pipeline")
    return {
        "apply_over_render_floor": clock.ratio("apply", "floor"),
        "raster_over_render_floor": clock.ratio("raster", "floor"),
        "verify_over_apply": clock.ratio("verify", "apply"),
        "pipeline_pages_per_s_core": round(pages / spent, 3) if pages and spent else None,
        "pipeline_over_plain_loop": clock.ratio("pipeline", "plain_loop"),
        "extract_pdfium_over_pdfplumber": clock.ratio("extract_chars", "extract_pdfium"),
        "extract_pdfplumber_over_chars": clock.ratio("extract_pdfplumber", "extract_chars"),
        "detect_chars_per_s": clock.rate(counts.characters, "detect_rules"),
        "detect_model_chars_per_s": clock.rate(counts.characters, "detect_model"),
        "detect_over_presidio_default": clock.ratio("presidio", "detect_rules"),
        "detect_model_over_presidio_default": clock.ratio("presidio", "detect_model"),
        "drop_burn_over_pymupdf": clock.ratio("apply", "pymupdf"),
        "output_over_source_bytes": round(counts.output_bytes / counts.source_bytes, 3)
        if counts.source_bytes
        else None,
        "bytes_per_one_bit_page": round(counts.bytes_of_one_bit / counts.pages_of_one_bit)
        if counts.pages_of_one_bit
        else None,
        **dict.fromkeys(OF_OPTIONS),
    }
