"""明细 of a form: one row a unit, one column an indicator, and 计入, which decides what the sums take in."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

from generator.consolidated.data import Consolidated, ReturnLine
from generator.consolidated.links import Links
from generator.consolidated.live import CODES_ROW, DETAILS_HEADER, Details
from generator.consolidated.texts import show_value, title_form
from generator.page import Book, Page
from templates.model import Form
from templates.words import lookup

FROZEN = 2
"""单位代码 and 单位名称 stay in sight."""


def write_details(book: Book, data: Consolidated, form: Form) -> None:
    """Write 明细-…: a unit's name leads to its own file; the sums of the form follow what 计入 says."""
    words, details = lookup("consolidated.details"), Details.of(data, form)
    widths = [*words["widths"], *[words["column_width"]] * len(details.indicators)]
    page = book.page(details.name, widths, "form")
    page.title(title_form("details", data, form))
    page.header(CODES_ROW, [""] * len(details.fixed) + [row.code for row in details.indicators])
    page.header(DETAILS_HEADER, [*words["fixed"].values(), *(row.name for row in details.indicators)])
    links = Links(data.files)
    for row, line in enumerate(details.lines, start=DETAILS_HEADER + 1):
        _unit(page, row, line, details, links)
        _values(page, row, line, details)
    _switches(page, details)
    page.finish(DETAILS_HEADER, DETAILS_HEADER + len(details.lines), FROZEN)
    page.set_heights()
    page.protect()


def _unit(page: Page, row: int, line: ReturnLine, details: Details, links: Links) -> None:
    """Write whose row it is, and whether it counts. A part never does: its 计入 is locked."""
    known = {"code": line.code, "kind": line.kind, "level": line.level, "region": line.region}
    for key, text in known.items():
        page.text(row, details.fixed[key], text)
    page.link(row, details.fixed["name"], links.to_sheet(line.code, details.form.id), line.name)
    role = "cell_center" if line.part else "entry_switch"
    page.number(row, details.fixed["counted"], float(line.counted), role=role)


def _values(page: Page, row: int, line: ReturnLine, details: Details) -> None:
    values = line.values.get(details.form.id, {})
    for indicator in details.indicators:
        value = show_value(indicator, values.get(indicator.code))
        page.value(row, details.places[indicator.code], value, indicator.kind, indicator.decimals)
    for code, place in details.helpers.items():
        value = values.get(code)
        cached = value if isinstance(value, float) else 0.0
        page.formula(row, place, f"N({xl_rowcol_to_cell(row, details.places[code])})", cached)


def _switches(page: Page, details: Details) -> None:
    """Let 计入 be 1 or 0, and hide the helpers."""
    words, column = lookup("consolidated.details"), details.fixed["counted"]
    for row, line in enumerate(details.lines, start=DETAILS_HEADER + 1):
        if not line.part:
            page.sheet.data_validation(row, column, row, column, _one_or_none(words))
    for place in details.helpers.values():
        page.sheet.set_column(place, place, None, None, {"hidden": True})


def _one_or_none(words: dict[str, str]) -> dict[str, object]:
    return {
        "validate": "list",
        "source": [1, 0],
        "input_title": words["switch_title"],
        "input_message": words["switch"],
        "error_title": words["switch_title"],
        "error_message": words["switch_refused"],
    }
