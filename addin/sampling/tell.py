"""The results in words: for the screen, for programs, for the protocol, and what to write to units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from addin.reading.raw import show_number_text
from addin.sampling.compare import CellCheck, CheckedUnit, RowCheck
from addin.sampling.rates import Rate
from addin.sampling.results import SheetFile, SpotCheck
from generator.spot_checks.protocol import ProtocolSheet, ProtocolTable
from templates.words import lookup, say

LISTED: Final = 5
"""So many differences are named in the reason of a 退回."""


@dataclass(frozen=True)
class FoundDifference:
    """One thing that is not as it was reported."""

    check: CheckedUnit
    line: CellCheck | RowCheck

    @property
    def place(self) -> str:
        """Where it stands, as people say it."""
        if isinstance(self.line, CellCheck):
            return f"{self.line.cell.form}-{self.line.cell.code}"
        return say("sampling.place_row", ledger=self.line.row.ledger, row=self.line.row.row)

    @property
    def name(self) -> str:
        """The indicator, or what the ledger row is called."""
        return self.line.cell.name if isinstance(self.line, CellCheck) else self.line.row.name

    @property
    def reported(self) -> str:
        """What was reported."""
        if isinstance(self.line, RowCheck):
            return say("sampling.result.listed")
        reported = self.line.cell.reported
        return say("sampling.blank") if reported is None else show_number_text(reported)

    @property
    def found(self) -> str:
        """What was found."""
        if isinstance(self.line, RowCheck):
            return str(lookup("sampling.verdicts")[self.line.verdict])
        return show_number_text(self.line.checked)


@dataclass(frozen=True)
class Proposal:
    """A 退回 that is proposed: only the unit changes its figures."""

    unit: str
    name: str
    reason: str
    command: str
    """``""`` where the unit has sent something else meanwhile."""


def list_differences(result: SpotCheck) -> list[FoundDifference]:
    """Return all that differs, unit by unit, those drawn by lot first."""
    checks = sorted(result.checks, key=lambda one: (one.drawn.risky, one.drawn.unit.code))
    found: list[FoundDifference] = []
    for one in checks:
        found += [FoundDifference(one, cell) for cell in one.wrong_cells]
        found += [FoundDifference(one, row) for row in one.wrong_rows]
    return found


def propose_send_backs(result: SpotCheck, store: str) -> list[Proposal]:
    """Return a 退回 for each unit at which something differs, with the command that does it."""
    found: dict[str, list[FoundDifference]] = {}
    for one in list_differences(result):
        found.setdefault(one.check.drawn.unit.code, []).append(one)
    return [_propose(result, code, listed, store) for code, listed in found.items()]


def _propose(result: SpotCheck, code: str, listed: Sequence[FoundDifference], store: str) -> Proposal:
    reason = _word_reason(listed)
    name = listed[0].check.drawn.unit.name
    renewed = code in result.renewed
    command = "" if renewed else say("sampling.send_back.command", unit=code, reason=reason, store=store)
    return Proposal(code, name, reason, command)


def _word_reason(listed: Sequence[FoundDifference]) -> str:
    told = [
        say("sampling.send_back.cell", place=one.place, reported=one.reported, found=one.found)
        if isinstance(one.line, CellCheck)
        else say("sampling.send_back.row", place=one.place, found=one.found)
        for one in listed[:LISTED]
    ]
    more = [say("sampling.send_back.more", count=len(listed))] if len(listed) > LISTED else []
    return say("sampling.send_back.reason", what=str(lookup("sampling.join")).join([*told, *more]))


# --- for people ------------------------------------------------------------------------------------------------------


def tell_rates(result: SpotCheck) -> list[tuple[str, str, str, str, str]]:
    """Return the lines of the table: what, what is to be said of it, of how many, the estimate, its interval."""
    cells, rows = _count(result.random)
    told = [
        ("cells", say("sampling.result.of", wrong=cells[0], checked=cells[1]), result.cells),
        ("values", say("sampling.result.of_indicators", count=len(result.indicators)), result.values),
        ("rows", say("sampling.result.of", wrong=rows[0], checked=rows[1]), result.rows),
    ]
    names = lookup("sampling.result.rates")
    return [(names[key], rate.why, of, show_rate(rate.value), show_interval(rate)) for key, of, rate in told]


def _count(checks: Sequence[CheckedUnit]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return of numbers and of ledger rows how many are wrong, and how many were checked."""
    cells = sum(len(one.wrong_cells) for one in checks), sum(len(one.cells) for one in checks)
    return cells, (sum(len(one.wrong_rows) for one in checks), sum(len(one.rows) for one in checks))


def show_rate(value: float | None) -> str:
    """Return a rate as people read it."""
    return say("sampling.result.no_rate") if value is None else f"{value:.2%}"


def show_interval(rate: Rate) -> str:
    """Return an interval as people read it; ``""`` where there is none."""
    if rate.low is None or rate.high is None:
        return ""
    return say("sampling.result.interval", low=f"{rate.low:.2%}", high=f"{rate.high:.2%}")


def tell_sentences(result: SpotCheck) -> Iterator[str]:
    """Yield what stands above the table."""
    draw = result.draw
    told = {"number": draw.number, "seed": draw.seed, "population": len(draw.population)}
    counts = {"drawn": len(draw.random), "read": len(result.random)}
    yield say("sampling.result.lot", **told, **counts)
    unread = sorted({one.stratum for one in draw.random} - {one.drawn.stratum for one in result.random})
    for place in unread:
        yield say("sampling.result.no_stratum", name=draw.strata[place].name)
    if draw.risky:
        (wrong, checked), (wrong_rows, rows) = _count(result.risky)
        told = {"drawn": len(draw.risky), "read": len(result.risky), "wrong": wrong, "checked": checked}
        yield say("sampling.result.risk", **told, wrong_rows=wrong_rows, rows=rows)


def tell_open(result: SpotCheck) -> Iterator[str]:
    """Yield what is left to be done about the sheets: files not taken, gaps, units that are missing."""
    for file in result.files:
        if file.reason:
            yield f"{file.shown}：{file.reason}"
    yield from result.faults
    if result.locked and any(one.wrong_cells or one.wrong_rows for one in result.checks):
        yield say("sampling.result.locked", number=result.locked)
    if result.missing:
        names = "、".join(one.unit.name for one in result.missing)
        yield say("sampling.result.missing", count=len(result.missing), names=names)


def make_result_sheets(result: SpotCheck, proposals: Sequence[Proposal]) -> list[ProtocolSheet]:
    """Return the protocol: rates and indicators, every difference, what to send back, the files."""
    sheets = (_sheet_of_rates(result), _sheet_of_differences(result), _sheet_of_send_backs(proposals))
    return [*sheets, _sheet_of_files(result)]


def _sheet_of_rates(result: SpotCheck) -> ProtocolSheet:
    words = lookup("sampling.result")
    title = say("sampling.result.title", survey=result.survey.title, year=result.year)
    indicators = [
        [f"{one.form}-{one.code}", one.name, float(one.checked), float(one.wrong), one.rate, one.net]
        for one in result.indicators
    ]
    tables = [
        ProtocolTable(words["columns"], tell_rates(result)),
        ProtocolTable(words["indicator_columns"], indicators, (4, 5)),
    ]
    sentences = [*tell_sentences(result), *words["method"]]
    return ProtocolSheet(words["sheet"], title, words["widths"], sentences, tables)


def _sheet_of_differences(result: SpotCheck) -> ProtocolSheet:
    words = lookup("sampling.result.differences")
    how = lookup("sampling.protocol.how")
    lines = [
        [
            one.check.drawn.unit.code,
            one.check.drawn.unit.name,
            how["risky" if one.check.drawn.risky else "random"],
            *(one.place, one.name, one.reported, one.found, one.line.evidence, one.line.by),
        ]
        for one in list_differences(result)
    ]
    table = ProtocolTable(words["columns"], lines)
    return ProtocolSheet(words["sheet"], words["title"], words["widths"], [words["lead"]], [table])


def _sheet_of_send_backs(proposals: Sequence[Proposal]) -> ProtocolSheet:
    words = lookup("sampling.result.send_backs")
    table = ProtocolTable(words["columns"], [[one.unit, one.name, tell_command(one)] for one in proposals])
    return ProtocolSheet(words["sheet"], words["title"], words["widths"], [words["lead"]], [table])


def tell_command(proposal: Proposal) -> str:
    """Return how the unit is sent back to, or why that has to wait."""
    return proposal.command or say("sampling.send_back.renewed")


def _sheet_of_files(result: SpotCheck) -> ProtocolSheet:
    words = lookup("sampling.result.files")
    lines = [[one.shown, one.unit.unit.name if one.unit else "", one.reason or words["taken"]] for one in result.files]
    table = ProtocolTable(words["columns"], lines)
    return ProtocolSheet(words["sheet"], words["title"], words["widths"], list(tell_open(result)), [table])


# --- for programs ----------------------------------------------------------------------------------------------------


def describe_results(result: SpotCheck, proposals: Sequence[Proposal]) -> dict[str, Any]:
    """Return what ``sample read --json`` prints."""
    (wrong, checked), (wrong_rows, rows) = _count(result.random)
    risk_cells, risk_rows = _count(result.risky)
    return {
        "draw": result.draw.number,
        "seed": result.draw.seed,
        "units": {"drawn": len(result.draw.random), "read": len(result.random)},
        "cells": {"checked": checked, "wrong": wrong} | _describe_rate(result.cells),
        "values": _describe_rate(result.values) | {"indicators": [dict(vars(one)) for one in result.indicators]},
        "rows": {"checked": rows, "wrong": wrong_rows} | _describe_rate(result.rows),
        "risk": {
            "units": {"drawn": len(result.draw.risky), "read": len(result.risky)},
            "cells": {"checked": risk_cells[1], "wrong": risk_cells[0]},
            "rows": {"checked": risk_rows[1], "wrong": risk_rows[0]},
        },
        "differences": [_describe_difference(one) for one in list_differences(result)],
        "send_back": [vars(one) for one in proposals],
        "files": [_describe_file(one) for one in result.files],
        "faults": result.faults,
        "missing": [one.unit.code for one in result.missing],
    }


def _describe_rate(rate: Rate) -> dict[str, Any]:
    interval = None if rate.low is None or rate.high is None else [rate.low, rate.high]
    return {"rate": rate.value, "interval": interval, "note": rate.why}


def _describe_file(file: SheetFile) -> dict[str, Any]:
    return {"file": file.shown, "unit": file.unit.unit.code if file.unit else None, "reason": file.reason}


def _describe_difference(one: FoundDifference) -> dict[str, Any]:
    told = {"unit": one.check.drawn.unit.code, "draw": "risk" if one.check.drawn.risky else "random"}
    who = {"evidence": one.line.evidence, "by": one.line.by}
    if isinstance(one.line, RowCheck):
        return told | {"ledger": one.line.row.ledger, "row": one.line.row.row, "verdict": one.found} | who
    cell = {"form": one.line.cell.form, "code": one.line.cell.code, "reported": one.line.cell.reported}
    return told | cell | {"checked": one.line.checked, "difference": one.line.difference} | who
