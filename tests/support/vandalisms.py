"""What units do to workbooks, with all that is said of it; and honest uses, of which nothing is said."""

from __future__ import annotations

from typing import Any

from openpyxl.workbook.defined_name import DefinedName

from generator.ooxml.edit import edit_part, part_of
from templates.layout import COLUMNS, WorkbookLayout
from templates.words import lookup
from tests.support import vandals
from tests.support.entry_return import KIND, LEVEL
from tests.support.returns import MINI
from tests.support.vandals import Deed, by_openpyxl, put

SHEETS = lookup("workbook.sheets")
LAYOUT = WorkbookLayout(MINI, KIND, LEVEL)
FORM, LEDGER = LAYOUT.forms["M1"], LAYOUT.ledgers["活动"]
COVER, SHEET, LIST = LAYOUT.cover.sheet, FORM.sheet, LEDGER.sheet
NAME, CODE, VALUE, MESSAGE, NOTE = (
    FORM.cell("06", getattr(COLUMNS, role)) for role in ("name", "code", "value", "message", "explanation")
)
HEADING = FORM.header_row + 1


VANDALISMS: dict[str, tuple[Deed, list[str]]] = {
    "a constant over a live check": (put(SHEET, MESSAGE, "没有问题"), [f"tamper.formula {SHEET}!{MESSAGE}"]),
    "a formula emptied": (put(SHEET, MESSAGE, None), [f"tamper.formula {SHEET}!{MESSAGE}"]),
    "the light forged": (put(COVER, "J3", '="可"&"以"'), [f"tamper.formula {COVER}!J3"]),
    "all formulas of a sheet turned into values": (
        vandals.values_only(SHEETS["audit"]),
        [f"tamper.formula {SHEETS['audit']}!{cell}" for cell in ("A5", "B5", "E5", "G5", "J5")],
    ),
    "a derived cell typed over": (put(SHEET, FORM.cell("10"), 9), []),  # the audit says it, with both numbers
    "a label changed": (put(SHEET, NAME, "场馆总数"), [f"tamper.label {SHEET}!{NAME}"]),
    "a number turned into a truth": (put(COVER, "AB14", True), [f"tamper.label {COVER}!AB14"]),
    "a code changed": (
        put(SHEET, CODE, "66"),
        [f"note.stray {SHEET}!{VALUE}", "sheet.part_missing", f"tamper.label {SHEET}!{CODE}"],
    ),
    "a column name of a ledger changed": (put(LIST, "D4", "人数"), ["sheet.part_missing", f"tamper.label {LIST}!D4"]),
    "a code list extended": (put(SHEETS["codes"], "B2", "特大型"), [f"tamper.label {SHEETS['codes']}!B2"]),
    "words in a locked blank cell": (put(SHEET, f"J{HEADING}", "见附件"), [f"tamper.added {SHEET}!J{HEADING}"]),
    "another unit's name": (put(COVER, "C3", "别的单位"), [f"tamper.identity {COVER}!C3"]),
    "another unit's identity": (
        put(SHEETS["meta"], "B6", "别的单位"),
        [f"tamper.identity {COVER}!C3", f"tamper.identity {SHEETS['draft']}!C2"],
    ),
    "a form renamed": (vandals.rename(SHEET, "场馆"), ["tamper.sheet_renamed 场馆!A1"]),
    "a form renamed, formulas left behind": (vandals.title(SHEET, "场馆"), ["tamper.sheet_renamed 场馆!A1"]),
    "a ledger renamed": (vandals.rename(LIST, "活动"), ["tamper.sheet_renamed 活动!A1"]),
    "the checks renamed": (vandals.rename(SHEETS["audit"], "x"), ["tamper.sheet_renamed x!A1"]),
    "a sheet without data deleted": (
        by_openpyxl(lambda book: book.remove(book[SHEETS["definitions"]])),
        ["tamper.sheet_missing"],
    ),
    "a ledger deleted": (by_openpyxl(lambda book: book.remove(book[LIST])), ["sheet.missing"]),
    "a sheet added": (by_openpyxl(lambda book: book.create_sheet("底稿")), ["tamper.sheet_added 底稿!A1"]),
    "sheets in another order": (by_openpyxl(lambda book: book.move_sheet("M2", -2)), ["tamper.sheet_order M2!A1"]),
    "a form hidden": (
        by_openpyxl(lambda book: setattr(book[SHEET], "sheet_state", "hidden")),
        [f"tamper.sheet_hidden {SHEET}!A1"],
    ),
    "a row inserted": (by_openpyxl(lambda book: book[SHEET].insert_rows(15)), [f"tamper.rows {SHEET}!A15"]),
    "a row deleted": (
        by_openpyxl(lambda book: book[SHEET].delete_rows(16)),
        ["sheet.part_missing", f"tamper.rows {SHEET}!A16"],
    ),
    "a column inserted": (by_openpyxl(lambda book: book[SHEET].insert_cols(5)), [f"tamper.columns {SHEET}!E1"]),
    "a column of a ledger inserted": (
        by_openpyxl(lambda book: book[LIST].insert_cols(3)),
        [f"tamper.columns {LIST}!C1"],
    ),
    "a row of a ledger deleted": (by_openpyxl(lambda book: book[LIST].delete_rows(20)), [f"tamper.rows {LIST}!A25"]),
    "a sheet unprotected": (
        by_openpyxl(lambda book: book[SHEET].protection.disable()),
        [f"tamper.unprotected {SHEET}!A1"],
    ),
    "the structure unprotected": (
        by_openpyxl(lambda book: setattr(book.security, "lockStructure", False)),
        ["tamper.structure"],
    ),
    "a link to another workbook": (vandals.linked, ["tamper.links"]),
    "macros": (vandals.part("xl/vbaProject.bin"), ["tamper.macros"]),
    "a filled row hidden": (vandals.hide(LIST, row=6), [f"tamper.hidden_rows {LIST}!A6"]),
    "a filled column hidden": (vandals.hide(LIST, column="D"), [f"tamper.hidden_columns {LIST}!D1"]),
    "a row too low to be seen": (vandals.squeeze(LIST, 6), [f"tamper.hidden_rows {LIST}!A6"]),
    "filled cells merged": (vandals.merge_over(LIST, "A6:B7"), [f"tamper.merged {LIST}!B6"]),
    "a comment": (vandals.comment(SHEET, VALUE, "这是估计的"), [f"tamper.comment {SHEET}!{VALUE}"]),
    "a name bent": (
        by_openpyxl(lambda book: book.defined_names.add(DefinedName("value_M1", attr_text="'M1'!$F$7:$F$30"))),
        ["tamper.names"],
    ),
    "colours cleared": (
        by_openpyxl(lambda book: book[SHEET].conditional_formatting._cf_rules.clear()),
        [f"tamper.guards {SHEET}!G2"],
    ),
}


def _marked(book: Any) -> None:
    book[SHEETS["marks"]]["B12"] = 3
    for column, text in enumerate(("错误", SHEET, "06", f"{SHEET}!{VALUE}", "应填数字", "请改正"), start=1):
        book[SHEETS["results"]].cell(5, column, text)


def _widened(book: Any) -> None:
    book[SHEET].column_dimensions["B"].width = 80
    book[LIST].row_dimensions[6].height = 60


def _filtered(book: Any) -> None:
    book[LIST].auto_filter.ref = "A4:F24"
    book[LIST].auto_filter.add_filter_column(2, ["大型"])
    book[LIST].row_dimensions[6].hidden = True


def _pasted(book: Any) -> None:
    """Pasting replaces validations and formats of entry cells, and brings its own."""
    book[SHEET].data_validations.dataValidation = [
        rule for rule in book[SHEET].data_validations.dataValidation if VALUE not in str(rule.sqref)
    ]
    book[SHEET][VALUE].style = "Normal"
    book[SHEET][VALUE] = "3"
    book[SHEET][NOTE] = "按台账核对过，新建了一座"


HONEST: dict[str, Deed] = {
    "nothing": lambda path: None,
    "saved by another program": by_openpyxl(lambda book: None),
    "marked by the add-in": by_openpyxl(_marked),
    "wider columns": by_openpyxl(_widened),
    "filtered": by_openpyxl(_filtered),
    "pasted": by_openpyxl(_pasted),
    "shared formulas": lambda path: edit_part(path, part_of(path, SHEETS["audit"]), _shared),
}


def _shared(xml: bytes) -> bytes:
    """Write two equal neighbours as one shared formula, as spreadsheet programs do."""
    formula = b"<f>INDEX(audit_words,INDEX(audit_status,ROW()-4)+4)</f>"
    assert xml.count(formula) > 1
    shared = formula.replace(b"<f>", b'<f t="shared" ref="A5:A6" si="0">')
    return xml.replace(formula, shared, 1).replace(formula, b'<f t="shared" si="0"/>', 1)
