"""Speed is held by ratios: what we take beside what others take for about the same, in the same run, in processor time.

A ratio that has grown by half is measured a second time before it is believed. After a change that is worth what it
costs: ``make bench-record``.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.short import DUELS, find_grown, measure_ratios, prepare_ground, read_recorded


def test_no_ratio_has_grown_by_half(tmp_path: Path) -> None:
    ground = prepare_ground(tmp_path)
    suspected = find_grown(measure_ratios(ground))
    assert find_grown(measure_ratios(ground, suspected)) == {}


def test_every_duel_is_recorded() -> None:
    assert read_recorded().keys() == DUELS.keys()
