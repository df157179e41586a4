"""认定: what officers say of things that seem to stand in two units' ledgers, kept from one merge to the next.

What was said rests on the files that lay before the officer: where one of the units has sent a later one, it is void,
and the line says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from addin.reading.cells import show_as_text
from addin.reading.grid import Grid
from addin.summary.opinions import open_result_sheet
from generator.consolidated.double_data import DoubleLine
from templates.spelling import make_name_key, parse_whole
from templates.words import lookup, say

Key = tuple[str, str, str]
"""A row by its ledger, its unit and what it is called: it may stand elsewhere in a later file."""

OWN: Final = "own"
APART: Final = "apart"


@dataclass(frozen=True)
class SaidBefore:
    """What stood in 疑似重复 of the workbook that is written anew, by row."""

    lines: Mapping[Key, Sequence[DoubleLine]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[DoubleLine]) -> SaidBefore:
        """Return the lines by their rows."""
        found: dict[Key, list[DoubleLine]] = {}
        for line in lines:
            found.setdefault(make_key(line), []).append(line)
        return cls(found)


NOTHING_SAID: Final = SaidBefore()


@dataclass(frozen=True)
class Settled:
    """Every line with what is said of it."""

    lines: tuple[DoubleLine, ...] = ()
    left_over: tuple[DoubleLine, ...] = ()
    """What was said of rows that are there no more."""

    @property
    def groups(self) -> list[list[DoubleLine]]:
        """The lines of each thing."""
        found: dict[int, list[DoubleLine]] = {}
        for line in self.lines:
            found.setdefault(line.group, []).append(line)
        return list(found.values())

    @property
    def doubled(self) -> list[DoubleLine]:
        """The rows that the sum without duplicates leaves out."""
        return [line for line in self.lines if line.counted and not line.once]

    @property
    def to_send_back(self) -> list[DoubleLine]:
        """The rows of which an officer has decided, by name, that another unit counts them."""
        return [line for group in self.groups if _find_officer(group) for line in group if _is_decided_against(line)]

    def find_officer(self, line: DoubleLine) -> str:
        """Return who decided about the thing."""
        return _find_officer(one for one in self.lines if one.group == line.group)


def make_key(line: DoubleLine) -> Key:
    """Return what tells the line again after a later merge."""
    return line.ledger, line.code, make_name_key(line.title)


# --- read ------------------------------------------------------------------------------------------------------------


def read_verdicts(path: Path) -> SaidBefore:
    """Return what stands in the workbook at ``path``; nothing without one. Raises SummaryError."""
    grid = open_result_sheet(path, say("consolidated.sheets.doubles")) if path.exists() else None
    return SaidBefore.of(_read_lines(grid) if grid else ())


def _read_lines(grid: Grid) -> Iterator[DoubleLine]:
    """Yield what stands below the headers, block by block; columns are found by their headers."""
    words = lookup("consolidated.doubles.columns")
    columns: dict[str, int] = {}
    for _, cells in sorted(grid.rows.items()):
        texts = {column: show_as_text(raw) for column, raw in sorted(cells.items())}
        found = {text: column for column, text in reversed(texts.items())}
        if {words["verdict"], words["code"]} <= found.keys():
            columns = {key: found[header] for key, header in words.items() if header in found}
        elif columns and texts.get(columns["code"]):
            yield _read_line({key: texts.get(place, "") for key, place in columns.items()})


def _read_line(cells: Mapping[str, str]) -> DoubleLine:
    keys = {shown: key for key, shown in lookup("consolidated.doubles.verdicts").items()}
    said = cells.get("verdict", "")
    group, row = parse_whole(cells.get("group", "")) or 0, parse_whole(cells.get("row", ""))
    ledger, code, unit, title = (cells.get(name, "") for name in ("ledger", "code", "unit", "title"))
    officer, basis = cells.get("officer", ""), cells.get("basis", "")
    return DoubleLine(
        group, ledger, code, unit, row, "", title, verdict=keys.get(said, said), officer=officer, basis=basis
    )


# --- settled ---------------------------------------------------------------------------------------------------------


def settle(groups: Sequence[Sequence[DoubleLine]], before: SaidBefore) -> Settled:
    """Return the lines with what was said of them, and which of them count once."""
    waiting = {key: list(lines) for key, lines in before.lines.items()}
    lines: list[DoubleLine] = []
    for group in groups:
        lines += _choose(_put_back(group, [_take(waiting, line) for line in group]))
    left = [line for rest in waiting.values() for line in rest if line.verdict or line.officer]
    return Settled(tuple(lines), tuple(replace(line, group=0, once=False, counted=False) for line in left))


def _take(waiting: Mapping[Key, list[DoubleLine]], line: DoubleLine) -> DoubleLine | None:
    """Take out what was said of the row; of rows that are called alike the one that stands where it stood, if any."""
    lines = waiting.get(make_key(line), [])
    if not lines:
        return None
    at = next((place for place, old in enumerate(lines) if old.row == line.row), 0)
    return lines.pop(at)


def _put_back(group: Sequence[DoubleLine], old: Sequence[DoubleLine | None]) -> list[DoubleLine]:
    """Return the group with what was said of it, void where one of its units has sent a later file since."""
    said = any(line is not None and line.verdict for line in old)
    later = [now.unit for now, then in zip(group, old, strict=True) if then and then.basis != now.basis]
    return [_beside(now, then, later, said=said) for now, then in zip(group, old, strict=True)]


def _beside(now: DoubleLine, then: DoubleLine | None, later: Sequence[str], *, said: bool) -> DoubleLine:
    if then is None:
        return replace(now, note=_add_note(now, "later")) if said else now
    if later and then.verdict:
        shown = lookup("consolidated.doubles.verdicts").get(then.verdict, then.verdict)
        words = {"verdict": shown, "officer": then.officer, "unit": say("merge.reason.and").join(later)}
        return replace(now, note=_add_note(now, "void", **words))
    return replace(now, verdict=then.verdict, officer=then.officer, seen=not later)


def _add_note(line: DoubleLine, word: str, **values: str) -> str:
    return "\n".join(filter(None, (line.note, say(f"consolidated.doubles.{word}", **values))))


def _choose(group: Sequence[DoubleLine]) -> list[DoubleLine]:
    """Return the group with the rows that count once: those said to be things apart, and those of one unit.

    That is the unit an officer decided for; until then the first whose return counts, in the order of the roster.
    """
    together = [line for line in group if line.verdict != APART]
    first = next((line.code for line in together if line.counted), "")
    owner = _find_owner(group) or first
    torn = not _find_owner(group) and any(line.verdict == OWN for line in group)
    chosen = [replace(line, once=line.counted and (line.verdict == APART or line.code == owner)) for line in group]
    asks = "torn" if torn else "" if _find_officer(group) else "nobody"
    return [replace(line, note=_add_note(line, asks)) if asks and line.verdict == OWN else line for line in chosen]


def _find_owner(group: Iterable[DoubleLine]) -> str:
    """Return the code of the one unit that an officer decided for, ``""`` without one or with several."""
    owners = Counter(line.code for line in group if line.verdict == OWN)
    return next(iter(owners)) if len(owners) == 1 else ""


def _find_officer(group: Iterable[DoubleLine]) -> str:
    """Return who decided for one unit; ``""`` where nobody did, or none that gave a name."""
    lines = list(group)
    return next((line.officer for line in lines if line.verdict == OWN), "") if _find_owner(lines) else ""


def _is_decided_against(line: DoubleLine) -> bool:
    return line.seen and not line.verdict and not line.once
