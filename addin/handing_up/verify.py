"""``package --verify``: a package computed anew, and everything that is not as it was locked, each in a sentence.

A package proves by itself only that it is of one piece. Whoever forges all of it together is told by the 校验码 on the
paper that was signed, or by the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from addin.handing_up.manifest import Manifest, digest_about, restore_manifest, sort_paths, spell_readable
from addin.package.opened import digest_file
from addin.store.store import Store, StoreError
from addin.store.versions import LockedVersion, UnitPlace, are_same_seal, read_locked_version
from generator.handed_up.seal import digest_without_seal
from templates.system import find_reason
from templates.words import lookup, say

CELLS = 5
"""So many totals that differ are named."""


class NoPackage(Exception):
    """There is nothing to be verified: no package lies there. One sentence."""


@dataclass(frozen=True)
class Alteration:
    """One thing that is not as it was locked."""

    what: str
    """A key of ``[altered]`` in words/package.toml."""
    told: str


@dataclass(frozen=True)
class Verified:
    """What verifying found."""

    manifest: Manifest | None
    """None where it cannot be read."""
    altered: tuple[Alteration, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was altered."""
        return not self.altered


def verify_package(folder: Path, seal: str = "", store: Store | None = None) -> Verified:
    """Return what is altered in the package.

    ``seal`` is the 校验码 as it stands on the signed page; ``store`` is the one in which the version was locked. Raises
    NoPackage.
    """
    names = lookup("package.files")
    path = folder / names["manifest"]
    if not path.is_file():
        raise NoPackage(say("package.refused.no_package", folder=folder, file=names["manifest"]))
    try:
        told = json.loads(path.read_bytes().decode("utf-8"))
        manifest = restore_manifest(told)
    except OSError as error:
        raise NoPackage(say("package.altered.unreadable", file=path.name, reason=find_reason(error))) from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return Verified(None, (_alter("unreadable", file=path.name, reason=error),))
    altered = [*_PackageCheck(folder, manifest, told).list_alterations(), *_check_paper(manifest, seal)]
    return Verified(manifest, (*altered, *(_check_store(manifest.version, store) if store else ())))


def describe_verified(verified: Verified) -> dict[str, Any]:
    """Return what ``package --verify --json`` prints."""
    told: dict[str, Any] = {"sound": verified.is_sound}
    if manifest := verified.manifest:
        version = manifest.version
        told |= {"number": version.number, "seal": manifest.seal, "at": version.at, "by": version.by}
    return told | {"altered": [{"what": one.what, "told": one.told} for one in verified.altered]}


def _alter(what: str, **words: object) -> Alteration:
    return Alteration(what, say(f"package.altered.{what}", **words))


@dataclass(frozen=True)
class _PackageCheck:
    """A package against its manifest."""

    folder: Path
    manifest: Manifest
    told: Mapping[str, Any]
    """The manifest as it stands in the package."""

    @property
    def names(self) -> Mapping[str, str]:
        """What the files are called."""
        return dict(lookup("package.files"))

    @property
    def enclosed(self) -> Mapping[str, str]:
        """The digests that the 校验码 covers."""
        return self.manifest.version.enclosed

    @cached_property
    def present(self) -> dict[str, str]:
        """The digests of the files that lie there, by their places."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() or path.is_symlink())
        own = (self.names["manifest"], self.names["readable"])
        found = ((path.relative_to(self.folder).as_posix(), path) for path in paths)
        return {name: digest_file(path) for name, path in found if name not in own}

    def list_alterations(self) -> Iterator[Alteration]:
        """Yield all that is altered: the manifest first, then the files."""
        yield from self._check_manifest()
        yield from self._check_files()
        yield from self._check_readable()
        yield from self._check_units()

    def _check_manifest(self) -> Iterator[Alteration]:
        file, stated = self.names["manifest"], str(self.told.get("seal", ""))
        if not are_same_seal(stated, self.manifest.seal):
            yield _alter("seal", file=file, computed=self.manifest.seal, stated=stated)
        if self.enclosed.get(file) != digest_about(self.manifest):
            yield _alter("about", file=file)
        listed = {one.path: one.sha256 for one in self.manifest.files}
        apart = {file, self.names["approval"]}
        differing = [
            path
            for path in dict.fromkeys((*listed, *self.enclosed))
            if path not in apart and listed.get(path) != self.enclosed.get(path)
        ]
        if differing:
            yield _alter("lists", file=file, files=say("package.open.join").join(differing))
        paths = [one.path for one in self.manifest.files]
        if paths != sort_paths(paths):
            yield _alter("order", file=file)

    def _check_files(self) -> Iterator[Alteration]:
        listed = {one.path: one.sha256 for one in self.manifest.files}
        added = {path: digest for path, digest in self.present.items() if path not in listed}
        for path, digest in listed.items():
            if path in self.present:
                if self.present[path] != digest:
                    yield _alter("changed", path=path)
                elif path == self.names["approval"]:
                    yield from self._check_approval(path)
            elif now := next((other for other, found in added.items() if found == digest), None):
                del added[now]
                yield _alter("renamed", path=path, now=now)
            else:
                yield _alter("missing", path=path)
        for path in sort_paths(list(added)):
            yield _alter("added", path=path)

    def _check_approval(self, path: str) -> Iterator[Alteration]:
        """The page bears the code, so it counts as it is without: a manifest that was made to fit does not help.

        Which code it bears is told of the manifest, where that states another than its content has.
        """
        codes = (self.manifest.seal, str(self.told.get("seal", "")))
        found = {digest_without_seal(self.folder / path, code) for code in codes if code}
        if self.enclosed.get(path) not in found:
            yield _alter("approval", path=path, seal=self.manifest.seal)

    def _check_readable(self) -> Iterator[Alteration]:
        path = self.folder / self.names["readable"]
        if not path.is_file():
            yield _alter("missing", path=path.name)
        elif path.read_bytes() != spell_readable(self.manifest).encode():
            yield _alter("readable", path=path.name)

    def _check_units(self) -> Iterator[Alteration]:
        """Yield units that count, came as a file, and have none in the manifest."""
        filed = {one.unit for one in self.manifest.files}
        for unit in self.manifest.version.units:
            if unit.place is UnitPlace.COUNTED and unit.sha256 and unit.code not in filed:
                yield _alter("unit_without_file", name=unit.name, code=unit.code)


def _check_paper(manifest: Manifest, seal: str) -> Iterator[Alteration]:
    if seal and not are_same_seal(seal, manifest.seal):
        yield _alter("paper", typed=seal, seal=manifest.seal)


# --- the store -------------------------------------------------------------------------------------------------------


def _check_store(version: LockedVersion, store: Store) -> Iterator[Alteration]:
    """Yield in what the store has the version otherwise."""
    try:
        stored = read_locked_version(store, version.survey, version.year, version.number)
    except StoreError as error:
        yield _alter("store_edited", reason=error)
        return
    if stored is None:
        yield _alter("no_version", number=version.number)
        return
    yield from _compare_units(version, stored)
    cells = list(_list_other_totals(version, stored))
    if cells:
        told = say("package.open.join").join(cells[:CELLS])
        rest = say("package.open.more", count=len(cells) - CELLS) if len(cells) > CELLS else ""
        yield _alter("store_totals", number=stored.number, cells=told + rest)
    if version.seal != stored.seal:
        yield _alter("store_seal", number=stored.number, stored=stored.seal, seal=version.seal)


def _compare_units(version: LockedVersion, stored: LockedVersion) -> Iterator[Alteration]:
    there = stored.by_code
    for unit in version.units:
        words = {"name": unit.name, "code": unit.code, "number": stored.number}
        if unit.code not in there:
            yield _alter("store_unit_new", **words)
        elif unit != there[unit.code]:
            yield _alter("store_unit", **words)
    for unit in stored.units:
        if unit.code not in version.by_code:
            yield _alter("store_unit_gone", name=unit.name, code=unit.code, number=stored.number)


def _list_other_totals(version: LockedVersion, stored: LockedVersion) -> Iterator[str]:
    for form in dict.fromkeys((*version.totals, *stored.totals)):
        here, there = version.totals.get(form, {}), stored.totals.get(form, {})
        yield from (f"{form}!{code}" for code in dict.fromkeys((*here, *there)) if here.get(code) != there.get(code))
