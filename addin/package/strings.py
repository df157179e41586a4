"""The string table of a workbook: the texts that cells refer to by number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from addin.package.grammar import XML_BLANKS, is_shown, refuse_bare_text, refuse_misplaced
from addin.package.limits import TEXT
from addin.package.markup import Attributes, BadMarkup, resolve_entities, undo_escapes, walk
from addin.package.refusal import word_refusal
from addin.package.spelling import XML_START, is_usual_text

_TEXT: Final = rb'<t(?: xml:space="preserve")?>([^<>]*)</t>'
_RUN: Final = re.compile(rb'<r>(?:<rPr>(?:<\w+(?: \w+="[^"<&>]*")*/>)*</rPr>)?' + _TEXT + rb"</r>")
_RUNS: Final = rb"((?:" + _RUN.pattern.replace(b"([^<>]*)", b"[^<>]*") + rb")+)"
_ITEM: Final = re.compile(rb"<si>(?:" + _TEXT + rb"|" + _RUNS + rb')(?:<phoneticPr(?: \w+="[^"<&>]*")*/>)?</si>')
"""An item in the usual spelling: one text, or runs of formatted text."""
_ITEM_PATH: Final = ["sst", "si"]
_EMPTY: Final = (rb"<si/>", rb"<si><t></t></si>")


def read_strings(xml: bytes, *, usual: bool = True) -> list[str]:
    """Return the texts of a string table; phonetic guides are left out. Raises BadMarkup.

    The usual spelling is read by one regular expression that has to account for every byte; any other by the parser,
    as is everything without ``usual``.
    """
    found = _usual_items(xml) if usual else None
    texts = _parsed_items(xml) if found is None else found
    if any(len(text) > TEXT for text in texts):
        raise word_refusal("long_text", limit=TEXT)
    return texts


def _usual_items(xml: bytes) -> list[str] | None:
    """Return the texts, or None where anything is spelled in another way."""
    first, last = xml.find(b"<si>"), xml.rfind(b"</sst>")
    if not 0 <= first < last or not XML_START.match(xml) or xml[last:].strip() != b"</sst>":
        return None
    items = xml[first:last].replace(*_EMPTY)
    if not is_usual_text(items) or not _is_string_table(xml[:first] + b"</sst>"):
        return None
    found = _ITEM.split(items)
    if any(found[::3]):  # what stands between two items
        return None
    texts = [
        b"".join(_RUN.findall(runs)) if text is None else text
        for text, runs in zip(found[1::3], found[2::3], strict=True)
    ]
    return [undo_escapes(text) for text in resolve_entities(b"\0".join(texts)).split("\0")] if texts else []


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
