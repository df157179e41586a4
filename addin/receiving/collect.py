"""The files to merge: out of files, folders and zips, each once, with nothing passed over in silence."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from addin.package.refusal import FileStatus
from addin.receiving.archive import Found, Unpacker, is_archive
from addin.submission import Refusal
from templates.words import lookup, say

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".zip")
"""What is handed to the reader, which says itself what it cannot take. A .zip that comes here is a workbook inside."""

ARCHIVES = (".rar", ".7z", ".tar", ".gz")

_LOCK_PREFIXES = ("~$", ".~", ".")
_MAC_FOLDER = "__MACOSX/"
_COPIES = lookup("consolidated.files")["note_name"]
"""Lies in the folder beside a consolidated workbook: copies of what was merged before."""

_SYSTEM = ("thumbs.db", "desktop.ini")
_MODIFIED = "{http://purl.org/dc/terms/}modified"
_PROPERTIES_LIMIT = 1 << 20


def collect(paths: Iterable[Path], unpacker: Unpacker, result: Path | None = None) -> Iterator[Found | Refusal]:
    """Yield the workbooks in ``paths``; a :class:`Refusal` for every file that is none or cannot be had.

    ``result`` is our own consolidated workbook, which may lie among them.
    """
    seen: set[Path] = {result.resolve()} if result else set()
    for entry in _walk(paths):
        if isinstance(entry, Refusal):
            yield entry
        elif (place := entry[0].resolve()) not in seen:
            seen.add(place)
            yield from _opened(*entry, unpacker)


def modified(found: Found) -> datetime:
    """Return when the workbook was last saved, by its own properties, else by the file system."""
    try:
        with zipfile.ZipFile(found.path) as package, package.open("docProps/core.xml") as part:
            text = ElementTree.fromstring(part.read(_PROPERTIES_LIMIT)).findtext(_MODIFIED) or ""
        saved = datetime.fromisoformat(text.strip())
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, RuntimeError, NotImplementedError):
        return found.changed
    except (ElementTree.ParseError, ValueError):
        return found.changed
    return saved if saved.tzinfo else saved.replace(tzinfo=UTC)


def _walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str] | Refusal]:
    """Yield files with the names people know them by, folders from top to bottom; what cannot be listed is refused."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        else:
            yield path, path.name


def _folder(root: Path) -> Iterator[tuple[Path, str] | Refusal]:
    closed: list[OSError] = []
    for folder, inner, names in os.walk(root, onerror=closed.append):
        inner.sort()
        inner[:] = [name for name in inner if not Path(folder, name, _COPIES).exists()]
        for path in (Path(folder, name) for name in sorted(names)):
            if not _passed(path):
                yield path, path.relative_to(root).as_posix()
    for error in closed:
        yield _unreadable(str(error.filename), error)


def _passed(path: Path) -> bool:
    """Whether a file in a folder is no return by its nature: locks, the system's own."""
    return path.name.startswith(_LOCK_PREFIXES) or path.name.lower() in _SYSTEM


def _opened(path: Path, shown: str, unpacker: Unpacker) -> Iterator[Found | Refusal]:
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except FileNotFoundError:
        yield Refusal(str(path), FileStatus.UNREADABLE, say("merge.refusal.not_found"))
    except OSError as error:
        yield _unreadable(shown, error)
    else:
        yield from _unpacked(path, shown, unpacker) if is_archive(path) else [_sorted_out(Found(path, shown, changed))]


def _unreadable(shown: str, error: OSError) -> Refusal:
    return Refusal(shown, FileStatus.UNREADABLE, say("merge.refusal.cannot_read", reason=error.strerror))


def _unpacked(path: Path, shown: str, unpacker: Unpacker) -> Iterator[Found | Refusal]:
    for file in unpacker.files(path, shown):
        if isinstance(file, Refusal):
            yield file
        elif not _passed(file.path) and _MAC_FOLDER not in file.shown:
            yield _sorted_out(file)


def _sorted_out(file: Found) -> Found | Refusal:
    """Return the file when the reader is to look at it, else why not."""
    suffix = file.path.suffix.lower()
    if suffix in WORKBOOKS:
        return file
    if suffix in ARCHIVES:
        return Refusal(file.shown, FileStatus.UNREADABLE, say("merge.refusal.archive_kind"))
    return Refusal(file.shown, FileStatus.NOT_OURS, say("merge.refusal.not_workbook"))
