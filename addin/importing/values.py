"""One cell of the list: what it means in the ledger's columns, and what must be said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from addin.reading.cells import (
    CellReading,
    Raw,
    Remark,
    Spec,
    interpret,
    is_blank,
    narrow_text,
    quote_cell,
    show_as_text,
    specify_column,
)
from addin.reading.choices import find_option
from templates.content import Value
from templates.model import Kind, Ledger, Option, Survey
from templates.spelling import make_name_key
from templates.words import lookup, say

_REFUSED: Final = frozenset(
    ("text", "digits", "most", "date", "choice", "uscc", "uscc_checksum", "digits_lost", "zero_lost", "negative")
)
"""Checks whose value stays as it was written; of the others the number is taken."""

_NUMBERED: Final = re.compile(r"([0-9]+)[ .、:：-]+")
"""What stands before an option that is numbered by hand."""

_SERIAL: Final = re.compile(r"\d{5}")
"""A day as Excel counts it, in a file of texts."""


@dataclass(frozen=True, slots=True)
class Told:
    """What must be said of a cell: a key of ``[cell]`` (its value could not be taken) or ``[changed]``."""

    check: str
    name: str
    refused: bool
    values: dict[str, str]


@dataclass
class TakenValue:
    """Values by column of the ledger, and what must be said."""

    values: dict[str, Value] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


class ListCells:
    """Reads cells for one ledger. Options and numbers are matched as in returns, and more generously after that."""

    def __init__(self, ledger: Ledger, survey: Survey) -> None:
        self._columns = ledger.by_name
        self._specs = {column.name: specify_column(column, survey) for column in ledger.columns}
        self._parts = {whole: [c for c in ledger.columns if c.choice_of == whole] for whole in _wholes(ledger)}
        self._yes_no = {make_name_key(word): place for place, key in enumerate(("yes", "no")) for word in _words(key)}

    def is_number(self, name: str) -> bool:
        """Return whether the column holds quantities, which must not be counted twice."""
        return name in self._specs and self._specs[name].kind.is_number

    def read(self, raw: Raw, name: str) -> TakenValue:
        """Return what ``raw`` means under a heading that means ``name``: a column, or a whole 多选."""
        if is_blank(raw):
            return TakenValue()
        return self._several(raw, name) if name in self._parts else self._one(raw, name)

    def kept(self, text: str, name: str, check: str) -> TakenValue:
        """Return what cannot be taken as it is written: an error value, a formula without its result."""
        target = self._parts[name][0].name if name in self._parts else name
        return TakenValue({target: text}, [Told(check, target, True, {"value": text})])

    # --- one column --------------------------------------------------------------------------------------------------

    def _one(self, raw: Raw, name: str) -> TakenValue:
        spec = self._specs[name]
        reading = self._reading(raw, spec)
        told = [_told(remark, name) for remark in reading.remarks if not _harmless(remark)]
        return TakenValue({} if reading.value is None else {name: reading.value}, told)

    def _reading(self, raw: Raw, spec: Spec) -> CellReading:
        if spec.kind is Kind.YES_NO and (place := self._yes_no.get(make_name_key(show_as_text(raw)))) is not None:
            return CellReading(spec.members[place])
        if spec.kind.is_date and isinstance(raw, str) and _SERIAL.fullmatch(narrow_text(raw)):
            return interpret(float(narrow_text(raw)), spec)
        reading = interpret(raw, spec)
        if any(remark.check == "choice" for remark in reading.remarks) and (meant := _member(raw, spec.members)):
            return CellReading(meant, (Remark("member", quote_cell(raw), meant),))
        return reading

    # --- a 多选 in one column ----------------------------------------------------------------------------------------

    def _several(self, raw: Raw, whole: str) -> TakenValue:
        parts, options = self._parts[whole], self._options(whole)
        yes, no = (self._specs[parts[0].name].members[place] for place in (0, 1))
        pieces = [piece for piece in _separated(show_as_text(raw)) if piece]
        chosen = [_member(piece, options) for piece in pieces]
        unknown = [piece for piece, option in zip(pieces, chosen, strict=True) if not option]
        if unknown and self._yes_no.get(make_name_key(show_as_text(raw))) != 1:
            values: dict[str, Value] = {
                part.name: yes for part, option in zip(parts, options, strict=True) if option in chosen
            }
            said = {"value": quote_cell(raw), "options": "、".join(options), "unknown": "、".join(unknown)}
            return TakenValue(values | {parts[0].name: show_as_text(raw)}, [Told("several", parts[0].name, True, said)])
        return TakenValue({p.name: yes if option in chosen else no for p, option in zip(parts, options, strict=True)})

    def _options(self, whole: str) -> tuple[str, ...]:
        before = say("workbook.part_name", item=whole, part="")
        return tuple(part.name.removeprefix(before) for part in self._parts[whole])


def _words(key: str) -> list[str]:
    found: list[str] = lookup(f"import.{key}")
    return found


def _wholes(ledger: Ledger) -> list[str]:
    return list(dict.fromkeys(column.choice_of for column in ledger.columns if column.choice_of))


def _separated(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(f"[{re.escape(lookup('import.separators'))}]", text)]


def _member(raw: Raw, members: tuple[str, ...]) -> str:
    """Return the option that is written, numbered (``2``, ``2.文字``), begun or ended; ``""`` for none or several."""
    numbered = tuple(Option(str(number), member) for number, member in enumerate(members, start=1))
    if code := find_option(_NUMBERED.sub(r"\1", narrow_text(show_as_text(raw)), count=1), numbered):
        return members[int(code) - 1]
    short = make_name_key(show_as_text(raw))
    begun = [member for member in members if make_name_key(member).startswith(short)]
    meant = begun or [member for member in members if make_name_key(member).endswith(short)]
    return meant[0] if len(meant) == 1 else ""


def _told(remark: Remark, name: str) -> Told:
    values = {"value": remark.value, "number": remark.number, "options": remark.options}
    return Told(remark.check, name, remark.check in _REFUSED, values)


def _harmless(remark: Remark) -> bool:
    """A list spells numbers and days; that is told only where more than the spelling was changed."""
    if remark.check == "number_text":
        return not any(char.isalpha() for char in remark.value)
    if remark.check == "date_text":
        figures = re.findall(r"\d+", narrow_text(remark.value))
        return len(figures) > 2 or len(figures[0]) == 8
    return False
