"""疑似重复 as 汇总 shows it: every row with what it gives, what an officer said, and whether it counts once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from addin.auditing.arrays import convert_to_number, convert_to_text, show_number
from addin.receiving.acts import Act, ActKind
from addin.receiving.outcomes import Merged, State
from addin.store.acts import UnitStanding, read_acts, read_standings, record_acts
from addin.store.store import Store
from addin.summary.duplicates import SameGroup, SameRow, find_same_things
from addin.summary.once import sum_once
from addin.summary.rollup import Rollup, Totals, convert_totals
from addin.summary.verdicts import NOTHING_SAID, SaidBefore, Settled, settle
from generator.consolidated.double_data import DoubleLine, Doubles
from templates.expression import Aggregate, walk
from templates.model import Survey
from templates.words import say

BASIS = 16
"""Digits of the digest of what a unit reported: enough to see that it is another."""


def list_doubles(merged: Merged, before: SaidBefore = NOTHING_SAID) -> Settled:
    """Return what seems to stand in two units' ledgers, settled as far as officers have said anything."""
    counted = _list_summed(merged.survey)
    groups = [
        [_make_line(number, group, row, counted.get(row.ledger, ())) for row in group.rows]
        for number, group in enumerate(find_same_things(merged), start=1)
    ]
    return settle(groups, before)


def show_doubles(merged: Merged, rollup: Rollup, settled: Settled) -> Doubles:
    """Return it for the workbook, with the sums in which every thing counts once."""
    totals = sum_once(merged, rollup, settled.doubled) if settled.doubled else None
    return Doubles(settled.lines, settled.left_over, totals)


def send_back_doubles(merged: Merged, settled: Settled) -> list[Act]:
    """Return a 退回 for every unit that an officer decided against; its reason names its own rows and no other unit."""
    units = {unit.code: unit for unit in merged.units}
    lines = sorted(settled.to_send_back, key=lambda line: line.code)
    acts = []
    for code, group in groupby(lines, key=lambda line: line.code):
        rows, unit = list(group), units[code]
        reason = "\n".join(
            say("consolidated.doubles.return", ledger=line.ledger, row=line.row, title=line.title) for line in rows
        )
        acts.append(Act(ActKind.SENT_BACK, code, unit.name, settled.find_officer(rows[0]), reason))
    return acts


def carry_out_doubles(store: Store, merged: Merged, settled: Settled) -> Merged:
    """Put on record what officers decided, each once about what the unit reported; return the units as they stand then.

    Raises StoreError.
    """
    wanted = send_back_doubles(merged, settled)
    standings = read_standings(store, merged.survey.id, merged.year) if wanted else {}
    acts = [
        standing.act(ActKind.SENT_BACK, by=act.by, reason=act.reason)
        for act in wanted
        if (standing := standings.get(act.unit)) and not _was_said(standing, act)
    ]
    if not acts:
        return merged
    record_acts(store, merged.survey.id, merged.year, acts)
    stand = read_acts(store, merged.survey.id, merged.year)
    units = (replace(one, acts=stand[one.code]) if one.code in stand else one for one in merged.units)
    return replace(merged, units=tuple(units))


def _was_said(standing: UnitStanding, act: Act) -> bool:
    """Return whether the unit is sent back already, or was for this once: who accepted it since has seen that."""
    about = (one for one in standing.acts.acts if one.is_about(standing.content, standing.sha256))
    known = any(one.kind is ActKind.SENT_BACK and act.reason in one.reason for one in about)
    return known or standing.state is State.SENT_BACK


def describe_doubles(settled: Settled, totals: Totals) -> dict[str, Any]:
    """Return what ``merge --json`` says of them."""
    return {
        "duplicates": [
            {
                "ledger": lines[0].ledger,
                "why": lines[0].why,
                "rows": [
                    {"unit": line.code, "row": line.row, "once": line.once, "verdict": line.verdict} for line in lines
                ],
            }
            for lines in settled.groups
        ],
        "totals_without_duplicates": convert_totals(totals),
    }


def _make_line(number: int, group: SameGroup, row: SameRow, summed: tuple[str, ...]) -> DoubleLine:
    unit, same = row.unit, group.same
    submission = unit.submission
    cells: Mapping[str, Any] = submission.content.ledgers[row.ledger][row.row] if submission else {}
    others = (name for name in same.columns if name != same.name)
    return DoubleLine(
        number,
        row.ledger,
        unit.code,
        unit.name,
        row.row,
        row.cell,
        row.title,
        others=say("merge.join").join(_tell_cells(cells, others)),
        numbers=say("merge.join").join(_tell_numbers(cells, summed)) or say("consolidated.doubles.one"),
        counted=unit.counts,
        why=group.why,
        basis=unit.content[:BASIS],
    )


def _tell_cells(cells: Mapping[str, Any], names: Iterator[str]) -> Iterator[str]:
    """Yield columns with what stands in them."""
    for name in names:
        if text := convert_to_text(cells.get(name)):
            yield say("consolidated.doubles.row", column=name, value=text)


def _tell_numbers(cells: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if number := convert_to_number(cells.get(name)):
            yield say("consolidated.doubles.row", column=name, value=show_number(number))


def _list_summed(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Return by ledger the columns that some cell of a form adds up."""
    rows = (row for form in survey.forms for row in form.indicators.values())
    trees = (tree for row in rows for tree in (row.derive, row.ledger_sum) if tree is not None)
    found: dict[str, dict[str, None]] = {}
    for node in (node for tree in trees for node in walk(tree)):
        if isinstance(node, Aggregate) and node.column:
            found.setdefault(node.ledger, {})[node.column] = None
    return {ledger: tuple(columns) for ledger, columns in found.items()}
