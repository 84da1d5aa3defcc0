"""The closed list of what a child can be asked to do. Each step: (arguments, byte strings) in,
(JSON value, byte strings) out. Imports are inside, so that a child loads only what its step needs.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Sequence
from typing import Any

Answer = tuple[Any, Sequence[bytes]]
EXCUSE = "hard_negative"  # the layer of what is kept for a stated reason
Step = Callable[[dict[str, Any], tuple[bytes, ...]], Answer]


def self_test(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """What this child can do although it should not: tried, not looked up."""
    import resource

    import pikepdf  # noqa: F401 - proves that the parsers load under the limits

    return {
        "root": os.geteuid() == 0,
        "can_start_process": _can_start_process(),
        "network": _has_network(),
        "root_writable": _can_write("/usr") or _can_write(os.path.dirname(__file__)),
        "reads_outside": _can_read("/etc/passwd"),
        "leaves_files": any(map(_can_write, ("/tmp", "/var/tmp", "/dev", "/dev/shm"))),
        "memory_bound": _memory_is_bound(resource.getrlimit(resource.RLIMIT_AS)[0]),
        "core_bound": resource.getrlimit(resource.RLIMIT_CORE)[1] == 0,
        "no_new_privileges": _no_new_privileges(),
        "calls_filtered": _calls_are_filtered(),
        "parsers": True,
    }, ()


def _can_start_process() -> bool:
    try:
        child = os.fork()
    except OSError:
        return False
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _has_network() -> bool:
    """True when a socket can be made and an interface other than loopback exists. No packet is sent."""
    try:
        return any(name != "lo" for _, name in socket.if_nameindex())
    except OSError:
        return False  # listing interfaces takes a socket


def _calls_are_filtered() -> bool:
    """True when calls that would each succeed, or fail for another reason, are not permitted."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    tries: tuple[Callable[[], int], ...] = (
        lambda: libc.unshare(0),
        lambda: libc.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0),
        lambda: libc.execve(b"/nonexistent", None, None),
    )
    return all(call() == -1 and ctypes.get_errno() == errno.EPERM for call in tries)


def _can_write(folder: str) -> bool:
    path = os.path.join(folder, f".cage-{os.getpid()}")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False
    os.unlink(path)
    return True


def _can_read(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def _memory_is_bound(limit: int) -> bool:
    import mmap

    try:
        mmap.mmap(-1, limit + 1024 * 1024).close()
    except (OSError, ValueError, OverflowError):
        return True
    return False


def _no_new_privileges() -> bool:
    import ctypes

    return bool(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1)  # PR_GET_NO_NEW_PRIVS


def convert(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[received] -> {"media_type", "plain", "asides", "counts", "readable"}, [pdf, for LibreOffice,
    files in it...]: of the first two one is empty, `readable` tells which files could be had."""
    from redaction.intake.convert import convert as to_pdf
    from redaction.intake.limits import Limits

    done = to_pdf(blobs[0], arguments["media_type"], Limits(**arguments["limits"]))
    value = {
        "media_type": done.media_type,
        "plain": done.plain,
        "readable": [file.data is not None for file in done.files],
        **done.found.as_json(),
    }
    return value, [done.pdf, done.for_office, *(file.data or b"" for file in done.files)]


def kind(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[received] -> exact media type."""
    from redaction.intake.kinds import exact
    from redaction.intake.limits import Limits

    return exact(blobs[0], arguments["media_type"], Limits(**arguments["limits"])), ()


def members(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[received] -> [name, size] of every file in it."""
    from redaction.intake.family import members as list_members
    from redaction.intake.limits import Limits

    found = list_members(blobs[0], arguments["media_type"], Limits(**arguments["limits"]))
    return [[name, size] for name, size in found], ()


def member(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[received] -> which of the files at "places" could be had, [those files]."""
    from redaction.intake.family import taken
    from redaction.intake.limits import Limits

    limits = Limits(**arguments["limits"])
    found = taken(blobs[0], arguments["media_type"], limits, arguments["places"])
    return [data is not None for data in found], [data or b"" for data in found]


def office(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[cleaned office file] -> [pdf], by LibreOffice. The one step that may start a program."""
    from redaction.intake.office import convert_here

    pdf = convert_here(blobs[0], arguments["media_type"], arguments["program"])
    return None, [pdf]


def join(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[flattened pdfs] -> [one pdf with all their pages]."""
    from redaction.intake.join import joined

    return None, [joined(blobs)]


def look(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[pdf] -> what pikepdf and pdfplumber see."""
    from redaction.intake.limits import Limits
    from redaction.intake.look import look as look_over

    limits = Limits(**arguments["limits"])
    return look_over(blobs[0], limits, as_received=arguments["as_received"]).as_json(), ()


def readings(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[damaged pdf] -> nothing; Quarantined where two parsers do not read the same on each page."""
    from redaction.intake.look import refuse_other_text

    refuse_other_text(blobs[0], arguments["pages"])
    return None, ()


def normalise(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[pdf] -> {"pages", "password", "rotations"}, [flattened pdf] (empty where PDFium refuses)."""
    from redaction.intake.flatten import PdfiumRefused, flatten
    from redaction.intake.limits import Limits

    try:
        flat = flatten(blobs[0], Limits(**arguments["limits"]))
    except PdfiumRefused as refused:
        return {"pages": None, "password": refused.password, "rotations": []}, [b""]
    return {"pages": flat.pages, "password": False, "rotations": flat.rotations}, [flat.data]


def places(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[source pdf, flattened pdf] -> {"pages", "texts", "regions", "odd_fonts", "dropped"}, cells and
    sizes."""
    import pypdfium2

    from redaction.cage.document_frames import pack_facts, pack_texts
    from redaction.extract import places as said
    from redaction.extract.page_reader import frame_of
    from redaction.types import PageFacts

    document = pypdfium2.PdfDocument(blobs[1])
    frames = [frame_of(document[i]) for i in range(len(document))]
    found = said.read(blobs[0], frames)
    heads, out = pack_texts(found.texts)
    regions = [
        pack_facts(PageFacts(n, 0, 0, 0, False, False, regions=tuple(several)))
        for n, several in found.regions.items()
    ]
    return {
        "pages": len(frames),
        "texts": heads,
        "regions": regions,
        "odd_fonts": sorted(found.odd_fonts),
        "dropped": dict(found.dropped),
    }, out


def read_pages(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[flattened pdf] -> {"facts", "texts", "ocr"}, cells and sizes."""
    from redaction.cage.document_frames import pack_facts, pack_texts
    from redaction.extract.page_reader import read_pages as read

    pages = read(blobs[0], arguments["pages"])
    heads, out = pack_texts([text for page in pages for text in page.texts])
    return {
        "facts": [pack_facts(page.facts) for page in pages],
        "texts": heads,
        "ocr": [[page.ocr, page.why] for page in pages],
    }, out


def render(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[pdf] -> {"width", "height"}, [pixels]."""
    from redaction.extract.render import render as draw

    width, height, pixels = draw(
        blobs[0], arguments["page"], arguments["dpi"], grey=arguments["grey"], most_px=arguments["most_px"]
    )
    return {"width": width, "height": height}, [pixels]


def render_from(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[pdf] -> {"count", "sizes"}, pixels of the pages from "first" on, as many as fit."""
    from redaction.extract.render import render_from as draw

    count, drawn = draw(
        blobs[0],
        arguments["first"],
        arguments["dpi"],
        most_px=arguments["most_px"],
        most_pages=arguments["most_pages"],
        most_bytes=arguments["most_bytes"],
    )
    sizes = [[width, height] for width, height, _ in drawn]
    return {"count": count, "sizes": sizes}, [pixels for _, _, pixels in drawn]


def rapidocr(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[grey pixels] -> lines."""
    from redaction.extract.ocr import rapidocr_lines

    return rapidocr_lines(blobs[0], arguments["width"], arguments["height"]), ()


def verify_pixels(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[output] -> {"dpi"}, [graymap of one page without its boxes]."""
    from redaction.verify.reading import pixels_step

    return pixels_step(arguments, blobs)


def verify_ocr(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[graymap] -> table of the words that rapidocr reads."""
    from redaction.verify.reading import ocr_step

    return ocr_step(arguments, blobs)


def verify(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[output, key, source, converted] -> rows of assertion, result, detail."""
    from redaction.verify.caged import step

    return step(arguments, blobs)


def detect(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """The document's cells and sizes -> {"ruleset", "findings"}.

    The findings of `redaction.detect.detect`, named hard negatives included, without presidio
    between engine and answer: it hands on exactly what `detect_text` finds (a test holds both
    equal), and importing it takes longer than reading a report. Readers that agree on a text have
    it searched once. Labels with nothing behind them come last, as empty findings.
    """

    from redaction import detect as detector
    from redaction.cage.document_frames import unpack_document
    from redaction.cage.plan_frames import pack_finding
    from redaction.decide.blanks import with_blanks
    from redaction.detect.layout import with_gaps
    from redaction.extract.cut_cells import with_cut_cells
    from redaction.types import Action

    document = unpack_document(arguments["document"], blobs)
    ruleset, seeds = detector.load(), tuple(arguments["seeds"])
    read: dict[str, list[Any]] = {}
    found = []
    for index, text in enumerate(document.texts):
        laid_out = with_cut_cells(text, with_gaps(text))
        if laid_out not in read:
            every = detector.detect_text(laid_out, ruleset, arguments["requester"], seeds=seeds, keeps=True)
            read[laid_out] = [one for one in every if one.action != Action.KEEP or one.layer == EXCUSE]
        for one in read[laid_out]:
            if (there := detector.placed(one, index, text)) is not None:
                found.append(there)
    found = with_blanks(document, found, ruleset, arguments["requester"])
    return {"ruleset": ruleset.sha256, "findings": [pack_finding(f) for f in found]}, ()


def plan(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """The document's cells and sizes -> plan. Parses nothing, but may take long on a hostile page."""
    from redaction import decide
    from redaction.cage.document_frames import unpack_document
    from redaction.cage.plan_frames import pack_plan, unpack_decisions, unpack_finding

    document = unpack_document(arguments["document"], blobs)
    findings = [unpack_finding(row) for row in arguments["findings"]]
    return pack_plan(decide.plan(document, findings, unpack_decisions(arguments["decisions"]))), ()


def burn(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[flattened pdf, cells and sizes] -> {"pages", "plan"}, [output pdf]."""
    import io
    from dataclasses import asdict

    from redaction.burn import apply_to
    from redaction.cage.document_frames import unpack_document
    from redaction.cage.plan_frames import pack_plan, unpack_plan
    from redaction.types import Extras

    document = unpack_document(arguments["document"], blobs[1:])
    out = io.BytesIO()
    extras = Extras(**arguments.get("extras", {}))
    burned = apply_to(blobs[0], unpack_plan(arguments["plan"]), document, out, extras)
    return {
        "pages": [asdict(page) for page in burned.pages],
        "plan": pack_plan(burned.plan),
        "refused": sorted(burned.refused),
        "sha256": burned.output_sha256,
    }, [out.getvalue()]


def burn_again(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[flattened pdf, cells and sizes] -> what burning some pages a second time gives, page by page."""
    from redaction.burn.again import again
    from redaction.cage.document_frames import unpack_document
    from redaction.cage.plan_frames import unpack_plan
    from redaction.types import Extras

    document = unpack_document(arguments["document"], blobs[1:])
    plan, extras = unpack_plan(arguments["plan"]), Extras(**arguments["extras"])
    return again(blobs[0], plan, document, arguments["pages"], extras, arguments["of"]), ()


def draw_source(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[received pdf] -> {"width", "height"}, [pixels] of one page as the burning step sees it."""
    from redaction.errors import Rejected
    from redaction.extract.render import render as draw
    from redaction.intake.flatten import PdfiumRefused, flatten
    from redaction.intake.limits import Limits

    try:
        flat = flatten(blobs[0], Limits(), only=arguments["page"])
    except PdfiumRefused as refused:
        raise Rejected("encrypted" if refused.password else "malformed") from None
    width, height, pixels = draw(
        flat.data, arguments["page"], arguments["dpi"], grey=False, most_px=arguments["most_px"]
    )
    return {"width": width, "height": height}, [pixels]


def surviving_words(arguments: dict[str, Any], blobs: tuple[bytes, ...]) -> Answer:
    """[output pdf] -> for each page its words, [x, y, text] in order, by the verifier's own grammar."""
    from redaction.verify import content, objects, structure

    layers = [content.parse(data) for data in objects.page_contents(structure.parse(blobs[0]))]
    return [[[word.x, word.y, word.text] for word in layer.words] for layer in layers], ()


STEPS: dict[str, Step] = {
    "surviving_words": surviving_words,
    "detect": detect,
    "plan": plan,
    "burn": burn,
    "burn_again": burn_again,
    "draw_source": draw_source,
    "verify": verify,
    "verify_pixels": verify_pixels,
    "verify_ocr": verify_ocr,
    "places": places,
    "read_pages": read_pages,
    "render": render,
    "render_from": render_from,
    "rapidocr": rapidocr,
    "self_test": self_test,
    "convert": convert,
    "join": join,
    "kind": kind,
    "member": member,
    "members": members,
    "office": office,
    "look": look,
    "readings": readings,
    "normalise": normalise,
}
