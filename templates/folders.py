"""The folders of definitions: which surveys there are, which files belong to one, and what tells its state."""

from __future__ import annotations

import hashlib
from pathlib import Path

from templates.across import ACROSS
from templates.migration import MIGRATIONS
from templates.sampling import SAMPLING

SURVEYS = Path(__file__).parent / "surveys"

DEMO = "demo.toml"
"""Made-up units and numbers for showing the survey: in its folder, but no part of the definitions."""


def list_surveys() -> tuple[str, ...]:
    """Return the ids of the surveys that are declared here."""
    return tuple(sorted(path.parent.name for path in SURVEYS.glob("*/survey.toml")))


def list_files(folder: Path, pattern: str, *, also_folders: bool = False) -> list[Path]:
    """Return what in ``folder`` fits the pattern, in order. Names that begin with a point are those of other programs.

    A folder where a file is expected is for whoever reads it to tell.
    """
    found = (path for path in folder.glob(pattern) if not path.name.startswith("."))
    return sorted(path for path in found if also_folders or path.is_file())


def fingerprint_files(folder: Path, apart_from: tuple[str, ...] = (DEMO, MIGRATIONS, ACROSS, SAMPLING)) -> str:
    """Return a short hash over every file of the definitions, so that a silent edit is seen.

    The demo is none of them, nor is how returns of older definitions are read, nor what is looked at across units,
    nor what is checked once more. How lines end makes no difference.
    """
    digest = hashlib.sha256()
    for path in list_files(folder, "**/*"):
        if path.suffix in (".toml", ".csv") and path not in [folder / name for name in apart_from]:
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]
