"""校验结果: where the add-in puts its findings, and an officer what he sends a return back with."""

from __future__ import annotations

from generator.formats import LIGHTS
from generator.formula import quote
from generator.unit.desk import SheetContext
from generator.unit.sheets.audit import write_head
from generator.unit.sheets.paper import set_up_print
from templates.layout import name_column
from templates.result_layout import RESULTS, RESULTS_HEADER, RESULTS_LAST, RESULTS_WIDTHS
from templates.words import lookup

_BAND = "warning"
"""The light of the officer's words: the unit has to answer."""


def write_results(desk: SheetContext) -> None:
    """Write the empty sheet; it is not protected, and its rows are ready to light up."""
    sheet = desk.add(lookup("workbook.sheets.results"), protected=False)
    words = lookup("workbook.results")
    write_head(desk, sheet, words["title"], words["lead"], words["header"], RESULTS_WIDTHS)
    for column, width in enumerate(RESULTS_WIDTHS, start=1):
        style = "result_link" if column == RESULTS.place else "result"
        sheet.set_column(column - 1, column - 1, width, desk.formats.role(style))
    sheet.set_column(RESULTS.key - 1, RESULTS.key - 1, None, desk.formats.role("hidden"), {"hidden": True})
    first = RESULTS_HEADER + 1
    lights = [(_area("kind", first, "kind"), criteria, light) for criteria, light in _kinds(first)]
    lights += [
        (_area("answer", first, "answer"), f"LEN({_column('key')}{first})>0", "asked"),
        (_area("kind", first, "answer"), f"LEN({_column('kind')}{first})>0", "grid"),
        (_area("kind", 1, "answer", RESULTS_HEADER - 1), f"LEN({_column('key')}$1)>0", _BAND),
    ]
    for area, criteria, light in lights:
        style = desk.formats.light(light, lined=light == "asked")
        rule = {"type": "formula", "criteria": f"={criteria}", "format": style}
        sheet.conditional_format(area, rule)
    set_up_print(sheet)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _kinds(first: int) -> list[tuple[str, str]]:
    """Return which words light up, and how."""
    shown = lookup("workbook.audit.severity")
    return [(f"{_column('kind')}{first}={quote(shown[name])}", name) for name in shown if name in LIGHTS]


def _area(left: str, top: int, right: str, bottom: int = RESULTS_LAST) -> str:
    return f"{_column(left)[1:]}{top}:{_column(right)[1:]}{bottom}"


def _column(role: str) -> str:
    return f"${name_column(getattr(RESULTS, role))}"
