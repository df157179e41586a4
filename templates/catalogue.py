"""Which surveys there are, and the one that an id, a folder or the path of a survey.toml means.

A process that reads for another is handed ``survey.folder`` and ``survey.hash``, never the survey itself, and takes it
up by :func:`load_folder`: two versions of one id are two folders, and a folder that was edited meanwhile is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from templates.folders import DEMO, SURVEYS, find_survey, fingerprint_files, list_surveys
from templates.kept import recall_or_build
from templates.model import Survey
from templates.problems import Problems, SurveyError
from templates.words import say

_DEFINITIONS: Final = "survey.toml"


class NoSurvey(Exception):
    """What was named is no survey; the text is one sentence that says why."""


def find_folder(named: str | Path) -> Path:
    """Return the folder of the survey that is named. Raises :class:`NoSurvey`.

    An installed survey is meant by its id; everything else is a path: a folder, or the survey.toml in it. A folder that
    is called like an installed survey is meant by ``./kx2023``.
    """
    if str(named) in list_surveys():
        return find_survey(named)
    try:
        return _folder_at(Path(named).expanduser())
    except (OSError, RuntimeError, ValueError):
        # Too long for a path, no such home, a character that no path has: no folder is called so.
        raise _unknown(named) from None


def _folder_at(path: Path) -> Path:
    folder = path.parent if path.name == _DEFINITIONS and path.is_file() else path
    if (folder / _DEFINITIONS).is_file():
        return folder.resolve()
    if folder.is_dir():
        raise NoSurvey(say("load.no_definitions", folder=path))
    raise _unknown(path)


def _unknown(named: str | Path) -> NoSurvey:
    return NoSurvey(say("load.unknown_survey", survey=named, known="、".join(list_surveys())))


def find_namesake(named: str | Path) -> Path | None:
    """Return the folder that could also be meant by the id of an installed survey, or None."""
    folder = Path(named)
    if str(named) not in list_surveys() or not (folder / _DEFINITIONS).is_file():
        return None
    return None if folder.resolve() == find_survey(named).resolve() else folder


def load_folder(folder: Path, hash: str = "") -> Survey:
    """Return the survey in ``folder``, loaded once for each state of its files.

    With ``hash`` that state is known, and the files are not looked at again. Raises SurveyError also where nothing
    could be made of the survey, or ``hash`` is another one's.
    """
    return _load(folder, hash, "" if hash else fingerprint_files(folder, (DEMO,)))


@lru_cache(maxsize=8)
def _load(folder: Path, hash: str, _state: str) -> Survey:
    survey = recall_or_build(folder, lambda: _build(folder))
    if hash and survey.hash != hash:
        problems = Problems(folder)
        problems.add("D008", _DEFINITIONS, say("load.changed", found=survey.hash, expected=hash))
        raise SurveyError(problems)
    return survey


def _build(folder: Path) -> Survey:
    """Return the survey that the files in ``folder`` declare. Raises SurveyError where nothing could be made of it."""
    # What builds surveys is loaded only where one is built.
    from templates.load import load  # noqa: PLC0415
    from templates.sound import list_unusable  # noqa: PLC0415

    survey, problems = load(folder), Problems(folder)
    if folder.parent != SURVEYS:  # those in the package were linted when it was made
        problems.found += list_unusable(survey)
    if problems.found:
        raise SurveyError(problems)
    return survey


def is_installed(survey: Survey) -> bool:
    """Return whether returns of the survey are known by its id alone."""
    return survey.folder == find_survey(survey.id)


def tell_folder(survey: Survey) -> str:
    """Return what tells another process where the survey lies, for :func:`locate_folder`.

    One that comes with the program is told by its id: another machine may have the program in another place.
    """
    return survey.id if survey.folder.parent == SURVEYS else str(survey.folder)


def locate_folder(told: str) -> Path:
    """Return the folder that :func:`tell_folder` told; an absolute path stays what it is."""
    return SURVEYS / told


def name_survey(survey: Survey) -> str:
    """Return what ``--survey`` is to be given on a command line: the id, or the folder in quotation marks."""
    return survey.id if is_installed(survey) else f'"{survey.folder}"'


def load_installed(survey: str) -> Survey:
    """Return the installed survey of this id. Raises SurveyError where there is none, or a broken one.

    Ids are read from files that come from elsewhere: only what is listed here is looked up, so none leads to another
    place.
    """
    if survey not in list_surveys():
        problems = Problems(SURVEYS / "?")
        problems.add("D001", _DEFINITIONS, say("load.no_survey", folder=survey))
        raise SurveyError(problems)
    return _load(find_survey(survey), "", "")


@dataclass(frozen=True)
class Surveys:
    """Where the definitions of a return come from: the survey that was named, else the installed one of its id."""

    named: Survey | None = None

    @property
    def wanted(self) -> str | None:
        """The id that returns must state; None where every installed survey will do."""
        return self.named.id if self.named else None

    def __call__(self, survey: str) -> Survey:
        """Return the definitions of the survey of this id. Raises SurveyError where there are none."""
        return self.named if self.named and self.named.id == survey else load_installed(survey)


INSTALLED: Final = Surveys()
"""Nobody named one."""
