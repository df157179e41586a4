"""Where the program keeps what it would otherwise make again."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.cache_folder import PLACE, find_cache_folder


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, "")
    assert find_cache_folder() is None
    monkeypatch.setenv(PLACE, str(tmp_path / "named"))
    assert find_cache_folder() == tmp_path / "named"
    monkeypatch.delenv(PLACE)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_cache_folder() == tmp_path / "tianbao"
