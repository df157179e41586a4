"""Tables of docs/performance.md: rows with ratios, written between markers, each with when and on what."""

from __future__ import annotations

import os
import platform
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.clock import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"
BEFORE: Final = Path(__file__).parent / "before.toml"


@dataclass(frozen=True)
class Table:
    """One table: a name that the page's markers bear, what its columns are, and its rows."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())
    """Sentences below it."""

    def show(self) -> str:
        """Return the table in Markdown, with when and on what it was measured."""
        ruled = ["---", *("---:" for _ in self.header[1:])]
        lines = [_line(self.header), f"|{'|'.join(ruled)}|", *map(_line, self.rows)]
        return "\n".join([*lines, "", " ".join([describe_machine(), *self.notes])])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def describe_machine() -> str:
    """Return when and on what was measured."""
    day = datetime.now(UTC).date().isoformat()
    return f"Measured {day}, {os.cpu_count()} cores, Python {platform.python_version()}."


def show_ms(seconds: float) -> str:
    """Return milliseconds with about three figures."""
    ms = seconds * 1000
    return f"{ms:,.0f}" if ms >= 100 else f"{ms:.1f}" if ms >= 10 else f"{ms:.2f}"


def show_ratio(ratio: float) -> str:
    """Return a ratio with two or three figures."""
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.1f}×" if ratio >= 10 else f"{ratio:.2f}×"


def compare_with(seconds: Mapping[str, float], ours: str, table: str) -> Iterator[list[str]]:
    """Yield a row for each contender: its time, how many times ours that is, and what it took before."""
    for name, taken in seconds.items():
        ratio = "" if name == ours else show_ratio(taken / seconds[ours])
        yield [name, show_ms(taken), ratio, show_before(table, name, taken)]


def show_before(table: str, name: str, seconds: float) -> str:
    """Return what a row took at the commit that before.toml names, and how many times more that was."""
    _measured.setdefault(table, {})[name] = seconds * 1000
    before = read_before().get(table, {}).get(name)
    return f"{show_ms(before / 1000)} ({show_ratio(before / 1000 / seconds)})" if before and seconds else ""


_measured: dict[str, dict[str, float]] = {}
"""Milliseconds of this run by table and row."""


def keep_for_later(path: Path) -> None:
    """Write what this run measured as a later one reads it: see before.toml."""
    lines = ["[ms]\n"]
    for table, rows in _measured.items():
        lines += [f'"{table}"."{name}" = {ms:.6g}\n' for name, ms in rows.items()]
    path.write_text("".join(lines), encoding="utf-8")


@cache
def read_before() -> dict[str, dict[str, float]]:
    """Return milliseconds by table and row, measured by this same bench on an earlier version."""
    found: dict[str, dict[str, float]] = tomllib.loads(BEFORE.read_text(encoding="utf-8"))["ms"]
    return found


def put_into_page(tables: Sequence[Table], page: Path = PAGE) -> None:
    """Write tables into the page, each between its markers. Raises KeyError where it has none for a table."""
    text = page.read_text(encoding="utf-8")
    for table in tables:
        marked = re.compile(rf"(<!-- bench: {table.name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(text):
            raise KeyError(f"{page.name}: <!-- bench: {table.name} -->")
        text = marked.sub(lambda found, table=table: f"{found[1]}{table.show()}\n{found[2]}", text)  # type: ignore[misc]
    page.write_text(text, encoding="utf-8")
