"""Who is to be telephoned stays in the house: names and telephones of people go neither up nor into 汇总.xlsx.

Those are what the roster knows of contacts, who signed the cover, and to whom a unit reports. What a form asks of a
unit's own address is a figure of the survey like any other, and goes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from addin.keys import conceal
from addin.submission import Submission
from templates.content import Value
from templates.model import Indicator, Survey
from templates.words import say

_ROLES: Final = ("contact_name", "contact_phone")


def is_contact(row: Indicator) -> bool:
    """Return whether the cell says who a person is, or how to reach one."""
    typed = not (row.kind.is_date or row.kind.is_number or row.kind.is_choice)
    return row.role in _ROLES or (typed and row.form == say("workbook.sheets.cover"))


def withhold_contacts(submission: Submission, survey: Survey) -> Submission:
    """Return the return as it goes up: where people are named stands only that they are."""
    values = {form: dict(cells) for form, cells in submission.content.values.items()}
    for form in (survey.cover, *survey.forms):
        cells = values.get(form.id, {})
        named = {code for code, row in form.indicators.items() if code in cells and is_contact(row)}
        cells |= dict.fromkeys(named, say("merge.withheld"))
    identity = replace(submission.identity, receiver=conceal(submission.identity.receiver))
    return replace(submission, identity=identity, content=replace(submission.content, values=values))


def level_contacts(one: Submission, other: Submission) -> Submission:
    """Return ``one`` with those contacts withheld that are withheld in ``other``: then the two can be compared."""
    hidden = say("merge.withheld")
    values = {
        form: {code: hidden if _is(other, form, code, hidden) else value for code, value in cells.items()}
        for form, cells in one.content.values.items()
    }
    return replace(one, content=replace(one.content, values=values))


def show_apart_from_contacts(form: str, value: Value | None, shown: str) -> str:
    """Return what is shown of a cell: on the cover no texts, which name people."""
    return say("merge.withheld") if form == say("workbook.sheets.cover") and isinstance(value, str) else shown


def _is(submission: Submission, form: str, code: str, text: str) -> bool:
    cells: Mapping[str, Value] = submission.content.values.get(form, {})
    return cells.get(code) == text
