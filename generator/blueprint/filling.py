"""What stands in the holes of a blueprint in the workbook of one unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property

from generator.blueprint.cut import STRINGS, Cut, CutPart
from generator.blueprint.marks import Cells, escape_markup, spell_cell, spell_rows, spell_string
from generator.blueprint.source import OWN, WORDS
from generator.strict import escape, make_storable
from generator.unit.sheets.entry import show_value
from generator.unit.sheets.identity import list_lines
from templates.content import Content, Identity, Value
from templates.layout import FormLayout, name_column
from templates.words import lookup


class Filling:
    """Fills the holes of one workbook. Texts that the string table does not have are added to it, so it comes last."""

    def __init__(self, cut: Cut, identity: Identity, content: Content) -> None:
        self.cut, self.identity, self.content = cut, identity, content
        self.references = cut.references
        self.added: dict[str, int] = {}
        self.own = {WORDS[name]: str(getattr(identity, name)) for name in OWN}
        self._fill: Mapping[str, Callable[..., str]] = {
            "entry": self._entry,
            "prior_type": self._prior_type,
            "prior_value": self._prior_value,
            "head": lambda number: self._heads[int(number)],
            "cover_head": lambda number: self._heads[int(number)],
            "rows": self._rows,
            "confirmation": self._confirmation,
            "prior_size": self._prior_size,
            "prior_rows": lambda: spell_rows(self._prior_cells, self._number_of),
            "carried": lambda id: str(identity.carried_rows.get(id, 0)),
            "moment": lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "text": lambda word: escape_markup(escape(make_storable(self.own[word]))),
            "quoted": lambda word: escape_markup(self.own[word].replace('"', '""')),
            "string": self._string,
            "table": lambda: f'count="{self.references}" uniqueCount="{cut.count + len(self.added)}"',
            "added": lambda: "".join(self.added),
        }

    def fill(self, part: CutPart) -> tuple[str, ...]:
        """Return what stands in the holes of ``part``. The string table is filled after all others."""
        return tuple([self._fill[kind](*details) for kind, *details in part.holes])

    def fill_all(self) -> dict[str, tuple[str, ...]]:
        """Return what stands in the holes of each part that has any."""
        parts = sorted(
            (part for part in self.cut.parts if isinstance(part, CutPart)), key=lambda part: part.name == STRINGS
        )
        return {part.name: self.fill(part) for part in parts}

    def _number_of(self, text: str) -> int:
        """Return the place of a text in the string table, for a cell that refers to it."""
        self.references += 1
        entry = spell_string(text)
        known = self.cut.strings.get(entry)
        return known if known is not None else self.added.setdefault(entry, self.cut.count + len(self.added))

    # --- forms -------------------------------------------------------------------------------------------------------

    def _entry(self, form: str, code: str, style: str) -> str:
        layout = self.cut.layout.forms[form]
        value, indicator = self.content.values.get(form, {}).get(code), layout.form.indicators.get(code)
        if indicator and indicator.open_to(self.identity.kind, self.identity.level):
            value = show_value(indicator, value)
        return spell_cell(layout.cell(code), style, value, self._number_of)

    def _prior_type(self, form: str, code: str) -> str:
        value = self.content.prior.get(form, {}).get(code, "")
        return "" if value == "" or isinstance(value, float | int) else ' t="str"'

    def _prior_value(self, form: str, code: str) -> str:
        known = self.content.prior.get(form, {}).get(code, "")
        indicator = self.cut.layout.forms[form].form.indicators[code]
        shown = str(show_value(indicator, known) if isinstance(known, int | float | str) else known)
        return escape_markup(escape(make_storable(shown)))

    @cached_property
    def _heads(self) -> list[str]:
        lines = list_lines(self.cut.layout, self.identity)
        read = [make_storable(line.read(self.content, self.identity.year)) for line in lines]
        return [escape_markup(escape(text)) for text in read]

    # --- ledgers -----------------------------------------------------------------------------------------------------

    def _rows(self, short: str) -> str:
        columns, styles = self.cut.layout.ledgers[short].ledger.columns, self.cut.styles[short]
        places = {column.name: (number, styles[number - 1]) for number, column in enumerate(columns, start=1)}
        rows: dict[int, Cells] = {
            row: {places[name][0]: (places[name][1], value) for name, value in values.items() if name in places}
            for row, values in self.content.ledgers.get(short, {}).items()
        }
        return spell_rows(rows, self._number_of)

    def _confirmation(self, id: str, address: str, closed: str, asked: str) -> str:
        confirmed = {self.cut.layout.survey.ledger[short].id for short in self.content.confirmed}
        done = lookup("workbook.ledger.confirmed") if id in confirmed else None
        style = asked if self.identity.carried_rows.get(id) else closed
        return spell_cell(address, style, done, self._number_of)

    # --- last year and the string table ------------------------------------------------------------------------------

    @cached_property
    def _prior_cells(self) -> dict[int, dict[int, tuple[str, Value]]]:
        cells: dict[int, dict[int, tuple[str, Value]]] = {}
        for form in self.cut.layout.forms.values():
            for code, value in self.content.prior.get(form.form.id, {}).items():
                if code in form.rows:
                    self._put(cells, form, code, value)
        return cells

    def _put(self, cells: dict[int, dict[int, tuple[str, Value]]], form: FormLayout, code: str, value: Value) -> None:
        shown = show_value(form.form.indicators[code], value)
        if shown is not None and shown != "":
            cells.setdefault(form.rows[code], {})[self.cut.layout.marked[form.sheet]] = ("", shown)

    def _prior_size(self) -> str:
        if not self._prior_cells:
            return '<dimension ref="A1"/>'
        column = name_column(max(max(cells) for cells in self._prior_cells.values()))
        return f'<dimension ref="A1:{column}{max(self._prior_cells)}"/>'

    def _string(self, pattern: str) -> str:
        for word, told in self.own.items():
            pattern = pattern.replace(word, told)
        return spell_string(pattern)
