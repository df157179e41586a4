"""Handing over: the store, its kept files, definitions and a 汇总 in one folder, with a manifest and a list to sign."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from addin.handing_over.manifest import (
    HandedFile,
    HandedKey,
    HandedRound,
    HandoverManifest,
    HandoverRefused,
    note_file,
    write_manifest,
)
from addin.handing_over.recall import recall_merge
from addin.keys import read_key
from addin.progress import Progress
from addin.receiving.outcomes import State
from addin.store.acts import list_rounds
from addin.store.store import Store, StoreError
from addin.store.versions import LockedVersion, list_locked_versions
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from generator.files import write_together
from generator.handover import HandoverLine, HandoverList, write_handover_list
from templates.across import Retention
from templates.catalogue import NoSurvey, find_folder, load_folder
from templates.folders import list_files
from templates.model import Survey
from templates.problems import SurveyError
from templates.program import READING, fingerprint_program
from templates.words import lookup, say

SHORT = 16
"""So many characters of a digest stand on the list; the whole is in the manifest."""


@dataclass(frozen=True)
class HandoverJob:
    """What is handed over, by whom and to whom."""

    store: Store
    folder: Path
    """Must not be there, or be empty."""
    by: str = ""
    to: str = ""
    survey: str = ""
    """An id or a folder, for definitions that are not installed."""
    keys: Sequence[Path] = ()
    with_keys: bool = False
    passwords: Sequence[Path] = ()
    include: Sequence[Path] = ()
    """Files and folders that go with it: rosters, the officer's own 汇总."""
    moment: datetime | None = None


def hand_over(job: HandoverJob, progress: Progress | None = None) -> HandoverManifest:
    """Copy all of it into the folder, whole or not at all, and return the manifest.

    Raises HandoverRefused, StoreError, KeyRefused, and OSError where the folder cannot be written.
    """
    if job.folder.exists() and any(job.folder.iterdir()):
        raise HandoverRefused(say("handover.refused.not_empty", folder=job.folder))
    moment = job.moment or datetime.now().astimezone()
    with write_together(job.folder) as together:
        files = list(_copy_store(job.store, together))
        store = Store(together / files[0].path)
        rounds, definitions = _hand_over_rounds(job, store, together, moment)
        keys = list(_name_keys(job, together))
        files += _note_rest(job, together)
        manifest = HandoverManifest(
            job.by,
            job.to,
            moment.isoformat(timespec="seconds"),
            say("handover.program", version=version("tianbao"), fingerprint=fingerprint_program(READING)),
            files[0].path,
            tuple(files),
            tuple(rounds),
            tuple(keys),
            tuple(str(path.resolve()) for path in _find_passwords(job)),
            tuple(_list_retention(definitions)),
        )
        write_manifest(together / say("handover.files.manifest"), manifest)
        write_handover_list(together / say("handover.files.list"), make_list(manifest))
    return manifest


# --- copies ----------------------------------------------------------------------------------------------------------


def _copy_store(store: Store, together: Path) -> Iterator[HandedFile]:
    """Yield the lines of the store and of every file that it keeps, copied while nobody can write."""
    folder = together / say("handover.folders.store")
    folder.mkdir()
    with store.opened() as connection:
        connection.execute("CHECKPOINT")
    with store.opened(read_only=True):
        copied = Path(shutil.copy2(store.path, folder / store.path.name))
    yield note_file(copied, together, "store")
    kept = store.path.with_name(f"{store.path.name}.files")
    if kept.is_dir():
        shutil.copytree(kept, folder / kept.name)
        for path in _list_all(folder / kept.name):
            yield note_file(path, together, "kept")


def _hand_over_rounds(
    job: HandoverJob, store: Store, together: Path, moment: datetime
) -> tuple[list[HandedRound], dict[tuple[str, int | None], Survey]]:
    """Return every survey and year of the store, with definitions and a 汇总 where they can be had."""
    rounds: list[HandedRound] = []
    found: dict[tuple[str, int | None], Survey] = {}
    for id, year in list_rounds(store):
        try:
            survey = _find_survey(id, job.survey)
        except (NoSurvey, SurveyError) as error:
            rounds.append(HandedRound(id, id, year, missing=say("handover.missing.definitions", reason=error)))
            continue
        found[id, year] = survey
        rounds.append(_hand_over_round(store, survey, year, together, moment))
    return rounds, found


def _find_survey(id: str, named: str) -> Survey:
    if named:
        survey = load_folder(find_folder(named))
        if survey.id == id:
            return survey
    return load_folder(find_folder(id))


def _hand_over_round(store: Store, survey: Survey, year: int | None, together: Path, moment: datetime) -> HandedRound:
    place = f"{say('handover.folders.definitions')}/{survey.id}"
    _copy_definitions(survey, together / place)
    versions = tuple(_name_version(one) for one in list_locked_versions(store, survey.id, year))
    told = HandedRound(survey.id, survey.title, year, survey.version, survey.hash, place, versions=versions)
    if year is None:
        return replace(told, missing=say("handover.missing.year"))
    summary = f"{say('handover.folders.summary')}/{say('handover.files.summary', survey=survey.id, year=year)}"
    try:
        units = write_recalled_summary(store, survey, year, together / summary, moment)
    except StoreError as error:
        return replace(told, missing=str(error))
    return replace(told, summary=summary, units=units)


def _name_version(version: LockedVersion) -> dict[str, object]:
    return {name: getattr(version, name) for name in ("number", "by", "at", "seal")}


def write_recalled_summary(store: Store, survey: Survey, year: int, path: Path, moment: datetime) -> dict[str, int]:
    """Write the 汇总 that the store alone yields; return how many units are in each state.

    Raises StoreError, OSError.
    """
    merged = recall_merge(store, survey, year, moment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_summary(merged, Rollup.of(merged), path)
    states = [unit.state for unit in merged.units]
    return {state.shown: states.count(state) for state in State if state in states}


def _copy_definitions(survey: Survey, folder: Path) -> None:
    for path in list_files(survey.folder, "**/*"):
        target = folder / path.relative_to(survey.folder)
        if "__pycache__" not in path.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _name_keys(job: HandoverJob, together: Path) -> Iterator[HandedKey]:
    """Yield the keys; a copy is made only where it was asked for."""
    for path in job.keys:
        key, copied = read_key(path), ""
        if job.with_keys:
            folder = together / say("handover.folders.keys")
            folder.mkdir(exist_ok=True)
            copied = Path(shutil.copy2(path, folder / path.name)).relative_to(together).as_posix()
        yield HandedKey(key.id, str(path.resolve()), copied)


def _note_rest(job: HandoverJob, together: Path) -> Iterator[HandedFile]:
    """Copy what goes with it, and yield the lines of everything that is neither the store nor what it keeps."""
    for path in job.include:
        folder = together / say("handover.folders.include")
        folder.mkdir(exist_ok=True)
        target = folder / path.name
        if target.exists():
            raise HandoverRefused(say("handover.refused.twice", file=path.name))
        shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    for what in ("definitions", "summary", "keys", "include"):
        yield from (note_file(path, together, what) for path in _list_all(together / lookup("handover.folders")[what]))


def _list_all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _find_passwords(job: HandoverJob) -> list[Path]:
    """Return the password files that were named, else the one that lies beside the store."""
    beside = job.store.path.with_name(lookup("workbook.password_file"))
    return list(job.passwords) or ([beside] if beside.is_file() else [])


def _list_retention(definitions: dict[tuple[str, int | None], Survey]) -> Iterator[dict[str, object]]:
    """Yield how long what is kept, the longest day of all rounds for each kind of material."""
    last: dict[str, tuple[Retention, int]] = {}
    for (_, year), survey in definitions.items():
        for one in survey.across.retention if year is not None else ():
            until = one.find_last_year(year or 0)
            if one.what not in last or last[one.what][1] < until:
                last[one.what] = (one, until)
    for one, until in last.values():
        yield {"what": one.what, "years": one.years, "until": until, "covers": one.covers, "source": one.source}


# --- the list --------------------------------------------------------------------------------------------------------


def make_list(manifest: HandoverManifest) -> HandoverList:
    """Return what stands on 移交清单."""
    return HandoverList(
        by=manifest.by,
        to=manifest.to,
        day=datetime.fromisoformat(manifest.at).date(),
        program=manifest.program,
        code=manifest.code,
        lines=tuple(_list_lines(manifest)),
        retention=tuple(say("handover.list.kept", **one) for one in manifest.retention),
    )


def _list_lines(manifest: HandoverManifest) -> Iterator[HandoverLine]:
    for what in ("store", "kept"):
        yield _count_line(what, manifest.list_files(what))
    for one in _once(manifest.rounds):
        files = [file for file in manifest.list_files("definitions") if file.path.startswith(f"{one.folder}/")]
        detail = say("handover.list.definitions", version=one.version, hash=one.hash) if one.hash else one.missing
        yield HandoverLine(
            say("handover.what.definitions_of", title=one.title), one.folder, _size(files) if files else "", detail
        )
    for one in manifest.rounds:
        if one.summary or one.missing:
            states = lookup("handover.gap").join(f"{state}{count}" for state, count in one.units.items())
            name = say("handover.what.summary_of", title=one.title, year=one.year or "")
            digest = next((file.sha256[:SHORT] for file in manifest.files if file.path == one.summary), "")
            yield HandoverLine(name, one.summary, states, digest or one.missing)
        for locked in one.versions:
            name = say("handover.what.version", number=locked["number"], year=one.year or "")
            yield HandoverLine(name, manifest.store, str(locked["at"])[:10], say("handover.list.seal", **locked))
    for key in manifest.keys:
        where = key.copied or say("handover.list.apart", file=key.file)
        told = say(f"handover.list.{'enclosed' if key.copied else 'secret'}")
        yield HandoverLine(say("handover.what.key", id=key.id), where, "", told)
    for path in manifest.passwords:
        apart = say("handover.list.apart", file=path)
        yield HandoverLine(say("handover.what.password"), apart, "", say("handover.list.secret"))
    if included := manifest.list_files("include"):
        yield _count_line("include", included)


def _once(rounds: Iterable[HandedRound]) -> list[HandedRound]:
    return list({one.survey: one for one in reversed(list(rounds))}.values())


def _count_line(what: str, files: list[HandedFile]) -> HandoverLine:
    where = lookup("handover.folders").get(what, "") if what != "kept" else lookup("handover.folders")["store"]
    only = files[0].sha256[:SHORT] if len(files) == 1 else say("handover.list.in_manifest")
    place = files[0].path if len(files) == 1 else where
    return HandoverLine(say(f"handover.what.{what}"), place, _size(files), only)


def _size(files: Sequence[HandedFile]) -> str:
    return say("handover.list.size", count=len(files), size=f"{sum(one.size for one in files) / 1_000_000:.1f}")
