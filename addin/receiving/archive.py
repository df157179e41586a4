"""What comes in zips: names in any encoding, zips in zips, and neither a path nor a size that does harm."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from addin.package.refusal import FileStatus
from addin.rosters.roster import file_name_safe
from addin.submission import Refusal
from templates.words import say

MAX_BYTES = 2 * 1024**3
"""Everything unpacked in one run, counted while it is unpacked: what an archive claims of itself proves nothing."""

MAX_DEPTH = 5

_CHUNK = 1 << 20
_UTF8_FLAG = 0x800
_LOCKED_FLAG = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises over damaged members, unknown compressions and passwords."""


class _TooBig(Exception):
    """More was unpacked than is sane."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read: where it lies, and how people call it (``回收.zip › 甲/0012-名.xlsx``)."""

    path: Path
    shown: str
    changed: datetime
    """When the file system, or the zip, says that it was changed."""

    @property
    def name(self) -> str:
        """The bare file name."""
        return self.path.name


@dataclass
class Unpacker:
    """Unpacks into ``folder``; every member lies in a numbered folder of its own, so no member chooses its place."""

    folder: Path
    limit: int = MAX_BYTES
    used: int = 0
    count: int = 0

    def files(self, archive: Path, shown: str, depth: int = 1) -> Iterator[Found | Refusal]:
        """Yield what is in ``archive`` and in the archives in it; a :class:`Refusal` for what cannot be had."""
        if depth > MAX_DEPTH:
            yield _refusal(shown, "too_deep", limit=MAX_DEPTH)
            return
        try:
            with zipfile.ZipFile(archive) as opened:
                yield from self._members(opened, shown, depth)
        except _TooBig:
            yield _refusal(shown, "too_big", limit=f"{self.limit / 1024**3:g}")
        except _DAMAGED:
            yield _refusal(shown, "bad_archive")

    def _members(self, opened: zipfile.ZipFile, shown: str, depth: int) -> Iterator[Found | Refusal]:
        for member in opened.infolist():
            name = member_name(member)
            if member.is_dir() or name.endswith("/"):
                continue
            inner = say("merge.inside", archive=shown, name=name)
            if member.flag_bits & _LOCKED_FLAG:
                yield _refusal(inner, "locked_archive", FileStatus.ENCRYPTED)
                continue
            yield from self._member(opened, member, name, inner, depth)

    def _member(
        self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, shown: str, depth: int
    ) -> Iterator[Found | Refusal]:
        try:
            path = self._extract(opened, member, name)
        except _DAMAGED:
            yield _refusal(shown, "bad_member")
            return
        if is_archive(path):
            yield from self.files(path, shown, depth + 1)
        else:
            yield Found(path, shown, _changed(member))

    def _extract(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Path:
        self.count += 1
        folder = self.folder / f"{self.count:06d}"
        folder.mkdir()
        path = folder / (file_name_safe(PurePosixPath(name).name) or "_")
        with opened.open(member) as source, path.open("wb") as target:
            while chunk := source.read(_CHUNK):
                self.used += len(chunk)
                if self.used > self.limit:
                    raise _TooBig
                target.write(chunk)
        return path


def is_archive(path: Path) -> bool:
    """Return whether ``path`` is called a zip and is not a workbook under a wrong name."""
    return path.suffix.lower() == ".zip" and not _is_workbook(path)


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the member's name: UTF-8 where the zip says so, else what the bytes are, UTF-8 or GBK."""
    name = member.orig_filename
    if not member.flag_bits & _UTF8_FLAG:
        name = _repaired(name)
    return name.replace("\\", "/")


def _repaired(name: str) -> str:
    """Undo zipfile's reading of the bytes as cp437. Macs write UTF-8 without saying so, Windows writes GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return name


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened:
            return "[Content_Types].xml" in opened.namelist()
    except _DAMAGED:
        return False


def _changed(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time).astimezone()
    except (ValueError, OverflowError, OSError):  # zips may bear a month 0
        return datetime(1980, 1, 1).astimezone()


def _refusal(shown: str, why: str, status: FileStatus = FileStatus.UNREADABLE, **values: object) -> Refusal:
    return Refusal(shown, status, say(f"merge.refusal.{why}", **values))
