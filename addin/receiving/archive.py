"""What comes in zips: names in any encoding, zips in zips, and neither a path nor a size that does harm."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from addin.package.refusal import FileStatus
from addin.receiving.nature import Nature, recognize
from addin.submission import Refusal
from templates.file_names import make_safe_name
from templates.words import say

MAX_BYTES: Final = 2 * 1024**3
"""What one archive may unpack to, with all the archives in it; counted while it is unpacked: what an archive claims of
itself proves nothing."""

MAX_MEMBERS: Final = 50_000
MAX_DEPTH: Final = 5

_CHUNK: Final = 1 << 20
_UTF8_FLAG: Final = 0x800
_LOCKED_FLAG: Final = 0x1
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class _TooMuch(Exception):
    """More is in an archive than is sane; the text is the key of the sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read: where it lies, and how people call it (``回收.zip › 甲/0012-名.xlsx``)."""

    path: Path
    shown: str
    changed: datetime
    """When the file system, or the zip, says that it was changed."""
    nature: Nature = Nature.DOCUMENT

    @property
    def name(self) -> str:
        """The bare file name."""
        return self.path.name


@dataclass
class Unpacker:
    """Unpacks into ``folder``; every member lies in a numbered folder of its own, so no member chooses its place.

    What an archive used up of the limits is forgotten when the next one begins. Raises OSError where the disk is full.
    """

    folder: Path
    limit: int = MAX_BYTES
    used: int = 0
    members: int = 0
    count: int = 0

    def files(self, archive: Path, shown: str) -> Iterator[Found | Refusal]:
        """Yield what is in ``archive`` and in the archives in it; a :class:`Refusal` for what cannot be had."""
        self.used = self.members = 0
        try:
            yield from self._files(archive, shown, 1)
        except _TooMuch as excess:
            limits = {"too_big": f"{self.limit / 1024**3:g}", "too_many": MAX_MEMBERS}
            yield _refusal(shown, str(excess), limit=limits[str(excess)])

    def _files(self, archive: Path, shown: str, depth: int) -> Iterator[Found | Refusal]:
        if depth > MAX_DEPTH:
            yield _refusal(shown, "too_deep", limit=MAX_DEPTH)
            return
        try:
            opened = zipfile.ZipFile(archive)
        except Exception:  # noqa: BLE001  zipfile raises many things over a damaged archive
            yield _refusal(shown, "bad_archive")
            return
        with opened:
            yield from self._members(opened, shown, depth)

    def _members(self, opened: zipfile.ZipFile, shown: str, depth: int) -> Iterator[Found | Refusal]:
        for member in opened.infolist():
            name = member_name(member)
            if name.endswith("/"):
                continue
            self.members += 1
            if self.members > MAX_MEMBERS:
                raise _TooMuch("too_many")
            inner = say("merge.inside", archive=shown, name=name)
            if member.flag_bits & _LOCKED_FLAG:
                yield _refusal(inner, "locked_archive", FileStatus.ENCRYPTED)
            else:
                yield from self._member(opened, member, name, inner, depth)

    def _member(
        self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, shown: str, depth: int
    ) -> Iterator[Found | Refusal]:
        path = self._place(name)
        if not self._extract(opened, member, path):
            yield _refusal(shown, "bad_member")
            return
        nature = recognize(path, name)
        if nature is Nature.ARCHIVE:
            yield from self._files(path, shown, depth + 1)
            path.unlink()
        else:
            yield Found(path, shown, _changed(member), nature)

    def _place(self, name: str) -> Path:
        """Return where a member goes: under its bare name, as far as any system can bear it."""
        self.count += 1
        folder = self.folder / f"{self.count:06d}"
        folder.mkdir()
        return folder / (make_safe_name(PurePosixPath(name).name) or "_")

    def _extract(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bool:
        """Return whether the member could be unpacked; what is too big, or cut short, takes up no room."""
        try:
            with opened.open(member) as source, path.open("wb") as target:
                while chunk := source.read(_CHUNK):
                    self.used += len(chunk)
                    if self.used > self.limit:
                        raise _TooMuch("too_big")
                    target.write(chunk)
        except _TooMuch:
            path.unlink(missing_ok=True)
            raise
        except Exception as error:  # zipfile raises many things over damaged members and unknown compressions
            path.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise
            return False
        return True


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


def _changed(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time).astimezone()
    except (ValueError, OverflowError, OSError):  # zips may bear a month 0
        return datetime(1980, 1, 1).astimezone()


def _refusal(shown: str, why: str, status: FileStatus = FileStatus.UNREADABLE, **values: object) -> Refusal:
    return Refusal(shown, status, say(f"merge.refusal.{why}", **values))
