"""Made-up returns came in on days of the year in which a real survey is filed."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

from addin.demo.arrivals import date_answers, date_returns


def days(paths: list[Path]) -> list[str]:
    return [f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d}" for path in paths]


def test_returns_are_spread_over_some_days_and_answers_follow(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.xlsx" for number in range(4)]
    for path in paths:
        path.touch()
    date_returns(tmp_path, 2024)
    assert days(paths) == ["2025-03-03", "2025-03-06", "2025-03-09", "2025-03-12"]
    date_answers(paths[:2], 2024)
    assert days(paths) == ["2025-03-25", "2025-03-31", "2025-03-09", "2025-03-12"]


def test_what_is_in_a_zip_bears_the_day_and_stays_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("单位.xlsx", b"content")
    date_returns(tmp_path, 2024)
    with zipfile.ZipFile(path) as package:
        [member] = package.infolist()
        assert (member.filename, member.date_time[:3], package.read(member)) == ("单位.xlsx", (2025, 3, 3), b"content")
