"""What tests share. Where LibreOffice is missing the live tests are left out loudly, in CI they must not be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler.protocol import Scheduling

from generator.lock import Lock
from templates.load import load
from templates.model import Survey
from tests.support.books import PASSWORD
from tests.support.costs import Costs
from tests.support.dealing import COSTS, FileByFile, cost_of, is_left_out
from tests.support.office import Office, missing

os.environ["TIANBAO_CACHE"] = ""
"""Tests bend surveys that keep their fingerprint: no blueprint of theirs may be found again by it."""

os.environ["TIANBAO_SURVEYS"] = ""
"""What somebody installed for himself is none of the tests' business."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what this suite may be asked."""
    parser.addoption("--check", action="store_true", help="leave out what needs LibreOffice, and what costs much")
    parser.addoption("--costs", action="store_true", help="print which files cost most, in seconds of the processor")


def pytest_configure(config: pytest.Config) -> None:
    """Do what was asked."""
    if config.getoption("--costs"):
        config.pluginmanager.register(Costs(), "costs")


def pytest_xdist_auto_num_workers() -> int:
    """Return half as many workers again as there are cores: while one waits for its LibreOffice, another one works."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + cores // 2


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Deal the tests out to the workers file by file."""
    return FileByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that cost most, so that the workers end together."""
    if config.getoption("--check"):
        left_out = [item for item in items if is_left_out(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_left_out(item)]
    items.sort(key=lambda item: -cost_of(item.nodeid))


@pytest.fixture(scope="session")
def kx() -> Survey:
    """The survey of the 科协."""
    return load("kx2023")


@pytest.fixture(scope="session")
def mini() -> Survey:
    """The tiny survey of the tests."""
    return load(Path(__file__).parent / "surveys" / "mini")


@pytest.fixture(scope="session")
def lock() -> Lock:
    """One hashed password for all workbooks; hashing takes a while."""
    return Lock.of(PASSWORD)


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """One live LibreOffice for the session (for each worker, when tests run in parallel)."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI may leave out no test: {reason}")
        pytest.skip(reason)
    with Office() as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once more, at the very end, what was left out and why."""
    left_out = terminalreporter.stats.get("skipped", [])
    if left_out and (reason := missing()):
        terminalreporter.section("LEFT OUT")
        terminalreporter.write_line(f"{len(left_out)} tests did not run, because {reason}.")
        terminalreporter.write_line("On Debian or Ubuntu: apt-get install libreoffice-calc python3-uno fonts-noto-cjk")
    if terminalreporter.config.getoption("--check"):
        terminalreporter.section("LEFT OUT")
        terminalreporter.write_line(
            "What a live LibreOffice says, and the files that cost most; make test runs everything:"
        )
        terminalreporter.write_line(", ".join(name.removeprefix("tests/") for name in COSTS))
