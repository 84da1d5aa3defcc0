"""Looks for strings in a PDF with tools of its own: bytes, streams, three readers, OCR."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable

import pdfplumber
import pikepdf
import pypdfium2


def squeezed(text: str) -> str:
    """Letters and digits only, case folded."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def found_in(text: str, secrets: Iterable[str]) -> list[str]:
    """The secrets that a text still shows, however they are spaced."""
    whole = squeezed(text)
    return [secret for secret in secrets if squeezed(secret) in whole]


def bytes_found(blob: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets that stand in bytes, plain, in UTF-16 or in hex, forwards or backwards."""
    low = blob.lower()
    left = []
    for secret in secrets:
        plain = [secret.lower().encode(code) for code in ("utf-8", "utf-16-be", "utf-16-le")]
        forms = [*plain, *(form.hex().encode() for form in plain)]
        if any(form in low or form[::-1] in low for form in forms):
            left.append(secret)
    return left


def readings(data: bytes) -> dict[str, str]:
    """The text of all pages by three readers."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        plumber = "\n".join(page.extract_text() for page in document.pages)
    with pypdfium2.PdfDocument(data) as document:
        pdfium = "\n".join(page.get_textpage().get_text_range() for page in document)
    poppler = subprocess.run(
        [tool("pdftotext"), "-", "-"], input=data, capture_output=True, check=True
    ).stdout
    return {"pdfplumber": plumber, "PDFium": pdfium, "pdftotext": poppler.decode()}


def tool(name: str) -> str:
    """Path of an installed program; the test cannot do without it."""
    path = shutil.which(name)
    assert path is not None, f"{name} is needed"
    return path


def ocr(data: bytes) -> str:
    """What tesseract reads on the drawn pages."""
    texts = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            image = io.BytesIO()
            page.render(scale=200 / 72, grayscale=True).to_pil().save(image, "PNG")
            read = subprocess.run(
                [tool("tesseract"), "-", "-", "--psm", "6"], input=image.getvalue(),
                capture_output=True, check=True,
                env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            texts.append(read.stdout.decode())
    return "\n".join(texts)


def blobs(data: bytes) -> dict[str, bytes]:
    """The raw bytes, every stream inflated, and every string of every object."""
    found = {"raw": data}
    with pikepdf.open(io.BytesIO(data)) as document:
        found["trailer"] = b"\n".join(strings(document.trailer, 5))
        for number, thing in enumerate(document.objects, 1):
            if isinstance(thing, pikepdf.Stream):
                filters = re.findall(r"/\w+", str(thing.get("/Filter", "")))
                found[f"stream {number}"] = thing.read_raw_bytes() if "/DCTDecode" in filters or (
                    "/CCITTFaxDecode" in filters) else thing.read_bytes()  # fmt: skip
            found[f"object {number}"] = b"\n".join(strings(thing, 0))
    return found


def strings(thing: object, depth: int) -> list[bytes]:
    """Every string, name and key inside an object, not following references far."""
    if isinstance(thing, pikepdf.String):
        return [bytes(thing), str(thing).encode()]
    if isinstance(thing, pikepdf.Name):
        return [str(thing).encode()]
    if depth > 6:
        return []
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        inner = [part for key, part in thing.items() if key not in ("/Parent", "/P", "/Next", "/Prev")]
    else:
        inner = list(thing) if isinstance(thing, pikepdf.Array) else []
    return [text for part in inner for text in strings(part, depth + 1)]
