"""A return of an older version, read by its own codes, as a return of the present one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import nan
from typing import TypeVar

from addin.facts import Oddity
from addin.package.addresses import Place
from addin.reading.cells import interpret, show_as_text, specify_indicator
from addin.reading.form_reader import find_places
from addin.reading.grid import Grid
from addin.reading.paper import WorkingPaper
from addin.submission import Edition, Submission
from templates.checks import Leaves
from templates.content import Value
from templates.expression import CellRef
from templates.layout import FormLayout
from templates.migration import Migration, find_former, find_present
from templates.model import Column, Indicator, Kind, Survey
from templates.older import find_migration, show_place
from templates.words import lookup

T = TypeVar("T")


def take_over(paper: WorkingPaper, grids: Mapping[str, Grid | None], survey: Survey, how: Migration) -> Submission:
    """Return what was read with the older codes in the codes of ``survey``; nothing is lost without a finding."""
    _read_prior(paper, grids)
    _keep_typed(paper, grids, survey, how)
    return translate_codes(paper.submit(), survey, how)


def translate_codes(submission: Submission, survey: Survey, how: Migration) -> Submission:
    """Return the submission with the codes and columns of ``survey``. Its identity still says what it was made from."""
    content, identity = submission.content, submission.identity
    moved = replace(
        content,
        values={form: _moved(form, cells, how) for form, cells in content.values.items()},
        notes={form: _moved(form, cells, how) for form, cells in content.notes.items()},
        prior={form: _moved(form, cells, how) for form, cells in content.prior.items()},
        ledgers={
            short: {row: kept for row, cells in rows.items() if (kept := _moved(short, cells, how))}
            for short, rows in content.ledgers.items()
        },
    )
    typed = {place: number for old, number in submission.typed.items() if (place := find_present(old, how))}
    older = Oddity.of("version.older", found=identity.version, expected=survey.version)
    recoded = (_recoded(oddity, how) for oddity in submission.oddities)
    oddities = (older, *_gone(submission, survey, how), *(one for one in recoded if one))
    return replace(submission, edition=Edition.of(survey), content=moved, oddities=oddities, typed=typed)


def _recoded(oddity: Oddity, how: Migration) -> Oddity | None:
    """Return the oddity at the code of today, None where there is none; it still quotes the code in the workbook."""
    place = find_present((oddity.form, oddity.code), how)
    if place is None or place[1] == oddity.code:
        return oddity if place else None
    return replace(oddity, code=place[1], quotes=(*oddity.quotes, ("code", oddity.code)))


def _moved(part: str, cells: Mapping[str, T], how: Migration) -> dict[str, T]:
    placed = ((find_present((part, name), how), value) for name, value in cells.items())
    return {place[1]: value for place, value in placed if place}


def _gone(submission: Submission, survey: Survey, how: Migration) -> Iterator[Oddity]:
    """Yield an oddity for every value that the present version has no place for."""
    content = submission.content
    for part, name in how.drop:
        cells = [("", content.values.get(part, {}).get(name))]
        cells += [(str(row), line.get(name)) for row, line in content.ledgers.get(part, {}).items()]
        for row, value in cells:
            if value is not None:
                yield _lost(part, show_place((part, name), survey), int(row or 0), value, survey)


def _lost(part: str, place: str, row: int, value: Value, survey: Survey) -> Oddity:
    if part in survey.ledger:
        return Oddity.of("version.dropped_row", ledger=part, row=row, place=place, value=show_as_text(value))
    return Oddity.of("version.dropped", form=part, place=place, value=show_as_text(value))


def _read_prior(paper: WorkingPaper, grids: Mapping[str, Grid | None]) -> None:
    """Read last year's values anew: they lie in the rows of the older form, which only its codes tell."""
    prior, layout = grids[lookup("workbook.sheets.prior")], paper.layout
    paper.content.prior.clear()
    for form in layout.forms.values():
        grid = grids[form.sheet]
        places = find_places(form, grid) if grid else None
        if prior is None or places is None:
            continue
        for code, row in places.rows.items():
            spec = specify_indicator(form.form.indicators[code], paper.survey).of_last_year()
            value = interpret(prior.value(row, layout.marked[form.sheet]), spec).value
            if value is not None:
                paper.content.prior.setdefault(form.form.id, {})[code] = value


def _keep_typed(paper: WorkingPaper, grids: Mapping[str, Grid | None], survey: Survey, how: Migration) -> None:
    """Take cells that are derived today out of the values. A constant in one is kept as such; a formula is ours."""
    identity = paper.identity
    for form in survey.forms_of(identity.kind):
        for code, row in form.indicators.items():
            old = find_former((form.id, code), how)
            if old and row.derived_for(identity.kind, identity.level) is not None:
                _take_out(paper, grids, form.id, old)


def _take_out(paper: WorkingPaper, grids: Mapping[str, Grid | None], form: str, code: str) -> None:
    value = paper.content.values.get(form, {}).pop(code, None)
    layout = paper.layout.forms.get(form)
    grid = grids[layout.sheet] if layout else None
    place = _value_place(layout, grid, code) if layout and grid else None
    if grid and place and place not in grid.formulas and place not in grid.errors:
        paper.typed[form, code] = value if isinstance(value, float) else nan
    about = (form, code)
    paper.oddities[:] = [one for one in paper.oddities if (one.form, one.code) != about or one.leaves is Leaves.PART]


def _value_place(form: FormLayout, grid: Grid, code: str) -> Place | None:
    """Return where the value of a code stands, None where its row is not there."""
    places = find_places(form, grid)
    return (places.rows[code], places.columns["value"]) if places and code in places.rows else None


def bring_up_to_date(submission: Submission, survey: Survey, how: Migration | None = None) -> Submission:
    """Return the submission by the codes of ``survey``: by ``how``, as declared, else as far as codes match.

    What stands in cells and columns that ``survey`` does not have, or that hold something of another kind there, is
    left out. Its identity still says what it was made from; whether its kind is still there is for the caller to ask.
    """
    if submission.edition == Edition.of(survey):
        return submission
    edition = submission.edition
    found = how or find_migration(survey, edition.version, edition.hash)
    moved = translate_codes(submission, survey, found) if found else submission
    content = moved.content
    fitting = replace(
        content,
        values=_fit_forms(content.values, survey),
        notes={form: _known(cells, survey.form[form].indicators) for form, cells in _list_known(content.notes, survey)},
        prior=_fit_forms(content.prior, survey),
        ledgers={
            short: {row: _fit(cells, survey.ledger[short].by_name) for row, cells in rows.items()}
            for short, rows in content.ledgers.items()
            if short in survey.ledger
        },
    )
    typed = {place: number for place, number in moved.typed.items() if survey.indicator(CellRef(*place))}
    return replace(moved, edition=Edition.of(survey), content=fitting, typed=typed)


def _fit_forms(forms: Mapping[str, Mapping[str, Value]], survey: Survey) -> dict[str, dict[str, Value]]:
    return {form: _fit(cells, survey.form[form].indicators) for form, cells in _list_known(forms, survey)}


def _list_known(forms: Mapping[str, Mapping[str, T]], survey: Survey) -> list[tuple[str, Mapping[str, T]]]:
    return [(form, cells) for form, cells in forms.items() if form in survey.form]


def _known(cells: Mapping[str, T], declared: Mapping[str, object]) -> dict[str, T]:
    return {name: value for name, value in cells.items() if name in declared}


def _fit(cells: Mapping[str, Value], declared: Mapping[str, Indicator | Column]) -> dict[str, Value]:
    """Return what stands in cells that are there and hold such a value: a number, a day, a text."""
    return {name: value for name, value in _known(cells, declared).items() if _suits(value, declared[name].kind)}


def _suits(value: Value, kind: Kind) -> bool:
    if isinstance(value, str):
        return not kind.is_number and not kind.is_date
    return kind.is_number if isinstance(value, (int, float)) else kind.is_date
