"""What one workbook, one validation and one demo cost, each beside something plain that does less.

    .venv/bin/python -m benchmarks.line            prints the table of docs/performance.md

Times are medians of several runs in this process; ratios are what lasts when machines differ.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from addin.auditing.audit import audit
from addin.demo import play_demo
from addin.reading.reader import read
from addin.sending.fill import render
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.strict import Lock
from generator.unit.workbook import build
from templates.content import Identity
from templates.load import list_surveys, load
from templates.model import Survey

RUNS = 7
YEAR = 2024


def median(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median seconds of ``action``, after one run that does not count."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def unit(survey: Survey) -> Identity:
    """Return a made-up unit of the survey's first kind."""
    kind = survey.kinds[0]
    return Identity(survey.id, survey.version, survey.hash, YEAR, "1", "演示单位", kind.name, kind.levels[-1])


def line(name: str, seconds: float, beside: str = "", baseline: float = 0.0) -> str:
    """Return one row of the table."""
    ratio = f"{seconds / baseline:.2f}" if baseline else ""
    return f"| {name} | {seconds * 1000:,.0f} | {beside} | {ratio} |"


def measure(survey: Survey, folder: Path) -> list[str]:
    """Return the rows of the table for one workbook."""
    identity, lock, path = unit(survey), Lock.of("x"), folder / "unit.xlsx"
    content = make_complete_zero(survey, identity)
    building = median(lambda: build(path, survey, identity, lock, content))
    submission = read(path)
    if not isinstance(submission, Submission):
        raise SystemExit(submission.reason)
    opening = median(lambda: openpyxl.load_workbook(path), runs=3)
    reading = median(lambda: read(path))
    judging = median(lambda: audit(survey, YEAR, [submission]))
    both = reading + judging
    twice = [submission] * 200
    many = median(lambda: audit(survey, YEAR, twice), runs=3)
    return [
        line("load the definitions", median(lambda: load(survey.id))),
        line(f"write one unit workbook ({path.stat().st_size / 1000:,.0f} kB)", building),
        line("render a filled one afresh", median(lambda: render(survey, submission, path, folder / "again.xlsx"))),
        line("read it back", reading, "openpyxl opening it", opening),
        line("audit it", judging, "reading it", reading),
        line("validate it (read and audit)", both, "writing it", building),
        line("audit 200 at once", many, "200 × audit one", 200 * judging),
    ]


def main() -> None:
    """Print the table."""
    survey = load(list_surveys()[0])
    print("| what | ms | beside | ratio |\n|---|---:|---|---:|")
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(survey, Path(folder))
        start = time.perf_counter()
        play_demo(survey, Path(folder) / "demo", year=YEAR)
        rows.append(line("the whole demo", time.perf_counter() - start))
    print("\n".join(rows))


if __name__ == "__main__":
    main()
