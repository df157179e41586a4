"""Surveys kept on the disk as they were built, so that the next run need not build them. The folder is safe to delete.

A survey is known by all that it depends on: its folder, every file of its definitions, the program and Python. Two
programs may keep one at once; each file is put in its place whole.

It is kept as a pickle, and a pickle may run anything. So a file is taken only where nobody but this user can have
written it, and only whole: the digest before it is looked at first (decision 0029).
"""

from __future__ import annotations

import hashlib
import os
import pickle  # read only from files that nobody else can have written
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from templates.cache_folder import find_cache_folder, forget_old
from templates.expression import Node
from templates.folders import DEMO, SURVEYS, fingerprint_files
from templates.model import Survey
from templates.program import fingerprint_program

_ROOMS: Final = ("templates",)
"""The rooms that decide what is made of definitions."""

_FOLDER_MODE: Final = 0o700
_OTHERS: Final = 0o077
"""What of a mode concerns other users."""

_DIGEST: Final = hashlib.sha256().digest_size


def recall_or_build(folder: Path, build: Callable[[], Survey]) -> Survey:
    """Return the survey in ``folder``: as it was kept, else as ``build`` makes it, which is kept then.

    Raises what ``build`` raises. What cannot be kept, or was kept where others can write, only costs time.
    """
    path = _find_place(folder)
    if path is None:
        return build()
    if (known := _recall(path)) is not None:
        return known
    built = build()
    with suppress(OSError):
        if _find_place(folder) == path:  # nobody has edited it meanwhile
            _keep(built, path)
    return built


def _find_place(folder: Path) -> Path | None:
    """Return where the survey is kept in the state that it has now; None where nothing is kept."""
    cache = find_cache_folder()
    if cache is None:
        return None
    try:
        state = fingerprint_files(folder, (DEMO,))
    except OSError:  # whoever builds it tells what cannot be read
        return None
    depends_on = (str(folder), str(SURVEYS), state, fingerprint_program(_ROOMS), sys.version)
    return cache / "surveys" / f"{hashlib.sha256(repr(depends_on).encode()).hexdigest()}.pickle"


def _recall(path: Path) -> Survey | None:
    """Return what was kept; None where there is nothing, or nothing that is to be trusted."""
    try:
        with path.open("rb") as stream:
            is_own = _is_private(path.parent.stat()) and _is_private(os.fstat(stream.fileno()))
            kept = stream.read() if is_own else b""
    except OSError:
        return None
    digest, body = kept[:_DIGEST], kept[_DIGEST:]
    if not body or hashlib.sha256(body).digest() != digest:
        return None
    found = pickle.loads(body)  # noqa: S301  # written by this user, whole, by this very program
    return found if isinstance(found, Survey) else None


def _is_private(status: os.stat_result) -> bool:
    """Whether a file or folder is this user's and nobody else's. On Windows the user's application data is."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS


def _keep(survey: Survey, path: Path) -> None:
    """Write the file beside its place, then put it there. Raises OSError."""
    path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    if not _is_private(path.parent.stat()):
        return
    forget_old(path.parent)
    body = pickle.dumps(_prepare(_share(survey, {})), pickle.HIGHEST_PROTOCOL)
    handle, name = tempfile.mkstemp(dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(body).digest() + body)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _prepare(survey: Survey) -> Survey:
    """Have worked out what every command asks of a survey: it is kept with it."""
    for kind in survey.kinds:
        for level in ("", *kind.levels):
            survey.rules_of(kind.name, level)
    return survey


def _share(value: Any, known: dict[Any, Any]) -> Any:
    """Return ``value`` with equal texts and trees as one object each: smaller by a third, loaded twice as fast."""
    kind = type(value)
    if kind is str:
        return known.setdefault(value, value)
    if kind is tuple:
        return tuple(_share(part, known) for part in value)
    if kind is dict:
        return {_share(key, known): _share(part, known) for key, part in value.items()}
    if not is_dataclass(kind):
        return value
    made = kind(**{field.name: _share(getattr(value, field.name), known) for field in fields(kind)})
    return known.setdefault(made, made) if isinstance(made, Node) else made
