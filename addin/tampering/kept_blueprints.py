"""Blueprints that were kept when workbooks were sent out: years later, what comes back is compared with what was sent.

A file of them is a zip. ``index.json`` lists them with the ``hash`` of the definitions, ``kind``, ``level``, ``year``,
what of an identity was ``blank`` and the program that wrote them (``made_by``, as ``_meta`` says); ``file`` names the
entry.
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
_TOLD_BY: Final = ("hash", "kind", "level", "year", "made_by")
_DAMAGED: Final = (OSError, BadZipFile, ValueError, KeyError, TypeError, AttributeError)
"""What reading a file raises that is no such file, or no longer."""


@dataclass(frozen=True)
class KeptBlueprint:
    """Where a blueprint is kept."""

    file: Path
    entry: str


def find_kept(folder: Path, identity: Identity) -> KeptBlueprint | None:
    """Return the blueprint that the workbook of ``identity`` was made from, if ``folder`` has it."""
    listed = [(file, one) for file in _list_files(folder) for one in _index(file, file.stat().st_mtime_ns)]
    for blank in _spell_blank(identity):
        for file, one in listed:
            if _is_of(one, identity, blank):
                return KeptBlueprint(file, str(one["file"]))
    return None


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


def _listed(index: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in index["blueprints"]:
        if {*_TOLD_BY, "file", "blank"} <= one.keys():
            yield one


def _spell_blank(identity: Identity) -> Iterator[list[str]]:
    """Yield what is blank in the workbook, as an index spells it; older ones do not know to whom units report."""
    blank = sorted(tell_blank(identity))
    yield blank
    if "receiver" in blank:
        yield [name for name in blank if name != "receiver"]


def _is_of(one: Mapping[str, Any], identity: Identity, blank: list[str]) -> bool:
    return sorted(one["blank"]) == blank and all(one[name] == getattr(identity, name) for name in _TOLD_BY)
