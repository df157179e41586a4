"""A cell that holds an error value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCell:
    """An error value that is put into a cell."""

    literal: str
