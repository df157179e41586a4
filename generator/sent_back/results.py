"""校验结果 of a workbook that is sent back: the officer's band above, his list, and room for the add-in's below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.ooxml.sheet_part import NewSheet, PlainCell, SavedSheet
from generator.sent_back.slip import Slip, SlipLine
from generator.widths import lines_needed
from templates.layout import name_column, quote_sheet
from templates.result_layout import RESULTS, RESULTS_HEADER, RESULTS_WIDTHS
from templates.words import lookup, say

LINE: Final = 13.5
"""Points that a line of text takes."""

AIR: Final = 3.0
"""Points above and below the lines of a row."""

HIGHEST: Final = 400.0

_WIDE: Final = sum(RESULTS_WIDTHS)
_LAST: Final = name_column(RESULTS.answer)
ROUND: Final = "sent_back"
"""Begins the hidden text that says which 退回 it is."""


@dataclass(frozen=True)
class _Looks:
    """The numbers of styles in the received sheet."""

    title: int
    text: int
    link: int
    header: int
    hidden: int
    answer: int

    @classmethod
    def of(cls, sheet: SavedSheet) -> _Looks:
        """Return the looks of cells that the sheet has had since it was generated."""
        return cls(
            title=sheet.style_of("A1"),
            text=sheet.style_of_column(RESULTS.kind),
            link=sheet.style_of("A3"),
            header=sheet.style_of(f"A{RESULTS_HEADER}"),
            hidden=sheet.style_of_column(RESULTS.key),
            answer=sheet.style_of_column(RESULTS.answer) or sheet.style_of_column(RESULTS.kind),
        )


def write_sent_back_results(received: bytes, slip: Slip) -> bytes:
    """Return the part of 校验结果 with ``slip`` in it, made of the part as it was received."""
    old = SavedSheet(received)
    sheet, looks = NewSheet(old, (*RESULTS_WIDTHS, 0), RESULTS_HEADER), _Looks.of(old)
    _write_band(sheet, looks, slip)
    header = [*lookup("workbook.results.header"), say("sent_back.opinion"), say("sent_back.answer")]
    sheet.put(RESULTS_HEADER, _place(header, looks.header), 18)
    row = RESULTS_HEADER
    for row, line in enumerate(slip.lines, start=RESULTS_HEADER + 1):
        _write_line(sheet, looks, row, line)
    if slip.rest:
        row += 1
        _write_wide(sheet, row, say("sent_back.more", count=slip.rest), looks.text)
    _write_wide(sheet, row + 2, say("sent_back.own_list"), looks.text)
    sheet.put(row + 3, _place(lookup("workbook.results.header"), looks.header), 18)
    return sheet.spell(f"{_LAST}{RESULTS_HEADER + 1}")


def _write_band(sheet: NewSheet, looks: _Looks, slip: Slip) -> None:
    band, key = slip.band, name_column(RESULTS.key)
    known = PlainCell(f"{ROUND} {band.round}", looks.hidden)
    sheet.put(1, {"A": PlainCell(band.heading, looks.title), key: known}, 27.75)
    words = "sent_back.reason" if band.reason else "sent_back.no_reason"
    _write_wide(sheet, 2, say(words, reason=band.reason, counts=slip.counts), looks.text)
    back = PlainCell(say("workbook.cover.back"), looks.link, f"{quote_sheet(say('workbook.sheets.cover'))}!A1")
    sheet.put(3, {"A": back, "B": PlainCell(say("sent_back.how", contact=band.contact), looks.text)}, 15.75)
    sheet.merged.append(f"B3:{_LAST}3")


def _write_wide(sheet: NewSheet, row: int, text: str, style: int) -> None:
    """Write a text over all columns, in a row as high as it needs."""
    sheet.put(row, {"A": PlainCell(text, style)}, _measure([(text, _WIDE)]))
    sheet.merged.append(f"A{row}:{_LAST}{row}")


def _write_line(sheet: NewSheet, looks: _Looks, row: int, line: SlipLine) -> None:
    texts = (line.told, line.place, line.subject, line.problem, line.remedy, line.opinion, "", line.key)
    cells = _place(texts, looks.text)
    if line.cell:
        at, _, cell = line.cell.rpartition("!")
        cells[name_column(RESULTS.place)] = PlainCell(line.place, looks.link, f"{quote_sheet(at)}!{cell}")
    cells[_LAST] = PlainCell("", looks.answer)
    cells[name_column(RESULTS.key)] = PlainCell(line.key, looks.hidden)
    sheet.put(row, cells, _measure(list(zip(texts[:-1], RESULTS_WIDTHS, strict=True))))


def _place(texts: tuple[str, ...] | list[str], style: int) -> dict[str, PlainCell]:
    return {name_column(column): PlainCell(text, style) for column, text in enumerate(texts, start=1)}


def _measure(texts: list[tuple[str, float]]) -> float:
    """Return the height that a row with these texts in columns of these widths needs."""
    lines = max(lines_needed(text, width) for text, width in texts)
    return min(LINE * lines + 2 * AIR, HIGHEST)
