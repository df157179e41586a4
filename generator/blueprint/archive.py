"""A zip file put together from entries that are packed already: what is the same in all is packed once."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")

_VERSION, _DEFLATED, _DAY = 20, 8, 33
"""Version 2.0 of the format, its usual packing, and the first day of 1980, which it counts days from."""

_RIGHTS: Final = 0o600 << 16
_NOTHING_MORE: Final = b"\x03\x00"
"""A last block without content, as packed content ends."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """An entry: its name, checksum, length, and its packed content."""

    name: bytes
    checksum: int
    length: int
    data: bytes

    def _sizes(self) -> tuple[int, ...]:
        return (_VERSION, 0, _DEFLATED, 0, _DAY, self.checksum, len(self.data), self.length, len(self.name), 0)

    def head(self) -> bytes:
        """Return what stands before the content."""
        return _LOCAL.pack(b"PK\3\4", *self._sizes()) + self.name

    def listed(self, offset: int) -> bytes:
        """Return the line of the archive's directory."""
        return _CENTRAL.pack(b"PK\1\2", _VERSION, *self._sizes(), 0, 0, 0, _RIGHTS, offset) + self.name


def pack(name: str, content: bytes, level: int = 6) -> ZipEntry:
    """Return an entry of the archive."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return ZipEntry(name.encode(), zlib.crc32(content), len(content), packer.compress(content) + packer.flush())


def pack_block(content: bytes, level: int = 6) -> bytes:
    """Return packed content that fits between any others: nothing in it looks back beyond its own beginning."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def splice(name: str, blocks: Iterable[tuple[bytes, bytes]]) -> ZipEntry:
    """Return an entry of the archive that is made of ``blocks``: the content of each, and how it is packed."""
    checksum, length, data = 0, 0, []
    for content, packed in blocks:
        checksum, length = zlib.crc32(content, checksum), length + len(content)
        data.append(packed)
    return ZipEntry(name.encode(), checksum, length, b"".join([*data, _NOTHING_MORE]))


def join_entries(entries: Iterable[ZipEntry]) -> bytes:
    """Return the archive of ``entries``, in their order."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        head = entry.head()
        directory.append(entry.listed(offset))
        body += (head, entry.data)
        offset += len(head) + len(entry.data)
    listed = b"".join(directory)
    count = len(directory)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)
    return b"".join([*body, listed, end])
