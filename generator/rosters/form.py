"""名录核定表: one page on which a unit checks its own line of the roster, before any form is sent out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator.files import write_beside
from generator.formats import Formats
from generator.formula import formulate_valid_uscc, quote
from generator.lock import Lock
from generator.strict import StrictWorkbook, StrictWorksheet
from generator.unit.sheets.entry import DATE_RULE, check_uscc, word_refusal, write_value
from generator.unit.sheets.hidden import write_identity
from generator.unit.sheets.paper import set_up_print
from templates.content import Identity, Value
from templates.layout import name_column, quote_sheet
from templates.model import Survey
from templates.words import lookup, say

DOCUMENT = "roster_check"
"""What the workbook's identity says it is."""

HEADER_ROW = 5
NAME, NOW, ENTRY, ADVICE = 1, 2, 3, 4
"""Columns, counted from 0 as XlsxWriter does."""

WIDTHS = (3.5, 20, 38, 38, 40)


def build_roster_form(
    path: Path,
    survey: Survey,
    identity: Identity,
    on_roster: Mapping[str, str],
    lock: Lock,
    due: date | None,
    answer: Mapping[str, Value] | None = None,
) -> None:
    """Write the form of one unit to ``path``, atomically. ``on_roster`` is the unit's line by column of the roster.

    ``answer`` is what stands under 核定后 already, by row of the form: nothing when it is mailed out.
    """
    with write_beside(path) as beside:
        book = StrictWorkbook(os.fspath(beside))
        _Form(book, survey, identity, on_roster, lock, due, answer or {}).write()
        book.structure = lock
        book.set_properties({"title": say("roster_check.form.sheet"), "subject": identity.name, "company": ""})
        book.close()


def list_form_rows() -> tuple[str, ...]:
    """Return what the rows of the form ask for, in their order: the result, the roster's columns, the sign-off."""
    return ("result", *list_asked_columns(), "note", "head", "checker", "day")


def list_asked_columns() -> tuple[str, ...]:
    """Return the roster's columns that units are asked about: which codes went into which is the office's to say."""
    return tuple(column for column in lookup("roster.columns") if column not in lookup("roster_check.not_asked"))


def label_row(key: str) -> str:
    """Return what stands at the head of a row."""
    return str((lookup("roster.columns") | lookup("roster_check.entries"))[key])


@dataclass
class _Form:
    book: StrictWorkbook
    survey: Survey
    identity: Identity
    on_roster: Mapping[str, str]
    lock: Lock
    due: date | None
    answer: Mapping[str, Value]

    def write(self) -> None:
        self.role = Formats(self.book).role
        self.light = Formats(self.book).light
        self.sheet = self._sheet(say("roster_check.form.sheet"))
        self.first = {key: HEADER_ROW + place for place, key in enumerate(list_form_rows(), start=1)}
        self._head()
        for key, row in self.first.items():
            self._row(key, row)
        self._lists()
        self._status()
        self._print()
        write_identity(self._sheet(lookup("workbook.sheets.meta")), self.identity)

    def _sheet(self, name: str) -> StrictWorksheet:
        sheet: StrictWorksheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.protect_with(self.lock)
        return sheet

    def _head(self) -> None:
        year, words = self.identity.year, "roster_check.form"
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width, self.role("plain"))
        due = say(f"{words}.subtitle_due", year=year, day=self.due) if self.due else say(f"{words}.subtitle", year=year)
        title = say(f"{words}.title", survey=self.survey.title)
        lines = ((0, 34, title, "title"), (1, 22, due, "subtitle"), (2, 48, say(f"{words}.lead"), "step"))
        self.sheet.write_blank(0, 0, None, self.role("corner"))
        for row, height, text, style in lines:
            self.sheet.set_row(row, height)
            self.sheet.merge_range(row, NAME, row, ADVICE, text, self.role(style))
        for column, text in enumerate(lookup(f"{words}.header"), start=NAME):
            self.sheet.write_string(HEADER_ROW - 1, column, text, self.role("header"))
        self.sheet.set_row(HEADER_ROW - 1, 24)

    def _row(self, key: str, number: int) -> None:
        row, dash = number - 1, say("roster_check.form.dash")
        now = self.on_roster.get(key, dash) or dash
        self.sheet.set_row(row, 40 if key in ("name", "note") else 25)
        self.sheet.write_string(row, NAME, label_row(key), self.role("label"))
        self.sheet.write_string(row, NOW, now, self.role("cell_wrap"))
        self.sheet.write_string(row, ADVICE, lookup("roster_check.advice")[key], self.role("message"))
        if key == "code":
            self.sheet.write_string(row, ENTRY, say("roster_check.form.fixed"), self.role("closed"))
        else:
            write_value(self.sheet, number, ENTRY + 1, self.answer.get(key), self._entry_style(key))
            self._validate(key, row)

    def _entry_style(self, key: str) -> Any:
        if key == "day":
            return self.role("entry_choice", num_format="yyyy-mm-dd")
        return self.role("entry_choice" if key in self._choices else "entry_text")

    @property
    def _choices(self) -> dict[str, Sequence[str]]:
        """What the dropdowns offer; each list is a column of the hidden sheet."""
        kinds = [kind.name for kind in self.survey.kinds]
        return {"result": list(lookup("roster_check.results").values()), "kind": kinds, "level": self.survey.levels}

    def _validate(self, key: str, row: int) -> None:
        rule: dict[str, Any] = {"validate": "any"}
        if key in self._choices:
            column = name_column(list(self._choices).index(key) + 1)
            end = len(self._choices[key])
            source = f"={quote_sheet(lookup('workbook.sheets.codes'))}!${column}$1:${column}${end}"
            rule = {"validate": "list", "source": source} | word_refusal("choice")
        elif key == "day":
            rule = DATE_RULE | word_refusal("date")
        elif key == "uscc":
            rule = check_uscc(f"{name_column(ENTRY + 1)}{row + 1}", say("roster_check.cleared"))
        prompt = {"input_title": label_row(key), "input_message": lookup("roster_check.advice")[key]}
        self.sheet.data_validation(row, ENTRY, row, ENTRY, rule | prompt | {"ignore_blank": True})

    def _lists(self) -> None:
        sheet = self._sheet(lookup("workbook.sheets.codes"))
        for column, values in enumerate(self._choices.values()):
            for row, value in enumerate(values):
                sheet.write_string(row, column, value)
        sheet.hide()

    def _status(self) -> None:
        """Write one line that says what is still to do, red, blue or green with a symbol before it."""
        row = HEADER_ROW - 2
        self.sheet.set_row(row, 24)
        style, words = self.role("value"), lookup("roster_check.form")
        self.sheet.merge_range(row, NAME, row, ADVICE, "", style)
        known = "" if self.answer else words["choose"]
        self.sheet.write_formula(row, NAME, "=" + self._status_formula(), style, known)
        area = f"${name_column(NAME + 1)}${row + 1}"
        for text, light in ((words["ready"], "fine_box"), (words["choose"], "unfilled"), (words["no_change"], "error")):
            criteria = f"=LEFT({area},1)={quote(text[0])}"
            self.sheet.conditional_format(
                row, NAME, row, ADVICE, {"type": "formula", "criteria": criteria, "format": self.light(light)}
            )

    def _status_formula(self) -> str:
        words, results = lookup("roster_check.form"), lookup("roster_check.results")
        cell = {key: f"${name_column(ENTRY + 1)}${row}" for key, row in self.first.items()}
        changes = f"COUNTA({cell['name']}:{cell['phone']})"
        result, uscc = cell["result"], cell["uscc"]
        cleared = quote(say("roster_check.cleared"))
        steps = (
            (f"LEN({result})=0", words["choose"]),
            (f"AND({result}={quote(results['changed'])},{changes}=0)", words["no_change"].format(**results)),
            (f"AND({result}={quote(results['same'])},{changes}>0)", words["has_change"].format(**results)),
            (f"AND(LEN({uscc})>0,{uscc}<>{cleared},NOT({formulate_valid_uscc(uscc)}))", words["bad_uscc"]),
            (f"OR(LEN({cell['checker']})=0,LEN({cell['day']})=0)", words["sign"]),
        )
        formula = quote(words["ready"])
        for condition, text in reversed(steps):
            formula = f"IF({condition},{quote(text)},{formula})"
        return formula

    def _print(self) -> None:
        set_up_print(self.sheet)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 1)
        self.sheet.print_area(0, 0, max(self.first.values()) - 1, ADVICE)
        self.sheet.freeze_panes(HEADER_ROW, 0)
