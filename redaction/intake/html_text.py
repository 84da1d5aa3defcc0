"""An HTML file as the text a reader sees. Nothing is loaded, no script runs, no style is applied.

Everything between tags is shown, whatever a style would have hidden; what is no text (comments,
scripts, addresses of links, attributes that say something) is listed beside it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from redaction.intake.aside import Asides

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "body", "head", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select",
    "summary", "table", "tbody", "textarea", "tfoot", "thead", "title", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_SCRIPTS = frozenset({"script", "style"})
_SAID = ("alt", "title", "placeholder", "aria-label", "summary", "label", "srcdoc")
_VALUES = ("value", "content")
_LOADED = frozenset({"img", "link", "iframe", "frame", "embed", "object", "audio", "video", "source", "base"})
_BLANK = re.compile(r"[ \t\f\v\u00a0]+")


def text_of(html: str, found: Asides) -> str:
    """The words of the page, blocks on lines of their own, cells of a table apart by tabs."""
    reader = _Reader(found)
    reader.feed(html)
    reader.close()
    reader.end()
    lines = [_BLANK.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n")]
    text = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", text).replace(" \x1f ", "\t").replace("\x1f", "\t").strip("\n")


class _Reader(HTMLParser):
    """Collects text; HTMLParser calls the methods below."""

    def __init__(self, found: Asides) -> None:
        super().__init__(convert_charrefs=True)
        self.found = found
        self.pieces: list[str] = []
        self._quiet: str | None = None
        self._script: list[str] = []
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Blocks end lines; attributes that say something are listed."""
        said = {name: value for name, value in attrs if value}
        if tag in _SCRIPTS:
            self._quiet, self._script = tag, []
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" \x1f ")
        self._preformatted += tag == "pre"
        for name in _SAID:
            self.found.add("alternative_texts", said.get(name, ""))
        for name, value in said.items():
            if name in _VALUES or name.startswith("data-"):
                self.found.add("metadata", value)
            elif name in ("href", "src", "action", "cite", "background"):
                if _is_inside(value):
                    self.found.add("embedded_objects", value[:100])
                    continue
                own = value.startswith(("#", "cid:"))
                self.found.add("external_links", value, count=0 if own else 1)
        loaded = [said[name] for name in ("src", "href", "data") if name in said]
        if tag in _LOADED and not all(map(_is_inside, loaded)):
            self.found.count("remote_references")

    def end(self) -> None:
        """A script that never ends is one all the same: no reader shows what follows."""
        if self._quiet is not None:
            self.found.add("scripts", "".join([*self._script, self.rawdata]))
            self._quiet = None

    def handle_endtag(self, tag: str) -> None:
        """The end of a block ends its line."""
        if tag == self._quiet:
            self.found.add("scripts", "".join(self._script))
            self._quiet = None
        if tag in _BLOCKS:
            self.pieces.append("\n")
        self._preformatted -= tag == "pre"

    def handle_data(self, data: str) -> None:
        """Text: line ends in the file are blanks, except where the file says otherwise."""
        if self._quiet is not None:
            self._script.append(data)
        else:
            self.pieces.append(data if self._preformatted > 0 else re.sub(r"\s+", " ", data))

    def handle_comment(self, data: str) -> None:
        """Comments are listed."""
        self.found.add("comments", data)

    def handle_decl(self, decl: str) -> None:
        """A document type says nothing."""

    def handle_pi(self, data: str) -> None:
        """Instructions to programs are listed."""
        self.found.add("other_parts", data)

    def unknown_decl(self, data: str) -> None:
        """Conditional sections are text that some readers show."""
        self.found.add("hidden_text", data)


def _is_inside(address: str) -> bool:
    """True for an address that is the file itself, a picture in letters and digits mostly."""
    return address.lstrip()[:5].casefold() == "data:"
