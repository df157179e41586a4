"""The 校验码 on a page that is itself among what it covers: the page counts as it is without the code."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Final

from generator.files import write_beside

NO_SEAL: Final = "0000-0000-0000-0000"
"""What stands on the page until the code is known; no 校验码 has a 0."""


def print_seal(path: Path, seal: str) -> None:
    """Put the code in its place on the page (.docx). Raises OSError."""
    with write_beside(path) as beside, zipfile.ZipFile(path) as old, zipfile.ZipFile(beside, "w") as new:
        for entry in old.infolist():
            content = old.read(entry).replace(NO_SEAL.encode(), seal.encode())
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)


def digest_without_seal(path: Path, seal: str = NO_SEAL) -> str:
    """Return the digest of what the page says but for its code; ``""`` where ``path`` is no page or lacks the code."""
    try:
        with zipfile.ZipFile(path) as parts:
            told = {name: parts.read(name) for name in parts.namelist()}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return ""
    if not any(seal.encode() in content for content in told.values()):
        return ""
    digest = hashlib.sha256()
    for name, content in sorted(told.items()):
        plain = content.replace(seal.encode(), NO_SEAL.encode())
        digest.update(f"{name}\0{len(plain)}\0".encode())
        digest.update(plain)
    return digest.hexdigest()
