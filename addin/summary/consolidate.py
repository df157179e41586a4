"""Merged returns and their sums as the consolidated workbook shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from addin.auditing.arrays import convert_to_number, show_number
from addin.auditing.figures import Cells
from addin.finding import make_key, sort_findings
from addin.keys import Key
from addin.receiving import upward
from addin.receiving.contacts import is_contact
from addin.receiving.outcomes import FileOutcome, Merged, Role, State, UnitOutcome
from addin.receiving.told import spell_day
from addin.submission import Submission
from addin.summary.beside import copy_files, write_long_ledgers
from addin.summary.choices import count_choices
from addin.summary.doubles import list_doubles, show_doubles
from addin.summary.insights import gather_insights
from addin.summary.opinions import Opinions, read_opinions
from addin.summary.rollup import COUNTY_DIGITS, Rollup, add_up, name_regions
from addin.summary.verdicts import Settled, read_verdicts
from addin.tracking.deadlines import count_late
from addin.tracking.kept import pack_acts
from generator.consolidated.corrections import CorrectionSheets
from generator.consolidated.data import (
    AnswerLine,
    ChangeLine,
    Consolidated,
    FindingLine,
    GroupTotals,
    ReturnLine,
    StatusLine,
    Totals,
)
from generator.consolidated.workbook import write_consolidated
from templates.content import Value
from templates.model import Survey
from templates.words import lookup, say


def write_summary(
    merged: Merged,
    rollup: Rollup,
    path: Path,
    key: Key | None = None,
    settled: Settled | None = None,
    corrections: CorrectionSheets | None = None,
) -> None:
    """Write 汇总.xlsx to ``path``, signed with ``key``, whole or not at all, and the units' files beside it.

    Opinions and 认定 that people typed into the file that stands there are kept; ``settled`` are those that were read.
    Raises SummaryError when they cannot be read, OSError when the folder cannot be written.
    """
    opinions = read_opinions(path)
    doubles = list_doubles(merged, read_verdicts(path)) if settled is None else settled
    data = consolidated(merged, rollup, opinions, copy_files(merged, path))
    data = replace(data, doubles=show_doubles(merged, rollup, doubles), corrections=corrections or data.corrections)
    data = replace(data, list_files=write_long_ledgers(data.returns, data.survey, path))
    write_consolidated(path, replace(data, identity=upward.sign_identity(data, key)) if key else data)


def consolidated(
    merged: Merged, rollup: Rollup, opinions: Opinions | None = None, files: Mapping[str, str] | None = None
) -> Consolidated:
    """Return what 汇总.xlsx shows; ``files`` are the relative paths of the units' files by unit code."""
    opinions = opinions or Opinions()
    regions = name_regions({unit.region[:COUNTY_DIGITS] for unit in merged.units}, merged.survey)
    return Consolidated(
        survey=merged.survey,
        year=merged.year,
        units=tuple(opinions.beside_unit(_unit_line(unit, merged, regions), unit.done) for unit in merged.units),
        unused_files=tuple(opinions.beside_file(_file_line(file)) for file in merged.unused),
        left_over=opinions.left(),
        totals=rollup.totals,
        groups=tuple(_groups(rollup)),
        reporters=rollup.reporters,
        files=files or {},
        list_files={},
        returns=tuple(_return_line(unit, rollup, merged.survey) for unit in _sent(merged)),
        findings=tuple(_findings(merged)),
        insights=gather_insights(merged, rollup),
        choices=count_choices(merged, rollup),
        together=_add_up_together(merged, rollup),
        identity=upward.make_identity(merged),
        unsigned=merged.unsigned,
        records=upward.make_records(merged),
        moment=f"{merged.moment:%Y-%m-%d %H:%M}",
        changes=tuple(ChangeLine(unit.code, unit.name, change) for unit in merged.units for change in unit.changes),
        answers=tuple(line for unit in merged.units for line in _answers(unit)),
    )


def _add_up_together(merged: Merged, rollup: Rollup) -> dict[str, Totals]:
    """Return the sums of levels that are read together."""
    level_of = rollup.long["unit"].map({unit.code: unit.level for unit in merged.units})
    return {
        group.name: add_up(rollup.long[level_of.isin(group.levels)], merged.survey, of_one_level=len(group.levels) == 1)
        for group in merged.survey.across.groups
    }


def _groups(rollup: Rollup) -> list[GroupTotals]:
    """Return levels and kinds, then the regions, wide enough to be few."""
    narrow = [group for group in rollup.groups if group.by != "region"]
    return [GroupTotals(group.by, group.value, group.totals) for group in (*narrow, *rollup.regions)]


def _sent(merged: Merged) -> list[UnitOutcome]:
    return [unit for unit in merged.units if unit.submission is not None]


def _unit_line(unit: UnitOutcome, merged: Merged, regions: dict[str, str]) -> StatusLine:
    sent = unit.submission is not None
    state = unit.state
    return StatusLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        level=unit.level,
        region=regions[unit.region[:COUNTY_DIGITS]],
        state=state.value,
        state_shown=say(f"consolidated.state.{state.value}", state=state.shown),
        file="\n".join(file.shown for file in unit.files if file.counted),
        counts=(unit.errors, unit.unexplained, unit.held, unit.explained, unit.others) if sent else (),
        reason=unit.reason,
        received=_tell_arrival(unit),
        late=count_late(unit, merged.survey, merged.year, merged.moment.date()),
        round=unit.round,
        acts=pack_acts(unit.acts),
    )


def _tell_arrival(unit: UnitOutcome) -> str:
    if unit.submission is None or unit.received is None:
        return unit.state.shown if unit.submission is None else ""
    return say("consolidated.status.received", day=spell_day(unit.received.astimezone().date()))


def _file_line(file: FileOutcome) -> StatusLine:
    """Return a file that stands for no unit; a refused one is told by why, the others by what became of them."""
    refused = file.role is Role.REFUSED
    words = lookup("merge.file_status")[file.status.value] if refused else lookup("merge.role")[file.role.value]
    identity = file.identity
    return StatusLine(
        code=identity.code if identity else "",
        name=identity.name if identity else "",
        kind=identity.kind if identity else "",
        level=identity.level if identity else "",
        region="",
        state=file.role.value,
        state_shown=words,
        file=file.shown,
        counts=(),
        reason=file.reason,
    )


def _return_line(unit: UnitOutcome, rollup: Rollup, survey: Survey) -> ReturnLine:
    submission = unit.submission
    if submission is None:
        raise ValueError(f"{unit.code} sent nothing")
    kind = survey.kind.get(submission.identity.kind)
    forms = kind.forms if kind else ()
    numbers = rollup.received.get(unit.code, {})
    return ReturnLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        level=unit.level,
        region=rollup.region_of[unit.code],
        forms=forms,
        counted=unit.counts,
        part=unit.part,
        values={form: _values(survey, submission, form, numbers) for form in forms},
        ledgers=submission.content.ledgers,
    )


def _values(survey: Survey, submission: Submission, form: str, numbers: Cells) -> dict[str, Value]:
    """Return the form's values with derived cells recomputed; a derived cell never shows what was typed over it.

    A number that the totals pass over, typed where the cell is closed to the unit, becomes a text: so do the sums.
    """
    kind, level = submission.identity.kind, submission.identity.level
    rows = survey.form[form].indicators
    derived = {code for code, row in rows.items() if row.derived_for(kind, level) is not None}
    stated = submission.content.values.get(form, {})
    kept = {code: value for code, value in stated.items() if code not in derived}
    kept |= {code: say("merge.withheld") for code in kept if code in rows and is_contact(rows[code])}
    for code in [code for code in kept if code in rows and rows[code].kind.is_number and (form, code) not in numbers]:
        if (number := convert_to_number(kept[code])) is not None:
            kept[code] = say("consolidated.details.not_counted", value=show_number(number))
    return kept | {code: number for (place, code), number in numbers.items() if place == form}


def _findings(merged: Merged) -> list[FindingLine]:
    """Return all findings by unit, in the order of whose turn it is, grave ones first."""
    turns = list(State)
    units = sorted(merged.units, key=lambda unit: turns.index(unit.state))
    return [FindingLine(unit.code, unit.name, found) for unit in units for found in sort_findings(unit.findings)]


def _answers(unit: UnitOutcome) -> Iterator[AnswerLine]:
    """Yield what the unit wrote beside what was sent back to it, and whether the same is still found."""
    found = {make_key(finding) for finding in unit.findings if finding.pending or finding.hold}
    for one in unit.submission.answers if unit.submission else ():
        told = (one.place, one.problem, one.opinion, one.text)
        yield AnswerLine(unit.code, unit.name, one.round, *told, stands=one.key in found)
