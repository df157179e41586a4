"""A return of an older version, read by its own codes, as a return of the present one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import nan
from typing import TypeVar

from addin.finding import Finding, make_structural
from addin.reading.cells import interpret, show_as_text, specify_indicator
from addin.reading.form_reader import FormReader
from addin.reading.grid import Grid
from addin.submission import Submission
from generator.formula import formulate_derived
from templates.content import Value
from templates.migration import Migration, find_former, find_present
from templates.model import Survey
from templates.older import show_place
from templates.words import lookup

T = TypeVar("T")


def take_over(submission: Submission, grids: Mapping[str, Grid | None], survey: Survey, how: Migration) -> Submission:
    """Return what was read with the older codes in the codes of ``survey``; nothing is lost without a finding."""
    _read_prior(submission, grids)
    _keep_typed(submission, survey, how)
    return translate_codes(submission, survey, how)


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
    found = make_structural("version.older", found=identity.version, expected=survey.version)
    findings = [found, *_gone(submission, survey, how)]
    for finding in submission.findings:
        place = find_present((finding.form, finding.code), how)
        findings += [replace(finding, code=place[1])] if place else []
    return Submission(submission.file, identity, survey, moved, findings, typed)


def _moved(part: str, cells: Mapping[str, T], how: Migration) -> dict[str, T]:
    placed = ((find_present((part, name), how), value) for name, value in cells.items())
    return {place[1]: value for place, value in placed if place}


def _gone(submission: Submission, survey: Survey, how: Migration) -> Iterator[Finding]:
    """Yield a finding for every value that the present version has no place for."""
    content = submission.content
    for part, name in how.drop:
        cells = [("", content.values.get(part, {}).get(name))]
        cells += [(str(row), line.get(name)) for row, line in content.ledgers.get(part, {}).items()]
        for row, value in cells:
            if value is not None:
                yield _lost(part, show_place((part, name), survey), int(row or 0), value, survey)


def _lost(part: str, place: str, row: int, value: Value, survey: Survey) -> Finding:
    if part in survey.ledger:
        return make_structural("version.dropped_row", ledger=part, row=row, place=place, value=show_as_text(value))
    return make_structural("version.dropped", form=part, place=place, value=show_as_text(value))


def _read_prior(submission: Submission, grids: Mapping[str, Grid | None]) -> None:
    """Read last year's values anew: they lie in the rows of the older form, which only its codes tell."""
    prior, layout = grids[lookup("workbook.sheets.prior")], submission.layout
    submission.content.prior.clear()
    for form in layout.forms.values():
        grid = grids[form.sheet]
        places = FormReader(submission, layout, form, grid, formulate_derived).places if grid else None
        if prior is None or places is None:
            continue
        for code, row in places.rows.items():
            spec = specify_indicator(form.form.indicators[code], submission.survey)
            value = interpret(prior.value(row, layout.marked[form.sheet]), spec).value
            if value is not None:
                submission.content.prior.setdefault(form.form.id, {})[code] = value


def _keep_typed(submission: Submission, survey: Survey, how: Migration) -> None:
    """Take cells that are derived today out of the values. A constant in one is kept as such; a formula is ours."""
    identity = submission.identity
    for form in survey.forms_of(identity.kind):
        for code, row in form.indicators.items():
            old = find_former((form.id, code), how)
            if old and row.derived_for(identity.kind, identity.level) is not None:
                _take_out(submission, form.id, old)


def _take_out(submission: Submission, form: str, code: str) -> None:
    here = [finding for finding in submission.findings if (finding.form, finding.code) == (form, code)]
    value = submission.content.values.get(form, {}).pop(code, None)
    if not any(finding.rule in _FORMULAS or finding.rule == "sheet.part_missing" for finding in here):
        submission.typed[form, code] = value if isinstance(value, float) else nan
    kept = [one for one in submission.findings if one not in here or one.rule == "sheet.part_missing"]
    submission.findings[:] = kept


_FORMULAS = ("cell.formula", "cell.uncached", "cell.error")
"""What reading says of a cell that holds a formula."""
