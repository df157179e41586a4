"""Unit workbooks made in a test's folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Identity
from templates.families import EXAMPLE_YEAR
from templates.model import Survey

PASSWORD = "演示-2024"
"""Of workbooks that exist only while the tests run."""

USCC = "53500000DEM000001Q"
"""Made up, with the right check character."""


SMALL: Final = 12
"""Rows of a small ledger."""


def identity(survey: Survey, kind: str, level: str, year: int = EXAMPLE_YEAR) -> Identity:
    """Return a made-up unit."""
    return Identity(
        survey=survey.id,
        version=survey.version,
        hash=survey.hash,
        year=year,
        code="001",
        name="重庆市演示单位（演示）",
        kind=kind,
        level=level,
        uscc=USCC,
        region="500103",
    )


def workbook(folder: Path, survey: Survey, lock: Lock, kind: str, level: str, content: Content | None = None) -> Path:
    """Return the path of a fresh workbook."""
    path = folder / f"{survey.id}-{kind}-{level}.xlsx"
    build(path, survey, identity(survey, kind, level), lock, content)
    return path


def with_small_ledgers(survey: Survey) -> Survey:
    """Return the survey with room for few rows in each ledger.

    LibreOffice recalculates its workbooks ten times faster; the formulas are the same.
    """
    return replace(survey, ledgers=tuple(replace(ledger, capacity=SMALL) for ledger in survey.ledgers))


def units(survey: Survey) -> Iterator[tuple[str, str]]:
    """Yield every kind with each of its levels."""
    return ((kind.name, level) for kind in survey.kinds for level in kind.levels)
