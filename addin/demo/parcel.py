"""What a unit sends back: a workbook to be written, and what happens to the file afterwards."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from os import cpu_count
from pathlib import Path

from addin.auditing.figures import compute_figures
from addin.progress import Progress, track
from addin.submission import Edition, Submission
from generator.files import write_beside
from generator.lock import Lock
from generator.ooxml.edit import put_constant, put_modified
from generator.plain import write_table
from generator.unit.workbook import build
from templates.content import Content, Identity
from templates.model import Survey
from templates.words import lookup, say

Mishap = Callable[[Path], None]
"""Something that happens to a finished file. Goes to another process, so it is a value, not a closure."""


@dataclass(frozen=True)
class Parcel:
    """One file to write."""

    name: str
    identity: Identity
    content: Content
    mishaps: tuple[Mishap, ...] = ()


@dataclass(frozen=True)
class Constant:
    """Somebody overwrites a cell with a number of his own."""

    sheet: str
    cell: str
    number: float

    def __call__(self, path: Path) -> None:
        """Overwrite the cell."""
        put_constant(path, self.sheet, self.cell, self.number)


@dataclass(frozen=True)
class Saved:
    """The file is saved at a certain time."""

    moment: datetime

    def __call__(self, path: Path) -> None:
        """State the time."""
        put_modified(path, self.moment)


@dataclass(frozen=True)
class Truncated:
    """The transfer breaks off half way."""

    def __call__(self, path: Path) -> None:
        """Keep the first half."""
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@dataclass(frozen=True)
class OwnTable:
    """The unit sends a table of its own making instead."""

    def __call__(self, path: Path) -> None:
        """Replace the workbook."""
        write_table(path, say("demo.own_table.sheet"), lookup("demo.own_table.lines"))


@dataclass(frozen=True)
class Zipped:
    """The file comes in a zip."""

    def __call__(self, path: Path) -> None:
        """Put the file into a zip beside it."""
        with write_beside(path.with_suffix(".zip")) as beside, zipfile.ZipFile(beside, "w") as package:
            package.write(path, path.name)
        path.unlink()


@dataclass(frozen=True)
class ReturnWriter:
    """Writes parcels of one survey under one password."""

    survey: Survey
    lock: Lock

    def write(self, folder: Path, parcel: Parcel) -> None:
        """Write one parcel into ``folder``."""
        path = folder / parcel.name
        numbers = compute_figures(self.survey, Submission("", parcel.identity, Edition.of(self.survey), parcel.content))
        build(path, self.survey, parcel.identity, self.lock, parcel.content, numbers)
        for mishap in parcel.mishaps:
            mishap(path)


def write_parcels(
    desk: ReturnWriter, parcels: Sequence[tuple[Path, Parcel]], progress: Progress | None, workers: int | None
) -> None:
    """Write every parcel into its folder, several at once where the machine has several processors."""
    count = workers or cpu_count() or 1
    finished = _here(desk, parcels) if count == 1 else _elsewhere(desk, parcels, count)
    for _parcel in track(finished, len(parcels), progress):
        pass


def _here(desk: ReturnWriter, parcels: Sequence[tuple[Path, Parcel]]) -> Iterator[Parcel]:
    for folder, parcel in parcels:
        desk.write(folder, parcel)
        yield parcel


def _elsewhere(desk: ReturnWriter, parcels: Sequence[tuple[Path, Parcel]], workers: int) -> Iterator[Parcel]:
    with ProcessPoolExecutor(workers, initializer=_take_place, initargs=(desk,)) as office:
        jobs = {office.submit(_write, folder, parcel): parcel for folder, parcel in parcels}
        for job in as_completed(jobs):
            job.result()
            yield jobs[job]


_places: list[ReturnWriter] = []
"""The writer of this process: handed over once, not with every parcel."""


def _take_place(desk: ReturnWriter) -> None:
    _places[:] = [desk]


def _write(folder: Path, parcel: Parcel) -> None:
    _places[0].write(folder, parcel)
