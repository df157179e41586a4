"""Stores in a test's folder, looked into from outside, and merges into them by other processes."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.store.remember import merge_into
from addin.store.schema import TABLES
from addin.store.store import Store
from addin.submission import Refusal, Submission
from addin.summary.rollup import Rollup, describe_merge
from generator.lock import Lock
from generator.unit.workbook import build
from tests.support.mailbag import fake_audit, fake_read, one_by_one, survey
from tests.support.returns import MINI, YEAR, a_complete_return

MOMENTS = {"happened_at", "received_at"}
Dump = dict[str, list[tuple[Any, ...]]]


Read = Callable[[Path], Submission | Refusal]


@dataclass
class Counting:
    """A reader that remembers what it was asked to read."""

    read: Read = fake_read
    names: list[str] = field(default_factory=list)

    def __call__(self, path: Path) -> Submission | Refusal:
        """Read the file, and remember its name."""
        self.names.append(path.name)
        return self.read(path)


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Return what the database at ``path`` answers."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(statement).fetchall()


def dump(path: Path) -> Dump:
    """Return everything in the store but moments, and but the merges themselves."""
    found = {}
    for table, columns in TABLES.items():
        names = ", ".join(f'"{name}"' for name in columns if name not in MOMENTS)
        kept = " WHERE what <> 'merged'" if table == "events" else ""
        found[table] = asked(path, f"SELECT {names} FROM {table}{kept} ORDER BY rowid")
    return found


def merges(path: Path) -> int:
    """Return how many merges came to their end."""
    [(count,)] = asked(path, "SELECT count(*) FROM events WHERE what = 'merged'")
    return int(count)


def mail(store: Path, folder: Path, units: Roster, read: Read = fake_read, **options: Any) -> Merged:
    """Merge the mailbag's fake returns into the store."""
    job = MergeJob([folder], units, survey(), **options)
    return merge_into(Store(store), job, read=one_by_one(read), audit=fake_audit)


def told(merged: Merged) -> str:
    """Return what ``merge --json`` says."""
    return json.dumps(describe_merge(merged, Rollup.of(merged)), ensure_ascii=False)


# --- workbooks of the tiny survey, merged by other processes ---------------------------------------------------------


def tiny_roster(count: int) -> Roster:
    """Return units of the tiny survey."""
    return Roster(tuple(ReportingUnit(f"{n:03}", f"单位{n}", "", "甲类", "市级", "500103") for n in range(count)))


def tiny_returns(folder: Path, units: Roster, lock: Lock) -> None:
    """Write a workbook of each unit."""
    for number, unit in enumerate(units.units):
        content = a_complete_return({"06": float(number)}, [{"活动名称": f"活动{number}", "参加人次": 3.0}]).content
        build(folder / f"{unit.code}.xlsx", MINI, make_identity(unit, MINI, YEAR), lock, content)


def tiny_merge(store: Path, folder: Path, units: Roster) -> Merged:
    """Merge workbooks of the tiny survey; each is written as soon as it is read."""
    return merge_into(Store(store), MergeJob([folder], units, MINI), every=0.0)


def started(store: Path, folder: Path, units: Roster) -> BaseProcess:
    """Start such a merge in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.stores"])
    process = context.Process(target=tiny_merge, args=(store, folder, units))
    process.start()
    return process


@contextmanager
def holding(store: Path) -> Iterator[subprocess.Popen[str]]:
    """Yield another process that holds the store open until somebody closes what it reads from."""
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
