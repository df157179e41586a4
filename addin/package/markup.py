"""XML by a real parser, with Excel's namespaces taken away and bounds that no honest part reaches."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from addin.package.limits import DEPTH, ELEMENTS

Attributes = dict[str, str]

_MAIN: Final = frozenset(
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",  # Strict Open XML
    )
)


class BadMarkup(Exception):
    """The XML is not well-formed, or is built as no workbook is.

    The text is a key of ``[damage]`` in words/reader.toml.
    """


def walk(
    xml: bytes, start: Callable[[str, Attributes], object], end: Callable[[], object], data: Callable[[str], object]
) -> None:
    """Call back for every element and text of ``xml``. Names of spreadsheet elements come without their namespace,
    names of others as ``namespace}name``, ``}name`` without one. Raises :class:`BadMarkup`.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise BadMarkup("depth")
        space, _, local = name.rpartition("}")
        start(local if space in _MAIN else f"{space}}}{local}", attributes)

    def close(_name: str) -> None:
        nonlocal depth
        depth -= 1
        end()

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, close, data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BadMarkup("markup") from error


def _refuse_document_type(*_declared: object) -> None:
    """Office files have none; with one, small files may stand for endless texts."""
    raise BadMarkup("document_type")


def parse_tree(xml: bytes) -> ET.Element:
    """Return the elements of a small part, tags and attributes without any namespace. Raises :class:`BadMarkup`."""
    builder, count, open_tags = ET.TreeBuilder(), 0, []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count
        count += 1
        if count > ELEMENTS:
            raise BadMarkup("elements")
        open_tags.append(strip_namespace(name))
        builder.start(open_tags[-1], {strip_namespace(key): value for key, value in attributes.items()})

    walk(xml, start, lambda: builder.end(open_tags.pop()), builder.data)
    return builder.close()


def strip_namespace(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


# --- texts that are not parsed by expat ------------------------------------------------------------------------------

_CHARACTER: Final = re.compile(r"&#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}));")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def resolve_entities(data: bytes) -> str:
    """Return the text that stands between two tags, entities and character references resolved as XML resolves them.

    (``html.unescape`` knows ``&nbsp;``, which XML does not.) Raises :class:`BadMarkup` for no UTF-8, and for
    characters that XML does not have.
    """
    try:
        text = data.decode()
        if b"&" not in data:
            return text
        text = _CHARACTER.sub(_character, text)
    except ValueError as error:
        raise BadMarkup("character") from error
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text


def _character(found: re.Match[str]) -> str:
    char = chr(int(found[1]) if found[1] else int(found[2], 16))
    if (char < " " and char not in "\t\n\r") or "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff":
        raise ValueError(found[0])
    return "&amp;" if char == "&" else char


_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def undo_escapes(text: str) -> str:
    """Return ``text`` without Excel's own escapes: ``_x000D_`` is a carriage return (ISO 29500, ST_Xstring).

    Halves of characters stay escaped: alone they are no text that could be written again.
    """
    return _ESCAPE.sub(_escaped_character, text) if "_x" in text else text


def _escaped_character(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return found[0] if "\ud800" <= char <= "\udfff" else char
