"""Which files are stores, without loading what opens them."""

from __future__ import annotations

from pathlib import Path

_MAGIC = slice(8, 12)
"""Where DuckDB's files say what they are."""


def is_database_file(path: Path) -> bool:
    """Return whether the file is a DuckDB database, by its first bytes."""
    try:
        with path.open("rb") as stream:
            return stream.read(_MAGIC.stop)[_MAGIC] == b"DUCK"
    except OSError:
        return False
