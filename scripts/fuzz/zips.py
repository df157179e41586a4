"""The zip itself: other ways to write one, lies in its headers, and damage to its bytes."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from random import Random
from typing import Final

from scripts.fuzz.book import Book, Rebuild
from scripts.fuzz.mutators import Meaning, Stage, register

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_FIELDS: Final = {
    _LOCAL: {"version": (4, 2), "flags": (6, 2), "method": (8, 2), "crc": (14, 4), "packed": (18, 4), "size": (22, 4),
             "name": (26, 2), "extra": (28, 2)},
    _CENTRAL: {"version": (6, 2), "flags": (8, 2), "method": (10, 2), "crc": (16, 4), "packed": (20, 4),
               "size": (24, 4), "name": (28, 2), "extra": (30, 2), "remark": (32, 2), "disk": (34, 2),
               "offset": (42, 4)},
    _END: {"disk": (4, 2), "here": (8, 2), "count": (10, 2), "length": (12, 4), "offset": (16, 4), "remark": (20, 2)},
}  # fmt: skip
_VALUES: Final = (0, 1, 8, 9, 12, 14, 93, 99, 0x800, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 42, 1 << 20)


def _zip_of(members: list[tuple[zipfile.ZipInfo, bytes]], method: int) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for info, data in members:
            package.writestr(info, data, method)
    return target.getvalue()


def _members(data: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return [(zipfile.ZipInfo(info.filename), package.read(info)) for info in package.infolist()]


# --- the same, written by another program ----------------------------------------------------------------------------


@register(Stage.ZIP, Meaning.SAME)
def stored_members(book: Book, _random: Random) -> None:
    """Store the members without packing them."""
    book.rebuilds.append(lambda data, _: _zip_of(_members(data), zipfile.ZIP_STORED))


@register(Stage.ZIP, Meaning.SAME)
def streamed_members(book: Book, _random: Random) -> None:
    """Say sizes behind the members, as programs do that write into a stream."""

    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    def rebuild(data: bytes, _random: Random) -> bytes:
        target = Stream()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for info, part in _members(data):
                package.writestr(info, part, zipfile.ZIP_DEFLATED)
        return target.getvalue()

    book.rebuilds.append(rebuild)


@register(Stage.ZIP, Meaning.SAME)
def large_zip_fields(book: Book, _random: Random) -> None:
    """Write the members with the fields of large zips."""

    def rebuild(data: bytes, _random: Random) -> bytes:
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for info, part in _members(data):
                with package.open(info, "w", force_zip64=True) as member:
                    member.write(part)
        return target.getvalue()

    book.rebuilds.append(rebuild)


@register(Stage.ZIP, Meaning.SAME)
def remarks_and_folders(book: Book, random: Random) -> None:
    """Add a remark to the zip, entries for folders, and extra fields."""
    remark = random.choice((b"", b"saved by someone", "备注".encode() * 100))

    def rebuild(data: bytes, _random: Random) -> bytes:
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(zipfile.ZipInfo("xl/"), b"")
            for info, part in _members(data):
                info.extra = struct.pack("<HHI", 0xCAFE, 4, 0)
                package.writestr(info, part, zipfile.ZIP_DEFLATED)
            package.comment = remark
        return target.getvalue()

    book.rebuilds.append(rebuild)


@register(Stage.ZIP, Meaning.SAME)
def backward_strokes(book: Book, _random: Random) -> None:
    """Name the members with the strokes that Windows has."""

    def rebuild(data: bytes, _random: Random) -> bytes:
        named = [(zipfile.ZipInfo(info.filename.replace("/", "\\")), part) for info, part in _members(data)]
        for info, _ in named:
            info.filename = info.filename.replace("/", "\\")
        return _zip_of(named, zipfile.ZIP_DEFLATED)

    book.rebuilds.append(rebuild)


# --- lies and damage -------------------------------------------------------------------------------------------------


@register(Stage.ZIP, Meaning.ANY)
def doubled_member(book: Book, random: Random) -> None:
    """Put a member in twice, the second time in another state or under a name that means the same."""

    def rebuild(data: bytes, random: Random) -> bytes:
        members = _members(data)
        info, part = random.choice(members)
        names = (
            info.filename,
            info.filename.upper(),
            f"/{info.filename}",
            f"x/../{info.filename}",
            f"./{info.filename}",
        )
        again = part.replace(b"<v>1", b"<v>9", 1) if random.random() < 0.5 else b""
        members.insert(random.randint(0, len(members)), (zipfile.ZipInfo(random.choice(names)), again))
        return _zip_of(members, zipfile.ZIP_DEFLATED)

    book.rebuilds.append(rebuild)


@register(Stage.ZIP, Meaning.ANY)
def odd_member_name(book: Book, random: Random) -> None:
    """Give a member an odd name."""

    def rebuild(data: bytes, random: Random) -> bytes:
        members = _members(data)
        at = random.randrange(len(members))
        name = members[at][0].filename
        odd = random.choice(
            (f"../{name}", f"{name} ", f"{name}\0x", "", "/", "a" * 9000, f"{name}\u200b", "C:\\x", f"{name}/")
        )
        info = zipfile.ZipInfo("x")
        info.filename = odd
        members[at] = (info, members[at][1])
        return _zip_of(members, zipfile.ZIP_DEFLATED)

    book.rebuilds.append(rebuild)


@register(Stage.ZIP, Meaning.ANY)
def lying_header(book: Book, random: Random) -> None:
    """Change fields of the zip's headers."""
    for _ in range(random.randint(1, 2)):
        book.rebuilds.append(_lie)


def _places(data: bytes, mark: bytes) -> list[int]:
    """Return where headers of a kind begin."""
    return [found.start() for found in re.finditer(re.escape(mark), data)]


def _lie(data: bytes, random: Random) -> bytes:
    mark = random.choice((_LOCAL, _CENTRAL, _CENTRAL, _END))
    spot = random.choice(_places(data, mark) or [0])
    at, size = random.choice(list(_FIELDS[mark].values()))
    changed, kept = bytearray(data), int.from_bytes(data[spot + at : spot + at + size], "little")
    value = random.choice((*_VALUES, kept + 1, kept - 1, kept ^ 1, kept * 2, random.getrandbits(32)))
    changed[spot + at : spot + at + size] = (value & (256**size - 1)).to_bytes(size, "little")
    return bytes(changed)


@register(Stage.ZIP, Meaning.ANY)
def exchanged_headers(book: Book, _random: Random) -> None:
    """Let a member of the directory lie where another one lies."""

    def rebuild(data: bytes, random: Random) -> bytes:
        spots = _places(data, _CENTRAL)
        if len(spots) < 2:
            return data
        one, other = random.sample(spots, 2)
        changed = bytearray(data)
        for start, end in ((42, 46), (16, 28)) if random.random() < 0.5 else ((42, 46),):
            changed[one + start : one + end] = data[other + start : other + end]
        return bytes(changed)

    book.rebuilds.append(rebuild)


def _damage(name: str) -> Rebuild:
    def flip(data: bytes, random: Random) -> bytes:
        changed = bytearray(data)
        for _ in range(random.choice((1, 1, 2, 8, 64))):
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        return bytes(changed)

    def cut(data: bytes, random: Random) -> bytes:
        return data[: random.randrange(len(data))]

    def take_out(data: bytes, random: Random) -> bytes:
        start = random.randrange(len(data))
        return data[:start] + data[start + random.choice((1, 2, 30, 1000)) :]

    def put_in(data: bytes, random: Random) -> bytes:
        start = random.randrange(len(data) + 1)
        return data[:start] + random.randbytes(random.choice((1, 2, 30, 1000))) + data[start:]

    def double(data: bytes, random: Random) -> bytes:
        start, length = random.randrange(len(data)), random.choice((4, 100, 5000))
        return data[:start] + data[start : start + length] + data[start:]

    def around(data: bytes, random: Random) -> bytes:
        return (
            random.choice((b"PK\x03\x04", b"\0" * 9, b"MZ", data)) + data + random.choice((b"", b"\0" * 99, data[:500]))
        )

    ways: dict[str, Rebuild] = {
        "flip": flip, "cut": cut, "take_out": take_out, "put_in": put_in, "double": double, "around": around,
    }  # fmt: skip
    return ways[name]


@register(Stage.BYTES, Meaning.ANY)
def flipped_bytes(book: Book, _random: Random) -> None:
    """Flip bits."""
    book.rebuilds.append(_damage("flip"))


@register(Stage.BYTES, Meaning.ANY)
def cut_file(book: Book, _random: Random) -> None:
    """Cut the end off."""
    book.rebuilds.append(_damage("cut"))


@register(Stage.BYTES, Meaning.ANY)
def lost_bytes(book: Book, _random: Random) -> None:
    """Take bytes out."""
    book.rebuilds.append(_damage("take_out"))


@register(Stage.BYTES, Meaning.ANY)
def added_bytes(book: Book, _random: Random) -> None:
    """Put bytes in, or in front and behind."""
    book.rebuilds.append(_damage(_random.choice(("put_in", "double", "around"))))
