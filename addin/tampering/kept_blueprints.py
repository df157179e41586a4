"""Blueprints that were kept when workbooks were sent out: years later, what comes back is compared with what was sent.

A file of them is a zip. ``index.json`` lists them with the ``hash`` of the definitions, ``kind``, ``level``, ``year``,
what of an identity was ``blank`` and the program that wrote them (``made_by``, as ``_meta`` says); ``file`` names the
entry. ``sent.jsonl`` has what each workbook that was sent out says of itself, one a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from addin.package.opened import OpenedPackage, open_bytes
from addin.package.refusal import NotOpened
from generator.blueprint.source import tell_blank
from templates.content import Identity

SUFFIX: Final = ".tianbao"

_INDEX: Final = "index.json"
_SENT: Final = "sent.jsonl"
_TOLD_BY: Final = ("hash", "kind", "level", "year")
_DAMAGED: Final = (OSError, BadZipFile, ValueError, KeyError, TypeError, AttributeError)
"""What reading a file raises that is no such file, or no longer."""


@dataclass(frozen=True)
class KeptBlueprint:
    """Where a blueprint is kept."""

    file: Path
    entry: str
    claimed: bool = True
    """Whether the workbook says that the program wrote it that wrote the blueprint."""


def list_kept(folder: Path, identity: Identity) -> list[KeptBlueprint]:
    """Return the blueprints that the workbook of ``identity`` may have been made from, if ``folder`` has any.

    That is the one of the program that it says wrote it; where there is none, those of every program.
    """
    listed = [(file, one) for file in _list_files(folder) for one in _index(file, file.stat().st_mtime_ns)]
    for blank in _spell_blank(identity):
        fitting = [(file, one) for file, one in listed if _is_of(one, identity, blank)]
        own = [(file, one) for file, one in fitting if one["made_by"] == identity.written_by]
        if fitting:
            return [KeptBlueprint(file, str(one["file"]), bool(own)) for file, one in own[:1] or fitting]
    return []


def list_sent(folder: Path, code: str) -> list[Mapping[str, Any]]:
    """Return what the workbooks say of themselves that were sent out to the unit with ``code``."""
    return [one for file in _list_files(folder) for one in _sent(file, file.stat().st_mtime_ns).get(code, ())]


def open_kept(kept: KeptBlueprint) -> OpenedPackage | None:
    """Return a kept blueprint; None where it cannot be read any more: then nobody knows what was sent."""
    try:
        with ZipFile(kept.file) as package:
            return open_bytes(package.read(kept.entry))
    except (*_DAMAGED, NotOpened):
        return None


def fingerprint_kept(folder: Path | None) -> str:
    """Return what tells the blueprints of a folder from those of another; ``""`` where there are none."""
    files = _list_files(folder) if folder else []
    told = [(file.name, file.stat().st_size) for file in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16] if told else ""


def _list_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


@lru_cache(maxsize=64)
def _index(file: Path, _changed: int) -> tuple[Mapping[str, Any], ...]:
    """Return what a file lists; nothing where it cannot be read."""
    try:
        with ZipFile(file) as package:
            return tuple(_listed(json.loads(package.read(_INDEX))))
    except _DAMAGED:
        return ()


@lru_cache(maxsize=64)
def _sent(file: Path, _changed: int) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """Return the workbooks that a file says were sent out, by the unit's code; none where it cannot be read."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    try:
        with ZipFile(file) as package:
            for line in package.read(_SENT).decode().splitlines():
                told = json.loads(line)
                found[told["code"]] = (*found.get(told["code"], ()), told)
    except _DAMAGED:
        return {}
    return found


def _listed(index: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in index["blueprints"]:
        if {*_TOLD_BY, "made_by", "file", "blank"} <= one.keys():
            yield one


def _spell_blank(identity: Identity) -> Iterator[list[str]]:
    """Yield what is blank in the workbook, as an index spells it; older ones do not know to whom units report."""
    blank = sorted(tell_blank(identity))
    yield blank
    if "receiver" in blank:
        yield [name for name in blank if name != "receiver"]


def _is_of(one: Mapping[str, Any], identity: Identity, blank: list[str]) -> bool:
    return sorted(one["blank"]) == blank and all(one[name] == getattr(identity, name) for name in _TOLD_BY)
