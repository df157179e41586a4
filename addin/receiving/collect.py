"""The files to merge: out of files, folders and zips, each once, with nothing passed over in silence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from addin.package.refusal import FileStatus
from addin.receiving.archive import Found, Unpacker
from addin.receiving.nature import Nature, recognize
from addin.submission import Refusal
from addin.workers.faults import detect_special
from generator.temporary import is_temporary
from templates.characters import show_halves
from templates.system import find_reason
from templates.words import lookup, say

_COPIES = lookup("consolidated.files")["note_name"]
"""Lies in the folder beside a consolidated workbook: copies of what was merged before."""

_SYSTEM_FOLDERS = frozenset({"$recycle.bin", "system volume information", ".trashes", ".spotlight-v100", ".fseventsd"})
_TRASH = ".trash"


def collect(paths: Iterable[Path], unpacker: Unpacker, result: Path | None = None) -> Iterator[Found | Refusal]:
    """Yield the workbooks in ``paths``; a :class:`Refusal` for every file that is none or cannot be had.

    ``result`` is our own consolidated workbook, which may lie among them. Raises OSError where ``unpacker`` finds the
    disk full.
    """
    seen = {os.path.realpath(result)} if result else set()
    for entry in _walk(paths):
        if isinstance(entry, Refusal):
            yield entry
        elif (place := os.path.realpath(entry[0])) not in seen:
            seen.add(place)
            yield from _opened(*entry, unpacker)


def show_name(name: str) -> str:
    """Return a path as people can read it: one that is not UTF-8 as GBK, which other systems write, else its bytes."""
    shown = show_halves(name)
    if shown == name or os.name == "nt":
        return shown
    try:
        return os.fsencode(name).decode("gb18030")
    except UnicodeDecodeError:
        return shown


def _walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str] | Refusal]:
    """Yield files with the names people know them by, folders from top to bottom; what cannot be listed is refused."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif os.path.lexists(path):
            yield path, show_name(path.name)
        else:
            yield Refusal(show_name(str(path)), FileStatus.UNREADABLE, say("merge.refusal.not_found"))


def _folder(root: Path) -> Iterator[tuple[Path, str] | Refusal]:
    """Yield what lies in the folder and in those below it, each once, also where links lead to one again."""
    closed: list[OSError] = []
    been: set[str] = set()
    for folder, inner, names in os.walk(root, onerror=closed.append, followlinks=True):
        been.add(os.path.realpath(folder))
        inner[:] = [name for name in sorted(inner) if _is_entered(Path(folder, name), been)]
        for path in (Path(folder, name) for name in sorted(names)):
            yield path, show_name(path.relative_to(root).as_posix())
    for error in closed:
        yield _unreadable(show_name(str(error.filename)), error)


def _is_entered(folder: Path, been: set[str]) -> bool:
    """Whether the folder is neither the system's nor our own, be it of copies or of a run, nor known already."""
    name = folder.name.lower()
    if (
        name in _SYSTEM_FOLDERS
        or name.startswith(_TRASH)
        or is_temporary(folder.name)
        or os.path.lexists(folder / _COPIES)
    ):
        return False
    return os.path.realpath(folder) not in been


def _opened(path: Path, shown: str, unpacker: Unpacker) -> Iterator[Found | Refusal]:
    """Yield the file, or what is in it, when the reader is to look at it, else why not."""
    try:
        nature = recognize(path)
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except FileNotFoundError:
        yield Refusal(shown, FileStatus.UNREADABLE, say("merge.refusal.vanished"))
    except OSError as error:
        yield _unreadable(shown, error)
    else:
        files = unpacker.files(path, shown) if nature is Nature.ARCHIVE else [Found(path, shown, changed, nature)]
        yield from (kept for file in files if (kept := _sorted_out(file)))


def _unreadable(shown: str, error: OSError) -> Refusal:
    return Refusal(shown, FileStatus.UNREADABLE, say("merge.refusal.cannot_read", reason=find_reason(error)))


def _sorted_out(file: Found | Refusal) -> Found | Refusal | None:
    """Return the file when the reader is to look at it, else why not; None for what is not worth a line."""
    if isinstance(file, Refusal) or file.nature is Nature.DOCUMENT:
        return file
    match file.nature:
        case Nature.LEFTOVER:
            return None
        case Nature.OTHER_ARCHIVE:
            return Refusal(file.shown, FileStatus.UNREADABLE, say("merge.refusal.archive_kind"))
        case Nature.SPECIAL:
            fault = detect_special(file.path)
            return Refusal(file.shown, FileStatus.UNREADABLE, fault.sentence) if fault else file
        case _:
            return Refusal(file.shown, FileStatus.NOT_OURS, say("merge.refusal.not_workbook"))
