"""Which survey a heap of returns belongs to, when nobody says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from addin.receiving.archive import Found, Unpacker
from addin.receiving.collect import collect
from addin.receiving.returns import WorkerReading
from generator.temporary import temporary_folder
from templates.folders import list_surveys

SAMPLE = 20
"""So many readable returns are asked; the most common answer wins."""


def guess_survey(paths: Iterable[Path]) -> str | None:
    """Return the id of the installed survey that most of the returns belong to, or None when none can be read."""
    if len(list_surveys()) == 1:
        return list_surveys()[0]
    stated: Counter[str] = Counter()
    with temporary_folder() as folder:
        found = [one.path for one in collect(paths, Unpacker(folder)) if isinstance(one, Found)]
        for content in WorkerReading(examined=False)(found):
            stated.update([content.identity.survey] if content.identity else [])
            if stated.total() >= SAMPLE:
                break
    return stated.most_common(1)[0][0] if stated else None
