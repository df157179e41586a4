"""Values from another system into a workbook: all is read, changed, and rendered afresh with the old identity."""

from __future__ import annotations

import json
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any, Final

from addin.auditing.figures import compute_figures
from addin.reading.cells import Raw, Spec, interpret, show_as_text, specify_column, specify_indicator
from addin.submission import Submission
from generator.lock import Lock
from generator.strict import make_storable
from generator.unit.workbook import build
from templates.characters import show_halves
from templates.content import Value
from templates.layout import LedgerLayout
from templates.model import Form, Kind, Survey
from templates.system import find_reason
from templates.words import lookup, say

_LOCK: Final = re.compile(rb"<sheetProtection\b[^>]*>")
_ATTRIBUTE: Final = re.compile(rb'(hashValue|saltValue|spinCount)="([^"]*)"')


_QUOTED: Final = 40
_DIGITS: Final = 40
"""Whole numbers with more digits are none that anybody means; shorter ones may be codes."""


class FillError(Exception):
    """The data cannot be put in; ``problems`` lists every reason, each one sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Filled:
    """What filling did: the filled return, how many cells were set, and what was not, each one sentence."""

    submission: Submission
    cells: int
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _NoNumber:
    """A number of the JSON that no cell can hold, as it stands there."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_data(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``. Raises :class:`FillError` with one sentence when there is none."""
    try:
        data = _parsed(path)
    except OSError as error:
        raise FillError([say("fill.not_read", file=path.name, reason=find_reason(error))]) from error
    except UnicodeDecodeError as error:
        raise FillError([say("fill.not_utf8", file=path.name, place=error.start + 1)]) from error
    except json.JSONDecodeError as error:
        where = {"row": error.lineno, "column": error.colno}
        raise FillError([say("fill.not_json", file=path.name, **where)]) from error
    except RecursionError as error:
        raise FillError([say("fill.too_deep", file=path.name)]) from error
    if not isinstance(data, dict):
        raise FillError([say("fill.not_an_object", file=path.name)])
    return data


def _parsed(path: Path) -> Any:
    """Return what the JSON says; raises FillError where a key stands twice in one object."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(name for name, _ in pairs)
        if twice := [name for name, count in counted.items() if count > 1]:
            raise FillError([say("fill.twice", file=path.name, name=show_halves(name)) for name in twice])
        return dict(pairs)

    return json.loads(
        path.read_text(encoding="utf-8-sig"),
        object_pairs_hook=once,
        parse_float=lambda text: number if isfinite(number := float(text)) else _NoNumber(text),
        parse_int=lambda text: int(text) if len(text) <= _DIGITS else _NoNumber(text),
        parse_constant=_NoNumber,
    )


def fill(survey: Survey, submission: Submission, data: dict[str, Any]) -> Filled:
    """Return the submission with ``data`` put into its content; what it does not name stays. Raises :class:`FillError`.

    Values that a cell cannot hold (a text in a number cell) are put in as they are: the audit will quote them.
    """
    filling = _Filling(survey, submission)
    filling.problems += [say("fill.unknown_part", name=name) for name in data if name not in filling.parts]
    for name, take in filling.parts.items():
        if name in data:
            take(data[name])
    if filling.problems:
        raise FillError(filling.problems)
    for change in filling.changes:
        change()
    return Filled(replace(submission, content=filling.content), len(filling.changes), tuple(filling.remarks))


def render(survey: Survey, submission: Submission, source: Path, target: Path, lock: Lock | None = None) -> None:
    """Write the submission as a fresh workbook with the identity and the password (or ``lock``) of ``source``."""
    lock = lock or read_lock(source) or Lock.of(secrets.token_urlsafe(12))
    build(target, survey, submission.identity, lock, submission.content, compute_figures(survey, submission))


def read_lock(path: Path) -> Lock | None:
    """Return the hashed password that protects the workbook's sheets, or None where no sheet is protected."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            found = _LOCK.search(package.read(name)) if name.startswith("xl/worksheets/sheet") else None
            marks = {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(found[0])} if found else {}
            if {"hashValue", "saltValue", "spinCount"} <= marks.keys():
                return Lock(marks["hashValue"], marks["saltValue"], int(marks["spinCount"]))
    return None


class _Filling:
    """Everything checked first; the changes are made only when nothing is wrong."""

    def __init__(self, survey: Survey, submission: Submission) -> None:
        self.survey = survey
        self.identity = submission.identity
        self.layout = submission.layout(survey)
        self.content = deepcopy(submission.content)
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.changes: list[Any] = []
        self.parts = {
            "forms": self._forms,
            "ledgers": self._ledgers,
            "notes": self._notes,
            lookup("fill.summary"): self._summary,
            lookup("fill.remarks"): self._remarks,
            lookup("fill.confirmed"): self._confirmed,
        }

    # --- forms -------------------------------------------------------------------------------------------------------

    def _forms(self, forms: Any) -> None:
        identity = self.identity
        for form, code, value in self._cells(forms, "forms"):
            indicator = form.indicators[code]
            if indicator.kind is Kind.COMPOSITE:
                self.problems.append(say("fill.composite", form=form.id, code=code))
            elif indicator.derived_for(identity.kind, identity.level) is not None:
                if value is not None:
                    self.remarks.append(say("fill.derived", form=form.id, code=code, value=value))
            elif not indicator.open_to(identity.kind, identity.level):
                if value:
                    self.remarks.append(say("fill.closed", form=form.id, code=code, value=_quoted(value)))
            elif not self._holds(value):
                self.problems.append(_complaint("value", f"{form.id} {code}", value))
            else:
                taken = self._value(value, specify_indicator(indicator, self.survey))
                self.changes.append(lambda f=form.id, c=code, v=taken: self.content.set(f, c, v))

    def _notes(self, notes: Any) -> None:
        for form, code, text in self._cells(notes, "notes"):
            if text is not None and not (isinstance(text, str) and self._holds(text)):
                self.problems.append(_complaint("text", f"{form.id} {code}", text))
                continue
            self.changes.append(lambda f=form.id, c=code, t=text: self._set_note(f, c, t))

    def _set_note(self, form: str, code: str, text: str | None) -> None:
        notes = self.content.notes.setdefault(form, {})
        if text:
            notes[code] = text
        else:
            notes.pop(code, None)

    def _cells(self, forms: Any, part: str) -> Iterator[tuple[Form, str, Any]]:
        filed = {form.form.id: form.form for form in self.layout.forms.values()}
        for id, cells in self._object(forms, part).items():
            if id not in filed:
                self.problems.append(say("fill.unknown_form", form=id, known="、".join(filed)))
                continue
            for code, value in self._object(cells, f"{part}.{id}").items():
                if code in filed[id].indicators:
                    yield filed[id], code, value
                else:
                    self.problems.append(say("fill.unknown_code", form=id, code=code))

    # --- ledgers -----------------------------------------------------------------------------------------------------

    def _ledgers(self, ledgers: Any) -> None:
        """The rows given take the place of all rows of their ledger."""
        layouts = self.layout.ledgers
        for short, rows in self._object(ledgers, "ledgers").items():
            if short not in layouts:
                self.problems.append(say("fill.unknown_ledger", ledger=short, known="、".join(layouts)))
            elif not isinstance(rows, list):
                self.problems.append(say("fill.rows", ledger=short))
            else:
                taken = {
                    layouts[short].first_row + place: self._row(layouts[short], place + 1, row)
                    for place, row in enumerate(rows)
                }
                kept = {number: values for number, values in taken.items() if values}
                self.changes.append(lambda s=short, r=kept: self.content.ledgers.__setitem__(s, r))

    def _confirmed(self, shorts: Any) -> None:
        """The ledgers whose rows of last year were gone through; the others were not."""
        layouts = self.layout.ledgers
        if not isinstance(shorts, list) or not all(short in layouts for short in shorts):
            self.problems.append(say("fill.confirmed_ledgers", known="、".join(layouts), found=shorts))
            return
        self.changes.append(lambda: setattr(self.content, "confirmed", set(shorts)))

    def _row(self, ledger: LedgerLayout, number: int, row: Any) -> dict[str, Value]:
        taken: dict[str, Value] = {}
        for name, value in self._object(row, f"ledgers.{ledger.ledger.short}[{number}]").items():
            column = ledger.ledger.by_name.get(name)
            where = say("fill.place", ledger=ledger.ledger.short, number=number, column=name)
            if column is None:
                self.problems.append(say("fill.unknown_column", where=where))
            elif not self._holds(value):
                self.problems.append(_complaint("value", where, value))
            elif (found := self._value(value, specify_column(column, self.survey))) is not None:
                taken[name] = found
        return taken

    # --- texts and plain values --------------------------------------------------------------------------------------

    def _summary(self, text: Any) -> None:
        self._text("summary", text)

    def _remarks(self, text: Any) -> None:
        self._text("remarks", text)

    def _text(self, attribute: str, text: Any) -> None:
        if text is not None and not (isinstance(text, str) and self._holds(text)):
            self.problems.append(_complaint("text", lookup(f"fill.{attribute}"), text))
            return
        self.changes.append(lambda: setattr(self.content, attribute, text or ""))

    def _object(self, value: Any, where: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.problems.append(say("fill.object", where=where))
        return {}

    @staticmethod
    def _holds(value: Any) -> bool:
        if isinstance(value, str):
            return make_storable(value) == value
        return value is None or isinstance(value, int | float | bool)

    @staticmethod
    def _value(value: Raw | None, spec: Spec) -> Value | None:
        """What the cell will hold; what cannot be understood stays the text it is."""
        if value is None:
            return None
        reading = interpret(value, spec)
        if reading.value is not None:
            return reading.value
        return None if value == "" else show_as_text(value)


def _complaint(what: str, where: str, value: Any) -> str:
    """Return what is wrong with a value: that it is none that cells hold, or else ``what``."""
    what = "number" if isinstance(value, _NoNumber) else "unfit" if isinstance(value, str) else what
    return say(f"fill.{what}", where=where, value=_quoted(value))


def _quoted(value: Any) -> str:
    """Return a value as the sentence quotes it: the beginning of a long one."""
    text = show_halves(str(value))
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
