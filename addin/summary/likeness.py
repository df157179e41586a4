"""Names of things as people write them differently: which of very many are alike. As columns, in nearly linear time.

Two names are as alike as the share of pairs of neighbouring characters that they have in common (Dice), where a pair
that many names have weighs little: of 渝州科学技术协会 and 巴南科学技术协会 nothing that tells is
common. Only names are compared that share one of their rarest pairs, and none that more than :data:`CROWD` names have:
so the work grows with the names, not with their square.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from addin.auditing.arrays import Floats, Indices
from templates.spelling import make_name_keys
from templates.words import say

CROWD: Final = 40
"""What more than so many share says of none of them what it is."""

_SLACK: Final = 0.1
"""What differs may weigh less than what is counted when candidates are looked for."""

_PAIRS_AT_ONCE: Final = 200_000
_SEPARATOR: Final = "\x1f"
_SHORTEST, _LONGEST = 2, 9
"""Characters of a place's name."""


def spell_names(texts: Sequence[str], year: int) -> list[str]:
    """Return names as they are compared: without blanks, punctuation and the reporting year."""
    whole = _SEPARATOR.join(make_name_keys(texts))
    marks = {char for char in set(whole) if unicodedata.category(char)[0] in "PS"}
    plain = whole.translate(dict.fromkeys(map(ord, marks), ""))
    return re.sub(say("consolidated.doubles.of_year", year=year), "", plain).split(_SEPARATOR)


def pair_alike(names: Sequence[str], alike: float) -> tuple[Indices, Indices]:
    """Return the pairs of different names, by their places, of which this share is common at least."""
    owners, grams = _list_grams(names)
    if not owners.size:
        return owners, owners
    sizes = np.bincount(owners, minlength=len(names))
    asked = alike - _SLACK
    least = asked / (2 - asked)  # what Dice asks, as a share of all that either has
    ranks = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    heads = ranks <= sizes[owners] - np.ceil(least * sizes[owners])
    one, other = pair_within(grams[heads], owners[heads], skip_crowds=True)
    near = np.minimum(sizes[one], sizes[other]) >= least * np.maximum(sizes[one], sizes[other])
    one, other = one[near], other[near]
    shared = _Grams(owners, grams, sizes).measure_dice(one, other) >= alike - 1e-9
    return one[shared], other[shared]


def pair_within(blocks: Indices, members: Indices, *, skip_crowds: bool = False) -> tuple[Indices, Indices]:
    """Return pairs of different members that stand in one block, each pair once, the lower first.

    In a block each is paired with the next :data:`CROWD` in the order given; large blocks can be left out altogether.
    """
    order = np.argsort(blocks, kind="stable")
    blocks, members = blocks[order], members[order]
    if skip_crowds and blocks.size:
        _, times = np.unique(blocks, return_counts=True)
        few = np.repeat(times <= CROWD, times)
        blocks, members = blocks[few], members[few]
    found = [np.zeros((0, 2), dtype=np.intp)]
    for step in range(1, min(CROWD, len(blocks))):
        same = blocks[step:] == blocks[:-step]
        if not same.any():
            break
        found.append(np.column_stack([members[:-step][same], members[step:][same]]))
    pairs = np.sort(np.concatenate(found), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return pairs[:, 0], pairs[:, 1]


def contradict(one: str, other: str, places: Collection[str]) -> bool:
    """Return whether names that are alike name different things: each a number, or a place, that the other has not."""
    return _differ(_list_numbers(one), _list_numbers(other)) or _differ(
        _list_places(one, places), _list_places(other, places)
    )


def _differ(one: frozenset[object], other: frozenset[object]) -> bool:
    return bool(one - other) and bool(other - one)


def _list_grams(names: Sequence[str]) -> tuple[Indices, Indices]:
    """Return whose each pair of neighbouring characters is and which it is: once a name, the rarest of all first."""
    codes = np.frombuffer(_SEPARATOR.join(names).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    ends = codes == ord(_SEPARATOR)
    whose = np.cumsum(ends)
    inside = ~(ends[:-1] | ends[1:])
    grams, owners = (codes[:-1] << 21 | codes[1:])[inside], whose[:-1][inside]
    _, kinds = np.unique(grams, return_inverse=True)
    pairs = np.unique(np.column_stack([owners, kinds]), axis=0)
    owners, kinds = pairs[:, 0], pairs[:, 1]
    times = np.bincount(kinds) if kinds.size else kinds
    order = np.lexsort((kinds, times[kinds], owners))
    return owners[order], kinds[order]


class _Grams:
    """The pairs of characters of many names, with what each weighs."""

    def __init__(self, owners: Indices, grams: Indices, sizes: Indices) -> None:
        self.grams, self.sizes = grams, sizes
        self.starts = np.cumsum(sizes) - sizes
        self.width = int(grams.max()) + 1
        self.known = np.sort(owners * self.width + grams)
        times = np.bincount(grams)[grams]
        self.weights: Floats = 1 / (1 + np.log(np.maximum(times / 2, 1)))
        self.whole: Floats = np.bincount(owners, weights=self.weights, minlength=len(sizes)).astype(np.float64)

    def measure_dice(self, one: Indices, other: Indices) -> Floats:
        """Return which share of two names is common."""
        cuts = range(0, max(len(one), 1), _PAIRS_AT_ONCE)
        parts = [self._weigh_common(one[at : at + _PAIRS_AT_ONCE], other[at : at + _PAIRS_AT_ONCE]) for at in cuts]
        return np.asarray(2 * np.concatenate(parts) / (self.whole[one] + self.whole[other]), dtype=np.float64)

    def _weigh_common(self, one: Indices, other: Indices) -> Floats:
        lengths = self.sizes[one]
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = np.repeat(self.starts[one], lengths) + within
        asked = np.repeat(other, lengths) * self.width + self.grams[places]
        at = np.minimum(np.searchsorted(self.known, asked), len(self.known) - 1)
        shared = np.where(self.known[at] == asked, self.weights[places], 0.0)
        common = np.bincount(np.repeat(np.arange(len(one)), lengths), weights=shared, minlength=len(one))
        return common.astype(np.float64)


@lru_cache(maxsize=65_536)
def _list_numbers(name: str) -> frozenset[object]:
    """Return the numbers in a name, in whatever numerals: 第21届 and 第二十一届 are one."""
    found: list[object] = []
    run: list[float] = []
    for char in f"{name} ":
        number = unicodedata.numeric(char, -1)
        if number >= 0:
            run.append(number)
        elif run:
            found.append(_join_numerals(run))
            run = []
    return frozenset(found)


def _join_numerals(numerals: Sequence[float]) -> float:
    """Return the number that numerals write: tens and hundreds multiply what stands before them."""
    whole, digits = 0.0, 0.0
    for numeral in numerals:
        if numeral >= 10:
            whole, digits = whole + (digits or 1) * numeral, 0.0
        else:
            digits = digits * 10 + numeral
    return whole + digits


def _list_places(name: str, places: Collection[str]) -> frozenset[object]:
    pieces = (name[at : at + size] for size in range(_SHORTEST, _LONGEST + 1) for at in range(len(name) - size + 1))
    return frozenset(piece for piece in pieces if piece in places)
