"""How spreadsheet programs spell text in XML, so that all but the odd file need no parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
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

PADDING: Final = bytes(64)
"""What stands behind data that are looked at eight bytes at a time."""
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
    padded = data + PADDING
    return is_usual_padded(padded, np.frombuffer(padded, np.uint8)[: len(data)], view_words(padded))


def is_usual_padded(data: bytes, text: Bytes, words: NDArray[np.uint64]) -> bool:
    """Return :func:`is_usual_text` of ``text``, the bytes of ``data`` without the padding at its end."""
    if len(text) and text.min() < ord(" "):
        controls = text[text < ord(" ")]
        if not ((controls == _TAB) | (controls == _LINE_FEED)).all():
            return False
    if not _has_usual_entities(data, np.flatnonzero(text == ord("&")), words):
        return False
    return _is_utf8(data) and not _has_non_characters(text, words)


def write_out_references(data: bytes, edges: Sequence[int] = ()) -> tuple[bytes, NDArray[np.int64]]:
    """Return ``data`` with the characters themselves in place of decimal references to characters beyond ASCII, and
    where ``edges`` lie now.

    openpyxl writes every Chinese character as ``&#20154;``. What is spelled in another way, or leads to a character
    that XML does not have, is left as it stands. ``data`` ends with :data:`PADDING`.
    """
    edge, text = np.array(edges, np.int64), np.frombuffer(data, np.uint8)
    at = np.flatnonzero(text == ord("&"))
    at = at[text[at + 1] == ord("#")]
    code, end = _read_decimal(text, at + 2)
    known = (text[end] == ord(";")) & (text[at + 2] != ord("0")) & _is_character_beyond_ascii(code)
    if not known.any():
        return data, edge
    at, code, end = at[known], code[known], end[known]
    written, length = _encode(code)
    kept, out = np.ones(len(data), bool), text.copy()
    for place in range(written.shape[1]):
        out[at + place] = written[:, place]
    for place in range(int((end - at).max(initial=-1)) + 1):
        kept[(at + place)[(place >= length) & (at + place <= end)]] = False
    shorter = np.cumsum(np.append(0, end + 1 - at - length))
    return out[kept].tobytes(), edge - shorter[np.searchsorted(at, edge)]


def _read_decimal(text: Bytes, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers that begin at ``at``, of up to seven digits, and where they end."""
    code, on = np.zeros(len(at), np.int64), np.ones(len(at), bool)
    for _ in range(7):
        digit = text[at] - np.uint8(ord("0"))
        on &= digit < 10
        code, at = np.where(on, code * 10 + digit, code), at + on
    return code, at


def _is_character_beyond_ascii(code: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which numbers are characters of XML that take more than one byte."""
    half = (code >= 0xD800) & (code <= 0xDFFF)
    found: NDArray[np.bool_] = (code >= 0x80) & (code <= 0x10FFFF) & ~half & (code != 0xFFFE) & (code != 0xFFFF)
    return found


def _encode(code: NDArray[np.int64]) -> tuple[Bytes, NDArray[np.int64]]:
    """Return the characters as UTF-8, in four columns of bytes of which the first few count, and how many count."""
    length = 2 + (code >= 0x800) + (code >= 0x10000)
    first = np.array([0, 0, 0xC0, 0xE0, 0xF0], np.int64)[length]
    written = np.zeros((len(code), 4), np.uint8)
    for place in range(4):
        left = 6 * np.maximum(length - 1 - place, 0)
        written[:, place] = np.where(place == 0, first | (code >> left), 0x80 | ((code >> left) & 0x3F))
    return written, length


def _are_usual_references(data: bytes, at: NDArray[np.int64]) -> bool:
    """Return whether references to characters begin at ``at``, spelled as such, that lead to characters XML has."""
    found = {reference and reference[0] for reference in (_REFERENCE.match(data, place) for place in at.tolist())}
    if None in found:
        return False
    try:
        resolve_entities(b"".join(filter(None, found)))
    except BadMarkup:
        return False
    return True


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


def _has_usual_entities(data: bytes, at: NDArray[np.int64], words: NDArray[np.uint64]) -> bool:
    found, known = words[at], np.zeros(len(at), bool)
    for entity, mask in _ENTITIES:
        known |= (found & mask) == entity
    return bool(known.all()) or _are_usual_references(data, at[~known])


def _has_non_characters(text: Bytes, words: NDArray[np.uint64]) -> bool:
    """Return whether U+FFFE or U+FFFF stands in the text: UTF-8 has them, XML does not."""
    found = words[np.flatnonzero(text == 0xEF)]
    return bool(((found & np.uint64(0xFEFFFF)) == 0xBEBFEF).any())
