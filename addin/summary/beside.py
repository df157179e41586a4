"""What lies beside 汇总.xlsx: the units' files, which its links lead to, and ledgers that no sheet of it holds."""

from __future__ import annotations

import filecmp
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from addin.receiving.outcomes import Merged, UnitOutcome
from addin.roster import name_workbooks
from generator.consolidated.data import ReturnLine
from generator.consolidated.long_lists import is_long, write_list_file
from generator.files import write_beside
from templates.file_names import tell_apart
from templates.model import Survey
from templates.words import lookup, say

SUFFIXES = (".xlsx", ".xlsm")
"""What a copy may end in; Excel opens nothing whose name and content disagree."""

OWNER_ONLY = 0o700


def folder_beside(path: Path) -> Path:
    """Return the folder of the copies: ``汇总_files`` beside ``汇总.xlsx``."""
    return path.with_name(say("consolidated.files.folder", stem=path.stem))


def copy_files(merged: Merged, path: Path) -> dict[str, str]:
    """Copy what counts for each unit into the folder beside ``path``; return the relative paths by unit code.

    Nothing that lies there is taken away. A file that stands for several units is nobody's own and is left out. Raises
    OSError when the folder cannot be written.
    """
    sent = [(unit, source) for unit in merged.units if (source := _source(unit))]
    shared = Counter(source for _, source in sent)
    own = [(unit, source) for unit, source in sent if shared[source] == 1]
    if not own:
        return {}
    folder = _made(folder_beside(path))
    names = _linkable(name_workbooks(unit.unit for unit in merged.units))
    return {unit.code: f"{folder.name}/{_copied(names[unit.code], source, folder).name}" for unit, source in own}


def write_long_ledgers(lines: Sequence[ReturnLine], survey: Survey, path: Path) -> dict[str, str]:
    """Write the ledgers that are too long for a sheet into the folder beside ``path``; return their relative paths.

    By the short of the ledger. Raises OSError when the folder cannot be written.
    """
    long = [ledger for ledger in survey.ledgers if is_long(lines, ledger)]
    files = {}
    for ledger in long:
        folder = _made(folder_beside(path))
        name = f"{say('consolidated.sheets.ledger', short=ledger.short)}.csv"
        write_list_file(folder / name, lines, ledger)
        files[ledger.short] = f"{folder.name}/{name}"
    return files


def _source(unit: UnitOutcome) -> Path | None:
    """Return the file that stands for the unit, if it still lies somewhere."""
    counted = (file.path for file in unit.files if file.counted)
    return next((path for path in counted if path is not None and path.is_file()), None)


def _made(folder: Path) -> Path:
    """Make the folder, with a note that tells people, and ``merge``, what it is."""
    folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
    words = lookup("consolidated.files")
    (folder / words["note_name"]).write_text(words["note"], encoding="utf-8")
    return folder


def _copied(name: str, source: Path, folder: Path) -> Path:
    suffix = source.suffix.lower()
    target = folder / (Path(name).stem + (suffix if suffix in SUFFIXES else SUFFIXES[0]))
    if not (target.exists() and filecmp.cmp(source, target)):
        with write_beside(target) as beside:
            shutil.copy2(source, beside)
    return target


def _linkable(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names without what means something in a link, still no two of them one file."""
    plain = (name.replace("#", "_").replace("%", "_") for name in names.values())
    return dict(zip(names, tell_apart(plain), strict=True))
