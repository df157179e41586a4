"""Moments after everything that a test has made."""

from __future__ import annotations

from datetime import datetime, timedelta


def later(hours: int = 1) -> datetime:
    """Return a moment so many hours from now."""
    return datetime.now().astimezone() + timedelta(hours=hours)
