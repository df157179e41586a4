"""Returns read on a Dask cluster: as on one machine, whatever dies meanwhile; a cluster that cannot is refused.

The clusters are real ones, of this machine: a scheduler, and workers in processes of their own.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest
from distributed import Client, LocalCluster

from addin.package.opened import open_package
from addin.receiving.cluster import ClusterReading, ClusterRefused, parse_address
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.receiving.returns import WorkerReading
from addin.receiving.shards import NoShard, name_shard, read_shard, write_shard
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup, describe_merge
from addin.workers.faults import WorkerFault
from addin.workers.pool import WorkerAnswer
from generator.lock import Lock
from templates.catalogue import Surveys
from templates.program import READING as PROGRAM
from templates.program import fingerprint_program
from tests.support.command import run
from tests.support.returns import MINI
from tests.support.stores import tiny_returns, tiny_roster

GOOD = tiny_roster(15)
UNITS = tiny_roster(16)
READING = WorkerReading(Surveys(MINI), workers=2, work="tests.workers.poison:read_return")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """Fifteen returns, and one file that kills whoever reads it."""
    folder = tmp_path_factory.mktemp("in")
    tiny_returns(folder, GOOD, lock)
    (folder / "007-abort.xlsx").write_text("abort", encoding="utf-8")
    (folder / "015-abort.xlsx").write_text("abort", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers in processes of their own, looked after by nannies."""
    place = tmp_path_factory.mktemp("dask")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0, local_directory=str(place)
    ) as running:
        yield running


@dataclass
class Disturbed:
    """Reads on a cluster; when the first file is read, a worker of the cluster is killed."""

    read: ClusterReading
    killed: list[psutil.Process] = field(default_factory=list)

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds."""
        for number, found in enumerate(self.read(paths)):
            if number == 0:
                self._kill()
            yield found

    def _kill(self) -> None:
        with Client(self.read.address, set_as_default=False) as client:
            victim = psutil.Process(min(client.run(os.getpid).values()))
        while not (reading := victim.children(recursive=True)):
            time.sleep(0.05)  # its first chunk is on the way
        self.killed = [victim, *reading]
        victim.send_signal(signal.SIGKILL)


def summary(merged: Merged, path: Path) -> dict[str, dict[str, str]]:
    """Return every cell of the 汇总.xlsx that is written of it."""
    path.parent.mkdir()
    write_summary(merged, Rollup.of(merged), path)
    return cells(path)


def cells(path: Path) -> dict[str, dict[str, str]]:
    """Return every cell of a workbook, apart from the moment at which it was made."""
    found = {name: dict(sheet.contents) for name, sheet in open_package(path).sheets.items()}
    (moment,) = [address for address, content in found["_meta"].items() if content == "sgenerated_at"]
    del found["_meta"][moment.replace("A", "B")]
    return found


def test_a_cluster_gives_what_one_machine_gives(returns: Path, cluster: LocalCluster, tmp_path: Path) -> None:
    """Also with a worker killed in the middle and poison among the files; nothing is left of it afterwards."""
    job, shared = MergeJob([returns], UNITS, MINI), tmp_path / "shared"
    shared.mkdir()
    disturbed = Disturbed(ClusterReading(READING, cluster.scheduler_address, shared))
    pooled, clustered = merge(job, read=READING), merge(job, read=disturbed)
    assert describe_merge(clustered, Rollup.of(clustered)) == describe_merge(pooled, Rollup.of(pooled))
    assert summary(clustered, tmp_path / "b" / "汇总.xlsx") == summary(pooled, tmp_path / "a" / "汇总.xlsx")
    died = "读取时程序异常中止（信号 SIGABRT）；请重试，仍不行的，请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。"
    assert {file.shown: file.reason for file, _ in clustered.files if file.reason} == {
        "007-abort.xlsx": died,
        "015-abort.xlsx": died,
    }
    assert list(shared.iterdir()) == []
    assert len(disturbed.killed) == 2, "the worker, and the program that read for it"
    assert psutil.wait_procs(disturbed.killed, 10)[1] == []


def test_with_a_store_nothing_is_read_twice(returns: Path, cluster: LocalCluster, tmp_path: Path) -> None:
    job, store = MergeJob([returns], UNITS, MINI), Store(tmp_path / "S.duckdb")
    first = merge_into(store, job, read=ClusterReading(READING, cluster.scheduler_address, tmp_path))
    asked: list[Path] = []

    def read(paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        asked.extend(paths)
        return READING(paths)

    again = merge_into(store, job, read=read)
    assert [path.name for path in asked] == ["007-abort.xlsx", "015-abort.xlsx"], "what broke is tried again"
    assert describe_merge(again, Rollup.of(again)) == describe_merge(first, Rollup.of(first))


def test_no_files_ask_no_cluster(tmp_path: Path) -> None:
    assert list(ClusterReading(READING, "tcp://127.0.0.1:1", tmp_path)([])) == []


# --- shards ----------------------------------------------------------------------------------------------------------

ANSWERS = [
    WorkerAnswer(Path("/a/一.xlsx"), '{"text": "汉字"}'),
    WorkerAnswer(Path("/a/\udcff.xlsx"), {"half": "\ud83d", "nothing": None}),
    WorkerAnswer(Path("/a/b c.xlsx"), fault=WorkerFault("memory", {"limit": 1024})),
]
PATHS = [str(answer.path) for answer in ANSWERS]


def test_a_shard_gives_back_what_it_was_given(tmp_path: Path) -> None:
    shard = tmp_path / name_shard(PATHS)
    write_shard(shard, ANSWERS[:1])
    write_shard(shard, ANSWERS)  # by somebody else, once more
    assert list(read_shard(shard, PATHS)) == ANSWERS
    assert [path.name for path in tmp_path.iterdir()] == [name_shard(PATHS)]


@pytest.mark.parametrize("other", [PATHS[:2], PATHS[::-1], [*PATHS, "/a/d.xlsx"], []])
def test_a_shard_of_other_files_is_none(tmp_path: Path, other: list[str]) -> None:
    shard = tmp_path / "shard.parquet"
    write_shard(shard, ANSWERS)
    assert name_shard(other) != name_shard(PATHS)
    with pytest.raises(NoShard, match=r"^shard\.parquet$"):
        list(read_shard(shard, other))


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"no shard at all"])
def test_what_is_no_shard_is_said(tmp_path: Path, content: bytes | None) -> None:
    shard = tmp_path / "shard.parquet"
    if content is not None:
        shard.write_bytes(content)
    with pytest.raises(NoShard, match=r"^shard\.parquet: "):
        list(read_shard(shard, PATHS))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("executor", "address"),
    [
        ("dask://10.0.0.5:8786", "tcp://10.0.0.5:8786"),
        ("dask://master:80", "tcp://master:80"),
        ("dask://[::1]:8786", "tcp://[::1]:8786"),
        ("DASK://master:80/", "tcp://master:80"),
    ],
)
def test_addresses(executor: str, address: str) -> None:
    assert parse_address(executor) == address


@pytest.mark.parametrize(
    "executor",
    ["dask", "dask://", "dask://host", "dask://:8786", "dask://host:port", "tcp://host:8786", "", "dask://h:99999"],
)
def test_what_is_no_address(executor: str) -> None:
    with pytest.raises(ClusterRefused) as refused:
        parse_address(executor)
    expected = f"--executor 要写成 dask://主机:端口，例如 dask://10.0.0.5:8786；现在写的是「{executor}」。"
    assert str(refused.value) == expected


@dataclass
class Scheduler:
    """A scheduler without workers, where it listens and where its workers are to run."""

    port: int
    place: Path

    @property
    def address(self) -> str:
        """As a client knows it."""
        return f"tcp://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def program(place: Path, prelude: str, *arguments: str) -> Iterator[None]:
    """Run one of Dask's programs, in whose Python ``prelude`` runs first."""
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(prelude, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(place), str(ROOT)])}
    command = [sys.executable, "-P", "-m", *arguments, "--no-dashboard"]
    running = subprocess.Popen(command, env=environment, cwd=place, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait()


@contextmanager
def scheduler(place: Path, prelude: str = "") -> Iterator[Scheduler]:
    port = free_port()
    here = ["--host", "127.0.0.1", "--port", str(port)]
    with program(place / "scheduler", prelude, "distributed.cli.dask_scheduler", *here):
        yield Scheduler(port, place)


@contextmanager
def worker(of: Scheduler, prelude: str) -> Iterator[None]:
    with program(of.place / "worker", prelude, "distributed.cli.dask_worker", of.address, "--no-nanny", "--nthreads=1"):
        yield


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """A scheduler without workers."""
    with scheduler(tmp_path_factory.mktemp("lonely")) as running:
        yield running


NO_PROGRAM = """
import sys
class Finder:
    def find_spec(name, *_):
        if name == "addin":
            raise ModuleNotFoundError("No module named 'addin'")
sys.meta_path.insert(0, Finder)
"""
OTHER_PROGRAM = "import templates.program\ntemplates.program.fingerprint_program = lambda rooms: 'another'"
BLIND = """
from dataclasses import replace
import addin.receiving.cluster as cluster
look = cluster.look_around
cluster.look_around = lambda shards, folders: replace(look(shards, folders), computer="甲机", {what})
"""


def test_a_scheduler_without_the_program(returns: Path, tmp_path: Path) -> None:
    with scheduler(tmp_path, NO_PROGRAM) as running, worker(running, ""):
        said = refusal(running.address, returns, tmp_path)
    assert said == (
        "Dask 调度程序运行不了本程序（ModuleNotFoundError: No module named 'addin'）；"
        "请在调度程序所在的 Python 环境里安装同一版本的 tianbao[dask]，重启后再合并。"
    )


@pytest.mark.parametrize(
    ("prelude", "sentence"),
    [
        pytest.param(
            NO_PROGRAM,
            "{worker} 运行不了本程序（Exception: ModuleNotFoundError(\"No module named 'addin'\")）；"
            "请在它的 Python 环境里安装同一版本的 tianbao[dask]，重启后再合并。",
            id="without the program",
        ),
        pytest.param(
            OTHER_PROGRAM,
            "{worker}（{node}）的填报程序是另一版本（another，本机 {ours}）；请装成同一版本，重启后再合并。",
            id="another version",
        ),
        pytest.param(
            BLIND.format(what="dask='2024.1.0'"),
            "{worker}（甲机）的 Dask 是 2024.1.0，本机是 {dask}；请装成同一版本，重启后再合并。",
            id="another Dask",
        ),
        pytest.param(
            BLIND.format(what="token=''"),
            "{worker}（甲机）看不到文件夹 {shared}；请用 --shards 指定一个各台机器上路径相同、都能读写的共享文件夹。",
            id="without the folder of shards",
        ),
        pytest.param(
            BLIND.format(what="missing=folders[0] if folders else ''"),
            "{worker}（甲机）看不到返回的文件所在的文件夹 {returns}；"
            "请把返回的文件放到各台机器上路径相同的共享文件夹里。",
            id="without the returns",
        ),
    ],
)
def test_a_worker_that_cannot(lonely: Scheduler, returns: Path, tmp_path: Path, prelude: str, sentence: str) -> None:
    with worker(lonely, prelude), Client(lonely.address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
        (address,) = client.nthreads()
        known = {"worker": f"Dask 工作进程 {address}", "shared": tmp_path, "returns": returns, **versions()}
        assert refusal(lonely.address, returns, tmp_path) == sentence.format(**known)
    assert list(tmp_path.iterdir()) == []


def versions() -> dict[str, str]:
    """Return what this program, Dask and computer are called."""
    return {"node": platform.node(), "dask": version("distributed"), "ours": fingerprint_program(PROGRAM)}


def refusal(address: str, returns: Path, shared: Path) -> str:
    """Return why the cluster does not read."""
    with pytest.raises(ClusterRefused) as refused:
        list(ClusterReading(READING, address, shared)([returns / "001.xlsx"]))
    return str(refused.value)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, returns: Path) -> Path:
    """A roster of the units, as a file."""
    path = tmp_path_factory.mktemp("roster") / "名录.csv"
    heads = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"
    rows = [f"{unit.code},{unit.name},,{unit.kind},{unit.level},{unit.region},,," for unit in UNITS.units]
    path.write_text("\n".join([heads, *rows]), encoding="utf-8")
    return path


def merging(returns: Path, lines: Path, folder: Path, *options: object) -> tuple[int, str]:
    """Return how the command ends and what it prints; the folder holds 汇总.xlsx and what lies beside it."""
    folder.mkdir(exist_ok=True)
    told = run("merge", returns, "--roster", lines, "--out", folder / "汇总.xlsx", "--survey", MINI.folder, *options)
    return told.exit_code, told.output


def test_the_command_gives_the_same_with_any_executor(
    returns: Path, lines: Path, cluster: LocalCluster, tmp_path: Path
) -> None:
    there = f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"
    (tmp_path / "shards").mkdir()
    ways = [["--workers", 1], ["--workers", 3], ["--executor", there, "--shards", tmp_path / "shards"]]
    told = [merging(returns, lines, tmp_path / str(place), "--json", *way) for place, way in enumerate([[], *ways])]
    assert told == [told[0]] * 4
    assert (told[0][0], list((tmp_path / "shards").iterdir())) == (1, [])
    written = [cells(tmp_path / str(place) / "汇总.xlsx") for place in range(4)]
    assert written == [written[0]] * 4


def test_validate_says_the_same_with_any_number_of_workers(returns: Path) -> None:
    files = sorted(returns.glob("*.xlsx"))
    told = [
        (told.exit_code, told.output)
        for workers in ([], ["--workers", 1], ["--workers", 2], ["--workers", 99])
        for told in [run("validate", *files[:9], "--json", "--survey", MINI.folder, *workers)]
    ]
    assert told == [told[0]] * 4
    assert (told[0][0], [Path(one["file"]).name for one in json.loads(told[0][1])]) == (2, [f.name for f in files[:9]])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--executor", "10.0.0.5:8786"], "--executor 要写成 dask://主机:端口，例如 dask://10.0.0.5:8786；"),
        (["--executor", "dask://h:1", "--workers", 2], "--workers 只管本机用几个进程，用了 --executor 时请去掉它："),
        (["--shards", "."], "--shards 只在用 --executor 时有用；请去掉它，或加上 --executor。"),
        (["--executor", "dask://h:1", "--shards", "nowhere"], "没有文件夹 nowhere；请先建好，或改用别的共享文件夹。"),
        (["--executor", "dask://127.0.0.1:1"], "连接不上 Dask 调度程序 tcp://127.0.0.1:1（OSError: Timed out trying"),
    ],
)
def test_the_command_refuses_in_one_sentence(
    returns: Path, lines: Path, tmp_path: Path, options: list[object], sentence: str
) -> None:
    code, said = merging(returns, lines, tmp_path / "out", *options)
    assert (code, said.splitlines()[-1].startswith(sentence)) == (2, True), said
    assert list((tmp_path / "out").iterdir()) == []


def test_without_the_extra_the_command_says_so(
    returns: Path, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, said = merging(returns, lines, tmp_path / "out", "--executor", "dask://127.0.0.1:1")
    assert (code, said.splitlines()[-1]) == (
        2,
        '没有安装 Dask，不能用 --executor；请先运行 pip install "tianbao[dask]"，或去掉 --executor 在本机合并。',
    )
