"""Reads one XML part of a foreign file: no document type, no entities, bounded depth and number."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from redaction.errors import Rejected
from redaction.intake.limits import Limits


def parse(data: bytes, limits: Limits) -> Element:
    """The root element. Raises Rejected(`malformed`, `over_limits`)."""
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            root = element if root is None else root
            depth, count = depth + 1, count + 1
            if depth > limits.xml_depth or count > limits.xml_elements:
                raise Rejected("over_limits")
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Rejected("malformed") from None
    if root is None:
        raise Rejected("malformed")
    return root


def name_of(element: Any) -> str:
    """The tag without its namespace; strict and transitional files differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def space_of(root: Element) -> str:
    """The namespace of an element as tags made beside it begin with, empty where it has none."""
    return root.tag.rpartition("}")[0] + "}" if root.tag.startswith("{") else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def texts(element: Element) -> Iterator[str]:
    """Every text in and under an element, blank ones left out."""
    for text in element.itertext():
        if text.strip():
            yield text.strip()
