"""Characters that files, consoles and names cannot hold, and what is shown in their place."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_HALVES = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BYTES = range(0xDC80, 0xDD00)
"""Where Python keeps the bytes of a file name that is no UTF-8."""


def show_halves(text: str, *, in_json: bool = False) -> str:
    """Return ``text`` with lone surrogates, U+FFFE and U+FFFF replaced, so that UTF-8 and XML can hold it.

    A byte of a file name that is not UTF-8 is shown as ``\\xff``, any other half of a character as U+FFFD. Inside JSON
    the backslash is doubled.
    """
    escaped = "\\\\" if in_json else "\\"
    return _HALVES.sub(lambda found: _shown(ord(found[0]), escaped), text)


def keep_writable(text: str) -> str:
    """Return ``text`` with all that XML cannot hold replaced, for files that know no escapes."""
    return show_halves(_CONTROL.sub(REPLACEMENT, text))


def _shown(half: int, backslash: str) -> str:
    return f"{backslash}x{half - 0xDC00:02x}" if half in _BYTES else REPLACEMENT
