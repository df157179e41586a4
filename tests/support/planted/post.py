"""What people do to a file before it arrives: re-saved, zipped, nested, renamed, broken, locked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl

START = datetime(2025, 3, 1, 8, tzinfo=UTC)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def day(number: int) -> datetime:
    """Return the moment of a day of the round."""
    return START + timedelta(days=number)


def saved(path: Path, when: datetime) -> Path:
    """Make the workbook say that it was last saved at ``when``."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    stamp = f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    parts["docProps/core.xml"] = _MODIFIED.sub(lambda found: found[1] + stamp, parts["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def reidentified(path: Path, when: datetime, **changes: str) -> Path:
    """Write other words into ``_meta``."""
    book = openpyxl.load_workbook(path)
    for row in book["_meta"].iter_rows():
        if str(row[0].value) in changes:
            row[1].value = changes[str(row[0].value)]
    book.save(path)
    return saved(path, when)


def zipped(target: Path, members: Mapping[str, bytes], encoding: str = "utf-8") -> Path:
    """Write a zip whose names are bytes in ``encoding``; Windows writes GBK and says nothing."""
    plain = {name: "n" * (len(name.encode(encoding)) - 3) + f"{number:03d}" for number, name in enumerate(members)}
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(plain[name], data)
    raw = target.read_bytes()
    for name, stand_in in plain.items():
        raw = raw.replace(stand_in.encode(), name.encode(encoding))
    target.write_bytes(raw)
    return target


def encrypted() -> bytes:
    """Return a file as Office writes it with a password to open."""
    return _OLE + bytes(512) + "EncryptedPackage\0".encode("utf-16-le") + bytes(512)
