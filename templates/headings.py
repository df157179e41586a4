"""What the headings of a clerk's own list mean: names of a ledger's columns, and the synonyms declared for them."""

from __future__ import annotations

from functools import lru_cache

from templates.model import Ledger
from templates.spelling import make_name_key


@lru_cache(maxsize=128)
def list_meanings(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Return what each heading may mean: names of columns, a 多选 by its whole, official names first.

    The keys are as :func:`templates.spelling.make_name_key` spells them. More than one meaning is a mistake of the
    definitions, which lint finds.
    """
    official = [(name, name) for column in ledger.columns for name in (column.name, column.asked)]
    synonyms = [(synonym, column.asked) for column in ledger.columns for synonym in column.synonyms]
    found: dict[str, tuple[str, ...]] = {}
    for heading, name in dict.fromkeys(official + synonyms):
        key = make_name_key(heading)
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), name)))
    return found
