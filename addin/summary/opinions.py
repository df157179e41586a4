"""处理意见 that people typed into an older 汇总.xlsx: whatever is merged again, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from addin.package.limits import SUMMARY
from addin.package.opened import open_package
from addin.package.refusal import NotOpened
from addin.reading.cells import show_as_text
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from generator.consolidated.data import StatusLine
from templates.words import lookup, say


class SummaryError(Exception):
    """What stands where 汇总.xlsx shall be written may hold what people typed, and cannot be read. One sentence."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody typed beside a unit, or beside a file that stands for none."""

    code: str
    name: str
    file: str
    """``""`` beside a unit."""
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is about: a unit by its code, a file by its name."""
        return ("file", self.file) if self.file else ("unit", self.code)


@dataclass
class Opinions:
    """All opinions of one workbook; each is taken out where its unit or file is found again."""

    found: dict[tuple[str, str], Opinion] = field(default_factory=dict)

    def beside_unit(self, line: StatusLine) -> StatusLine:
        """Return the unit's line with its opinion."""
        return self._beside(line, ("unit", line.code))

    def beside_file(self, line: StatusLine) -> StatusLine:
        """Return the file's line with its opinion."""
        return self._beside(line, ("file", line.file))

    def _beside(self, line: StatusLine, key: tuple[str, str]) -> StatusLine:
        opinion = self.found.pop(key, None)
        return replace(line, opinion=opinion.text) if opinion else line

    def left(self) -> tuple[StatusLine, ...]:
        """Return lines for what was not found again."""
        return tuple(
            StatusLine(old.code, old.name, "", "", "", "", "", old.file, (), "", old.text)
            for old in self.found.values()
        )


def read_opinions(path: Path) -> Opinions:
    """Return the opinions in the workbook at ``path``, none when there is no file. Raises :class:`SummaryError`."""
    if not path.exists():
        return Opinions()
    opinions = Opinions()
    for opinion in _opinions(_status_sheet(path)):
        before = opinions.found.get(opinion.key)
        text = f"{before.text}\n{opinion.text}" if before else opinion.text
        opinions.found[opinion.key] = replace(opinion, text=text)
    return opinions


def open_result_sheet(path: Path, sheet: str) -> Grid | None:
    """Return a sheet of an older 汇总.xlsx, None where it has none so called. Raises :class:`SummaryError`."""
    try:
        package = PackageSheets(open_package(path, lambda name: name == sheet, SUMMARY))
    except NotOpened as refused:
        raise SummaryError(say("consolidated.old.unreadable", file=path, reason=refused.reason)) from refused
    return package.grid(sheet) if sheet in package.sheets else None


def _status_sheet(path: Path) -> Grid:
    grid = open_result_sheet(path, say("consolidated.sheets.status"))
    if grid is None:
        raise SummaryError(say("consolidated.old.not_ours", file=path))
    return grid


def _opinions(grid: Grid) -> Iterator[Opinion]:
    """Yield what stands below the headers, block by block; columns are found by their headers."""
    words = lookup("consolidated.status")["columns"]
    columns: dict[str, int] = {}
    for _, cells in sorted(grid.rows.items()):
        texts = {column: show_as_text(raw) for column, raw in sorted(cells.items())}
        found = {text: column for column, text in reversed(texts.items())}
        if {words["code"], words["opinion"]} <= found.keys():
            columns = {key: found[header] for key, header in words.items() if header in found}
        elif columns and texts.get(columns["opinion"]):
            yield _opinion({key: texts.get(place, "") for key, place in columns.items()})


def _opinion(cells: dict[str, str]) -> Opinion:
    about_unit = cells.get("state", "") in _states()
    file = "" if about_unit else cells.get("file", "")
    return Opinion(cells["code"], cells.get("name", ""), file, cells["opinion"])


def _states() -> set[str]:
    """Return the states of units as the sheet shows them: beside files stand other words."""
    shown = lookup("merge.state")
    now = {text.format(state=shown[key]) for key, text in lookup("consolidated.state").items()}
    return now | set(lookup("consolidated.former_state").values())
