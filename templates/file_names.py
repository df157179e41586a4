"""Names of files that we write: good on any system, of a sane length, and no two of them one file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from templates.words import say

NAME_BYTES = 180
"""So long the part may be that a person's text makes."""

FILE_NAME_BYTES = 255
"""File names end here on most systems."""

_FORBIDDEN = re.compile(r'[:*?"<>|]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and direction characters, zero-width ones, halves of characters, breaks of lines."""

_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{digit}" for port in ("COM", "LPT") for digit in range(10)}
)
"""What Windows takes for a device, whatever follows the first dot."""


def make_safe_name(text: str, room: int = NAME_BYTES) -> str:
    """Return ``text`` as a file may be called on any system, in at most ``room`` bytes; a slash becomes a hyphen."""
    seen = "".join(char for char in re.sub(r"[\\/]", "-", text) if unicodedata.category(char) not in _UNSEEN)
    kept = _FORBIDDEN.sub("", seen).replace("\ufffe", "").replace("\uffff", "").strip().strip(" .")
    stem = unicodedata.normalize("NFKC", kept.partition(".")[0]).strip().upper()
    named = f"_{kept}" if stem in _DEVICES else kept
    return named.encode()[:room].decode(errors="ignore").strip().strip(" .")


def tell_apart(names: Iterable[str]) -> list[str]:
    """Return ``names`` with a number in those that would be one file where case and form of letters do not count."""
    taken: set[str] = set()
    told = []
    for name in names:
        number, different = 1, name
        while (key := unicodedata.normalize("NFKC", different).casefold()) in taken:
            number += 1
            different = _numbered(PurePath(name), number)
        taken.add(key)
        told.append(different)
    return told


def _numbered(name: PurePath, number: int) -> str:
    ending = say("roster.numbered", number=number) + name.suffix
    return make_safe_name(name.stem, FILE_NAME_BYTES - len(ending.encode())) + ending
