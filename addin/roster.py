"""The roster: who has to report. Read from .xlsx or .csv, checked whole, so that a clerk mends it in one go."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

from stdnum.cn import uscc

from addin.reading.table_file import Table, TableError, describe_unread, read_tables
from templates.file_names import FILE_NAME_BYTES, NAME_BYTES, make_safe_name, tell_apart
from templates.model import Survey
from templates.spelling import make_name_key
from templates.words import lookup, say

CODE_LENGTH = 60

HEADER_SEARCH = 10
"""A title and a note may stand above the header."""

FEW = 3
"""So many rows with the same doubt are told one by one."""

_REGION = re.compile(r"\d{6}(\d{3}(\d{3})?)?")

_BETWEEN = re.compile(r"[\s,;、]+")
"""What may stand between two codes in one cell, once it is narrow."""


@dataclass(frozen=True, slots=True)
class ReportingUnit:
    """A unit on the roster. Codes are text, leading zeros and all."""

    code: str
    name: str
    uscc: str
    kind: str
    level: str
    region: str
    parent: str = ""
    contact: str = ""
    phone: str = ""
    former: str = ""
    """Codes that its predecessors had last year (原单位代码), joined by 、; ``""`` where it goes on from itself."""

    @property
    def predecessors(self) -> tuple[str, ...]:
        """The codes of the units of last year that it is made up of: its own where no other is named."""
        return tuple(dict.fromkeys(self.former.split(lookup("roster.former_join")))) if self.former else (self.code,)


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One thing wrong with a roster: where, what, what to do. ``row`` 0 is the file or its header."""

    row: int
    column: str
    message: str
    hint: str
    fatal: bool = True

    def __str__(self) -> str:
        place = "cell" if self.row else "column" if self.column else "file"
        return say(f"roster.place.{place}", row=self.row, column=self.column, message=self.message, hint=self.hint)


def tell_doubts(problems: Iterable[RosterProblem]) -> Iterator[str]:
    """Yield a line for each doubt; the same doubt about many units is one line with how many they are."""
    alike: dict[tuple[str, str, str], list[RosterProblem]] = defaultdict(list)
    for problem in problems:
        alike[problem.column, problem.message, problem.hint].append(problem)
    for (column, message, hint), found in alike.items():
        if len(found) <= FEW:
            yield from map(str, found)
        else:
            rows = say("roster.place.rows_join").join(str(problem.row) for problem in found[:FEW])
            told = {"column": column, "message": message, "hint": hint, "rows": rows}
            yield say("roster.place.many", count=len(found), **told)


class RosterError(Exception):
    """A roster cannot be used; ``problems`` lists all that was found, warnings too."""

    def __init__(self, problems: Iterable[RosterProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class OwnColumns:
    """Columns that the office keeps for itself in its roster: nobody reads them, nobody drops them."""

    headers: tuple[str, ...] = ()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What stands in them, by the unit's code."""

    def find_cells(self, code: str) -> tuple[str, ...]:
        """Return what stands in them for a unit; blanks for one that has nothing."""
        return self.cells.get(code, ("",) * len(self.headers))


@dataclass(frozen=True)
class Roster:
    """All units, in the order of the file. ``warnings`` are doubts that do not stand in the way."""

    units: tuple[ReportingUnit, ...]
    warnings: tuple[RosterProblem, ...] = ()
    own: OwnColumns = field(default_factory=OwnColumns)

    @cached_property
    def by_code(self) -> dict[str, ReportingUnit]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def by_name(self) -> dict[str, ReportingUnit]:
        """Units by :func:`make_name_key`; of two with one name the first."""
        return {make_name_key(unit.name): unit for unit in reversed(self.units)}


def name_workbook(unit: ReportingUnit, words: str = "roster.file_name") -> str:
    """Return the file name of the unit's workbook, ``<单位代码>-<单位名称>.xlsx``, good on any system.

    ``words`` is the key of the pattern, for other workbooks of the unit.
    """
    room = FILE_NAME_BYTES - len(say(words, code=unit.code, name="").encode())
    return make_safe_name(
        say(words, code=unit.code, name=make_safe_name(unit.name, min(NAME_BYTES, room))), FILE_NAME_BYTES
    )


def name_workbooks(units: Iterable[ReportingUnit], words: str = "roster.file_name") -> dict[str, str]:
    """Return the file names of the units' workbooks by unit code, no two of them one file."""
    named = {unit.code: name_workbook(unit, words) for unit in units}
    return dict(zip(named, tell_apart(named.values()), strict=True))


def read_roster(path: Path, survey: Survey) -> Roster:
    """Return the roster in ``path``. Raises :class:`RosterError` with every problem at once."""
    table, header = _table(path)
    places, problems = _columns(table[header])
    if problems:
        raise RosterError(problems)
    rows = list(_rows(table, header, places))
    problems = _sorted(list_problems(rows, survey))
    if any(problem.fatal for problem in problems):
        raise RosterError(problems)
    own = _read_own_columns(table, header, set(places.values()), rows)
    return Roster(tuple(spell_officially(unit, survey) for _, unit in rows), tuple(problems), own)


def _read_own_columns(
    table: Table, header: int, known: set[int], rows: Sequence[tuple[int, ReportingUnit]]
) -> OwnColumns:
    """Return the columns in which anything stands that are none of the roster's."""
    lines = [table[header], *(table[number - 1] for number, _ in rows)]
    width = max(map(len, lines))
    own = [place for place in range(width) if place not in known and any(_find_cell(line, place) for line in lines)]
    cells = {
        unit.code: tuple(_find_cell(line, place) for place in own)
        for (_, unit), line in zip(rows, lines[1:], strict=True)
    }
    return OwnColumns(tuple(_find_cell(lines[0], place) for place in own), cells if own else {})


def _find_cell(line: Sequence[str], place: int) -> str:
    return line[place].strip() if place < len(line) else ""


def _problem(what: str, row: int = 0, field: str = "", fatal: bool = True, **values: object) -> RosterProblem:
    words = lookup("roster.problems")[what]
    column = lookup("roster.columns")[field] if field else ""
    values |= {"column": column}
    return RosterProblem(row, column, words["message"].format(**values), words["hint"].format(**values), fatal)


def _table(path: Path) -> tuple[Table, int]:
    """Return the first sheet that has the roster's header, and the index of the header's row."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise RosterError([_problem("wrong_type", file=path.name)])
    try:
        tables = read_tables(path)
    except FileNotFoundError:
        raise RosterError([_problem("not_found", file=path.name)]) from None
    except (TableError, OSError) as error:
        raise RosterError([_problem("unreadable", file=path.name, reason=describe_unread(error))]) from error
    wanted = {make_name_key(header) for header in lookup("roster.columns").values()}
    for table in tables:
        for index, row in enumerate(table[:HEADER_SEARCH]):
            if len(wanted & {make_name_key(cell) for cell in row}) >= len(wanted) // 2:
                return table, index
    raise RosterError([_problem("no_header", columns=lookup("roster.new.levels_join").join(_headers()))])


def _headers() -> list[str]:
    return list(lookup("roster.columns").values())


def _columns(header: list[str]) -> tuple[dict[str, int], list[RosterProblem]]:
    """Return the place of each column that is there; problems where one is missing or stands twice."""
    keys = [make_name_key(cell) for cell in header]
    counted = Counter(keys)
    places: dict[str, int] = {}
    problems: list[RosterProblem] = []
    optional = {field.name for field in fields(ReportingUnit) if field.default == ""}
    for name, text in lookup("roster.columns").items():
        key = make_name_key(text)
        if counted[key] == 1:
            places[name] = keys.index(key)
        elif counted[key] > 1:
            problems.append(_problem("twice_column", field=name))
        elif name not in optional:
            problems.append(_problem("missing_column", field=name))
    return places, problems


def _rows(table: Table, header: int, places: dict[str, int]) -> Iterator[tuple[int, ReportingUnit]]:
    for number, row in enumerate(table[header + 1 :], start=header + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if any(cells.values()):
            yield number, ReportingUnit(**{name: tidy(name, text) for name, text in cells.items()})


def tidy(field: str, text: str) -> str:
    """Return names as they are written, codes in plain narrow characters without blanks."""
    if field in ("name", "contact"):
        return text.strip()
    if field == "former":
        return str(lookup("roster.former_join")).join(filter(None, _BETWEEN.split(unicodedata.normalize("NFKC", text))))
    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    return narrow.upper() if field == "uscc" else narrow


def spell_officially(unit: ReportingUnit, survey: Survey) -> ReportingUnit:
    """Return the unit with kind and level spelt as the survey spells them."""
    values = {field.name: getattr(unit, field.name) for field in fields(ReportingUnit)}
    values["kind"] = _spelt(unit.kind, survey.kind) or unit.kind
    values["level"] = _spelt(unit.level, survey.levels) or unit.level
    return ReportingUnit(**values)


def _spelt(text: str, official: Iterable[str]) -> str:
    return next((name for name in official if make_name_key(name) == make_name_key(text)), "")


def _sorted(problems: Iterable[RosterProblem]) -> list[RosterProblem]:
    headers = _headers()
    return sorted(problems, key=lambda p: (p.row, headers.index(p.column) if p.column else -1))


def list_problems(rows: list[tuple[int, ReportingUnit]], survey: Survey) -> Iterator[RosterProblem]:
    """Yield all that is wrong with ``rows``: sheet rows with what stands in them."""
    if not rows:
        yield _problem("empty")
    for row, unit in rows:
        yield from _blanks(row, unit)
        yield from _code_problems(row, unit)
        yield from _choice_problems(row, unit, survey)
        yield from _doubts(row, unit)
    yield from _repeated(rows)


def _blanks(row: int, unit: ReportingUnit) -> Iterator[RosterProblem]:
    for column in ("code", "name", "kind", "level"):
        if not getattr(unit, column):
            yield _problem("blank", row, column)
    for column in ("uscc", "region"):
        if not getattr(unit, column):
            yield _problem(f"{column}_blank", row, column, fatal=False)


def _code_problems(row: int, unit: ReportingUnit) -> Iterator[RosterProblem]:
    # a leading ~$ marks the lock files of Office, which merging passes over
    good = make_safe_name(unit.code) == unit.code and not unit.code.startswith("~") and len(unit.code) <= CODE_LENGTH
    if not good:
        yield _problem("file_name", row, "code", value=unit.code, length=CODE_LENGTH)


def _choice_problems(row: int, unit: ReportingUnit, survey: Survey) -> Iterator[RosterProblem]:
    join = lookup("roster.new.levels_join").join
    kind = _spelt(unit.kind, survey.kind)
    level = _spelt(unit.level, survey.levels)
    if unit.kind and not kind:
        yield _problem("choice", row, "kind", value=unit.kind, options=join(survey.kind))
    allowed = survey.kind[kind].levels if kind else survey.levels
    if unit.level and not level:
        yield _problem("choice", row, "level", value=unit.level, options=join(allowed))
    elif level and level not in allowed:
        yield _problem("level", row, "level", kind=kind, value=level, options=join(allowed))


def _doubts(row: int, unit: ReportingUnit) -> Iterator[RosterProblem]:
    if unit.uscc and not uscc.is_valid(unit.uscc):
        yield _problem("uscc", row, "uscc", fatal=False, value=unit.uscc)
    if unit.region and not _REGION.fullmatch(unit.region):
        yield _problem("region", row, "region", fatal=False, value=unit.region)


def _repeated(rows: list[tuple[int, ReportingUnit]]) -> Iterator[RosterProblem]:
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    for row, unit in rows:
        if unit.code and codes.setdefault(unit.code, row) != row:
            yield _problem("duplicate", row, "code", value=unit.code, other=codes[unit.code])
        elif unit.name and names.setdefault(make_name_key(unit.name), row) != row:
            other = names[make_name_key(unit.name)]
            yield _problem("same_name", row, "name", fatal=False, value=unit.name, other=other)
