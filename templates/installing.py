"""Surveys of one's own: a small one to begin with, and a place from which they are found by their id everywhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from templates.folders import EXAMPLE, SURVEYS, find_user_surveys, list_files, list_surveys
from templates.model import Survey
from templates.words import say

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ID_LINE: Final = re.compile(r'^id = "[^"]*"', re.MULTILINE)
_KINDS_OF_FILES: Final = (".toml", ".csv")
"""What a folder of definitions consists of; everything else in it is the designer's own."""


class NotInstalled(Exception):
    """Why a survey was not begun or installed: one sentence."""


def begin_survey(folder: Path, id: str = "") -> str:
    """Put a small running survey into a new or empty folder and return its id, that of the folder without ``id``.

    Raises NotInstalled, and OSError where the folder cannot be written.
    """
    id = id or folder.absolute().name
    if not _ID.fullmatch(id):
        raise NotInstalled(say("survey_folders.bad_id", id=id))
    if id in list_surveys():
        raise NotInstalled(say("survey_folders.taken", id=id))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotInstalled(say("survey_folders.not_empty", folder=folder))
    _copy_definitions(EXAMPLE, folder)
    head = folder / "survey.toml"
    head.write_text(_ID_LINE.sub(f'id = "{id}"', head.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    return id


def install_survey(survey: Survey, *, replace: bool = False) -> Path:
    """Copy the definitions of a survey to where they are found by its id, and return that folder.

    With ``replace`` they take the place of what was installed under the id. Either all of them are there afterwards or
    what was there before. Raises NotInstalled, and OSError where the folder cannot be written.
    """
    if not _ID.fullmatch(survey.id):
        raise NotInstalled(say("survey_folders.bad_id", id=survey.id))
    if (SURVEYS / survey.id).is_dir():
        raise NotInstalled(say("survey_folders.built_in", id=survey.id))
    if (user := find_user_surveys()) is None:
        raise NotInstalled(say("survey_folders.no_place"))
    target = user / survey.id
    if target.resolve() == survey.folder.resolve():
        raise NotInstalled(say("survey_folders.itself", folder=target))
    fresh, old = user / f".{survey.id}.new", user / f".{survey.id}.old"
    _clear_up(target, fresh, old)
    if target.exists() and not replace:
        raise NotInstalled(say("survey_folders.installed_already", id=survey.id, folder=target, version=survey.version))
    _copy_definitions(survey.folder, fresh)
    if target.exists():
        target.replace(old)
    fresh.replace(target)
    shutil.rmtree(old, ignore_errors=True)
    return target


def _clear_up(target: Path, fresh: Path, old: Path) -> None:
    """Take away what a run that was cut short left about; what it had moved aside comes back to its place."""
    if old.exists() and not target.exists():
        old.replace(target)
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)


def _copy_definitions(source: Path, target: Path) -> None:
    for path in list_files(source, "**/*"):
        if path.suffix in _KINDS_OF_FILES:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
