"""What tests share. Where LibreOffice is missing the live tests are left out loudly, in CI they must not be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.strict import Lock
from templates.load import load
from templates.model import Survey
from tests.support.books import PASSWORD
from tests.support.office import Office, missing

os.environ["TIANBAO_CACHE"] = ""
"""Tests bend surveys that keep their fingerprint: no blueprint of theirs may be found again by it."""


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
