"""What a presentation (PPTX) says beside its slides as printed."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from redaction.intake.archive import Archive
from redaction.intake.aside import Asides
from redaction.intake.beside import parts
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute

_SLIDE = re.compile(r"^ppt/slides/[^/]+\.xml$")
_NOTES = re.compile(r"^ppt/(?:notesSlides|handoutMasters|notesMasters)/[^/]+\.xml$")
_MASTER = re.compile(r"^ppt/(?:slideMasters|slideLayouts)/[^/]+\.xml$")


def read(archive: Archive, main: str, found: Asides, limits: Limits) -> None:
    """Raises Rejected(`malformed`, `over_limits`)."""

    def own(name: str, root: Element) -> bool:
        if _SLIDE.match(name):
            hidden = attribute(root, "show", "1") in ("0", "false")
            found.count("hidden_slides", 1 if hidden else 0)
            for paragraph in parts.paragraphs(root):
                if hidden:
                    found.add("hidden_slides", paragraph, count=0)
                else:
                    found.add("hidden_text", paragraph, doubtful=True)
        elif _NOTES.match(name):
            words = "\n".join(parts.paragraphs(root))
            found.add("notes", words, count=1 if name.startswith("ppt/notesSlides/") else 0)
        return bool(_SLIDE.match(name) or _NOTES.match(name) or _MASTER.match(name)) or name == main

    parts.read_parts(archive, found, limits, own)
