"""The blueprints of a run in one file, kept beside the password: what was really sent out, years later too.

The file is a zip. ``index.json`` lists its blueprints: ``file`` names the entry, a blank workbook as
:mod:`generator.blueprint.source` describes it; ``survey``, ``version``, ``hash``, ``kind``, ``level``, ``year`` and
``blank`` (which of :data:`~generator.blueprint.source.MAY_BE_BLANK` are blank) say for which workbooks it stands;
``made_by`` is the program that wrote it, as ``_meta`` of those workbooks says; ``words`` are the words in it by what
stands in their place. ``sent.jsonl`` has a line for each workbook that was sent out: what its ``_meta`` says.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from generator.blueprint.source import WORDS, BlueprintSource
from generator.files import MODE, UNDATED
from templates.content import Identity
from templates.program import WRITING, fingerprint_program
from templates.words import say

INDEX: Final = "index.json"
SENT: Final = "sent.jsonl"
_FORMAT: Final = 1
_UNTOLD: Final = ("signature", "receiver")
_ENTRY: Final = re.compile(r"[0-9a-f]{32}\.xlsx")


def name_blueprints(sources: Mapping[BlueprintSource, bytes]) -> str:
    """Return the name of the file that keeps them; other blueprints are in a file with another name."""
    told = sorted(source.fingerprint for source in sources)
    return say("workbook.blueprints_file", mark=hashlib.sha256(repr(told).encode()).hexdigest()[:8])


def is_kept_file(members: Collection[str]) -> bool:
    """Return whether a zip with these members is such a file, and holds nothing else."""
    return INDEX in members and all(name in (INDEX, SENT) or _ENTRY.fullmatch(name) for name in members)


def keep_blueprints(folder: Path, blueprints: Mapping[BlueprintSource, bytes], sent: Iterable[Identity] = ()) -> Path:
    """Write the blueprints into one file in ``folder``, for its owner only, and return it. Raises OSError.

    ``sent`` is what the workbooks say of themselves that were stamped from them; a run before stays known, too.
    """
    path = folder / name_blueprints(blueprints)
    listed = sorted(blueprints.items(), key=lambda one: one[0].fingerprint)
    index = {"format": _FORMAT, "words": WORDS, "blueprints": [_describe(source) for source, _ in listed]}
    lines = dict.fromkeys((*_read_sent(path), *map(_spell_sent, sent)))
    path.touch(MODE)
    with ZipFile(path, "w", ZIP_STORED) as package:
        package.writestr(_entry(INDEX), json.dumps(index, ensure_ascii=False, indent=1))
        package.writestr(_entry(SENT), "\n".join(lines), ZIP_DEFLATED)
        for source, file in listed:
            package.writestr(_entry(_name(source)), file)
    return path


def _read_sent(path: Path) -> Iterator[str]:
    """Yield the lines of a file that is there already, if it can be read."""
    with suppress(OSError, BadZipFile, KeyError, ValueError), ZipFile(path) as package:
        yield from package.read(SENT).decode().splitlines()


def _spell_sent(identity: Identity) -> str:
    """Return what a workbook says of itself as a line, without what signs it and whom units telephone."""
    told = {name: value for name, value in asdict(identity).items() if value and name not in _UNTOLD}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _describe(source: BlueprintSource) -> dict[str, Any]:
    survey = source.survey
    return {
        "file": _name(source),
        "survey": survey.id,
        "version": survey.version,
        "hash": survey.hash,
        "kind": source.kind,
        "level": source.level,
        "year": source.year,
        "blank": sorted(source.blank),
        "made_by": fingerprint_program(WRITING),
    }


def _name(source: BlueprintSource) -> str:
    return f"{source.fingerprint}.xlsx"


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, UNDATED.timetuple()[:6])
    entry.external_attr = MODE << 16
    return entry
