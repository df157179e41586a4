"""Returns out of the store by how their units stand, each in the codes of the definitions at hand."""

from __future__ import annotations

from collections.abc import Iterable

from addin.reading.older import translate_codes
from addin.store.acts import UnitStanding
from addin.store.packed import unpack_reading
from addin.store.store import Store, StoreError
from addin.store.submissions import fetch
from addin.submission import Edition, Submission
from templates.model import Survey
from templates.older import find_migration
from templates.words import say


def recall_returns(store: Store, survey: Survey, standings: Iterable[UnitStanding]) -> dict[str, Submission]:
    """Return what stands for each unit, by unit code; those are left out of which the store has no reading.

    Raises StoreError where a return is not what was put in, or goes by definitions that those at hand do not know.
    """
    numbers = {one.code: one.submission for one in standings if one.submission is not None}
    with store.opened(read_only=True) as connection:
        heads = fetch(connection, list(numbers.values()))
    try:
        read = {code: unpack_reading(heads[number]) for code, number in numbers.items()}
    except (ValueError, KeyError) as error:
        raise StoreError(say("store.refused.return_edited", file=store.path)) from error
    return {code: express_today(one, survey, store) for code, one in read.items() if isinstance(one, Submission)}


def express_today(submission: Submission, survey: Survey, store: Store) -> Submission:
    """Return a return in the codes of the definitions at hand. Raises StoreError where they do not know its own."""
    edition = submission.edition
    if edition == Edition.of(survey):
        return submission
    how = find_migration(survey, edition.version, edition.hash)
    if how is None:
        told = {"name": submission.identity.name, "found": edition.version, "known": survey.version}
        raise StoreError(say("store.refused.other_edition", file=store.path, **told))
    return translate_codes(submission, survey, how)
