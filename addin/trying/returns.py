"""Last year's returns out of the store, in the codes of a definition that is being written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from addin.auditing.audit import audit
from addin.reading.older import bring_up_to_date
from addin.store.former import recall_former_returns
from addin.store.store import Store
from addin.submission import Edition, Submission
from addin.trying.trial import count_places
from templates.difference import SurveyDifference
from templates.migration import Migration, Place
from templates.model import Survey
from templates.older import find_migration
from templates.words import say


@dataclass(frozen=True)
class TrialReturns:
    """Returns to try rules on, and those that cannot be, each in a sentence."""

    returns: tuple[Submission, ...]
    skipped: tuple[str, ...]
    guessed: int
    """Of how many returns nobody declares how they are read: their codes are taken for those of today."""
    before: tuple[int, ...] = ()
    """How many explanations the old definition asks each return for; () where some are of another one still."""


def gather_returns(store: Store, id: str, year: int, new: Survey, difference: SurveyDifference | None) -> TrialReturns:
    """Return what counted for ``year`` of the survey that the store calls ``id``. Raises StoreError.

    Where ``new`` does not declare how returns of the old definition are read, they are read as ``difference`` has it.
    """
    former = recall_former_returns(store, new, year, id)
    guess = _guess_migration(difference) if difference else None
    returns, skipped, guessed, read = [], [], 0, []
    for code in sorted(former):
        one = former.unpack(code)
        if reason := _refuse(one, new):
            skipped.append(say("trial.skipped", code=code, name=one.identity.name, reason=reason))
            continue
        aligned = guess is not None and one.edition.hash == guess.source
        guessed += not (_is_declared(one, new) or (aligned and difference and not difference.match.guessed))
        brought = bring_up_to_date(one, new, guess if aligned else None)
        # what units explained last year is no answer to what they were not asked
        returns.append(replace(brought, content=replace(brought.content, notes={})))
        read.append(one)
    before = tuple(_count_before(difference.old, year, read)) if difference else ()
    return TrialReturns(tuple(returns), tuple(skipped), guessed, before)


def _count_before(old: Survey, year: int, read: Sequence[Submission]) -> Iterator[int]:
    """Yield how many explanations the old definition asks each return for; nothing where it has not read them all."""
    if any(one.edition != Edition.of(old) for one in read):
        return
    for findings in audit(old, year, read):
        yield count_places(findings)[0]


def _guess_migration(difference: SurveyDifference) -> Migration | None:
    """Return how returns of the old definition are read where nobody declares it: as the definitions were aligned."""
    old, match = difference.old, difference.match
    if match.declared:
        return None
    known = {**match.cells, **match.columns}
    gone = [place for place in list_all_places(old) if place not in known]
    rename = {was: now for was, now in known.items() if was != now and was[0] == now[0]}
    return Migration(old.hash, rename, tuple(gone), tuple(list_fresh(difference)))


def _is_declared(one: Submission, new: Survey) -> bool:
    edition = one.edition
    return edition == Edition.of(new) or find_migration(new, edition.version, edition.hash) is not None


def _refuse(one: Submission, new: Survey) -> str:
    """Return why rules cannot be tried on a return, "" where they can."""
    kind, level = one.identity.kind, one.identity.level
    if kind not in new.kind:
        return say("trial.no_kind", kind=kind)
    return "" if level in new.kind[kind].levels else say("trial.no_level", kind=kind, level=level)


def list_fresh(difference: SurveyDifference | None) -> frozenset[Place]:
    """Return the cells and columns that the old definition did not ask for."""
    if difference is None:
        return frozenset()
    asked = {*difference.match.cells.values(), *difference.match.columns.values()}
    return frozenset(place for place in list_all_places(difference.new) if place not in asked)


def list_all_places(survey: Survey) -> Iterator[Place]:
    """Yield every row of a form and every column of a ledger."""
    yield from ((id, code) for id, form in survey.form.items() for code in form.indicators)
    yield from ((short, column.name) for short, ledger in survey.ledger.items() for column in ledger.columns)
