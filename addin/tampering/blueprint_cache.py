"""Rendered blueprints kept on the disk, so that the next run need not render them again. The folder is safe to delete.

A blueprint is known by everything that it depends on, the program's version too: a wrong one is never found. Two
programs may write at once, each file is put in its place whole.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from addin.package.opened import OpenedPackage, open_package
from addin.package.refusal import NotOpened
from generator.files import write_beside
from generator.temporary import temporary_folder
from templates import cache_folder

PLACE: Final = cache_folder.PLACE
"""The environment variable that names another folder; empty, it turns the cache off."""

_KEPT_DAYS: Final = 60


def open_cached(depends_on: tuple[object, ...], render: Callable[[Path], None]) -> OpenedPackage:
    """Return the blueprint that ``render`` would write, from the cache where it is there.

    ``depends_on`` is all that it depends on. A cache that cannot be read or written only costs time.
    """
    folder = find_cache_folder()
    path = folder / f"{_fingerprint(depends_on)}.xlsx" if folder else None
    if path is not None and path.exists():
        with suppress(NotOpened):
            return open_package(path)
    with temporary_folder() as temporary:
        made = temporary / "blueprint.xlsx"
        render(made)
        if path is not None:
            with suppress(OSError):
                _keep(made, path)
        return open_package(made)


def find_cache_folder() -> Path | None:
    """Return the folder of the cache: the one that is named, else one in the user's own folder for such things."""
    root = cache_folder.find_cache_folder()
    return root / "blueprints" if root and PLACE not in os.environ else root


def _fingerprint(depends_on: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(depends_on).encode()).hexdigest()[:32]


def _keep(made: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*.xlsx"):
        if time.time() - old.stat().st_mtime > _KEPT_DAYS * 86_400:
            old.unlink(missing_ok=True)
    with write_beside(path) as beside:
        beside.write_bytes(made.read_bytes())
