"""The string table of a workbook: the texts that cells refer to by number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from addin.package.grammar import XML_BLANKS, is_shown, refuse_bare_text, refuse_misplaced
from addin.package.limits import TEXT
from addin.package.markup import Attributes, BadMarkup, resolve_entities, undo_escapes, walk
from addin.package.refusal import word_refusal
from addin.package.spelling import PADDING, XML_START, is_usual_text, write_out_references

_TEXT: Final = rb'<t(?: xml:space="preserve")?>([^<>]*)</t>'
_RUN: Final = re.compile(rb'<r>(?:<rPr>(?:<\w+(?: \w+="[^"<&>]*")*/>)*</rPr>)?' + _TEXT + rb"</r>")
_RUNS: Final = rb"((?:" + _RUN.pattern.replace(b"([^<>]*)", b"[^<>]*") + rb")+)"
_ITEM: Final = re.compile(rb"<si>(?:" + _TEXT + rb"|" + _RUNS + rb')(?:<phoneticPr(?: \w+="[^"<&>]*")*/>)?</si>')
"""An item in the usual spelling: one text, or runs of formatted text."""
_ITEM_PATH: Final = ["sst", "si"]
_EMPTY: Final = (rb"<si/>", rb"<si><t></t></si>")
_KEPT_BLANKS: Final = (b'<si><t xml:space="preserve">', b"<si><t>")
_FIRST, _LAST = b"<si><t>", b"</t></si>"


def read_strings(xml: bytes, *, usual: bool = True) -> list[str]:
    """Return the texts of a string table; phonetic guides are left out. Raises BadMarkup.

    The usual spelling is read by one regular expression that has to account for every byte; any other by the parser,
    as is everything without ``usual``.
    """
    found = _usual_items(xml) if usual else None
    texts = _parsed_items(xml) if found is None else found
    if max(map(len, texts), default=0) > TEXT:
        raise word_refusal("long_text", limit=TEXT)
    return texts


def _usual_items(xml: bytes) -> list[str] | None:
    """Return the texts, or None where anything is spelled in another way."""
    first, last = xml.find(b"<si>"), xml.rfind(b"</sst>")
    if not 0 <= first < last or not XML_START.match(xml) or xml[last:].strip() != b"</sst>":
        return None
    items = _write_out(xml[first:last]).replace(*_EMPTY)
    if not is_usual_text(items) or not _is_string_table(xml[:first] + b"</sst>"):
        return None
    texts = _plain_texts(items)
    return _listed_texts(items) if texts is None else _resolved(texts)


def _write_out(items: bytes) -> bytes:
    return write_out_references(items + PADDING)[0][: -len(PADDING)]


def _plain_texts(items: bytes) -> bytes | None:
    """Return the texts of a table, zeros between them, or None where any item is more than one unformatted text."""
    items = items.replace(*_KEPT_BLANKS)
    if not (items.startswith(_FIRST) and items.endswith(_LAST)):
        return None
    texts = items[len(_FIRST) : -len(_LAST)].replace(_LAST + _FIRST, b"\0")
    return None if b"<" in texts or b">" in texts else texts


def _listed_texts(items: bytes) -> list[str] | None:
    """Return the texts of a table, some of them runs of formatted text; None where an item is spelled otherwise."""
    found = _ITEM.split(items)
    if any(found[::3]):  # what stands between two items
        return None
    texts = [
        b"".join(_RUN.findall(runs)) if text is None else text
        for text, runs in zip(found[1::3], found[2::3], strict=True)
    ]
    return _resolved(b"\0".join(texts)) if texts else []


def _resolved(texts: bytes) -> list[str]:
    """Return texts that stand one behind the other, zeros between them."""
    resolved = resolve_entities(texts)
    found = resolved.split("\0")
    return [*map(undo_escapes, found)] if "_x" in resolved else found


@lru_cache(maxsize=64)
def _is_string_table(frame: bytes) -> bool:
    """Return whether the table without its items is a root of ours and nothing else."""
    found: list[str] = []
    try:
        walk(frame, lambda name, _: found.append(name), lambda: None, lambda text: found.append(text.strip(XML_BLANKS)))
    except BadMarkup:
        return False
    return [*filter(None, found)] == _ITEM_PATH[:1]


def _parsed_items(xml: bytes) -> list[str]:
    items: list[list[str]] = []
    open_tags: list[str] = []

    def start(name: str, _attributes: Attributes) -> None:
        open_tags.append(name)
        if len(open_tags) > 1:
            refuse_misplaced(open_tags)
        if open_tags == _ITEM_PATH:
            items.append([])

    def data(text: str) -> None:
        if open_tags[:2] == _ITEM_PATH and is_shown(open_tags[2:]):
            items[-1].append(text)
        else:
            refuse_bare_text(open_tags, text)

    walk(xml, start, open_tags.pop, data)
    return [undo_escapes("".join(item)) for item in items]
