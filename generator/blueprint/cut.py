"""A blueprint cut at its holes: what stands between them is the same in every workbook of the kind.

A hole stands where the file of a blueprint has one of its words, an entry cell, a cached value of last year, a ledger's
rows. Parts without any, and parts in which every hole is left as it is, are packed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from generator.blueprint.archive import ZipEntry, pack
from generator.blueprint.marks import restore_markup
from generator.blueprint.source import LOCK, WORDS, BlueprintSource
from generator.lock import Lock
from generator.strict import GeneratorError
from generator.unit.sheets.identity import FIRST_LINE, list_lines
from generator.unit.sheets.printed_cover import find_head_row
from templates.layout import COLUMNS, FormLayout, LedgerLayout, WorkbookLayout, name_column
from templates.words import lookup

STRINGS: Final = "xl/sharedStrings.xml"
BOOK: Final = "xl/workbook.xml"
CORE: Final = "docProps/core.xml"

_OPEN, _CLOSE = "\ue000", "\ue001"
_PART: Final = "\ue002"
_HOLE: Final = re.compile(f"{_OPEN}(.*?){_CLOSE}", re.DOTALL)
_ANY_WORD: Final = re.compile("|".join(WORDS.values()))
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")
_TEXT: Final = re.compile(r"<si><t[^>]*>(.*?)</t></si>", re.DOTALL)

OF_THE_UNIT: Final = frozenset({"head", "text", "quoted", "string", "table", "added", "moment"})
"""Holes in which every unit has something of its own. Those of the cover are not among them: it is short as a whole."""

LONG: Final = 50_000
"""A text of so many characters is packed by itself: a shorter one finds too little in itself to look back to."""

Hole = tuple[str, ...]
"""What a hole is for, and its details, as :class:`generator.blueprint.filling.Filling` understands them."""


@dataclass(frozen=True)
class CutPart:
    """A part with holes: ``len(holes) + 1`` constant pieces."""

    name: str
    pieces: tuple[str, ...]
    holes: tuple[Hole, ...]

    def fill(self, filled: Sequence[str]) -> list[str]:
        """Return the part as texts one after the other: a piece, what is in its hole, the next piece, …"""
        between = zip(self.pieces, (*filled, ""), strict=True)
        return [text for pair in between for text in pair]

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield from where to where texts of :meth:`fill` change together in nearly all workbooks, or not at all.

        Holes that every unit fills are apart from those that few do, and both from a long text between them.
        """
        start, own = 0, self.holes[0][0] in OF_THE_UNIT
        for number, (piece, hole) in enumerate(zip(self.pieces[1:], [*self.holes[1:], ("",)], strict=True), start=1):
            alone = len(piece) > LONG
            if alone or (hole[0] in OF_THE_UNIT) != own:
                yield start, 2 * number
                start, own = 2 * number, hole[0] in OF_THE_UNIT
            if alone:
                yield start, start + 1
                start += 1
        yield start, 2 * len(self.pieces)


@dataclass(frozen=True)
class Cut:
    """A blueprint that is ready to be stamped."""

    layout: WorkbookLayout
    parts: tuple[CutPart | ZipEntry, ...]
    strings: dict[str, int]
    """The place of each entry of the string table that all workbooks have, as the table spells it."""
    count: int
    """How many texts the table has, words of the unit's own among them."""
    references: int
    """How many cells refer to the table."""
    styles: dict[str, tuple[str, ...]]
    """The number of the style of each column of a ledger, by short."""


def cut_blueprint(file: bytes, source: BlueprintSource, lock: Lock) -> Cut:
    """Return the blueprint in ``file``, cut at its holes, for workbooks that ``lock`` protects.

    Raises GeneratorError where the file does not have what its source says.
    """
    with ZipFile(BytesIO(file)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    if any(mark in text for text in parts.values() for mark in (_OPEN, _CLOSE)):
        raise GeneratorError("a text of the survey has a character that marks holes")
    return _Knife(source, parts, lock).cut()


class _Knife:
    def __init__(self, source: BlueprintSource, parts: dict[str, str], lock: Lock) -> None:
        self.layout = WorkbookLayout.of(source.survey, source.identity)
        self.identity, self.parts, self.lock = source.identity, parts, lock
        names = re.findall(r'<sheet name="([^"]*)"', parts[BOOK])
        self.sheets = {restore_markup(name): f"xl/worksheets/sheet{n}.xml" for n, name in enumerate(names, start=1)}
        self.entries = _TEXT.findall(parts[STRINGS])

    def cut(self) -> Cut:
        for form in self.layout.forms.values():
            self._change(form.sheet, partial(self._form, form))
        for ledger in self.layout.ledgers.values():
            self._change(ledger.sheet, partial(self._ledger, ledger))
        self._change(lookup("workbook.sheets.prior"), self._prior)
        self._change(lookup("workbook.sheets.meta"), self._meta)
        styles = {ledger.ledger.short: self._styles(ledger) for ledger in self.layout.ledgers.values()}
        sheets = self.sheets.values()
        references = sum(self.parts[name].count(' t="s"><v>') for name in sheets)
        self.parts[CORE] = _MOMENT.sub(_hole("moment"), self.parts[CORE])
        spelled = enumerate(re.findall("<si>.*?</si>", self.parts[STRINGS], re.DOTALL))
        known = {text: number for number, text in spelled if not _ANY_WORD.search(text)}
        self.parts[STRINGS] = self._strings(self.parts[STRINGS])
        parts = tuple(self._part(name, text) for name, text in self.parts.items())
        return Cut(self.layout, parts, known, len(self.entries), references, styles)

    def _change(self, sheet: str, change: Callable[[str], str]) -> None:
        name = self.sheets[sheet]
        self.parts[name] = change(self.parts[name])

    # --- sheets ------------------------------------------------------------------------------------------------------

    def _form(self, form: FormLayout, text: str) -> str:
        """Entry cells, last year's cached values, and the lines that tell who files."""
        codes = {row: code for code, row in form.rows.items()}
        value, prior = name_column(COLUMNS.value), name_column(COLUMNS.prior)

        def entry(found: re.Match[str]) -> str:
            code = codes.get(int(found[1]))
            return _hole("entry", form.form.id, code, found[2]) if code else found[0]

        def shown(found: re.Match[str]) -> str:
            code = codes.get(int(found[2]), "")
            kind, cached = (_hole(what, form.form.id, code) for what in ("prior_type", "prior_value"))
            return f"{found[1]}{kind}{found[3]}{cached}</v>"

        text = re.sub(rf'<c r="{value}(\d+)" s="(\d+)"/>', entry, text)
        text = re.sub(rf'(<c r="{prior}(\d+)" s="\d+")(><f>IF\(LEN\(INDEX\(prior_[^<]*</f><v>)</v>', shown, text)
        if form in self.layout.blocks and not form.is_cover:
            return text
        first, what = (find_head_row(self.layout), "cover_head") if form.is_cover else (FIRST_LINE, "head")
        for number, _ in enumerate(list_lines(self.layout, self.identity)):
            line = rf'(<c r="B{first + number}"[^>]*><f>[^<]*</f><v>)[^<]*'
            text = re.sub(line, rf"\1{_hole(what, str(number))}", text)
        return text

    def _ledger(self, ledger: LedgerLayout, text: str) -> str:
        """The cell of confirmation, and the rows."""
        short, confirmation = ledger.ledger.short, ledger.confirmation
        head = re.search(rf'<row r="{ledger.header_row}" .*?</row>', text)
        if not head:
            raise GeneratorError(f"{ledger.sheet} has no header row")
        text = text[: head.end()] + _hole("rows", short) + text[head.end() :]
        if not ledger.ledger.carried:
            return text
        plain = re.search(rf'<row r="{ledger.header_row - 1}"[^>]* s="(\d+)"', text)
        asked = re.compile(rf'<c r="{confirmation}" s="(\d+)"/>')
        closed = plain[1] if plain else ""
        return asked.sub(lambda found: _hole("confirmation", ledger.ledger.id, confirmation, closed, found[1]), text)

    def _styles(self, ledger: LedgerLayout) -> tuple[str, ...]:
        listed = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"', self.parts[self.sheets[ledger.sheet]])
        return tuple(style for low, high, style in listed for _ in range(int(low), int(high) + 1))

    @staticmethod
    def _prior(text: str) -> str:
        """Last year's values lie below the first row."""
        text = re.sub(r'<dimension ref="[^"]*"/>', _hole("prior_size"), text)
        return text.replace("</row></sheetData>", f"</row>{_hole('prior_rows')}</sheetData>")

    def _meta(self, text: str) -> str:
        """The numbers of rows of last year."""
        numbers = {str(self.entries.index(ledger.ledger.id)): ledger.ledger.id for ledger in self._lasting()}
        counted = re.compile(r'(<c r="D\d+" t="s"><v>(\d+)</v></c><c r="E\d+"><v>)1(?=</v>)')
        return counted.sub(lambda found: found[1] + _hole("carried", numbers[found[2]]), text)

    def _lasting(self) -> Iterator[LedgerLayout]:
        return (ledger for ledger in self.layout.ledgers.values() if ledger.ledger.carried)

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _strings(self, text: str) -> str:
        """Texts with words of the unit's own in them, and what is added to the table."""

        def own(found: re.Match[str]) -> str:
            return _hole("string", restore_markup(found[1])) if _ANY_WORD.search(found[1]) else found[0]

        said = restore_markup(self.identity.carried)
        text = _TEXT.sub(own, text.replace(said, WORDS["carried"]))
        text = re.sub(r' count="\d+" uniqueCount="\d+"', f" {_hole('table')}", text)
        return text.replace("</sst>", f"{_hole('added')}</sst>")

    def _part(self, name: str, text: str) -> CutPart | ZipEntry:
        for word, told in zip((LOCK.hash, LOCK.salt, str(LOCK.spin)), self._password(), strict=True):
            text = text.replace(word, told)
        if name != STRINGS:
            text = _mark_words(text)
        pieces = _HOLE.split(text)
        if len(pieces) == 1:
            return pack(name, text.encode(), 9)
        holes = tuple(tuple(hole.split(_PART)) for hole in pieces[1::2])
        return CutPart(name, tuple(pieces[::2]), holes)

    def _password(self) -> tuple[str, str, str]:
        return self.lock.hash, self.lock.salt, str(self.lock.spin)


def _mark_words(text: str) -> str:
    """Make holes of the words in a part; within formulas they stand in quotation marks."""
    if not _ANY_WORD.search(text):
        return text
    text = re.sub(
        "<f>[^<]*</f>", lambda formula: _ANY_WORD.sub(lambda word: _hole("quoted", word[0]), formula[0]), text
    )
    outside = re.compile(f"{_HOLE.pattern}|({_ANY_WORD.pattern})", re.DOTALL)
    return outside.sub(lambda found: _hole("text", found[2]) if found[2] else found[0], text)


def _hole(*what: str) -> str:
    return f"{_OPEN}{_PART.join(what)}{_CLOSE}"
