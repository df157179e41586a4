"""The folders of definitions: which surveys there are, which files belong to one, and what tells its state."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from templates.across import ACROSS
from templates.migration import MIGRATIONS
from templates.sampling import SAMPLING

SURVEYS = Path(__file__).parent / "surveys"
"""The surveys that come with the program."""

EXAMPLE: Final = Path(__file__).parent / "example"
"""A small running survey, to begin one's own with."""

PLACE: Final = "TIANBAO_SURVEYS"
"""The environment variable that names another folder for installed surveys; empty, none is looked into."""

DEMO = "demo.toml"
"""Made-up units and numbers for showing the survey: in its folder, but no part of the definitions."""


def find_user_surveys() -> Path | None:
    """Return the folder of the surveys that this user installed, there or not yet; None where none is wanted.

    It is the one that is named, else in the user's application data on Windows, among the data elsewhere.
    """
    if (named := os.environ.get(PLACE)) is not None:
        return Path(named) if named else None
    base = os.environ.get("APPDATA") or os.environ.get("XDG_DATA_HOME")
    try:
        return Path(base or Path.home() / ".local" / "share") / "tianbao" / "surveys"
    except RuntimeError:  # a user without a home
        return None


def list_surveys() -> tuple[str, ...]:
    """Return the ids of the surveys that come with the program, and of those that this user installed."""
    return tuple(sorted({path.parent.name for folder in _list_places() for path in folder.glob("[!.]*/survey.toml")}))


def find_survey(id: str | Path) -> Path:
    """Return the folder of an installed survey; where there is none, where the program's own would lie."""
    places = (folder / id for folder in _list_places())
    return next((place for place in places if (place / "survey.toml").is_file()), SURVEYS / id)


def _list_places() -> tuple[Path, ...]:
    """Return the folders of surveys; what comes with the program comes first, so that nothing stands in its place."""
    user = find_user_surveys()
    return (SURVEYS, user) if user else (SURVEYS,)


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
