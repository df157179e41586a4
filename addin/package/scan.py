"""The cells of many sheets at once, by arithmetic on their bytes: the fast path for XML in the usual spelling.

It is a recogniser and not a search. Sheet data is taken only where

1. ``<`` and ``>`` alternate, so that tags and the gaps between them tile the bytes;
2. every tag is one of sixteen, spelled in the one usual way;
3. every tag may follow the one before it: the order in sheet data is a regular language, nothing nests;
4. only formulas, values and texts have anything behind their tag;
5. of the tag of every row and cell each byte was accounted for: address, style, type in this order, the cell's row is
   its row's, a number is digits or one decimal;
6. the data of each sheet begins with a row of its own;
7. text holds no control and no entity but XML's own.

One odd byte raises :class:`Unusual`, and the sheet goes to the parser (:mod:`addin.package.parse`), which reads any
spelling. A test holds both to the same cells over a table of spellings and over mutations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from addin.package.columns import CellKind
from addin.package.limits import LAST_COLUMN, LAST_ROW
from addin.package.markup import BadMarkup, resolve_entities, undo_escapes
from addin.package.numbers import parse_number
from addin.package.spelling import PADDING, is_usual_padded, view_words, write_out_references

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Unusual(Exception):
    """Something is not in the usual spelling: the parser's turn."""


def _usual(condition: object) -> None:
    """Go on where ``condition`` holds."""
    if not condition:
        raise Unusual


# --- the language ----------------------------------------------------------------------------------------------------

# A tag by what it opens or closes; E stands for one that closes itself.
ROW, ROW_E, ROW_END, C, C_E, C_END, F, F_E, F_END, V, V_E, V_END, IS, IS_END, T, T_END = range(1, 17)

_BY_TWO_BYTES: Final = {
    "ro": ROW, "/r": ROW_END, "c ": C, "/c": C_END, "f>": F, "f ": F, "/f": F_END, "v>": V, "v/": V_E, "/v": V_END,
    "is": IS, "/i": IS_END, "t>": T, "t ": T, "/t": T_END,
}  # fmt: skip

_LENGTHS: Final = {
    ROW_END: 6, C_END: 4, F_END: 4, V: 3, V_E: 4, V_END: 4, IS: 4, IS_END: 5, T_END: 4,
}  # fmt: skip
"""Of tags that are spelled in one way only."""

_FOLLOWING: Final = {
    ROW: (C, C_E, ROW_END), ROW_E: (ROW, ROW_E), ROW_END: (ROW, ROW_E),
    C: (F, F_E, V, V_E, IS, C_END), C_E: (C, C_E, ROW_END), C_END: (C, C_E, ROW_END),
    F: (F_END,), F_E: (V, V_E, C_END), F_END: (V, V_E, C_END),
    V: (V_END,), V_E: (C_END,), V_END: (C_END,),
    IS: (T,), T: (T_END,), T_END: (IS_END,), IS_END: (C_END,),
}  # fmt: skip

_TYPES: Final = ((b'n"', 0), (b's"', 1), (b'str"', 2), (b'b"', 3), (b'e"', 4), (b"inlineSt", 5))
NUMBER_TYPE, SHARED_TYPE, STRING_TYPE, TRUTH_TYPE, ERROR_TYPE, INLINE_TYPE = range(6)

_ONCE: Final = rb'(?!.* ([\w:]+)=".* \1=)'
_FLAG: Final = rb'"(?:0|1|true|false)"'
_ROW_TAIL: Final = re.compile(
    _ONCE + rb'(?: (?:spans="\d+:\d+"|s="\d+"|(?:ht|x14ac:dyDescent)="\d+(?:\.\d+)?"|outlineLevel="\d"|'
    rb"(?:customFormat|hidden|customHeight|collapsed|thickTop|thickBot)=" + _FLAG + rb"))*/?"
)
_FORMULA_TAG: Final = re.compile(
    rb"<f" + _ONCE + rb'(?: (?:t="\w+"|(?:ref|r1|r2)="[A-Z0-9:]+"|si="\d+"|(?:ca|aca|dt2D|dtr|del1|del2|bx)='
    + _FLAG + rb"))*/?>"
)  # fmt: skip
_TEXT_TAGS: Final = frozenset((b"<t>", b'<t xml:space="preserve">'))
_EXACT_DIGITS: Final = 15


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")


def _classes() -> NDArray[np.uint8]:
    table = np.zeros(1 << 16, np.uint8)
    for two, tag in _BY_TWO_BYTES.items():
        table[_word(two.encode())] = tag
    return table


def _orders() -> Bools:
    table = np.zeros((17, 17), bool)
    for tag, following in _FOLLOWING.items():
        table[tag, list(following)] = True
    return table


def _lengths() -> Ints:
    table = np.zeros(17, np.int64)
    table[list(_LENGTHS)] = list(_LENGTHS.values())
    return table


_CLASS, _MAY_FOLLOW, _LENGTH = _classes(), _orders(), _lengths()


# --- tiles -----------------------------------------------------------------------------------------------------------


class Tiles:
    """Sheet data cut into tags and what stands behind each. Raises :class:`Unusual` outside the language."""

    def __init__(self, parts: list[bytes]) -> None:
        edges = np.cumsum([0, *map(len, parts)])
        self.data, self.edges = write_out_references(b"".join((*parts, PADDING)), edges.tolist())
        self.size = len(self.data) - len(PADDING)
        self.bytes = np.frombuffer(self.data, np.uint8)
        self.words = view_words(self.data)
        self.halves = np.ndarray((len(self.words),), "<u4", self.data, strides=(1,))
        self._cut()
        self._check_tags()
        self._check_order()

    def _cut(self) -> None:
        text = self.bytes[: self.size]
        self.opens, self.closes = np.flatnonzero(text == ord("<")), np.flatnonzero(text == ord(">"))
        opens, closes = self.opens, self.closes
        _usual(len(opens) and len(opens) == len(closes))
        _usual((closes > opens).all() and (opens[1:] > closes[:-1]).all())
        _usual(is_usual_padded(self.data, text, self.words))
        self.after = np.append(opens[1:], self.size)
        self.gap = self.after - closes - 1
        self.length = closes - opens + 1

    def _check_tags(self) -> None:
        two = (self.halves[self.opens] >> np.uint32(8)).astype(np.uint16)
        tags = _CLASS[two]
        closed = self.bytes[self.closes - 1] == ord("/")
        self.tags = tags + (closed & ((tags == ROW) | (tags == C) | (tags == F))).astype(np.uint8)
        tags, wanted = self.tags, _LENGTH[self.tags]
        _usual(tags.all() and not ((wanted > 0) & (wanted != self.length)).any())
        _usual(not self.gap[(tags != F) & (tags != V) & (tags != T)].any())
        self._spelled(self.rows, b'<row r="')
        self._spelled(self.cells, b'<c r="')
        self._spelled(tags == ROW_END, b"</row>")
        self._spelled(tags == IS_END, b"</is>")

    def _spelled(self, where: Ints | Bools, text: bytes) -> None:
        mask = np.uint64(256 ** len(text) - 1)
        _usual(not ((self.words[self.opens[where]] & mask) != _word(text)).any())

    def _check_order(self) -> None:
        tags = self.tags
        _usual(_MAY_FOLLOW[tags[:-1], tags[1:]].all() and tags[-1] in (ROW_END, ROW_E))
        starts = self.edges[:-1][np.diff(self.edges) > 0]
        first = np.searchsorted(self.opens, starts)
        _usual((self.opens[first] == starts).all() and (tags[first] <= ROW_E).all())

    @cached_property
    def rows(self) -> Ints:
        """The tags that open a row."""
        return np.flatnonzero((self.tags == ROW) | (self.tags == ROW_E))

    @cached_property
    def cells(self) -> Ints:
        """The tags that open a cell."""
        return np.flatnonzero((self.tags == C) | (self.tags == C_E))

    def digits(self, at: Ints, on: Bools, most: int) -> tuple[Ints, Ints]:
        """Return the numbers that begin at ``at`` where ``on`` holds, and where their digits end."""
        value = np.zeros(len(at), np.int64)
        for _ in range(most):
            digit = self.bytes[at] - np.uint8(ord("0"))
            on = on & (digit < 10)
            if not on.any():
                break
            value, at = np.where(on, value * 10 + digit, value), at + on
        return value, at

    def cut(self, starts: Ints, ends: Ints) -> list[bytes]:
        """Return the bytes from each start to each end."""
        data = self.data
        return [data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


# --- rows and the heads of cells -------------------------------------------------------------------------------------


def read_rows(tiles: Tiles) -> tuple[Ints, list[bytes]]:
    """Return the number of each row, and the attributes behind it."""
    start = tiles.opens[tiles.rows] + len('<row r="')
    numbers, end = tiles.digits(start, np.ones(len(start), bool), 7)
    tails = tiles.cut(end + 1, tiles.closes[tiles.rows])
    _usual((tiles.bytes[end] == ord('"')).all() and _no_leading_zero(tiles, start))
    _usual(all(map(_ROW_TAIL.fullmatch, set(tails))))
    return numbers, tails


def _no_leading_zero(tiles: Tiles, at: Ints) -> bool:
    return bool((tiles.bytes[at] - np.uint8(ord("1")) <= 8).all())


@dataclass(frozen=True)
class Heads:
    """What the tags of cells say."""

    row: Ints
    column: Ints
    style: Ints
    type: NDArray[np.uint8]


def read_heads(tiles: Tiles, row_numbers: Ints) -> Heads:
    """Return address, style and type of each cell, after which nothing but the end of its tag stands."""
    at = tiles.opens[tiles.cells] + len('<c r="')
    column, at = _read_letters(tiles, at)
    _usual(_no_leading_zero(tiles, at))
    row, at = tiles.digits(at, np.ones(len(at), bool), 7)
    _usual((tiles.bytes[at] == ord('"')).all())
    _usual((row == row_numbers[np.searchsorted(tiles.rows, tiles.cells) - 1]).all())
    _usual((column <= LAST_COLUMN).all() and (row <= LAST_ROW).all())
    style, at = _read_style(tiles, at + 1)
    type, at = _read_type(tiles, at)
    _usual((at + (tiles.tags[tiles.cells] == C_E) == tiles.closes[tiles.cells]).all())
    return Heads(row, column, style, type)


def _read_letters(tiles: Tiles, at: Ints) -> tuple[Ints, Ints]:
    column = tiles.bytes[at].astype(np.int64) - 64
    _usual(((column >= 1) & (column <= 26)).all())
    at = at + 1
    for _ in range(2):
        letter = tiles.bytes[at]
        more = (letter >= ord("A")) & (letter <= ord("Z"))
        column, at = np.where(more, column * 26 + letter - 64, column), at + more
    return column, at


def _read_style(tiles: Tiles, at: Ints) -> tuple[Ints, Ints]:
    has = tiles.halves[at] == _word(b' s="')
    start = at + 4 * has
    style, end = tiles.digits(start, has, 6)
    _usual(not (has & ((tiles.bytes[end] != ord('"')) | (end == start))).any())
    return np.where(has, style, -1), np.where(has, end + 1, at)


def _read_type(tiles: Tiles, at: Ints) -> tuple[NDArray[np.uint8], Ints]:
    has = tiles.halves[at] == _word(b' t="')
    at = at + 4 * has
    words, known, type = tiles.words[at], ~has, np.zeros(len(at), np.uint8)
    for name, number in _TYPES:
        hit = has & ((words & np.uint64(256 ** len(name) - 1)) == _word(name))
        type[hit], known = number, known | hit
        at = at + (len(name) + 2 * (number == INLINE_TYPE)) * hit
    _usual(known.all())
    _usual((tiles.words[at[type == INLINE_TYPE] - 8] == _word(b'lineStr"')).all())
    return type, at


# --- what cells hold -------------------------------------------------------------------------------------------------


class CellContents:
    """Formulas and values of the cells, by what the order of tags allows after the tag of each."""

    def __init__(self, tiles: Tiles, heads: Heads) -> None:
        self._tiles, self._heads = tiles, heads
        tags, cells = tiles.tags, tiles.cells
        next_tag = np.where(tags[cells] == C_E, 0, cells + 1)  # tag 0 opens a row
        self._next, kind = next_tag, tags[next_tag]
        self.inline = kind == IS
        self._formula = np.flatnonzero((kind == F) | (kind == F_E))
        value_tag = np.minimum(next_tag + 2 * (kind == F) + (kind == F_E), len(tags) - 1)
        self.valued = (tags[value_tag] == V) & (tags[cells] == C)
        self.value_start = np.where(self.valued, tiles.closes[value_tag] + 1, 0)
        self.value_length = np.where(self.valued, tiles.gap[value_tag], 0)
        _usual(not (self.valued & (heads.type == INLINE_TYPE)).any() and (heads.type[self.inline] == INLINE_TYPE).all())

    def formulas(self) -> tuple[Ints, Ints]:
        """Return where formulas begin and end, −1 without one."""
        tiles, tags = self._tiles, self._next[self._formula]
        start, end = (np.full(len(tiles.cells), -1, np.int64) for _ in range(2))
        start[self._formula] = tiles.closes[tags] + 1
        end[self._formula] = np.where(tiles.tags[tags] == F, tiles.after[tags], tiles.closes[tags] + 1)
        return start, end

    def formula_tags(self) -> list[tuple[int, bytes]]:
        """Return the tags of formulas that say more than that there is one, with their cells."""
        tiles, tags = self._tiles, self._next[self._formula]
        telling = tiles.length[tags] > len("<f>")
        cells, tags = self._formula[telling], tags[telling]
        found = tiles.cut(tiles.opens[tags], tiles.closes[tags] + 1)
        _usual(all(map(_FORMULA_TAG.fullmatch, set(found))))
        return list(zip(cells.tolist(), found, strict=True))

    def inline_texts(self) -> tuple[Ints, list[str]]:
        """Return the cells in which texts stand themselves, and these texts."""
        tiles, cells = self._tiles, np.flatnonzero(self.inline)
        tags = self._next[cells] + 1
        _usual({*tiles.cut(tiles.opens[tags], tiles.closes[tags] + 1)} <= _TEXT_TAGS)
        return cells, _texts(tiles.cut(tiles.closes[tags] + 1, tiles.after[tags]))


def _texts(pieces: list[bytes]) -> list[str]:
    """Return the texts that pieces of data are. No zero stands in any of them: they are in the usual spelling."""
    try:
        resolved = resolve_entities(b"\0".join(pieces))
    except BadMarkup as error:
        raise Unusual from error
    texts = resolved.split("\0") if pieces else []
    return [*map(undo_escapes, texts)] if "_x" in resolved else texts


@dataclass
class CellValues:
    """What cells hold; ``texts`` begins with the string table."""

    kind: NDArray[np.uint8]
    number: NDArray[np.float64]
    text: NDArray[np.int32]
    texts: list[str]

    @classmethod
    def of(cls, tiles: Tiles, heads: Heads, contents: CellContents, texts: list[str], table: int) -> CellValues:
        """Return the values of all cells; new texts are added to ``texts``, of which ``table`` are the string table."""
        count = len(tiles.cells)
        kind, number = np.zeros(count, np.uint8), np.full(count, np.nan)
        found = cls(kind, number, np.full(count, -1, np.int32), texts)
        whole = found._read_whole(tiles, heads, contents, table)
        found._read_others(tiles, heads, contents, whole)
        found._put(*contents.inline_texts(), CellKind.TEXT)
        empty = np.flatnonzero((heads.type == STRING_TYPE) & ~contents.valued)
        found._put(empty, [""] * len(empty), CellKind.TEXT)
        return found

    def _read_whole(self, tiles: Tiles, heads: Heads, contents: CellContents, table: int) -> Bools:
        """Read numbers and references to the string table that are digits and nothing else; return which are."""
        length = contents.value_length
        whole = (length > 0) & (length <= _EXACT_DIGITS) & (heads.type <= SHARED_TYPE)
        value, cells = np.zeros(len(length), np.int64), np.flatnonzero(whole)
        for place in range(_EXACT_DIGITS):
            cells = cells[length[cells] > place]
            digit = tiles.bytes[contents.value_start[cells] + place] - np.uint8(ord("0"))
            whole[cells[digit > 9]] = False
            value[cells] = value[cells] * 10 + digit
            if not len(cells):
                break
        numbers, shared = whole & (heads.type == NUMBER_TYPE), whole & (heads.type == SHARED_TYPE)
        _usual((value[shared] < table).all())
        self.text[shared], self.kind[shared] = value[shared], CellKind.TEXT
        self.number[numbers], self.kind[numbers] = value[numbers], CellKind.NUMBER
        return whole

    def _read_others(self, tiles: Tiles, heads: Heads, contents: CellContents, whole: Bools) -> None:
        """Read decimals, texts of formulas, truths and errors, which are few."""
        type, length = heads.type, contents.value_length
        other = contents.valued & ~whole & ((length > 0) | (type == STRING_TYPE))
        for spelled_type, kind in ((STRING_TYPE, CellKind.TEXT), (ERROR_TYPE, CellKind.ERROR)):
            cells = np.flatnonzero(other & (type == spelled_type))
            start = contents.value_start[cells]
            self._put(cells, _texts(tiles.cut(start, start + length[cells])), kind)
        cells = np.flatnonzero(other & (type != STRING_TYPE) & (type != ERROR_TYPE))
        spelled = tiles.cut(contents.value_start[cells], contents.value_start[cells] + length[cells])
        for cell, cell_type, raw in zip(cells.tolist(), type[cells].tolist(), spelled, strict=True):
            self._read_other(cell, cell_type, raw)

    def _read_other(self, cell: int, type: int, raw: bytes) -> None:
        if type == NUMBER_TYPE and (number := parse_number(raw)) is not None:
            self.number[cell], self.kind[cell] = number.value, CellKind.NUMBER
            if number.spelled:
                self._put(np.array([cell]), [number.spelled], CellKind.NUMBER)
        elif type == TRUTH_TYPE and raw in (b"0", b"1"):
            self.number[cell], self.kind[cell] = float(raw), CellKind.TRUTH
        else:
            raise Unusual

    def _put(self, cells: Ints, texts: list[str], kind: CellKind) -> None:
        """Put a text of its own into each of some cells."""
        self.text[cells], self.kind[cells] = np.arange(len(self.texts), len(self.texts) + len(texts)), kind
        self.texts += texts
