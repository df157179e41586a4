"""What the tests of each file cost: seconds of the processor, with those of the programs that they start.

``pytest --costs`` prints the files that cost most; it adds up what all workers of a parallel run say.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final

import psutil
import pytest

SHOWN: Final = 40


def measure() -> float:
    """Return the seconds of the processor that this program, its children and theirs have taken until now."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system + _running_children()


def _running_children() -> float:
    """Return what children that still run have taken; those that ended are counted by the system."""
    found = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        found += times.user + times.system + times.children_user + times.children_system
    return found


@dataclass
class Costs:
    """Adds up, file by file."""

    by_file: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _before: float = field(default_factory=measure)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        """Write onto each report what was spent since the last one: tests of a worker come one after the other."""
        report = yield
        now = measure()
        report.spent, self._before = max(now - self._before, 0.0), now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a report, of whichever worker."""
        self.by_file[report.nodeid.partition("::")[0]] += getattr(report, "spent", 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the files that cost most."""
        terminalreporter.section("seconds of the processor")
        for name, seconds in sorted(self.by_file.items(), key=lambda item: -item[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:8.1f}  {name}")
        terminalreporter.write_line(f"{sum(self.by_file.values()):8.1f}  all {len(self.by_file)} files")
