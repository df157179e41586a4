"""A received workbook without names and telephones of people: cells put anew, every other byte of content as it was.

Whatever program saved it last wrote texts in one of three ways: shared, in the cell, or as what a formula yielded. A
text that is withheld goes from all three; a shared one only where no other cell shows it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Final

from generator.ooxml.parts import SavedBook, replace_parts

_CELL: Final = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_PLACE: Final = re.compile(r'\br="([A-Z]+\d+)"')
_KIND: Final = re.compile(r'\bt="(\w+)"')
_VALUE: Final = re.compile(r"<((?:\w+:)?)v\b[^>]*>(.*?)</\1v>", re.DOTALL)
_TEXT: Final = re.compile(r"<((?:\w+:)?)t\b[^>]*>(.*?)</\1t>", re.DOTALL)
_SOUND: Final = re.compile(r"<((?:\w+:)?)rPh\b.*?</\1rPh>", re.DOTALL)
_ITEM: Final = re.compile(r"<((?:\w+:)?)si\b[^>]*?(?:/>|>(.*?)</\1si>)", re.DOTALL)
_PERSON: Final = re.compile(rb"(<(?:cp:lastModifiedBy|dc:creator)[^>]*>)[^<]*(</)")
_NUMBERED: Final = "&#"
"""Some programs write characters as numbers: then a text cannot be found as it is."""

_TELEPHONE: Final = re.compile(r"(?<![0-9A-Za-z])(?:1\d{10}|0\d{2,3}[-－—]?\d{7,8})(?![0-9A-Za-z])", re.ASCII)
"""A mobile number, or one with its area code."""

_CORE: Final = "docProps/core.xml"
_SHORTEST: Final = 2
"""A shorter text is withheld where it is all that a cell shows; as a part of others it means anything."""


@dataclass(frozen=True)
class WithheldTexts:
    """What is withheld of one workbook, and what stands there instead."""

    cells: Mapping[str, Collection[str]]
    """Addresses of cells that name people, by the names of their sheets."""
    texts: Collection[str]
    """What stands in them; what formulas show of it goes, too."""
    shown: str
    """What stands there instead."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Texts that are withheld wherever they stand; cells that hold nothing else get the text beside them."""
    telephones_on: Collection[str] = ()
    """Names of sheets that hold no figures, on which whatever looks like a telephone number is withheld."""


def write_withheld(source: Path, target: Path, withheld: WithheldTexts) -> None:
    """Write the workbook at ``source`` to ``target`` without what is withheld. Raises OSError, zipfile.BadZipFile."""
    replace_parts(source, target, _Withholding(SavedBook(source), withheld).make_parts())


@dataclass(frozen=True)
class _Withholding:
    book: SavedBook
    told: WithheldTexts

    def make_parts(self) -> dict[str, bytes]:
        """Return the parts that are not as they were."""
        parts = {part: self._rewrite(sheet, self._read(part)) for sheet, part in self.book.sheets.items()}
        changed = {part: xml.encode() for part, xml in parts.items() if xml != self._read(part)}
        if self._strings_part:
            changed[self._strings_part] = self._rewrite_strings(parts.values()).encode()
        if _CORE in self.book.parts:
            changed[_CORE] = _PERSON.sub(rb"\g<1>\g<2>", self.book.parts[_CORE])
        return changed

    def _read(self, part: str) -> str:
        return self.book.parts[part].decode("utf-8-sig")

    # --- cells -------------------------------------------------------------------------------------------------------

    def _rewrite(self, sheet: str, xml: str) -> str:
        named = frozenset(self.told.cells.get(sheet, ()))
        plain = sheet in self.told.telephones_on
        if not named and not plain and not self._is_concerned(xml):
            return xml
        return _CELL.sub(lambda found: self._put(found, named, plain=plain), xml)

    def _is_concerned(self, xml: str) -> bool:
        """Return whether the part may show a text that is withheld, in the part itself or shared."""
        own = _NUMBERED in xml or any(_escape(text) in xml for text in (*self.told.texts, *self.told.elsewhere))
        return own or self._shows_shared(xml)

    def _shows_shared(self, xml: str) -> bool:
        return self._shared_cell is not None and self._shared_cell.search(xml) is not None

    @cached_property
    def _shared_cell(self) -> re.Pattern[str] | None:
        """What a cell looks like that shows one of the shared texts that are withheld."""
        numbers = "|".join(str(number) for number in self._concerned)
        return re.compile(rf"""t="s"[^>]*>\s*<(?:\w+:)?v>(?:{numbers})<""") if numbers else None

    def _put(self, found: re.Match[str], named: Collection[str], *, plain: bool) -> str:
        """Return the cell as it was, or with what stands there instead; on a ``plain`` sheet without telephones."""
        prefix, head, inside = found[1], found[2], found[3] or ""
        place = _PLACE.search(head)
        if not inside or place is None:
            return found[0]
        text = self._text_of(head, inside)
        if f"<{prefix}f" in inside:
            shown = self._replace_inside(text)
            return found[0] if shown == text else self._spell_formula(prefix, head, inside, shown)
        shown = self.told.shown if place[1] in named else self._replace_elsewhere(text)
        shown = _TELEPHONE.sub(self.told.shown, shown) if plain else shown
        return found[0] if shown == text else self._spell_text(prefix, head, shown)

    def _text_of(self, head: str, inside: str) -> str:
        kind = _KIND.search(head)
        value = _VALUE.search(inside)
        if kind and kind[1] == "s" and value:
            return self._strings[int(value[2])]
        return _join_texts(inside) if kind and kind[1] == "inlineStr" else unescape(value[2]) if value else ""

    def _replace_inside(self, text: str) -> str:
        if text in self.told.texts:
            return self.told.shown
        for one in sorted(self.told.texts, key=len, reverse=True):
            text = text.replace(one, self.told.shown) if len(one) >= _SHORTEST else text
        return self._replace_elsewhere(text)

    def _replace_elsewhere(self, text: str) -> str:
        for one, instead in self.told.elsewhere.items():
            text = instead if text == one else text.replace(one, self.told.shown)
        return text

    def _spell_formula(self, prefix: str, head: str, inside: str, shown: str) -> str:
        value = f"<{prefix}v>{_escape(shown)}</{prefix}v>"
        return f'<{prefix}c{_drop_kind(head)} t="str">{_VALUE.sub(lambda _: value, inside)}</{prefix}c>'

    def _spell_text(self, prefix: str, head: str, shown: str) -> str:
        text = f"<{prefix}is><{prefix}t>{_escape(shown)}</{prefix}t></{prefix}is>"
        return f'<{prefix}c{_drop_kind(head)} t="inlineStr">{text}</{prefix}c>'

    # --- shared texts ------------------------------------------------------------------------------------------------

    @cached_property
    def _strings_part(self) -> str:
        return next((part for part in self.book.parts if part.lower().endswith("sharedstrings.xml")), "")

    @cached_property
    def _strings(self) -> list[str]:
        xml = self._read(self._strings_part) if self._strings_part else ""
        return [_join_texts(item[2] or "") for item in _ITEM.finditer(xml)]

    @cached_property
    def _concerned(self) -> frozenset[int]:
        """The shared texts that are withheld, or hold one that is."""
        wanted = [*self.told.texts, *self.told.elsewhere]
        found = (n for n, text in enumerate(self._strings) if any(one in text for one in wanted))
        concerned = frozenset(n for n in found if self._replace_inside(self._strings[n]) != self._strings[n])
        if not self.told.telephones_on:
            return concerned
        return concerned | {n for n, text in enumerate(self._strings) if _TELEPHONE.search(text)}

    def _rewrite_strings(self, sheets: Collection[str]) -> str:
        """Return the shared texts without those that are withheld and that no cell shows any more."""
        gone = self._concerned - {number for xml in sheets for number in self._list_shared(xml)}
        numbers: Iterator[int] = iter(range(len(self._strings)))

        def put(item: re.Match[str]) -> str:
            number = next(numbers)
            prefix = item[1]
            text = f"<{prefix}t>{_escape(self.told.shown)}</{prefix}t>"
            return f"<{prefix}si>{text}</{prefix}si>" if number in gone else item[0]

        return _ITEM.sub(put, self._read(self._strings_part))

    def _list_shared(self, xml: str) -> Iterator[int]:
        if not self._shows_shared(xml):
            return
        for found in _CELL.finditer(xml):
            kind, value = _KIND.search(found[2]), _VALUE.search(found[3] or "")
            if kind and kind[1] == "s" and value:
                yield int(value[2])


def _drop_kind(head: str) -> str:
    return re.sub(r"\s+t=\"\w+\"", "", head)


def _join_texts(xml: str) -> str:
    return "".join(unescape(text[2]) for text in _TEXT.finditer(_SOUND.sub("", xml)))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
