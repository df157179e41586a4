"""Which elements stand in which, of cells and of texts (ISO 29500-1, 18.3 and 18.4): what stands elsewhere nobody sees.

An element in the wrong place is ignored by one program and shown by another, so a part with one is refused whole.
"""

from __future__ import annotations

from typing import Final

from addin.package.markup import BadMarkup

_RICH_TEXT: Final = frozenset(("t", "r", "rPh", "phoneticPr", "extLst"))
_CHILDREN: Final = {
    "sheetData": frozenset(("row",)),
    "row": frozenset(("c", "extLst")),
    "c": frozenset(("f", "v", "is", "extLst")),
    "is": _RICH_TEXT,
    "sst": frozenset(("si", "extLst")),
    "si": _RICH_TEXT,
    "r": frozenset(("rPr", "t")),
    "rPh": frozenset(("t",)),
    **dict.fromkeys(("v", "f", "t"), frozenset[str]()),
}
"""Of others, such as extensions, nothing is read."""

_HOLDING_TEXT: Final = ("v", "f", "t")
XML_BLANKS: Final = " \t\r\n"
_NOT_READ: Final = ("extLst", "rPr", "phoneticPr")


def refuse_misplaced(path: list[str]) -> None:
    """Raise BadMarkup where the last element of ``path`` may not stand in the one before it."""
    allowed = _CHILDREN.get(path[-2])
    if allowed is not None and path[-1] not in allowed and not _is_unread(path[:-1]):
        raise BadMarkup("misplaced")


def refuse_bare_text(path: list[str], text: str) -> None:
    """Raise BadMarkup where ``text`` stands in an element of ours that holds none."""
    if path[-1] in _CHILDREN and path[-1] not in _HOLDING_TEXT and text.strip(XML_BLANKS) and not _is_unread(path):
        raise BadMarkup("misplaced")


def _is_unread(path: list[str]) -> bool:
    return any(name in path for name in _NOT_READ)


def is_shown(inside: list[str]) -> bool:
    """Return whether a text shows, by the elements around it inside its item: phonetic guides do not."""
    return inside in (["t"], ["r", "t"])
