"""Each received file as it came, kept once beside the store under the SHA-256 of its bytes: evidence of who sent what.

``存档.duckdb.files/ab/abcd….xlsx`` is written whole or not at all, is read-only, and is never written again. It is a
copy and no link: what somebody does to his own file afterwards changes nothing here.
"""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path
from typing import Final

from generator.files import write_beside
from templates.words import lookup, say

_PIECE: Final = 1 << 20
_KIND: Final = re.compile(r"\.[0-9A-Za-z]{1,8}", re.ASCII)
_OWNER_ONLY: Final = 0o700
_READ_ONLY: Final = stat.S_IRUSR


def find_kept_file(store: Path, sha256: str) -> Path | None:
    """Return where the file with these bytes is kept; None where it is not."""
    return next(_folder(store, sha256).glob(f"{sha256}.*"), None) if sha256 else None


def keep_file(store: Path, path: Path, sha256: str) -> None:
    """Keep the file at ``path`` if it is not kept yet, and still has these bytes. Raises OSError."""
    folder = _folder(store, sha256)
    kept = folder / f"{sha256}{_suffix(path)}"
    if kept.exists() or find_kept_file(store, sha256):
        return
    _make_folders(folder)
    try:
        with write_beside(kept) as beside:
            _copy(path, beside, sha256)
        kept.chmod(_READ_ONLY)
    except _OtherBytes:
        return


def _make_folders(folder: Path) -> None:
    """Make the folder, with a note beside it that tells people, and ``merge``, what lies there."""
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    (folder.parent / lookup("consolidated.files.note_name")).write_text(say("store.files_note"), encoding="utf-8")
    folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)


def _suffix(path: Path) -> str:
    """Return the end of the file's name, where it tells what kind of file it is."""
    return path.suffix.lower() if _KIND.fullmatch(path.suffix) else ".bin"


class _OtherBytes(Exception):
    """Somebody has saved the file since its fingerprint was taken."""


def _copy(source: Path, target: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(_PIECE):
            digest.update(piece)
            write.write(piece)
    if digest.hexdigest() != sha256:
        raise _OtherBytes


def _folder(store: Path, sha256: str) -> Path:
    return store.with_name(f"{store.name}.files") / sha256[:2]
