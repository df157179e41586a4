"""A merge in which files kill, hang and stuff the programs that read them: they are told, the others merged.

Each file that only holds a word does what the word says (tests/workers/poison.py); the others are true returns.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.receiving.returns import WorkerReading
from addin.roster import Roster
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.summary.rollup import Rollup, describe_merge
from addin.workers.limits import WorkerLimits
from generator.lock import Lock
from templates.catalogue import Surveys
from tests.support.returns import MINI
from tests.support.stores import asked, tiny_returns, tiny_roster

GOOD = tiny_roster(5)
UNITS = tiny_roster(14)
TIGHT = WorkerLimits(processor=20.0, seconds=20.0, megabytes=1024)
EMPTY = "正常的文件远没有这么大，请用 Excel 或 WPS 打开，删去空白处多余的格，另存为 .xlsx 后再报。"
RETRY = "请重试，仍不行的，请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。"
POISON = {
    "raise": "文件内容已损坏，未能读出（ValueError: boom），请向该单位重新索取。",
    "panic": "文件内容已损坏，未能读出（Panic: index out of bounds），请向该单位重新索取。",
    "recursion": "文件内容已损坏，未能读出（RecursionError: too deep），请向该单位重新索取。",
    "hang": "读取超过 20 秒还没有读完，已停止；请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "eat": f"读取占用内存超过 1024 MB，已停止；{EMPTY}",
    "abort": f"读取时程序异常中止（信号 SIGABRT）；{RETRY}",
    "exit": f"读取时程序异常中止（退出码 3）；{RETRY}",
    "wait": f"读取时程序异常中止（信号 SIGKILL）；{RETRY}",
    "print": "这不是 Excel 工作簿（可能是改了扩展名的文本或网页），请报送下发的 .xlsx 报表。",
}


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """Five true returns, and among them a file of each kind of poison, of units of their own."""
    folder = tmp_path_factory.mktemp("in")
    tiny_returns(folder, GOOD, lock)
    return folder


def poisoned(folder: Path) -> dict[str, str]:
    """Put the poison among the returns; return the sentence of each file."""
    told = {}
    for unit, (word, sentence) in zip(UNITS.units[len(GOOD.units) :], POISON.items(), strict=True):
        path = folder / f"{unit.code}-{word}.xlsx"
        path.write_text(word, encoding="utf-8")
        told[path.name] = sentence
    return told


def received(folder: Path, units: Roster, workers: int, store: Path | None = None) -> Merged:
    """Merge the folder; whoever waits to be killed is killed."""
    read = WorkerReading(Surveys(MINI), workers=workers, work="tests.workers.poison:read_return", limits=TIGHT)
    over = threading.Event()
    killer = threading.Thread(target=_kill, args=(folder, over))
    killer.start()
    job = MergeJob([folder], units, MINI)
    try:
        return merge_into(Store(store), job, read=read, every=0.0) if store else merge(job, read=read)
    finally:
        over.set()
        killer.join()


def _kill(folder: Path, over: threading.Event) -> None:
    while not over.is_set():
        for path in folder.glob("*.pid"):
            if pid := path.read_text():
                path.unlink()
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.05)


def test_poison_costs_its_own_files_and_no_other(returns: Path, tmp_path: Path) -> None:
    plain = merge(MergeJob([returns], GOOD, MINI))
    sentences = poisoned(returns)
    alone = received(returns, UNITS, workers=1)
    rollup = Rollup.of(alone)
    assert rollup.totals == Rollup.of(plain).totals
    assert [unit.submission is not None for unit in alone.units] == [True] * 5 + [False] * 9
    assert {file.shown: file.reason for file, _ in alone.files if file.reason} == sentences
    assert all(unit and unit.code == file.shown[:3] for file, unit in alone.files)
    together = received(returns, UNITS, workers=2, store=tmp_path / "S.duckdb")
    assert describe_merge(together, Rollup.of(together)) == describe_merge(alone, rollup)
    kept = asked(tmp_path / "S.duckdb", "SELECT file FROM submissions ORDER BY file")
    assert kept == [(f"{unit.code}.xlsx",) for unit in GOOD.units] + [("013-print.xlsx",)], "what broke is tried again"
