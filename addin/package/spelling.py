"""How spreadsheet programs spell text in XML, so that all but the odd file need no parser."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from addin.package.markup import BadMarkup, resolve_entities

XML_START: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?i:utf-8)["'])?"""
    rb"""(?: standalone=["']\w+["'])?\s*\?>)?\s*<\w"""
)
"""A part in UTF-8 that begins with its root."""

Bytes = NDArray[np.uint8]

_PADDING: Final = 64
_REFERENCE: Final = re.compile(rb"&#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}));")
_ENTITIES: Final = tuple(
    (int.from_bytes(entity, "little"), np.uint64(256 ** len(entity) - 1))
    for entity in (b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;")
)
_TAB, _LINE_FEED = 9, 10
_BEYOND_ASCII: Final = np.uint64(0x8080808080808080)


def view_words(data: bytes) -> NDArray[np.uint64]:
    """Return for every byte but the last seven the eight bytes that begin there, as one number each."""
    return np.ndarray((max(len(data) - 7, 0),), "<u8", data, strides=(1,))


def is_usual_text(data: bytes) -> bool:
    """Return whether text, or text between tags, needs no parser: no controls, no entities but XML's own five, no
    characters that XML does not have.
    """
    padded = data + bytes(_PADDING)
    return is_usual_padded(padded, np.frombuffer(padded, np.uint8)[: len(data)], view_words(padded))


def is_usual_padded(data: bytes, text: Bytes, words: NDArray[np.uint64]) -> bool:
    """Return :func:`is_usual_text` of ``text``, the bytes of ``data`` without the padding at its end."""
    if len(text) and text.min() < ord(" "):
        controls = text[text < ord(" ")]
        if not ((controls == _TAB) | (controls == _LINE_FEED)).all():
            return False
    if not _has_usual_entities(data, words[np.flatnonzero(text == ord("&"))]):
        return False
    return _is_utf8(data) and not _has_non_characters(text, words)


def _has_usual_references(data: bytes) -> bool:
    """Return whether all references to characters are spelled as such, and lead to characters that XML has."""
    found = [reference[0] for reference in _REFERENCE.finditer(data)]
    try:
        resolve_entities(b"".join({*found}))
    except BadMarkup:
        return False
    return len(found) == data.count(b"&#")


def _is_utf8(data: bytes) -> bool:
    """Return whether padded bytes are UTF-8. Only words with other than plain letters are looked at, and the next ones,
    which end what the others begin.
    """
    words = np.frombuffer(data, np.uint64, len(data) // 8)
    other = (words & _BEYOND_ASCII) != 0
    other[1:] |= other[:-1]
    try:
        words[other].tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_usual_entities(data: bytes, found: NDArray[np.uint64]) -> bool:
    known = np.zeros(len(found), bool)
    for entity, mask in _ENTITIES:
        known |= (found & mask) == entity
    if not known.all() and _has_usual_references(data):
        known |= (found & np.uint64(0xFFFF)) == int.from_bytes(b"&#", "little")
    return bool(known.all())


def _has_non_characters(text: Bytes, words: NDArray[np.uint64]) -> bool:
    """Return whether U+FFFE or U+FFFF stands in the text: UTF-8 has them, XML does not."""
    found = words[np.flatnonzero(text == 0xEF)]
    return bool(((found & np.uint64(0xFEFFFF)) == 0xBEBFEF).any())
