"""What a file is: its content decides, never its suffix; of what programs leave lying beside workbooks, too.

A name only helps where the content says nothing: a file that is called a workbook and is none is told of as one.
"""

from __future__ import annotations

import re
import stat
import zipfile
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Final

from generator.blueprint.kept import is_kept_file
from generator.temporary import is_temporary


class Nature(Enum):
    """What is to be done with a file."""

    DOCUMENT = "document"
    """Handed to the reader, which says itself what it cannot take."""
    ARCHIVE = "archive"
    """A zip with files in it."""
    OTHER_ARCHIVE = "other_archive"
    """An archive of a kind that is not unpacked here."""
    LEFTOVER = "leftover"
    """Of the system, of a program that has a workbook open, or what we keep of a run: not worth a line."""
    STRANGER = "stranger"
    """Nobody's return: a scan, a letter."""
    SPECIAL = "special"
    """No file at all: a pipe, a socket, a device."""


_HEAD: Final = 1024
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"MSCF")
_TAR: Final = (257, b"ustar")
_LOCKED_UP: Final = (b"%TSD-Header", b"E-SafeNet")
"""How files of document-encryption software begin."""
_APPLE_DOUBLE: Final = b"\x00\x05\x16\x07"

_PACKAGE: Final = ("[content_types].xml", "mimetype")
"""Members that make a zip a document, whatever it is called: Office's, OpenDocument's."""
_PACKAGE_HINTS: Final = (b"[Content_Types].xml", b"xl/", b"docProps/", b"_rels/", b"mimetype")
"""One of these stands at the head of a document whose list of members is lost."""

_CALLED_WORKBOOK: Final = re.compile(r"\.(xls[xmb]?|xlt[xm]?|ett?|ods)\b", re.IGNORECASE)
_CALLED_ARCHIVE: Final = ".zip"
_CALLED_OTHER_ARCHIVE: Final = (".rar", ".7z", ".tar", ".gz")

_SYSTEM: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r"})
_OWNER: Final = ("~$", ".~")
"""Begins the name of the small file that says who has a workbook open: Excel's and WPS's, LibreOffice's."""
_OWNER_BYTES: Final = 4096
_MAC_TWIN: Final = "._"


def recognize(path: Path, called: str = "") -> Nature:
    """Return what the file is; ``called`` is its name where ``path`` has another. Raises OSError."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return Nature.SPECIAL
    name = PurePosixPath(called).name or path.name
    if name.startswith(_OWNER) and found.st_size <= _OWNER_BYTES and not _is_open_to_us(path):
        return Nature.LEFTOVER
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if _is_leftover(name, head):
        return Nature.LEFTOVER
    return _by_content(path, head) or _by_name(name)


def _is_open_to_us(path: Path) -> bool:
    """Whether a small file with an owner's name can be read and is a document all the same."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_OLE))
    except OSError:  # Excel lets nobody read the file in which it says who has the workbook open
        return False
    return head.startswith((*_ZIP, _OLE))


def _is_leftover(name: str, head: bytes) -> bool:
    if is_temporary(name):
        return True
    if name.startswith(_MAC_TWIN) and (not head or head.startswith(_APPLE_DOUBLE)):
        return True
    if name.lower() in _SYSTEM:
        return not head.startswith(_ZIP)
    return name.startswith(".") and not _CALLED_WORKBOOK.search(name) and not head.startswith((*_ZIP, _OLE))


def _by_content(path: Path, head: bytes) -> Nature | None:
    if head.startswith(_ZIP):
        return _of_zip(path, head)
    if head.startswith(_OLE) or any(mark in head for mark in _LOCKED_UP):
        return Nature.DOCUMENT
    start, mark = _TAR
    other = head.startswith(_OTHER_ARCHIVES) or head[start:].startswith(mark)
    return Nature.OTHER_ARCHIVE if other else None


def _of_zip(path: Path, head: bytes) -> Nature | None:
    """Return what a zip is; one whose list of members is lost is known by its first member, or not at all."""
    try:
        with zipfile.ZipFile(path) as opened:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in opened.namelist()}
    except Exception:  # noqa: BLE001  zipfile raises many things over a damaged archive
        return Nature.DOCUMENT if any(hint in head for hint in _PACKAGE_HINTS) else None
    if is_kept_file(names):
        return Nature.LEFTOVER
    return Nature.DOCUMENT if names.intersection(_PACKAGE) else Nature.ARCHIVE


def _by_name(name: str) -> Nature:
    if _CALLED_WORKBOOK.search(name):
        return Nature.DOCUMENT
    if name.lower().endswith(_CALLED_OTHER_ARCHIVE):
        return Nature.OTHER_ARCHIVE
    return Nature.ARCHIVE if name.lower().endswith(_CALLED_ARCHIVE) else Nature.STRANGER
