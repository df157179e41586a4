"""The proof that a handover can be restored: into an empty folder, opened there, and the same 汇总 written from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from addin.handing_over.handover import write_recalled_summary
from addin.handing_over.manifest import HandedRound, HandoverManifest, read_manifest
from addin.package.opened import digest_file, open_bytes, read_bytes
from addin.package.refusal import NotOpened
from addin.progress import Progress, track
from addin.reading.grids import PackageSheets
from addin.store.seals import find_edited
from addin.store.store import Store, StoreError
from generator.temporary import temporary_folder
from templates.catalogue import load_folder
from templates.model import Survey
from templates.problems import SurveyError
from templates.program import READING, fingerprint_program
from templates.words import lookup, say

TOLD = 5
"""So many differing cells are named."""


@dataclass(frozen=True)
class Proof:
    """One thing that was looked at."""

    what: str
    """A key of ``[proofs]`` in words/handover.toml."""
    holds: bool
    sentence: str


@dataclass(frozen=True)
class CheckedHandover:
    """What was looked at, in its order."""

    manifest: HandoverManifest
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether all of it can be restored as it was."""
        return all(proof.holds for proof in self.proofs)


def check_handover(folder: Path, progress: Progress | None = None) -> CheckedHandover:
    """Restore the handover into an empty folder and look whether it is what it was; nothing in ``folder`` is changed.

    Raises HandoverRefused where there is no manifest, OSError where there is no room to restore.
    """
    manifest = read_manifest(folder)
    with temporary_folder() as restored:
        proofs = [*_check_files(folder, manifest, progress)]
        for one in manifest.files:
            if (source := folder / one.path).is_file():
                target = restored / one.path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        proofs += _check_store(restored, manifest)
        for one_round in manifest.rounds:
            proofs += _check_round(restored, manifest, one_round)
    program = fingerprint_program(READING)
    same = "same" if program in manifest.program else "other"
    proofs.append(_prove("program", True, same, found=manifest.program, here=program))
    return CheckedHandover(manifest, tuple(proofs))


def _prove(what: str, holds: bool, key: str = "", **told: Any) -> Proof:
    return Proof(what, holds, say(f"handover.proofs.{what}.{key or ('holds' if holds else 'fails')}", **told))


def _check_files(folder: Path, manifest: HandoverManifest, progress: Progress | None) -> Iterator[Proof]:
    altered = 0
    for one in track(manifest.files, len(manifest.files), progress):
        path = folder / one.path
        if not path.is_file():
            altered += 1
            yield _prove("files", False, "missing", file=one.path)
        elif digest_file(path) != one.sha256:
            altered += 1
            yield _prove("files", False, "altered", file=one.path)
    own = {one.path for one in manifest.files} | set(lookup("handover.files").values())
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in own:
            yield _prove("files", True, "more", file=name)
    if not altered:
        yield _prove("files", True, count=len(manifest.files))


def _check_store(restored: Path, manifest: HandoverManifest) -> Iterator[Proof]:
    store = Store(restored / manifest.store)
    try:
        with store.opened(read_only=True) as connection:
            numbers = [number for (number,) in connection.execute("SELECT id FROM submissions").fetchall()]
            edited = find_edited(connection, numbers)
    except StoreError as error:
        yield _prove("store", False, "closed", reason=_without_place(str(error), restored))
        return
    yield _prove("store", not edited, count=len(numbers), edited=len(edited))


def _check_round(restored: Path, manifest: HandoverManifest, one: HandedRound) -> Iterator[Proof]:
    if not one.hash:
        yield _prove("definitions", False, "none", title=one.title, reason=one.missing)
        return
    try:
        survey = load_folder(restored / one.folder)
    except (SurveyError, OSError) as error:
        yield _prove("definitions", False, "unreadable", title=one.title, reason=str(error).splitlines()[0])
        return
    told = {"title": one.title, "version": one.version, "hash": one.hash, "found": survey.hash}
    yield _prove("definitions", survey.hash == one.hash, **told)
    if not one.summary:
        yield _prove("summary", False, "none", title=one.title, year=one.year or "", reason=one.missing)
    elif one.year is not None and survey.hash == one.hash:
        yield _check_summary(restored, manifest, one, survey, one.year)


def _check_summary(restored: Path, manifest: HandoverManifest, one: HandedRound, survey: Survey, year: int) -> Proof:
    """Write the 汇总 once more from what was restored, and compare every value with the one that was handed over."""
    again = restored / "again" / Path(one.summary).name
    told: dict[str, Any] = {"title": one.title, "year": year}
    try:
        write_recalled_summary(
            Store(restored / manifest.store), survey, year, again, datetime.fromisoformat(manifest.at)
        )
        before, now = _read_values(restored / one.summary), _read_values(again)
    except (StoreError, NotOpened, OSError) as error:
        return _prove("summary", False, "none", reason=_without_place(str(error), restored), **told)
    other = [place for place in {**before, **now} if before.get(place) != now.get(place)]
    places = lookup("handover.gap").join(f"{sheet}!{row}:{column}" for sheet, row, column in other[:TOLD])
    return _prove("summary", not other, count=len(before), other=len(other), places=places, **told)


def _read_values(path: Path) -> dict[tuple[str, int, int], Any]:
    """Return every value of a workbook, by sheet, row and column; when and by what it was written is none."""
    sheets, about = PackageSheets(open_bytes(read_bytes(path))), lookup("workbook.sheets.meta")
    return {
        (name, row, column): value
        for name in sheets.sheets
        if name != about
        for row, cells in sheets.grid(name).rows.items()
        for column, value in cells.items()
    }


def _without_place(sentence: str, restored: Path) -> str:
    return sentence.replace(f"{restored}/", "")


def describe_check(checked: CheckedHandover) -> dict[str, Any]:
    """Return what ``handover --check --json`` prints."""
    return {
        "holds": checked.holds,
        "code": checked.manifest.code,
        "proofs": [{"what": one.what, "holds": one.holds, "sentence": one.sentence} for one in checked.proofs],
    }
