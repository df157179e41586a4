"""Plausible returns for every unit of a roster, last year's values beside them: the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random

from addin.auditing.audit import audit
from addin.demo.actor import Actor
from addin.demo.cast import Cast
from addin.demo.draw import fill_cells, fill_ledgers, find_wholes
from addin.demo.mend import mend
from addin.demo.rows import Pool, make_dice, make_pool
from addin.roster import ReportingUnit
from addin.sending.dispatch import make_identity
from addin.sending.zero import make_complete_zero
from templates.content import Identity, Value
from templates.model import Heading, Indicator, Severity, Survey
from templates.words import lookup

_SMALL = 60
"""Only larger numbers change much from one year to the next."""

_NO_BUSINESS = 0.5


def make_plausible(survey: Survey, units: Sequence[ReportingUnit], cast: Cast, year: int, seed: int) -> list[Actor]:
    """Return for each unit a return without errors, with a few warnings, all explained, and with last year's values."""
    rows = {level: make_pool(survey, year, cast.sizes, str(seed), level) for level in {unit.level for unit in units}}
    actors = [
        _actor(make_identity(unit, survey, year), survey, cast, make_dice(f"{seed}:{unit.code}"), rows[unit.level])
        for unit in units
    ]
    wholes = find_wholes(survey.rules)
    for actor in actors:
        fill_ledgers(actor)
        actor.recount()
        fill_cells(actor, wholes)
    mend(survey, year, actors)
    for actor in actors:
        _say_nothing_here(actor)
        remember(actor)
    explain(survey, year, actors)
    return actors


def _actor(identity: Identity, survey: Survey, cast: Cast, random: Random, rows: Pool) -> Actor:
    zero = make_complete_zero(survey, identity)
    actor = Actor(survey, identity, zero, zero, random, cast.sizes, rows, shares=identity.code in cast.shared)
    for form, cells in cast.cells.items():
        for code, text in cells.items():
            if (form, code) in actor.open:
                actor.put((form, code), text)
    actor.content = deepcopy(zero)
    return actor


def _say_nothing_here(actor: Actor) -> None:
    """Answer 本节无此项业务 for some sections in which all is 0, and leave their cells blank."""
    for form in actor.survey.forms_of(actor.identity.kind):
        sections = [row.section for row in form.rows if isinstance(row, Heading) and row.section]
        for code in (code for code in sections if _asks(actor, form.indicators[code])):
            cells = [row for row in form.indicators.values() if code in row.section and row.kind.is_number]
            empty = cells and not any(actor.number((form.id, row.code)) for row in cells)
            answered = any(actor.value((form.id, outer)) for row in cells for outer in row.section)
            if empty and not answered and actor.random.random() < _NO_BUSINESS:
                _answer(actor, form.indicators[code], cells)


def _asks(actor: Actor, section: Indicator) -> bool:
    """Return whether the unit may answer; a section of cells that ledgers give asks nothing."""
    return section.open_to(actor.identity.kind, actor.identity.level)


def _answer(actor: Actor, section: Indicator, cells: list[Indicator]) -> None:
    actor.put((section.form, section.code), section.options[0].code)
    for row in cells:
        actor.put((row.form, row.code), None)


# --- last year -------------------------------------------------------------------------------------------------------


def remember(actor: Actor) -> None:
    """Give last year's values: what does not change, numbers a little different, a few numbers very different."""
    for form in actor.survey.forms_of(actor.identity.kind):
        kept = {code: row for code, row in form.indicators.items() if not row.item or row.code_list}
        values = {code: _last_year(actor, row) for code, row in kept.items()}
        known = {code: value for code, value in values.items() if value is not None}
        actor.content.prior[form.id] = known
    for cell in _leaps(actor):
        actor.content.prior[cell.form][cell.code] = float(round(actor.number((cell.form, cell.code)) * 0.4))


def _last_year(actor: Actor, indicator: Indicator) -> Value | None:
    cell = (indicator.form, indicator.code)
    if not indicator.kind.is_number:
        return actor.value(cell)
    if not indicator.open_to(actor.identity.kind, actor.identity.level):
        return None
    return float(round(actor.number(cell) * actor.random.uniform(0.85, 1.2), indicator.decimals))


def _leaps(actor: Actor) -> list[Indicator]:
    large = [row for cell, row in actor.open.items() if row.kind.is_number and actor.number(cell) > _SMALL]
    return actor.random.sample(large, min(len(large), actor.random.randint(0, 3)))


def explain(survey: Survey, year: int, actors: Sequence[Actor]) -> None:
    """Write an explanation to every warning."""
    texts = lookup("demo.explanations")
    for actor, findings in zip(actors, audit(survey, year, [actor.submission for actor in actors]), strict=True):
        warned = [finding for finding in findings if finding.severity is Severity.WARNING and finding.form]
        actor.warned = [(finding.form, finding.code) for finding in warned]
        for cell in actor.warned:
            actor.note(cell, actor.random.choice(texts))
