# ruff: noqa: E501  # tables of sentences
"""What the world does to a command: one row a failure, one sentence, exit code 2, and nothing half written.

The clerk's disk is full, his file is open, his path is wrong, his data are no data; and what nobody thought of.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from addin.commands import validate as validating
from addin.logbook import log_path
from addin.store.store import Store
from tianbao import COMMANDS, app

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "surveys" / "mini"
ROSTER = """单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话
001,甲单位,91110000600037341L,甲类,市级,500103,,,
002,乙单位,91110000600037341L,甲类,市级,500104,,,
"""
BOOK = "001-甲单位.xlsx"


def run(*arguments: object) -> Result:
    """Run a command; what it prints to the error stream counts as output, too."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook as mailed out."""
    folder = tmp_path_factory.mktemp("sent")
    (folder / "名录.csv").write_text(ROSTER, encoding="utf-8-sig")
    arguments = ("--survey", MINI, "--year", 2024, "--roster", folder / "名录.csv", "--out", folder / "out")
    assert run("generate", *arguments).exit_code == 0
    return (folder / "out" / BOOK).read_bytes()


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: bytes) -> Iterator[Path]:
    """A folder with a roster, a workbook and data; the command runs in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    (tmp_path / "名录.csv").write_text(ROSTER, encoding="utf-8-sig")
    (tmp_path / BOOK).write_bytes(book)
    (tmp_path / "数据.json").write_text('{"forms": {"M1": {"06": 1}}}', encoding="utf-8")
    yield tmp_path


def standing(folder: Path) -> dict[str, bytes]:
    """Return every file below ``folder`` with its content, the program's own log apart."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".state" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


GENERATE = ("generate", "--survey", MINI, "--year", 2024, "--roster", "名录.csv", "--out")
FILL = ("fill", BOOK, "数据.json", "--survey", MINI, "-o")
MERGE = ("merge", BOOK, "--survey", MINI, "--roster", "名录.csv", "--out")
REPAIR = ("repair", BOOK, "--survey", MINI, "-o")
COMPOSE = ("compose", BOOK, "--unit", BOOK, "--survey", MINI, "--out")
ROSTER_NEW = ("roster", "new", "--survey", MINI)
CHECK = ("roster", "check", "make", "--survey", MINI, "--year", 2024, "--roster", "名录.csv", "--out")
HANDBOOK = ("survey", "handbook", MINI, "-o")
ADDIN = ("addin", "build")

OUTPUTS: list[tuple[tuple[object, ...], str]] = [
    # no folder, no file, no workbook
    ((*FILL, "没有/a.xlsx"), "不能写入 没有/a.xlsx：没有文件夹 没有，请先建好，或核对路径"),
    ((*MERGE, "没有/汇总.xlsx"), "不能写入 没有/汇总.xlsx：没有文件夹 没有，请先建好，或核对路径"),
    ((*ADDIN, "没有/a.xlam"), "不能写入 没有/a.xlam：没有文件夹 没有，请先建好，或核对路径"),
    ((*HANDBOOK, "没有/a.docx"), "不能写入 没有/a.docx：没有文件夹 没有，请先建好，或核对路径"),
    ((*ROSTER_NEW, "没有/a.xlsx"), "不能写入 没有/a.xlsx：没有文件夹 没有，请先建好，或核对路径"),
    ((*FILL, "数据.json/a.xlsx"), "不能写入 数据.json：它是文件，不是文件夹，请换一个文件夹"),
    ((*GENERATE, "名录.csv"), "不能写入 名录.csv：它是文件，不是文件夹，请换一个文件夹"),
    ((*GENERATE, "名录.csv/下发"), "不能写入 {here}/名录.csv：它是文件，不是文件夹，请换一个文件夹"),
    ((*CHECK, "名录.csv"), "不能写入 名录.csv：它是文件，不是文件夹，请换一个文件夹"),
    ((*FILL, "."), "不能写入 .：它是文件夹，请写明文件名"),
    ((*MERGE, "夹.xlsx"), "不能写入 夹.xlsx：它是文件夹，请写明文件名"),
    ((*MERGE, "汇.csv"), "不能写入 汇.csv：文件名要以 .xlsx 结尾"),
    ((*MERGE, "汇总"), "不能写入 汇总：文件名要以 .xlsx 结尾"),
    ((*MERGE, "汇总.xlsx", "--public", "发布.docx"), "不能写入 发布.docx：文件名要以 .xlsx 结尾"),
    ((*FILL, "a.xls"), "不能写入 a.xls：文件名要以 .xlsx 结尾"),
    ((*REPAIR, "a.xlsm"), "不能写入 a.xlsm：文件名要以 .xlsx 结尾"),
    ((*COMPOSE, "a.xlsx", "--trace", "t.csv"), "不能写入 t.csv：文件名要以 .xlsx 结尾"),
    ((*HANDBOOK, "a.doc"), "不能写入 a.doc：文件名要以 .docx 结尾"),
    ((*ROSTER_NEW, "a.csv"), "不能写入 a.csv：文件名要以 .xlsx 结尾"),
    ((*FILL, "管.xlsx"), "不能写入 管.xlsx：它不是普通的文件，请换一个文件名"),
    # open in Excel, WPS, LibreOffice
    (
        (*MERGE, "开着.xlsx"),
        "不能写入 开着.xlsx：它正在别的程序（如 Excel）里打开着，请关闭后再做一次；没有打开的，请删除旁边的 ~$开着.xlsx 再做一次",
    ),
    (
        (*FILL, "占着.xlsx"),
        "不能写入 占着.xlsx：它正在别的程序（如 Excel）里打开着，请关闭后再做一次；没有打开的，请删除旁边的 .~占着.xlsx 再做一次",
    ),
    (
        (*GENERATE, "下发"),
        "不能写入 下发/工作簿保护密码.txt：它是文件夹，请写明文件名",
    ),
    # one file twice
    ((*REPAIR, BOOK), f"输出文件不能与输入文件相同：{BOOK}"),
    ((*MERGE, BOOK), f"输出文件不能与输入文件相同：{BOOK}"),
    ((*MERGE, "汇总.xlsx", "--public", "./汇总.xlsx"), "输出文件不能与输入文件相同：汇总.xlsx"),
    ((*MERGE, "汇总.xlsx", "--store", "名录.csv"), "输出文件不能与输入文件相同：名录.csv"),
    ((*REPAIR, "链接.xlsx"), "输出文件不能与输入文件相同：链接.xlsx"),
]


@pytest.mark.parametrize(("arguments", "sentence"), OUTPUTS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_written_is_said_before_the_work(
    arguments: tuple[object, ...], sentence: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("夹.xlsx", "下发/工作簿保护密码.txt"):
        (desk / folder).mkdir(parents=True)
    os.mkfifo(desk / "管.xlsx")
    (desk / "~$开着.xlsx").write_bytes(b"\x05")
    (desk / ".~占着.xlsx").write_bytes(b"\x05")
    os.link(desk / BOOK, desk / "链接.xlsx")
    before = standing(desk)
    for module in ("fill", "repair", "compose"):
        monkeypatch.setattr(f"addin.commands.{module}.read_or_refuse", lambda *_: pytest.fail("the work had begun"))
    result = run(*arguments)
    assert (result.exit_code, " ".join(result.output.split("\n")).replace(" ", "")) == (
        2,
        sentence.format(here=desk).replace(" ", ""),
    )
    assert standing(desk) == before


FULL: list[tuple[object, ...]] = [
    (*GENERATE, "下发"),
    (*FILL, "a.xlsx"),
    (*MERGE, "汇总.xlsx"),
    (*REPAIR, "a.xlsx"),
    (*ROSTER_NEW, "a.xlsx"),
    (*CHECK, "核定"),
    (*HANDBOOK, "a.docx"),
    (*ADDIN, "a.xlam"),
    ("import-ledger", BOOK, "清单.csv", "--ledger", "活动", "--survey", MINI, "-o", "a.xlsx"),
]


def program(
    *arguments: object, limit: int | None = None, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the command as a program of its own, which may write files of at most ``limit`` bytes."""

    def narrow() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "tianbao", *(os.fsencode(str(argument)) for argument in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=narrow,  # noqa: PLW1509  # nothing else runs in this process
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )


def ended(started: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Return the code, the output and the last line of what was said of errors."""
    output, errors = started.communicate(timeout=300)
    text = errors.decode("utf-8")
    assert "Traceback" not in text
    return started.returncode, output.decode("utf-8"), text.strip().splitlines()[-1] if text.strip() else ""


@pytest.mark.parametrize("arguments", FULL, ids=lambda value: " ".join(map(str, value[:3])))
def test_a_full_disk_is_one_sentence_and_leaves_nothing(arguments: tuple[object, ...], desk: Path) -> None:
    (desk / "清单.csv").write_text("活动名称\n甲\n", encoding="utf-8")
    before = standing(desk)
    code, output, said = ended(program(*arguments, limit=2_000))
    assert (code, output) == (2, "")
    assert said.endswith("：磁盘或系统放不下这么大的文件，请换一个地方再做一次")
    assert standing(desk) == before
    assert sorted(path.name for path in desk.iterdir() if path.is_dir()) == []


def test_a_composed_return_that_cannot_be_written_leaves_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "a.xlsx")

    monkeypatch.setattr("addin.commands.compose.gather", lambda *_: (None, None, ()))
    monkeypatch.setattr("addin.commands.compose.compose_parts", lambda *_, **__: SimpleNamespace(submission=None))
    monkeypatch.setattr("addin.commands.compose.render", full)
    result = run(*COMPOSE, "a.xlsx")
    assert (result.exit_code, result.output) == (2, "不能写入 a.xlsx：磁盘已满，请腾出空间再做一次\n")


def test_a_disk_without_room_is_said_before_the_work(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 30_000, 30_000)
    monkeypatch.setattr("addin.commands.outputs.shutil.disk_usage", lambda _: usage)
    said = "不能写入 下发：磁盘已满（剩 30 KB，至少要 100 KB），请腾出空间，或换一个磁盘"
    result = run(*GENERATE, "下发")
    assert (result.exit_code, result.output.replace("\n", "")) == (2, said)
    assert not (desk / "下发").exists()


DATA: list[tuple[bytes, str]] = [
    (b'{"forms": {"M1": {"06": 1e400}}}', "M1 06 的值 1e400 不是数，或大到一格放不下"),
    (b'{"forms": {"M1": {"06": -1e999}}}', "M1 06 的值 -1e999 不是数，或大到一格放不下"),
    (b'{"forms": {"M1": {"06": NaN}}}', "M1 06 的值 NaN 不是数，或大到一格放不下"),
    (b'{"forms": {"M1": {"06": Infinity}}}', "M1 06 的值 Infinity 不是数，或大到一格放不下"),
    (b'{"forms": {"M1": {"06": ' + b"9" * 5000 + b"}}}", f"M1 06 的值 {'9' * 40}… 不是数，或大到一格放不下"),
    (b'{"notes": {"M1": {"06": NaN}}}', "M1 06 的值 NaN 不是数，或大到一格放不下"),
    (b'{"ledgers": {"\xe6\xb4\xbb\xe5\x8a\xa8": 5}}', "台账「活动」应是一组行 [{…}, …]"),
    (
        b'{"forms": {"M1": {"01": "\\ud83d"}}}',
        "M1 01 的文字一格放不下（超过 32767 字），或含有残缺的字：\N{REPLACEMENT CHARACTER}",
    ),
    (b'{"forms": {"M1": 5}}', "forms.M1 应是一个对象 {…}"),
    (
        b'{"forms": {"M1": {"06": 1, "06": 2}}}',
        "数据文件 数据.json 的同一个对象里「06」写了两次，不知道用哪一个，请去掉一个",
    ),
    (b"[1]", "数据.json 的最外层应是一个对象 {…}，含 forms、ledgers、notes、总结"),
    (b"{,}", "数据文件 数据.json 不是正确的 JSON：第 1 行第 2 个字符处读不下去，请检查写法"),
    (b"", "数据文件 数据.json 不是正确的 JSON：第 1 行第 1 个字符处读不下去，请检查写法"),
    (b"[" * 100_000, "数据文件 数据.json 不是正确的 JSON：括号套得太深"),
    (
        '{"总结": "甲"}'.encode("gbk"),
        "数据文件 数据.json 不是 UTF-8 编码（第 3 个字节起读不出来），请另存为 UTF-8 再做一次",
    ),
    (
        '{"总结": "甲"}'.encode("utf-16"),
        "数据文件 数据.json 不是 UTF-8 编码（第 1 个字节起读不出来），请另存为 UTF-8 再做一次",
    ),
]


@pytest.mark.parametrize(("data", "sentence"), DATA, ids=[sentence[:40] for _, sentence in DATA])
def test_data_that_are_none_are_refused(data: bytes, sentence: str, desk: Path) -> None:
    (desk / "数据.json").write_bytes(data)
    before = standing(desk)
    result = run(*FILL, "a.xlsx")
    assert (result.exit_code, result.output.replace("\n", "")) == (2, sentence.replace("\n", ""))
    assert standing(desk) == before


def test_data_with_a_mark_of_their_encoding_are_taken(desk: Path) -> None:
    (desk / "数据.json").write_bytes(b"\xef\xbb\xbf" + (desk / "数据.json").read_bytes())
    assert run(*FILL, "a.xlsx").exit_code == 0


def damaged(path: Path) -> None:
    """Leave the beginning of a store."""
    Store(path).prepare()
    path.write_bytes(path.read_bytes()[:9000])


STORES: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_bytes(b""), "存档.duckdb 不是本程序的存档，没有动它：请换一个文件名"),
    (
        lambda path: path.write_text("名录" * 999, encoding="utf-8"),
        "存档.duckdb 不是本程序的存档，没有动它：请换一个文件名",
    ),
    (lambda path: path.write_bytes(Path(BOOK).read_bytes()), "存档.duckdb 不是本程序的存档，没有动它：请换一个文件名"),
    (
        damaged,
        "存档 存档.duckdb 有损坏，没有动它（",
    ),
    (lambda _: None, "没有存档 存档.duckdb：请先用 merge --store 建立，或核对路径"),
]


@pytest.mark.parametrize(("make", "sentence"), STORES, ids=[sentence for _, sentence in STORES])
def test_a_store_that_is_none_is_refused(make: Callable[[Path], object], sentence: str, desk: Path) -> None:
    make(desk / "存档.duckdb")
    before = standing(desk)
    for arguments in (("sql", "select 1"), ("history", "001")):
        result = run(*arguments, "--store", "存档.duckdb")
        assert result.exit_code == 2
        assert result.output.replace("\n", "").startswith(sentence)
    assert standing(desk) == before


USAGE: list[tuple[tuple[object, ...], str]] = [
    (("生成",), "没有命令「生成」；可用的有 {commands}。写法见 tianbao --help"),
    (("valdate",), "没有命令「valdate」，是不是 validate；可用的有 {commands}。写法见 tianbao --help"),
    (("roster", "chek"), "没有命令「chek」，是不是 check；可用的有 new、check。写法见 tianbao roster --help"),
    (("validate",), "缺少 FILES。写法见 tianbao validate --help"),
    (("validate", "x", "--yaer", "1"), "没有选项 --yaer，是不是 --year。写法见 tianbao validate --help"),
    (("validate", "x", "--year", "今年"), "--year 的值「今年」不对，应是整数。写法见 tianbao validate --help"),
    (("validate", "x", "--year"), "选项 --year 后面缺少值"),
    (("validate", "x", "--json=1"), "选项 --json 后面不跟值"),
    (("key", "new", "-o", "a", "b"), "多了参数：b。写法见 tianbao key new --help"),
    (
        (*GENERATE, "下发", "--year", "99999"),
        "--year 的值「99999」不对，应是不大于 2199 的数。写法见 tianbao generate --help",
    ),
    ((*GENERATE, "下发", "--previous", "没有"), "找不到文件 没有"),
    ((*GENERATE, "下发", "--key", "没有"), "密钥文件 没有 读不出来：找不到它，可能刚被移走或改名，请核对路径再做一次"),
    ((*GENERATE, "下发", "--prefill", "没有.csv"), "没有找到文件「没有.csv」，请核对文件名和所在文件夹"),
    (("generate", "--year", "2024"), "缺少 --roster。写法见 tianbao generate --help"),
    (
        ("survey", "handbook", "-o", "a.docx", "--year", "3000"),
        "--year 的值「3000」不对，应是不大于 2199 的数。写法见 tianbao survey handbook --help",
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), USAGE, ids=[sentence[:30] for _, sentence in USAGE])
def test_a_command_line_that_is_none_is_told(arguments: tuple[object, ...], sentence: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.output) == (2, sentence.replace("{commands}", "、".join(COMMANDS)) + "\n")


ENDS: list[tuple[BaseException, str]] = [
    (
        RuntimeError("甲单位 42"),
        "没有做完：程序遇到了没有料到的情况（RuntimeError）。输入的文件没有改动；请把记录 {log}（不含填报的数据）和操作步骤发给维护人员",
    ),
    (
        RecursionError(),
        "没有做完：程序遇到了没有料到的情况（RecursionError）。输入的文件没有改动；请把记录 {log}（不含填报的数据）和操作步骤发给维护人员",
    ),
    (MemoryError(), "内存不够，没有做完；请关闭一些程序，或把文件分几次做"),
    (KeyboardInterrupt(), "已中断，没有做完；写到一半的文件没有留下"),
    (
        FileNotFoundError(2, "No such file", "甲.xlsx"),
        "没有做完：甲.xlsx，找不到它，可能刚被移走或改名，请核对路径再做一次",
    ),
    (
        PermissionError(13, "denied", "甲.xlsx"),
        "没有做完：甲.xlsx，没有权限，或正被别的程序（如 Excel）打开；请关闭它，或换一个文件夹",
    ),
    (OSError(28, "No space left"), "没有做完：磁盘已满，请腾出空间再做一次"),
    (OSError(5, "Input/output error", b"\xff.xlsx"), r"没有做完：\xff.xlsx，磁盘或网络盘读写出错，请检查连接再做一次"),
]


@pytest.mark.parametrize(("error", "sentence"), ENDS, ids=[type(error).__name__ for error, _ in ENDS])
def test_no_command_ends_with_a_traceback(
    error: BaseException, sentence: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(validating, "find_surveys", fail)
    result = run("validate", BOOK)
    assert (result.exit_code, result.output) == (2, sentence.format(log=log_path()) + "\n")


def test_the_log_tells_the_place_and_no_value(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validating, "find_surveys", lambda *_, **__: int("甲单位 42"))
    run("validate", BOOK)
    log = log_path().read_text(encoding="utf-8")
    assert "ValueError" in log
    assert "validate.py" in log
    assert "甲单位" not in log


def test_an_interrupted_run_leaves_nothing(desk: Path) -> None:
    with (desk / "名录.csv").open("a", encoding="utf-8") as roster:
        roster.writelines(f"{number},单位{number},,甲类,市级,500103,,,\n" for number in range(1000, 1300))
    before = standing(desk)
    started = program(*GENERATE, "下发")
    while started.poll() is None and standing(desk) == before:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    assert ended(started)[::2] == (2, "已中断，没有做完；写到一半的文件没有留下")
    assert standing(desk) == before


CONSOLES = [
    {"PYTHONIOENCODING": "gbk"},
    {"LANG": "C", "LC_ALL": "C"},
    {"LC_ALL": "zh_CN.GBK"},
    {"PYTHONIOENCODING": "ascii"},
]


@pytest.mark.parametrize("env", CONSOLES, ids=str)
def test_output_is_utf_8_whatever_the_console(env: dict[str, str], desk: Path) -> None:
    code, output, _ = ended(program("validate", BOOK, "--survey", MINI, env=env))
    assert code == 1
    assert "级别" in output
    code, output, _ = ended(program("validate", BOOK, "--survey", MINI, "--json", env=env))
    assert [one["status"] for one in json.loads(output)] == ["has_errors"]
    assert ended(program("validate", "没有𠮷.xlsx", env=env))[0] == 2


def test_a_name_that_is_no_text_is_shown(desk: Path) -> None:
    name = os.fsdecode(b"\xb8\xd6.xlsx")
    (desk / name).write_bytes(b"no workbook")
    code, output, _ = ended(program("validate", name))
    assert (code, r"\xb8\xd6.xlsx" in output) == (2, True)
    code, output, _ = ended(program("validate", name, "--json"))
    assert (code, [one["file"] for one in json.loads(output)]) == (2, [r"\xb8\xd6.xlsx"])


def test_nobody_listening_is_no_news(desk: Path) -> None:
    started = program("validate", BOOK, "--survey", MINI)
    assert started.stdout is not None
    started.stdout.close()
    assert started.stderr is not None
    with started.stderr as errors:
        assert (errors.read().decode(), started.wait()) == ("", 2)
