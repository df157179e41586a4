"""``package``: what stands in the store becomes a locked version, and a folder with all that belongs to it.

The folder is made beside its place and put there whole, in the same moment in which the version is locked: where one of
the two fails there is neither.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from addin.correcting.show import show_corrections
from addin.handing_up.checks import SpotChecks
from addin.handing_up.facts import PackageFacts, find_place, list_units
from addin.handing_up.gather import Gathered, gather_returns
from addin.handing_up.later import read_later, tell_unsettled
from addin.handing_up.main_data import list_main_data
from addin.handing_up.manifest import (
    EnclosedFile,
    Manifest,
    describe_survey,
    digest_about,
    name_program,
    sort_paths,
    spell_manifest,
    spell_readable,
    tell_producer,
)
from addin.handing_up.withhold import write_without_contacts
from addin.keys import Key
from addin.package.opened import digest_file
from addin.receiving.levels import find_producer
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.roster import Roster
from addin.sampling.protocol import make_protocol
from addin.store.events import tell_now
from addin.store.store import Store
from addin.store.versions import LockedUnit, LockedVersion, UnitPlace, lock_version, number_version
from addin.summary.beside import OWNER_ONLY, folder_beside
from addin.summary.consolidate import write_summary
from addin.summary.disclosure import THRESHOLD
from addin.summary.doubles import list_doubles
from addin.summary.opinions import read_opinions
from addin.summary.rollup import Rollup
from addin.summary.verdicts import read_verdicts
from generator.consolidated.corrections import CorrectionSheets
from generator.files import write_beside
from generator.handed_up.approval import ApprovalSheet, write_approval
from generator.handed_up.lists import write_lists
from generator.handed_up.main_data import write_main_data
from generator.handed_up.seal import digest_without_seal, print_seal
from generator.handed_up.texts import write_notice, write_texts
from generator.spot_checks.protocol import write_protocol
from generator.temporary import temporary_folder
from templates.model import Survey
from templates.words import lookup, say

NAMED = 12
"""So many open units a refusal names."""

SHOWN = 8
"""So many units that are left out stand on the page by name."""


class NotHandedUp(Exception):
    """Why there is no package, in one sentence."""


@dataclass(frozen=True)
class HandUpJob:
    """What is to be handed up, and by whom."""

    survey: Survey
    year: int
    roster: Roster
    store: Store
    folder: Path
    """A new folder."""
    by: str
    leave_open: bool = False
    """Whether units that are open or missing are left out instead of standing in the way."""
    summary: Path | None = None
    """The 汇总.xlsx that officers work on: what they typed into it goes up."""
    key: Key | None = None
    """Signs the 汇总.xlsx that goes up."""


@dataclass(frozen=True)
class HandedUp:
    """What was locked, and where the package lies."""

    version: LockedVersion
    folder: Path
    files: tuple[EnclosedFile, ...]
    left_out: tuple[UnitOutcome, ...] = field(default=())


def hand_up(job: HandUpJob) -> HandedUp:
    """Lock a version and write its package, both or neither.

    Raises NotHandedUp where something is open, StoreError, SummaryError where the officers' workbook cannot be read,
    OSError where the folder cannot be written.
    """
    refuse_full_folder(job.folder)
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(job.folder.absolute().parent) as work:
        gathered = gather_returns(job.store, job.survey, job.year, job.roster, work)
        _refuse_orders(job.summary)
        _refuse_open(gathered.merged.units, leave_open=job.leave_open)
        later = read_later(job.store, job.survey, job.year)
        if why := tell_unsettled(later, {unit.code for unit in gathered.merged.units if unit.counts}):
            raise NotHandedUp(why)
        package = _make_inside(work, "package")
        merged = _withhold(gathered, _make_inside(work, "withheld"), job.survey)
        facts = _write_summary(merged, job, package, show_corrections(later) if later else None)
        manifest = _PackageWriter(job, gathered, facts, package).write()
        _lock(job, manifest, package)
    return HandedUp(manifest.version, job.folder, manifest.files, tuple(facts.left_out))


def refuse_full_folder(folder: Path) -> None:
    """Raise NotHandedUp where something stands in the place of the package."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotHandedUp(say("package.refused.not_empty", folder=folder))


def describe_handed_up(done: HandedUp) -> dict[str, Any]:
    """Return what ``package --json`` prints."""
    version = done.version
    left = [{"unit": unit.code, "name": unit.name, "state": unit.state.shown} for unit in done.left_out]
    counted = sum(unit.place is UnitPlace.COUNTED for unit in version.units)
    told = {"number": version.number, "seal": version.seal, "at": version.at, "by": version.by}
    files = [{"path": file.path, "sha256": file.sha256} for file in done.files]
    return told | {"counted": counted, "left_out": left, "folder": str(done.folder), "files": files}


# --- what stands in the way ------------------------------------------------------------------------------------------


def _refuse_open(units: Sequence[UnitOutcome], *, leave_open: bool) -> None:
    left = [unit for unit in units if find_place(unit) is UnitPlace.LEFT_OUT]
    if not any(unit.counts for unit in units):
        raise NotHandedUp(say("package.refused.nobody"))
    if left and not leave_open:
        raise NotHandedUp(say("package.refused.open", count=len(left), units=list_units(left, NAMED)))


def _refuse_orders(summary: Path | None) -> None:
    """Raise NotHandedUp where an officer asked for something on the sheet that no merge has carried out yet."""
    orders = read_opinions(summary).known.orders if summary else {}
    if orders:
        units = say("package.open.join").join(orders)
        raise NotHandedUp(say("package.refused.orders", file=summary, count=len(orders), units=units))


# --- files -----------------------------------------------------------------------------------------------------------


def _make_inside(work: Path, name: str) -> Path:
    folder = work / name
    folder.mkdir(OWNER_ONLY)
    return folder


def _withhold(gathered: Gathered, folder: Path, survey: Survey) -> Merged:
    """Return the units with what goes up of their files in place of those that came; of those left out, nothing."""
    units = tuple(_withhold_unit(unit, gathered.files, folder, survey) for unit in gathered.merged.units)
    return replace(gathered.merged, units=units)


def _withhold_unit(unit: UnitOutcome, files: Mapping[str, Path], folder: Path, survey: Survey) -> UnitOutcome:
    source, path, digest = files.get(unit.code), None, unit.sha256
    if source and unit.submission and find_place(unit) is not UnitPlace.LEFT_OUT:
        path = folder / source.name
        try:
            write_without_contacts(source, path, unit.submission, survey)
        except (zipfile.BadZipFile, LookupError, ValueError, StopIteration) as error:
            raise NotHandedUp(say("package.refused.not_withheld", unit=unit.name, file=source.name)) from error
        digest = digest_file(path)
    # what the level above compares is the file that it gets
    counted = tuple(replace(file, path=path, digest=digest) if file.counted else file for file in unit.files)
    return replace(unit, files=counted)


def _write_summary(merged: Merged, job: HandUpJob, package: Path, corrections: CorrectionSheets | None) -> PackageFacts:
    """Write 汇总.xlsx with the units' files beside it, and return what it is made of."""
    path = package / lookup("package.files")["summary"]
    if job.summary:
        shutil.copyfile(job.summary, path)
    settled, rollup = list_doubles(merged, read_verdicts(path)), Rollup.of(merged)
    write_summary(merged, rollup, path, job.key, settled, corrections)
    return PackageFacts(merged, rollup, settled)


@dataclass(frozen=True)
class _PackageWriter:
    """Writes what belongs into the package beside 汇总.xlsx."""

    job: HandUpJob
    gathered: Gathered
    facts: PackageFacts
    package: Path

    @property
    def names(self) -> Mapping[str, str]:
        """What the files are called."""
        return dict(lookup("package.files"))

    @property
    def checks(self) -> SpotChecks:
        """What is known of spot checks."""
        return self.gathered.checks

    @property
    def producer(self) -> dict[str, str]:
        """Who hands it up."""
        unit = find_producer([unit.unit for unit in self.facts.merged.units if not unit.added], self.job.survey)
        return {"code": unit.code, "name": unit.name}

    def write(self) -> Manifest:
        """Write everything, and return the manifest, which stands in the package, too. Raises OSError."""
        version = self._draft()
        self._write_pages(version)
        files = [self._enclose(path) for path in sort_paths(self._list_paths())]
        manifest = self._finish(version, files)
        approval = self.package / self.names["approval"]
        print_seal(approval, manifest.seal)
        files = [self._enclose(file.path) for file in files]
        manifest = replace(manifest, files=tuple(files))
        _write_text(self.package / self.names["manifest"], spell_manifest(manifest))
        _write_text(self.package / self.names["readable"], spell_readable(manifest))
        return manifest

    def _draft(self) -> LockedVersion:
        job, survey = self.job, self.job.survey
        number = number_version(job.store, survey.id, job.year)
        units = tuple(self._lock_unit(unit) for unit in self.facts.merged.units)
        definitions = f"{survey.id} {survey.version} {survey.hash}"
        totals = self.facts.rollup.totals
        return LockedVersion(survey.id, job.year, number, job.by, tell_now(), units, totals, definitions)

    def _lock_unit(self, unit: UnitOutcome) -> LockedUnit:
        standing = self.gathered.standings.get(unit.code)
        sent = (standing.sha256, standing.submission, standing.file) if standing else ("", None, "")
        return LockedUnit(unit.code, unit.name, find_place(unit), unit.state.value, unit.content, *sent)

    def _write_pages(self, version: LockedVersion) -> None:
        survey, names, place = self.job.survey, self.names, self.package
        about = (survey.title, self.job.year)
        write_texts(place / names["texts"], *about, self.facts.list_texts())
        write_lists(place / names["lists"], *about, version.number, self.facts.make_lists())
        write_notice(place / names["notice"], *about, version.number, survey.law)
        write_approval(place / names["approval"], self._make_sheet(version))
        write_main_data(place / names["main"], self._tell_head(version), list_main_data(self.facts))
        if self.gathered.below:
            (place / names["below"]).mkdir()
            for path in self.gathered.below:
                shutil.copyfile(path, place / names["below"] / path.name)
        if draw := self.checks.draw:
            sheets = make_protocol(survey, self.job.year, draw, date.fromisoformat(version.at[:10]))
            write_protocol(place / names["draw"], sheets)
            events = self.checks.list_without_people()
            _write_text(place / names["checks"], json.dumps(events, ensure_ascii=False, indent=1))

    def _tell_head(self, version: LockedVersion) -> dict[str, str | int]:
        told: dict[str, str | int] = {"survey": self.job.survey.title, "year": self.job.year, "number": version.number}
        return told | {"threshold": THRESHOLD, "units": self.facts.counts["counted"]}

    def _make_sheet(self, version: LockedVersion) -> ApprovalSheet:
        facts = self.facts
        return ApprovalSheet(
            survey=self.job.survey.title,
            year=self.job.year,
            number=version.number,
            producer=tell_producer(self.producer),
            by=version.by,
            day=f"{datetime.fromisoformat(version.at):%Y-%m-%d %H:%M}",
            counts=facts.counts,
            left_out=list_units(facts.left_out, SHOWN),
            numbers=tuple(facts.key_numbers),
            changes=tuple(facts.large_changes),
            share=facts.share,
            doubles=facts.doubles,
            checks=self.checks.told,
        )

    # --- the manifest ------------------------------------------------------------------------------------------------

    def _list_paths(self) -> list[str]:
        return [path.relative_to(self.package).as_posix() for path in self.package.rglob("*") if path.is_file()]

    def _enclose(self, path: str) -> EnclosedFile:
        place = self.package / path
        unit = self._units_by_path.get(path)
        received = self.gathered.standings[unit.code].sha256 if unit else ""
        told = digest_file(place), place.stat().st_size
        return EnclosedFile(path, self._tell_what(path, unit), *told, unit.code if unit else "", received)

    @cached_property
    def _units_by_path(self) -> dict[str, UnitOutcome]:
        """The units by the places of their files."""
        folder = folder_beside(self.package / self.names["summary"]).name
        digests = {unit.sha256: unit for unit in self.facts.merged.units if unit.sha256 and unit.files[0].path}
        known = {f"{folder}/{path.name}": digest_file(path) for path in (self.package / folder).glob("*")}
        return {path: digests[digest] for path, digest in known.items() if digest in digests}

    def _tell_what(self, path: str, unit: UnitOutcome | None) -> str:
        if unit:
            return say("package.what.unit", name=unit.name, code=unit.code)
        kinds = {name: key for key, name in self.names.items()}
        return str(lookup("package.what")[kinds.get(path.partition("/")[0], "beside")])

    def _finish(self, version: LockedVersion, files: Sequence[EnclosedFile]) -> Manifest:
        """Return the manifest with a version in which every file, and the manifest itself, is bound."""
        survey = self.job.survey
        about = (describe_survey(survey), self.job.year, self.producer, name_program(), self.checks.told)
        manifest = Manifest(*about, tuple(files), version)
        enclosed = {file.path: file.sha256 for file in files}
        approval = self.names["approval"]
        enclosed[approval] = digest_without_seal(self.package / approval)
        enclosed[self.names["manifest"]] = digest_about(manifest)
        return replace(manifest, version=replace(version, enclosed=enclosed))


def _write_text(path: Path, text: str) -> None:
    with write_beside(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="")


def _lock(job: HandUpJob, manifest: Manifest, package: Path) -> None:
    """Lock the version and put the package in its place, both or neither."""

    def put() -> None:
        refuse_full_folder(job.folder)
        if job.folder.exists():
            job.folder.rmdir()
        package.rename(job.folder)

    try:
        lock_version(job.store, manifest.version, put)
    except BaseException:
        if not package.exists():
            shutil.rmtree(job.folder, ignore_errors=True)
        raise
