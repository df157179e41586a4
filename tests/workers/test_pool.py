"""Workers: what one file does costs that file alone, and is told in one sentence.

- the same answers in the same order, whether one worker reads or several
- exceptions, panics, aborts, endless work, memory, noise: the file is told, the next one is read
- killed from outside: the file is told; while idle: nobody is
- a killed parent leaves no workers, even where native code holds the interpreter
- a worker that cannot start, or cannot work, ends the run and blames no file
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from addin.workers.faults import CannotRead
from addin.workers.frames import Reply, Request
from addin.workers.limits import WorkerLimits, choose_worker_count
from addin.workers.pool import Pool, Task, WorkerAnswer, read_all, read_here

POISON = "tests.workers.poison"
TIGHT = WorkerLimits(processor=1.0, seconds=60.0, megabytes=512, noise=2)
"""The clock is generous, so that a busy machine makes no other end of what uses up something else."""
EMPTY = "正常的文件远没有这么大，请用 Excel 或 WPS 打开，删去空白处多余的格，另存为 .xlsx 后再报。"
RETRY = "请重试，仍不行的，请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。"
RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。"


def task(name: str = "read", **options: str) -> Task:
    return Task(f"{POISON}:{name}", options, TIGHT)


def written(folder: Path, *texts: str) -> list[Path]:
    """Write each text into a file of its own; return the files."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:02}.txt" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def told(answers: list[WorkerAnswer]) -> list[object]:
    """Return the sentence of each fault, else what was said."""
    return [one.fault.sentence if one.fault else one.value["said"] for one in answers]


CASES = {
    "raise": "文件内容已损坏，未能读出（ValueError: boom），请向该单位重新索取。",
    "panic": "文件内容已损坏，未能读出（Panic: index out of bounds），请向该单位重新索取。",
    "recursion": "文件内容已损坏，未能读出（RecursionError: too deep），请向该单位重新索取。",
    "spin": f"读取超过 1 秒还没有读完，已停止；{RESAVE}",
    "eat": f"读取占用内存超过 512 MB，已停止；{EMPTY}",
    "segfault": f"读取时程序异常中止（信号 SIGSEGV）；{RETRY}",
    "abort": f"读取时程序异常中止（信号 SIGABRT）；{RETRY}",
    "exit": f"读取时程序异常中止（退出码 3）；{RETRY}",
    "leave": "文件内容已损坏，未能读出（SystemExit: 0），请向该单位重新索取。",
    "flood": f"读取时报出的信息超过 2 MB，已停止；{RESAVE}",
    "print": "print",
    "ask": "ask",
}


def test_whatever_a_file_does_costs_that_file_alone(tmp_path: Path) -> None:
    texts = [text for case in CASES for text in (case, f"good after {case}")]
    answers = list(read_all(task(), written(tmp_path, *texts), workers=2))
    assert told(answers) == [text for case, sentence in CASES.items() for text in (sentence, f"good after {case}")]


def test_a_file_at_which_nothing_happens_costs_that_file_alone(tmp_path: Path) -> None:
    impatient = Task(f"{POISON}:read", {}, replace(TIGHT, seconds=8.0))
    answers = list(read_all(impatient, written(tmp_path, "hang", "good after hang"), workers=1))
    assert told(answers) == [f"读取超过 8 秒还没有读完，已停止；{RESAVE}", "good after hang"]


def test_one_worker_and_several_answer_the_same(tmp_path: Path) -> None:
    paths = written(tmp_path, *(text for n in range(12) for text in (f"{n}", "exit" if n % 4 == 0 else "raise")))
    alone = list(read_all(task(more="x"), paths, workers=1))
    assert [one.path for one in alone] == paths
    assert alone == list(read_all(task(more="x"), paths, workers=3))
    assert alone[0].value == {"said": "0", "more": "x"}


def test_no_file_needs_no_worker() -> None:
    assert list(read_all(Task("no.such.module:function"), [])) == []


def test_a_file_that_this_process_reads_is_told_in_the_same_words(tmp_path: Path) -> None:
    paths = written(tmp_path, "raise", "good")
    assert [read_here(task(), path) for path in paths] == list(read_all(task(), paths))


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sentences = [
        "这是管道，不是普通文件，没有读取；请换成报表文件本身。",
        "这是设备，不是普通文件，没有读取；请换成报表文件本身。",
        "文件内容已损坏，未能读出（IsADirectoryError: [Errno 21] Is a directory: '{}'），请向该单位重新索取。",
    ]
    paths = [pipe, Path(os.devnull), tmp_path]
    expected = [sentence.format(tmp_path) for sentence in sentences]
    assert told(list(read_all(task(), paths))) == expected
    assert told([read_here(task(), path) for path in paths]) == expected


def test_names_travel_as_bytes(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb5\xa5\xce\xbb.txt"))
    path.write_text("good", encoding="utf-8")
    (answer,) = read_all(task(), [path])
    assert (answer.path, told([answer])) == (path, ["good"])


def test_an_answer_that_is_no_json_is_an_error_of_its_file(tmp_path: Path) -> None:
    (answer,) = read_all(task("unreadable_value"), written(tmp_path, ""))
    assert answer.fault
    assert "TypeError" in answer.fault.sentence


@pytest.mark.parametrize("reply", [Reply("字\udcff", last=True), Reply(error="x"), Reply([1.5, None, {"a": "b"}])])
def test_replies_come_back_as_they_were(reply: Reply) -> None:
    assert Reply.unpacked(reply.packed()) == reply


def test_requests_come_back_as_they_were() -> None:
    request = Request("/返回/\udcb5\udca5.xlsx", "a:b", {"survey": "x", "older": True}, 3.0)
    assert Request.unpacked(request.packed()) == request


# --- ended from outside ----------------------------------------------------------------------------------------------


def test_killed_from_outside_the_file_is_told_and_the_next_one_read(tmp_path: Path) -> None:
    path = written(tmp_path, "")[0]
    threading.Thread(target=_kill_who_reads, args=(path,), daemon=True).start()
    with Pool(1, [POISON]) as pool:
        (answer,) = pool.read(task("killed_by"), [path])
        (after,) = pool.read(task(), written(tmp_path / "more", "good"))
    assert answer.fault
    assert answer.fault.sentence == f"读取时程序异常中止（信号 SIGKILL）；{RETRY}"
    assert told([after]) == ["good"]


def _kill_who_reads(path: Path) -> None:
    written = path.with_suffix(".pid")
    while not (written.exists() and (pid := written.read_text())):
        time.sleep(0.02)
    os.kill(int(pid), signal.SIGKILL)


def test_a_worker_that_dies_idle_blames_nobody(tmp_path: Path) -> None:
    paths = written(tmp_path, "one", "two")
    with Pool(1, [POISON]) as pool:
        (first,) = pool.read(task("die_afterwards"), paths[:1])
        while _workers():
            time.sleep(0.02)
        (second,) = pool.read(task(), paths[1:])
    assert (first.value, told([second])) == ("done", ["two"])


def test_a_worker_that_has_grown_fat_is_replaced_before_the_next_file(tmp_path: Path) -> None:
    paths = written(tmp_path, "keep", "keep", "keep", "keep")
    patient = Task(f"{POISON}:read", {}, replace(TIGHT, processor=30.0))  # filling memory takes its time
    with Pool(1, [POISON]) as pool:
        assert told(list(pool.read(patient, paths))) == ["keep"] * 4
        pids = [one.value for _ in range(2) for one in pool.read(task("who"), paths[:1])]
    assert len(set(pids)) == 1, "a slim one is kept"


def test_whoever_stops_early_waits_for_no_file(tmp_path: Path) -> None:
    begun = time.monotonic()
    with Pool(2, [POISON]) as pool:
        answers = pool.read(task(), written(tmp_path, "good", "hang", "hang", "good"))
        assert told([next(answers)]) == ["good"]
    assert time.monotonic() - begun < TIGHT.seconds
    assert _workers() == []


def _workers() -> list[psutil.Process]:
    """Return the workers of this process that live."""
    return [one for one in psutil.Process().children(recursive=True) if _is_worker(one)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "addin.workers.program" in process.cmdline()
    except psutil.Error:  # it has ended
        return False


# --- the parent ------------------------------------------------------------------------------------------------------

PARENT = """
import sys
from pathlib import Path
from addin.workers.limits import WorkerLimits
from addin.workers.pool import Task, read_all
list(read_all(Task(sys.argv[1], {}, WorkerLimits(seconds=1.0)), [Path(name) for name in sys.argv[2:]], workers=2))
"""


@pytest.mark.parametrize("text", ["hang", "spin"])
def test_a_killed_parent_leaves_no_workers(tmp_path: Path, text: str) -> None:
    """Even where native code holds the interpreter; then a timer ends the worker some seconds after its deadline."""
    paths = written(tmp_path, text, text)
    command = [sys.executable, "-c", PARENT, f"{POISON}:read", *map(str, paths)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}) as parent:
        orphans = _children(parent, 2)
        time.sleep(0.3)
        parent.kill()
    _, alive = psutil.wait_procs(orphans, timeout=60)
    assert alive == []


def _children(parent: subprocess.Popen[bytes], count: int) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    while len(found) < count:
        assert parent.poll() is None
        time.sleep(0.02)
        found = psutil.Process(parent.pid).children(recursive=True)
    return found


def test_a_worker_that_cannot_start_blames_no_file(tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refused:
        list(read_all(Task("addin.no_such_module:read"), written(tmp_path, "good")))
    assert str(refused.value) == (
        "读取文件的程序没有运行起来（ModuleNotFoundError: No module named 'addin.no_such_module'），没有读取任何文件；"
        "请确认内存够用、没有被安全软件拦截，然后重试。"
    )


def test_no_program_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(CannotRead, match="找不到它"):
        list(read_all(task(), written(tmp_path, "good")))


@pytest.mark.parametrize(("files", "most"), [(1, 1), (3, 1), (4, 2), (1000, 10_000)])
def test_few_files_start_few_workers(files: int, most: int) -> None:
    assert 1 <= choose_worker_count(files) <= most
