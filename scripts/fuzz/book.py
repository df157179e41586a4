"""A workbook in parts that mutators change, and the zip that is made of them."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from random import Random
from typing import Final

Rebuild = Callable[[bytes, Random], bytes]
"""Turns the finished zip into another file."""

TOKEN: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<", re.DOTALL
)
ATTRIBUTE: Final = re.compile(r"(\s+)([\w:.-]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_RELATION: Final = re.compile(r"<Relationship [^>]*>")
_SHEET: Final = re.compile(r"<sheet [^>]*>")

WORKBOOK, STRINGS, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
WORKBOOK_RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


_NO_LONGER_A_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    NotImplementedError,
    EOFError,
    OSError,
)
"""What a rebuilding raises over what an earlier one made."""


class NotHere(Exception):
    """A mutator finds nothing in this workbook to work on."""


@dataclass
class Book:
    """The parts by name in their order. ``encodings`` and ``rebuilds`` are carried out when the zip is made."""

    parts: dict[str, bytes]
    encodings: dict[str, str] = field(default_factory=dict)
    rebuilds: list[Rebuild] = field(default_factory=list)

    @classmethod
    def of(cls, data: bytes) -> Book:
        """Return the workbook that ``data`` are."""
        with zipfile.ZipFile(BytesIO(data)) as package:
            return cls({info.filename: package.read(info) for info in package.infolist()})

    def text(self, part: str) -> str:
        """Return a part as text. Raises NotHere where it is gone."""
        if part not in self.parts:
            raise NotHere(part)
        return self.parts[part].decode()

    def put(self, part: str, text: str) -> None:
        """Put another text in place of a part."""
        self.parts[part] = text.encode("utf-8", "surrogatepass")

    def tokens(self, part: str) -> list[str]:
        """Return tags, comments and the texts between them."""
        return TOKEN.findall(self.text(part))

    def put_tokens(self, part: str, tokens: list[str]) -> None:
        """Put a part together again."""
        self.put(part, "".join(tokens))

    def sheets(self) -> dict[str, str]:
        """Return the parts of the sheets by the sheets' names."""
        targets = {}
        for tag in _RELATION.findall(self.text(WORKBOOK_RELATIONS)):
            said = attributes_of(tag)
            targets[said.get("Id", "")] = "xl/" + said.get("Target", "").lstrip("/").removeprefix("xl/")
        found = {}
        for tag in _SHEET.findall(self.text(WORKBOOK)):
            said = attributes_of(tag)
            found[said.get("name", "")] = targets.get(said.get("r:id", ""), "")
        return {name: part for name, part in found.items() if part in self.parts}

    def any_sheet(self, random: Random) -> str:
        """Return the part of some sheet, those with much in them more often."""
        parts = list(self.sheets().values())
        if not parts:
            raise NotHere("sheet")
        return random.choices(parts, [1 + len(self.parts[part]) ** 0.5 for part in parts])[0]

    def any_part(self, random: Random) -> str:
        """Return some part in XML: mostly a sheet."""
        others = [part for part in (STRINGS, STYLES, WORKBOOK, WORKBOOK_RELATIONS, TYPES) if part in self.parts]
        return random.choice(others) if others and random.random() < 0.4 else self.any_sheet(random)

    def zipped(self, random: Random) -> bytes:
        """Return the workbook as a file."""
        data = pack_parts({name: self._encoded(name, data) for name, data in self.parts.items()})
        for rebuild in self.rebuilds:
            with suppress(*_NO_LONGER_A_ZIP), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile warns of members of one name
                data = rebuild(data, random)
        return data

    def _encoded(self, name: str, data: bytes) -> bytes:
        encoding = self.encodings.get(name)
        if not encoding:
            return data
        text = re.sub(r"^<\?xml.*?\?>\s*", "", data.decode("utf-8", "surrogatepass"))
        declared = "" if encoding.endswith("-bom") else f'<?xml version="1.0" encoding="{encoding}"?>'
        return (declared + text).encode(_CODECS.get(encoding, encoding), "xmlcharrefreplace")


def pack_parts(parts: dict[str, bytes]) -> bytes:
    """Return a zip of these parts. ``zipfile`` would deflate every part anew, and most are as they were."""
    pieces, directory, offset = [], [], 0
    for name, data in parts.items():
        crc, packed = _deflated(data)
        raw = name.encode()
        said = (0x800, zipfile.ZIP_DEFLATED, 0, 0x21, crc, len(packed), len(data), len(raw), 0)
        pieces += [struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, *said), raw, packed]
        directory += [struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, *said, 0, 0, 0, 0, offset), raw]
        offset += 30 + len(raw) + len(packed)
    listed = b"".join(directory)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(listed), offset, 0)
    return b"".join(pieces) + listed + end


@lru_cache(maxsize=512)
def _deflated(data: bytes) -> tuple[int, bytes]:
    """Return checksum and packed bytes of a part."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return zlib.crc32(data), packer.compress(data) + packer.flush()


_CODECS: Final = {"utf-8-bom": "utf-8-sig", "utf-16-bom": "utf-16"}


def attributes_of(tag: str) -> dict[str, str]:
    """Return the attributes of a tag as they are spelled."""
    return {name: value[1:-1] for _, name, _, value in ATTRIBUTE.findall(tag)}


def with_attribute(tag: str, name: str, value: str | None) -> str:
    """Return a tag with another value of an attribute; None takes it out."""
    bare = re.sub(rf"\s+{re.escape(name)}\s*=\s*(\"[^\"]*\"|'[^']*')", "", tag)
    if value is None:
        return bare
    end = "/>" if bare.endswith("/>") else ">"
    return f'{bare[: -len(end)]} {name}="{value}"{end}'


def name_of(token: str) -> str:
    """Return what a token opens (``c``) or closes (``/c``); ``""`` for texts and all else."""
    found = re.match(r"<(/?[\w:.-]+)", token)
    return found[1] if found else ""


@dataclass(frozen=True)
class CellAt:
    """Where a cell stands among the tokens: from its opening tag up to behind its closing one."""

    start: int
    end: int
    address: str


def cells_in(tokens: list[str]) -> Iterator[CellAt]:
    """Yield the cells of a sheet in their order."""
    start = -1
    for number, token in enumerate(tokens):
        if token.startswith(("<c ", "<c>")):
            start = number
        if start >= 0 and (token == "</c>" or (number == start and token.endswith("/>"))):
            yield CellAt(start, number + 1, attributes_of(tokens[start]).get("r", ""))
            start = -1


def any_cell(tokens: list[str], random: Random, wanted: Callable[[list[str]], bool] = lambda _: True) -> CellAt:
    """Return some cell whose tokens are wanted. Raises NotHere without one."""
    found = [cell for cell in cells_in(tokens) if wanted(tokens[cell.start : cell.end])]
    if not found:
        raise NotHere("cell")
    return random.choice(found)


def has_value(cell: list[str]) -> bool:
    """Return whether a cell holds a constant."""
    return "<v>" in cell and not any(token.startswith("<f") for token in cell)


def has_formula(cell: list[str]) -> bool:
    """Return whether a cell holds a formula that it writes out."""
    return "<f>" in cell
