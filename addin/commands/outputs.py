"""Whether what a command is to write can be written: asked before the work, so that no hour of it is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.commands.shared import refuse, refuse_unwritable
from generator.temporary import new_temporary
from templates.words import lookup, say

ROOM = 50_000
"""Bytes that no workbook does without."""


@dataclass(frozen=True)
class Output:
    """A file to write, with the suffixes that its name may have; none are asked for where every name will do.

    A store says itself, before the work, whether it can be written, and may be open elsewhere for a while.
    """

    path: Path
    suffixes: Sequence[str] = ()
    is_store: bool = False


def workbook(path: Path) -> Output:
    """Return a workbook to write."""
    return Output(path, (".xlsx",))


def refuse_outputs(outputs: Iterable[Output | None], inputs: Iterable[Path] = ()) -> None:
    """Refuse an output that is an input or another output, and the first one that cannot be written."""
    asked = [output for output in outputs if output is not None]
    taken = list(inputs)
    for output in asked:
        if any(_are_one(output.path, other) for other in taken):
            refuse(say("cli.refused.same_file", path=output.path))
        taken.append(output.path)
    for output in asked:
        if not output.is_store:
            _refuse_file(output)


def refuse_folder(folder: Path, files: int = 1, reserved: Iterable[str] = ()) -> None:
    """Refuse a folder that cannot be made or written, or has no room for that many workbooks.

    ``reserved`` are names of files that will be written in it.
    """
    if folder.exists() and not folder.is_dir():
        refuse(say("cli.refused.is_file", path=folder))
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not standing.is_dir():
        refuse(say("cli.refused.is_file", path=standing))
    _refuse_place(folder, standing, files * ROOM)
    for name in reserved:
        _refuse_standing(folder / name)


def _refuse_file(output: Output) -> None:
    path = output.path
    if path.is_dir():
        refuse(say("cli.refused.is_folder", path=path))
    if output.suffixes and path.suffix.lower() not in output.suffixes:
        kinds = say("cli.refused.or").join(output.suffixes)
        refuse(say("cli.refused.suffix", path=path, suffixes=kinds))
    if not path.parent.exists():
        refuse(say("cli.refused.missing_folder", path=path, folder=path.parent))
    if not path.parent.is_dir():
        refuse(say("cli.refused.is_file", path=path.parent))
    _refuse_standing(path)
    _refuse_place(path, path.parent, ROOM)


def _refuse_standing(path: Path) -> None:
    """Refuse where what stands at ``path`` must not or cannot be replaced."""
    for pattern in lookup("cli.refused.owner_files"):
        owner = path.with_name(pattern.format(name=path.name))
        if owner.exists():
            refuse(say("cli.refused.open", path=path, owner=owner.name))
    if path.is_dir():
        refuse(say("cli.refused.is_folder", path=path))
    if path.exists() and not path.is_file():
        refuse(say("cli.refused.no_file", path=path))
    if path.is_file():
        with refuse_unwritable(path), path.open("r+b"):
            pass


def _refuse_place(path: Path, folder: Path, room: int) -> None:
    """Refuse where nothing can be written into ``folder``, or too little."""
    with refuse_unwritable(path):
        new_temporary(folder, "").unlink()
        free = shutil.disk_usage(folder).free
    if free < room:
        reason = say("cli.refused.room", free=free // 1000, room=room // 1000)
        refuse(say("cli.refused.no_folder", path=path, reason=reason))


def _are_one(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
