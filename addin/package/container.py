"""The zip of an Office file: its parts by name, inflated when they are asked for and never beyond what they declare."""

from __future__ import annotations

import posixpath
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from functools import lru_cache
from io import BytesIO
from typing import Final

from addin.package import limits
from addin.package.limits import Limits
from addin.package.markup import BadMarkup, parse_tree
from addin.package.refusal import word_damage, word_encryption, word_refusal

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK"
_ENCRYPTING_PROGRAMS: Final = (b"%TSD-Header", b"E-SafeNet", b"\x62\x14\x23\x65")
"""How files begin that document-encryption software has locked to the computers of one office."""
_SEARCHED: Final = 512
_LOCKED_FLAG: Final = 0x1
_LOCAL_HEADER: Final = struct.Struct("<4sHHHHHIIIHH")
_REMEMBERED_BYTES: Final = 1 << 17
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_END, _END_LENGTH = b"PK\x05\x06", 22 + 0xFFFF
"""What a zip ends with, and how long that may be with its remark. A file that was cut off has none."""

Relationships = dict[str, tuple[str, str, bool]]
"""By id: the last word of the type, the target, and whether it lies outside the package."""


class Container:
    """The parts of a package. Names of parts are equal in any case (ISO 29500-2, 9.1.1)."""

    def __init__(self, data: bytes, most: Limits) -> None:
        _refuse_other_kinds(data, most)
        self._data, self._most = data, most
        members = _listed_members(data)
        _refuse_locked_or_many(members)
        self._members = _by_name(members)
        self._read: dict[str, bytes] = {}
        self._relationships: dict[str, Relationships] = {}
        self._inflated = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    @property
    def names(self) -> list[str]:
        """The parts' names in small letters, in the order of the package's directory."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Return a part. Raises NotOpened where it is not there, or does not hold what the package says it does."""
        key = name.lower()
        if key not in self._read:
            if key not in self._members:
                raise word_damage(name, "missing")
            self._count(self._members[key].file_size)
            self._read[key] = _inflated(self._data, self._members[key])
        return self._read[key]

    def _count(self, size: int) -> None:
        """Raise NotOpened where the parts that are read, with one more of this size, go beyond the limits."""
        self._inflated += size
        if self._inflated > self._most.inflated_mb * limits.MEGABYTE:
            raise word_refusal("too_large", limit=self._most.inflated_mb)
        if self._inflated > max(limits.RATIO * len(self._data), limits.ALWAYS_MB * limits.MEGABYTE):
            raise word_refusal("too_dense", limit=limits.RATIO)

    def relationships(self, source: str) -> Relationships:
        """Return what the part ``source`` (``""`` is the package) is related to."""
        if source not in self._relationships:
            self._relationships[source] = self._read_relationships(source)
        return self._relationships[source]

    def _read_relationships(self, source: str) -> Relationships:
        folder, name = posixpath.split(source)
        part = posixpath.join(folder, "_rels", f"{name}.rels")
        found: Relationships = {}
        for node in read_tree(self, part).findall("Relationship") if part in self else ():
            outside, target = node.get("TargetMode", "").lower() == "external", node.get("Target", "")
            kind = node.get("Type", "").rpartition("/")[2]
            found[node.get("Id", "")] = (kind, target if outside else _resolved(folder, target), outside)
        return found

    def related(self, source: str, kind: str) -> list[str]:
        """Return the parts in the package that ``source`` is related to in this way."""
        relations = self.relationships(source).values()
        return [target for found, target, outside in relations if found == kind and not outside and target in self]


def read_tree(container: Container, part: str) -> ET.Element:
    """Return the elements of a small part. Raises NotOpened where it is no XML."""
    xml = container.read(part)
    try:
        return _parse_known(xml) if len(xml) <= _REMEMBERED_BYTES else parse_tree(xml)
    except BadMarkup as error:
        raise word_damage(part, str(error)) from error


@lru_cache(maxsize=256)
def _parse_known(xml: bytes) -> ET.Element:
    """Return the elements of a part that like packages have too, to the byte. Nobody changes them."""
    return parse_tree(xml)


# --- what the bytes are ----------------------------------------------------------------------------------------------


def _refuse_other_kinds(data: bytes, most: Limits) -> None:
    """Raise unless ``data`` begins like a zip."""
    if not data:
        raise word_refusal("empty")
    if len(data) > most.file_mb * limits.MEGABYTE:
        raise word_refusal("large_file", limit=most.file_mb)
    if any(mark in data[:_SEARCHED] for mark in _ENCRYPTING_PROGRAMS):
        raise word_encryption("encrypting_program")
    if data.startswith(_OLE):
        if _stream("EncryptedPackage") in data:
            raise word_encryption("encrypted")
        old_workbook = _stream("Workbook") in data or _stream("Book") in data
        raise word_refusal("xls" if old_workbook else "other_ole")
    if not data.startswith(_ZIP):
        raise word_refusal("not_a_workbook")


def _stream(name: str) -> bytes:
    """Return a stream's name as an OLE directory holds it."""
    return (name + "\0").encode("utf-16-le")


def _listed_members(data: bytes) -> list[zipfile.ZipInfo]:
    """Return what the zip's directory lists. Raises NotOpened where it is cut off or cannot be read."""
    if _END not in data[-_END_LENGTH:]:
        raise word_refusal("cut_off")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return [info for info in package.infolist() if not info.filename.endswith("/")]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError) as error:
        raise word_damage("zip", "directory") from error


def _refuse_locked_or_many(members: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & _LOCKED_FLAG for info in members):
        raise word_encryption("encrypted")
    if len(members) > limits.MEMBERS:
        raise word_refusal("too_many_parts", found=len(members), limit=limits.MEMBERS)


def _by_name(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for info in members:
        name = posixpath.normpath(info.filename.replace("\\", "/").lower()).lstrip("/")
        if name in found:
            raise word_damage(info.filename, "twice")
        found[name] = info
    return found


def _inflated(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member: as many as it declares, with the checksum it declares, or raise NotOpened."""
    header = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise word_damage(info.filename, "header")
    if info.compress_type not in (_STORED, _DEFLATED):
        raise word_damage(info.filename, "compression")
    name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = memoryview(data)[start : start + info.compress_size]
    try:
        part = _unpacked(packed, info)
    except (zlib.error, MemoryError) as error:
        raise word_damage(info.filename, "packing") from error
    if len(part) != info.file_size or zlib.crc32(part) != info.CRC:
        raise word_damage(info.filename, "checksum")
    return part


def _unpacked(packed: memoryview, info: zipfile.ZipInfo) -> bytes:
    if info.compress_type == _STORED:
        return bytes(packed)
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)


def _resolved(folder: str, target: str) -> str:
    """Return the part that a relationship names: from the root where it begins with a stroke, else from ``folder``."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/").lower()
