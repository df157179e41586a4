"""A trial for people and programs: what could not be tried, the distribution, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from addin.trying.returns import TrialReturns
from addin.trying.trial import BANDS, Spread, Trial, TriedRule
from templates.older import show_place
from templates.words import say


def tell_remarks(trial: Trial, gathered: TrialReturns) -> Iterator[str]:
    """Yield what was not tried, or not for certain, each in a sentence."""
    if gathered.guessed:
        yield say("trial.guessed", count=gathered.guessed)
    yield from gathered.skipped
    for one in trial.rules:
        if one.unknown:
            places = "、".join(show_place(place, trial.survey) for place in one.unknown)
            yield say("trial.untried", rule=one.rule.id, places=places)
        elif one.undecided:
            yield say("trial.undecided", rule=one.rule.id, count=one.undecided)


def tell_bands(trial: Trial) -> Iterator[tuple[str, ...]]:
    """Yield how many units are asked for how many explanations: before, by all rules, and by those tried alone."""
    unknown = [say("trial.command.not_known")] * len(BANDS)
    before = map(str, trial.before.bands) if trial.before else unknown
    for (low, high), *counts in zip(BANDS, before, trial.total.bands, trial.added.bands, strict=True):
        yield _name_band(low, high), *map(str, counts)


def _name_band(low: int, high: int | None) -> str:
    if high is None:
        return say("trial.command.band_open", low=low)
    return str(low) if low == high else say("trial.command.band", low=low, high=high)


def describe_trial(trial: Trial, gathered: TrialReturns) -> dict[str, Any]:
    """Return what ``survey try --json`` prints."""
    survey = trial.survey
    return {
        "survey": {"id": survey.id, "version": survey.version, "hash": survey.hash},
        "year": trial.year,
        "units": len(trial.units),
        "remarks": list(tell_remarks(trial, gathered)),
        "rules": [_describe_rule(one, trial) for one in trial.rules],
        "explanations": {
            "before": _describe_spread(trial.before) if trial.before else None,
            "total": _describe_spread(trial.total),
            "tried": _describe_spread(trial.added),
        },
        "by_unit": [asdict(unit) for unit in trial.units],
    }


def _describe_rule(one: TriedRule, trial: Trial) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "title": one.rule.title,
        "severity": one.rule.severity.value,
        "asked": one.asked,
        "undecided": one.undecided,
        "units": list(one.units),
        "share": round(one.share, 4),
        "findings": one.findings,
        "examples": [asdict(example) for example in one.examples],
        "unknown": [show_place(place, trial.survey) for place in one.unknown],
    }


def _describe_spread(spread: Spread) -> dict[str, Any]:
    bands = [{"from": low, "to": high, "units": n} for (low, high), n in zip(BANDS, spread.bands, strict=True)]
    numbers = asdict(spread) | {"mean": round(spread.mean, 2)}
    return numbers | {"bands": bands}
