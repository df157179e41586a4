"""A survey with the codes and columns of an older version, for reading what was filled in then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from templates.migration import Migration, Place, find_former
from templates.model import Column, Form, Heading, Indicator, Kind, Ledger, Row, Survey


def show_place(place: Place, survey: Survey) -> str:
    """Return the place as it is written in the file."""
    return ("." if place[0] in survey.ledger else "!").join(place)


def find_migration(survey: Survey, version: str, hash: str) -> Migration | None:
    """Return the mapping from these definitions, or None: they are the present ones, or none is declared."""
    if (version, hash) == (survey.version, survey.hash):
        return None
    return next((found for found in survey.migrations if found.source in (version, hash)), None)


def restore_older(survey: Survey, migration: Migration) -> Survey:
    """Return the survey with the codes and columns of the older version, for reading only.

    What is gone is a text at the end of its part; nothing is derived: older formulas are not known.
    """
    return replace(
        survey,
        cover=_form(survey.cover, migration),
        checklist=_form(survey.checklist, migration) if survey.checklist else None,
        forms=tuple(_form(form, migration) for form in survey.forms),
        ledgers=tuple(_ledger(ledger, migration) for ledger in survey.ledgers),
        rules=(),
    )


def _form(form: Form, migration: Migration) -> Form:
    rows = [row for old in form.rows for row in _row(form.id, old, migration)]
    gone = [Indicator(form.id, name, name, Kind.TEXT, required=False) for name in _gone(form.id, migration)]
    return replace(form, rows=(*rows, *gone))


def _row(form: str, row: Row, migration: Migration) -> Iterator[Row]:
    if isinstance(row, Heading):
        yield replace(row, section=find_former((form, row.section), migration) if row.section else "")
    elif code := find_former((form, row.code), migration):
        section = (find_former((form, name), migration) for name in row.section)
        yield replace(row, code=code, section=tuple(filter(None, section)), derive=None, ledger_sum=None)


def _ledger(ledger: Ledger, migration: Migration) -> Ledger:
    names = {column.name: find_former((ledger.short, column.name), migration) for column in ledger.columns}
    columns = [replace(column, name=names[column.name]) for column in ledger.columns if names[column.name]]
    gone = [Column(name, Kind.TEXT) for name in _gone(ledger.short, migration)]
    return replace(ledger, columns=(*columns, *gone), key=tuple(names.get(name) or name for name in ledger.key))


def _gone(part: str, migration: Migration) -> list[str]:
    return [name for where, name in migration.drop if where == part]
