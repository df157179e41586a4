"""One generated file of every kind: workbooks of every kind of unit, summaries, rosters, forms, lists, documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addin.rosters.make import make_forms
from addin.summary.consolidate import write_summary
from addin.summary.public import write_published
from addin.summary.rollup import Rollup
from generator.handbook.book import write_handbook
from generator.handbook.scope import HandbookScope
from generator.lock import Lock
from generator.ooxml.addin_file import build_addin
from generator.rosters.sheet import write_roster_book
from generator.trace import CellLine, Trace, write_trace
from templates.model import Survey
from tests.support.books import units, workbook
from tests.support.mailbag import merged, roster, seeded, unit


def write_every_kind(folder: Path, surveys: Sequence[Survey], lock: Lock) -> list[Path]:
    """Write them into ``folder``; the first survey is the one that rosters and the handbook are made for."""
    books = [workbook(folder, survey, lock, kind, level) for survey in surveys for kind, level in units(survey)]
    first, names = surveys[0], ("summary", "public", "roster", "trace", "handbook", "addin")
    paths = {name: folder / f"{name}.{EXTENSIONS.get(name, 'xlsx')}" for name in names}
    received, _ = seeded(folder)
    result = merged(folder, received)
    write_summary(result, Rollup.of(result), paths["summary"])
    write_published(result, Rollup.of(result), paths["public"])
    write_roster_book(paths["roster"], first)
    cell = CellLine("M1", "01", "甲", "1", "乙", 3.0, "sum", True, 3.0)
    write_trace(paths["trace"], "甲", Trace(cells=[cell]))
    write_handbook(paths["handbook"], HandbookScope(first, year=2024))
    build_addin(paths["addin"])
    return [*books, *paths.values(), *make_forms(roster(unit("1")), first, 2024, folder / "forms", lock)]


EXTENSIONS = {"handbook": "docx", "addin": "xlam"}
