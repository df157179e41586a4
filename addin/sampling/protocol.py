"""What 复核抽样记录 says: by which seed, out of whom, and how likely each unit was to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from addin.sampling.record import Draw, DrawnUnit
from addin.sampling.strata import Candidate, name_group
from generator.spot_checks.protocol import ProtocolSheet, ProtocolTable
from templates.model import Survey
from templates.words import lookup, say


def make_protocol(survey: Survey, year: int, draw: Draw, today: date) -> list[ProtocolSheet]:
    """Return the sheets of the protocol: the draw, and every unit of the population."""
    return [_tell_draw(survey, year, draw, today), _list_population(draw)]


def _tell_draw(survey: Survey, year: int, draw: Draw, today: date) -> ProtocolSheet:
    words = lookup("sampling.protocol")
    return ProtocolSheet(
        words["sheet"],
        say("sampling.protocol.title", survey=survey.title, year=year),
        words["widths"],
        list(_tell_sentences(draw, today)),
        [ProtocolTable(words["columns"], [*_list_strata(draw)], (3,))],
    )


def _tell_sentences(draw: Draw, today: date) -> Iterator[str]:
    counts = {"population": len(draw.population), "random": len(draw.random), "risky": len(draw.risky)}
    told = {"number": draw.number, "seed": draw.seed, "share": f"{draw.share:.4g}", "day": today.isoformat()}
    yield say("sampling.protocol.draw", **told, **counts)
    if draw.reason:
        yield say("sampling.protocol.again", reason=draw.reason)
    yield say("sampling.protocol.range", **{"parts": 0, "above": 0} | draw.apart)
    yield say("sampling.protocol.method")
    yield say("sampling.protocol.secret")
    yield from draw.left_out


def _list_strata(draw: Draw) -> Iterator[list[str | float]]:
    for one in draw.strata:
        yield [one.name, float(one.population), float(one.drawn), one.probability]
    size, drawn = sum(one.population for one in draw.strata), sum(one.drawn for one in draw.strata)
    yield [say("sampling.protocol.whole"), float(size), float(drawn), drawn / size]


def _list_population(draw: Draw) -> ProtocolSheet:
    words = lookup("sampling.protocol.units")
    drawn = {one.unit.code: one for one in draw.units}
    lines = [_tell_unit(draw, unit, drawn.get(unit.code)) for unit in draw.population]
    return ProtocolSheet(
        words["sheet"], words["title"], words["widths"], [], [ProtocolTable(words["columns"], lines, (4,))]
    )


def _tell_unit(draw: Draw, unit: Candidate, one: DrawnUnit | None) -> list[str | float]:
    words = lookup("sampling.protocol.how")
    how = "" if one is None else words["risky" if one.risky else "random"]
    stratum = draw.strata[draw.stratum_of[unit.code]].name
    told = [unit.code, unit.name, name_group(unit.kind, unit.level), stratum]
    return [*told, draw.find_probability(unit.code), how, one.reasons if one else ""]
