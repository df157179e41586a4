"""What a designer meant: signs of the office keyboard in an expression, and words that are nearly known ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from templates.expression import FUNCTIONS
from templates.words import say

_ALIKE: Final = 0.6
"""From here on a known word is said to be meant: of four characters, two and a half are the same."""

_SIGNS: Final = {
    "≤": "<=",
    "≥": ">=",
    "≦": "<=",
    "≧": ">=",
    "≠": "<>",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "＋": "+",
    "－": "-",
    "×": "*",
    "÷": "/",
    "，": ",",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
_DOUBLED: Final = {"==": "=", "!=": "<>", "=<": "<=", "=>": ">="}
"""Signs of other languages. Names of columns hold none of these characters, so that nothing else can be meant."""

_QUOTED: Final = re.compile(r'("[^"\n]*")')
_AFTER: Final = re.compile(rf"(?:^|[^\w（）：、“”·]|(?<!\w)(?:count|{'|'.join(FUNCTIONS)}))$")
"""What a bracket of ours stands behind: nothing, a sign, or the name of a function; else it is a part of a name."""


def spell_signs(text: str) -> str:
    """Return an expression in the signs of the rule language; texts in quotation marks stay what they are."""
    return "".join(part if part.startswith('"') else _spell(part) for part in _QUOTED.split(text))


def _spell(part: str) -> str:
    for sign, ours in _SIGNS.items():
        part = part.replace(sign, ours)
    for sign, ours in _DOUBLED.items():
        part = part.replace(sign, ours)
    return _spell_brackets(part) if "（" in part else part


def _spell_brackets(part: str) -> str:
    """Return the text with full-width brackets that are no part of a name as plain ones, pair by pair."""
    spelt, ours = "", list[bool]()
    for char in part:
        if char == "（":
            ours.append(bool(_AFTER.search(spelt)))
            spelt += "(" if ours[-1] else char
        elif char == "）":
            spelt += ")" if ours and ours.pop() else char
        else:
            spelt += char
    return spelt


def find_meant(written: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest to what is written; "" where none is near."""
    found = get_close_matches(written, [word for word in known if word], n=1, cutoff=_ALIKE)
    return found[0] if found else ""


def tell_meant(written: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest known word is meant; "" where none is near."""
    meant = find_meant(written, known)
    return say("load.meant", meant=meant) if meant else ""
