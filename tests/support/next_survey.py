"""The tiny survey as somebody may declare it for the next year: a copy of its folder with edits."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from templates.load import load
from templates.model import Survey
from tests.support.returns import MINI

Edits = Mapping[str, Sequence[tuple[str, str]]]
"""By file: texts and what stands there instead."""

SURVEY, M1, M2, LEDGER, RULES, CODES = (
    "survey.toml",
    "forms/M1.toml",
    "forms/M2.toml",
    "ledgers/L01-活动.toml",
    "rules/M1.toml",
    "codes/lists.toml",
)


def write_next(folder: Path, edits: Edits, mapping: str = "") -> Survey:
    """Return the survey of the next year, which lies in ``folder``; ``mapping`` says how older returns are read."""
    shutil.copytree(MINI.folder, folder)
    for name, pairs in edits.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (name, old)
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
    if mapping:
        (folder / "migrations.toml").write_text(mapping, encoding="utf-8")
    return load(folder)
