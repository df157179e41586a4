"""Two workbooks compared part by part."""

from __future__ import annotations

import zipfile
from pathlib import Path


def list_changed_parts(received: Path, sent: Path) -> list[str]:
    """Return the names of the parts that are not the same; both have to have the same parts in the same order."""
    with zipfile.ZipFile(received) as before, zipfile.ZipFile(sent) as after:
        assert before.namelist() == after.namelist()
        return [name for name in before.namelist() if before.read(name) != after.read(name)]
