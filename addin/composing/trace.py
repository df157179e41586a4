"""The trace for people and programs: a workbook, and the JSON of ``compose --json``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from addin.composing.compose import Composed
from generator.trace import write_trace
from templates.words import say


def save_trace(composed: Composed, path: Path) -> None:
    """Write the trace of a composed return as a workbook. Raises OSError when it cannot be written."""
    identity = composed.submission.identity
    write_trace(path, say("compose.trace.title", name=identity.name, year=identity.year), composed.trace)


def describe_composition(composed: Composed) -> dict[str, Any]:
    """Return what ``compose --json`` prints of the composition. Whole numbers are ints, days ISO texts."""
    return {
        "unit": composed.submission.identity.code,
        "parts": [
            {
                "code": part.identity.code,
                "name": part.identity.name,
                "kind": part.identity.kind,
                "file": part.file,
                "errors": part.errors,
                "warnings": part.warnings,
            }
            for part in composed.parts
        ],
        "cells": [_plain(asdict(line)) for line in composed.trace.cells],
        "rows": [_plain(asdict(line)) for line in composed.trace.rows],
        "notes": [_plain(asdict(line)) for line in composed.trace.notes],
        "remarks": list(composed.remarks),
    }


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in line.items() if key != "decimals"}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
