"""Which program it is: a fingerprint of the sources that decide what is written, or what reading yields.

Sheets and findings carry their words, so the catalogues count as well; the definitions of surveys have a hash of their
own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from templates.content import Identity

WRITING = ("generator", "templates")
"""The rooms that decide how a workbook looks."""
READING = ("addin", *WRITING)
"""The rooms that decide what reading one yields. A program that has changed reads known files again, once."""

_SUFFIXES = (".py", ".toml", ".lark")
_DEFINITIONS = "surveys"
_LENGTH = 16


@cache
def fingerprint_program(rooms: tuple[str, ...]) -> str:
    """Return the fingerprint of ``rooms``, the same for the same program everywhere."""
    digest = hashlib.sha256()
    for room in rooms:
        for name, source in _sources(files(room), room):
            digest.update(f"{name}\0{len(source)}\0".encode())
            digest.update(source)
    return digest.hexdigest()[:_LENGTH]


def name_program(identity: Identity) -> Identity:
    """Return ``identity`` with the program that writes: what was mailed out keeps the one that made it, and signed it.

    The program of a later hand is another matter, and unsigned.
    """
    present = fingerprint_program(WRITING)
    if not identity.made_by:
        return replace(identity, made_by=present)
    return replace(identity, repaired_by="" if identity.made_by == present else present)


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{name}/{entry.name}"
        if entry.is_dir() and entry.name != _DEFINITIONS:
            yield from _sources(entry, inner)
        elif entry.name.endswith(_SUFFIXES):
            yield inner, entry.read_bytes().replace(b"\r\n", b"\n")
