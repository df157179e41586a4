"""A return is opened once: reading, examination, fingerprint and time of saving all come from one opening."""

from __future__ import annotations

import builtins
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from addin.codec import decode
from addin.package import container
from addin.receiving.returns import read_for_parent
from addin.submission import Submission
from generator.lock import Lock
from templates.migration import fingerprint_migrations
from templates.model import Survey
from tests.support.books import workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.returns import MINI


@pytest.fixture
def path(tmp_path: Path, lock: Lock) -> Path:
    return workbook(tmp_path, MINI, lock, KIND, LEVEL, filled(MINI))


def options(survey: Survey) -> dict[str, Any]:
    migrations = fingerprint_migrations(survey.migrations)
    definitions = {"folder": str(survey.folder), "hash": survey.hash, "migrations": migrations}
    return {"definitions": definitions, "year": None, "any_version": False, "examined": True}


def test_each_part_is_inflated_once_and_the_file_opened_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_for_parent(path, options(MINI))  # renders the blueprint, which is a file of its own
    opened: Counter[str] = Counter()
    inflated: Counter[str] = Counter()
    really_open, really_inflate = io.open, container._inflated

    def counted_open(file: Any, *args: Any, **more: Any) -> Any:
        opened[str(file)] += 1
        return really_open(file, *args, **more)

    def counted_inflate(data: bytes, info: Any) -> bytes:
        inflated[info.filename] += 1
        return really_inflate(data, info)

    monkeypatch.setattr(io, "open", counted_open)
    monkeypatch.setattr(builtins, "open", counted_open)
    monkeypatch.setattr(container, "_inflated", counted_inflate)
    told = read_for_parent(path, options(MINI))
    assert (opened[str(path)], set(inflated.values())) == (1, {1})
    found = decode(told)
    assert isinstance(found, Submission)
    assert found.origin
