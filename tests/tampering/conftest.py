"""The return that is tampered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.lock import Lock
from tests.support.books import workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.returns import MINI


@pytest.fixture(scope="session")
def received(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """A filled workbook of the tiny survey, as it comes back. Nobody changes it."""
    return workbook(tmp_path_factory.mktemp("received"), MINI, lock, KIND, LEVEL, filled(MINI))


@pytest.fixture
def path(received: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    copy = tmp_path / received.name
    copy.write_bytes(received.read_bytes())
    return copy
