"""Collecting: what is found in folders and zips, and what is refused.

- content decides what a file is, whatever it is called; leftovers of programs are passed over only where they are such
- pipes, sockets and names that are no text, closed folders, links in circles, files that vanish: one line each
- an archive that is refused takes nothing away from the next one
"""

from __future__ import annotations

import errno
import os
import socket
import zipfile
from pathlib import Path

import pytest

from addin.receiving.archive import Found, Unpacker
from addin.receiving.collect import collect
from addin.submission import Refusal
from tests.support.mailbag import ONE, merged, put, roster, unit


def members(folder: Path, paths: list[Path], limit: int = 10**9) -> list[str]:
    """Return what collecting yields: names of files, reasons of what is refused."""
    folder.mkdir(exist_ok=True)
    return [
        f"{entry.file}: {entry.reason}" if isinstance(entry, Refusal) else entry.shown
        for entry in collect(paths, Unpacker(folder, limit))
    ]


def renamed(archive: Path, plain: str, name: bytes) -> None:
    """Put the bytes of ``name`` in the place of ``plain`` in an archive, as Windows writes names."""
    archive.write_bytes(archive.read_bytes().replace(plain.encode(), name))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gb18030", "甲县/1-单位1.xlsx"), ("utf-8", "甲县/1-单位1.xlsx"), ("gb18030", "僜/1-単.xlsx")],
)
def test_names_in_zips_are_read_in_any_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    raw = name.encode(encoding)
    plain = "n" * len(raw)
    inner = put(tmp_path / "in.xlsx", unit("1"), ONE)
    archive = tmp_path / "回收.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(inner, plain)
    renamed(archive, plain, raw)
    (only,) = merged(archive, roster(unit("1"))).units
    assert [file.shown for file in only.files] == [f"回收.zip › {name}"]
    assert only.state.shown == "校验通过"


def test_zips_in_zips_and_what_is_in_them_by_the_way(tmp_path: Path) -> None:
    inner = put(tmp_path / "box" / "1.xlsx", unit("1"), ONE)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as opened:
        opened.write(inner, "1.xlsx")
        opened.writestr("__MACOSX/._1.xlsx", b"")
        opened.writestr("~$1.xlsx", b"")
        opened.writestr("a.rar", b"Rar!")
        opened.writestr("folder/", b"")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.write(tmp_path / "b.zip", "深/b.zip")
        opened.writestr("c.zip", b"no zip")
    assert members(tmp_path / "out", [tmp_path / "a.zip"]) == [
        "a.zip › 深/b.zip › 1.xlsx",
        "a.zip › 深/b.zip › a.rar: 这种压缩包不能直接读取，请解压后再合并，或改用 .zip。",
        "a.zip › c.zip: 压缩包已损坏或不是 .zip，请重新压缩后报送。",
    ]


def test_a_member_does_not_choose_its_place(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("../../out.xlsx", b"x")
        opened.writestr("/etc/abs.xlsx", b"x")
        opened.writestr("..", b"x")
    before = set(tmp_path.rglob("*"))
    members(tmp_path / "out", [tmp_path / "a.zip"])
    written = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert {path.relative_to(tmp_path / "out").parts[1] for path in written} == {"out.xlsx", "abs.xlsx", "_"}
    assert not (tmp_path.parent / "out.xlsx").exists()


def test_bombs_locked_and_endless_archives_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("ok.xlsx", b"1")
        opened.writestr("big.xlsx", b"0" * 5_000_000)
    deep = tmp_path / "0.zip"
    with zipfile.ZipFile(deep, "w") as opened:
        opened.writestr("x.xlsx", b"x")
    for level in range(1, 7):
        with zipfile.ZipFile(tmp_path / f"{level}.zip", "w") as opened:
            opened.write(tmp_path / f"{level - 1}.zip", "i.zip")
    assert members(tmp_path / "out", [bomb], 1_000_000) == [
        "bomb.zip › ok.xlsx",
        "bomb.zip: 压缩包解压后超过 0.000931323 GB，没有读完，请检查后分批合并。",
    ]
    assert members(tmp_path / "out2", [tmp_path / "6.zip"]) == [
        "6.zip" + " › i.zip" * 5 + ": 压缩包套了 5 层以上，没有再往里读，请解压后再合并。"
    ]


def test_the_own_result_is_passed_over_and_no_other_of_that_name(tmp_path: Path) -> None:
    own = put(tmp_path / "in" / "汇总.xlsx", unit("1"), ONE)
    put(tmp_path / "in" / "县" / "汇总.xlsx", unit("1"), ONE)
    found = [entry.shown for entry in collect([tmp_path / "in"], Unpacker(tmp_path), own) if isinstance(entry, Found)]
    assert found == ["县/汇总.xlsx"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = put(tmp_path / "1.xlsx", unit("1"), ONE)
    assert members(tmp_path / "out", [tmp_path, path, path]) == ["1.xlsx"]


# --- what a file is --------------------------------------------------------------------------------------------------

NOT_WORKBOOK = "不是 .xlsx 工作簿，没有读取；填好的报表请以 .xlsx 报送。"
BAD_ARCHIVE = "压缩包已损坏或不是 .zip，请重新压缩后报送。"
ARCHIVE_KIND = "这种压缩包不能直接读取，请解压后再合并，或改用 .zip。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OWNER = b"\x05admin" + b" " * 159
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00"

WORKBOOK_NAMES = (
    "1.xlsx",
    "1.ett",
    "1.xltx",
    "1",
    "1.xlsx.1",
    "1.xlsx\u200b",
    "1.zip",
    "1.pdf",
    ".1.xlsx",
    "~$1.xlsx",
    "._1.xlsx",
    ".~1.xlsx",
    "Thumbs.db",
)


@pytest.mark.parametrize("name", WORKBOOK_NAMES)
def test_a_workbook_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    book = put(tmp_path / "in" / name, unit("1"), ONE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.write(book, name)
    assert members(tmp_path / "out", [tmp_path / "in", tmp_path / "a.zip"]) == [name, f"a.zip › {name}"]


@pytest.mark.parametrize("name", ["回收.zip", "回收.xlsx", "回收", "回收.xlsx.1", ".回收.xlsx"])
def test_an_archive_is_unpacked_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    book = put(tmp_path / "1.xlsx", unit("1"), ONE)
    archive = tmp_path / "in" / name
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(book, "甲/1.xlsx")
    assert members(tmp_path / "out", [archive.parent]) == [f"{name} › 甲/1.xlsx"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (".DS_Store", b"\0\0\0\1Bud1", []),
        ("Thumbs.db", OLE, []),
        ("desktop.ini", b"[.ShellClassInfo]", []),
        (".directory", b"[Desktop Entry]", []),
        (".tianbao-0123abcd-4711-1764528000-x.xlsx", b"PK\x03\x04 half", []),
        ("~$1.xlsx", OWNER, []),
        (".~1.xlsx", OWNER, []),
        (".~lock.1.xlsx#", b",a,b,01.01.2025 10:00,file:///;", []),
        ("._1.xlsx", APPLE_DOUBLE * 999, []),
        ("._1.xlsx", b"", []),
        ("._1.xlsx", b"no double", ["._1.xlsx"]),
        ("~$1.xlsx", b"x" * 5000, ["~$1.xlsx"]),
        (".1.xlsx", b"broken", [".1.xlsx"]),
        ("1.xlsx", b"", ["1.xlsx"]),
        ("1.xlsx", b"PK\x03\x04 cut", ["1.xlsx"]),
        ("1", b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml cut", ["1"]),
        ("1", OLE, ["1"]),
        ("1", b"%TSD-Header-###%", ["1"]),
        ("1", b"\x62\x14\x23\x65\x00E-SafeNet\x00LOCK", ["1"]),
        ("1.zip", b"no zip", [f"1.zip: {BAD_ARCHIVE}"]),
        ("1.zip", b"PK\x03\x04 cut", [f"1.zip: {BAD_ARCHIVE}"]),
        ("1.zip", b"Rar!\x1a\x07\x01\0", [f"1.zip: {ARCHIVE_KIND}"]),
        ("1.xlsx", b"7z\xbc\xaf\x27\x1c\0\4", [f"1.xlsx: {ARCHIVE_KIND}"]),
        ("1", b"a" * 257 + b"ustar\0", [f"1: {ARCHIVE_KIND}"]),
        ("盖章页.pdf", b"%PDF", [f"盖章页.pdf: {NOT_WORKBOOK}"]),
        ("说明", b"", [f"说明: {NOT_WORKBOOK}"]),
        ("空.zip", b"PK\x05\x06" + b"\0" * 18, []),
    ],
)
def test_what_else_lies_in_a_folder(tmp_path: Path, name: str, content: bytes, told: list[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(content)
    assert members(tmp_path / "out", [folder]) == told


KEPT, ENTRY = "下发底本-1.tianbao", f"{'0' * 32}.xlsx"
INDEX = f"index.json: {NOT_WORKBOOK}"


@pytest.mark.parametrize(
    ("members_of_it", "told"),
    [
        ([ENTRY], []),
        ([ENTRY, "1.xlsx"], [f"{KEPT} › {INDEX}", f"{KEPT} › {ENTRY}", f"{KEPT} › 1.xlsx"]),
        (["1.xlsx"], [f"{KEPT} › {INDEX}", f"{KEPT} › 1.xlsx"]),
    ],
)
def test_the_blueprints_of_a_run_are_no_returns(tmp_path: Path, members_of_it: list[str], told: list[str]) -> None:
    """What ``generate`` keeps beside the workbooks is passed over; what somebody puts into such a file is not."""
    book = put(tmp_path / "1.xlsx", unit("1"), ONE)
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / KEPT, "w") as opened:
        opened.writestr("index.json", "{}")
        for member in members_of_it:
            opened.write(book, member)
    assert members(tmp_path / "out", [folder]) == told


def test_folders_of_the_system_are_not_entered(tmp_path: Path) -> None:
    for name in (
        "$RECYCLE.BIN",
        "System Volume Information",
        ".Trashes",
        ".Trash-1000",
        ".tianbao-0123abcd-1-1-x",
        "甲县",
    ):
        put(tmp_path / "in" / name / "1.xlsx", unit("1"), ONE)
    assert members(tmp_path / "out", [tmp_path / "in"]) == ["甲县/1.xlsx"]


def test_pipes_and_sockets_are_told_and_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    os.mkfifo(folder / "1.xlsx")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "2.xlsx"))
        assert members(tmp_path / "out", [folder, Path(os.devnull)]) == [
            "1.xlsx: 这是管道，不是普通文件，没有读取；请换成报表文件本身。",
            "2.xlsx: 这是套接字，不是普通文件，没有读取；请换成报表文件本身。",
            "null: 这是设备，不是普通文件，没有读取；请换成报表文件本身。",
        ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("单位1.xlsx".encode("gb18030"), "单位1.xlsx"),
        (b"a\xff.xlsx", "a\\xff.xlsx"),
        ("单位1.xlsx".encode(), "单位1.xlsx"),
    ],
)
def test_names_that_are_no_utf_8_are_shown_as_text(tmp_path: Path, name: bytes, shown: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    book = put(tmp_path / "1.xlsx", unit("1"), ONE)
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(book.read_bytes())
    assert members(tmp_path / "out", [folder]) == [shown]


def test_links_are_followed_once(tmp_path: Path) -> None:
    put(tmp_path / "in" / "甲县" / "1.xlsx", unit("1"), ONE)
    put(tmp_path / "乙县" / "2.xlsx", unit("2"), ONE)
    (tmp_path / "in" / "环").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "乙县").symlink_to(tmp_path / "乙县")
    (tmp_path / "in" / "旧.xlsx").symlink_to(tmp_path / "没有.xlsx")
    gone = "刚才还在的文件不见了（可能被移走、改名或删除），没有读取；需要的话请重新合并。"
    assert members(tmp_path / "out", [tmp_path / "in"]) == [f"旧.xlsx: {gone}", "乙县/2.xlsx", "甲县/1.xlsx"]


def test_a_refused_archive_takes_nothing_away_from_the_next(tmp_path: Path) -> None:
    for name, size in (("a.zip", 5_000_000), ("b.zip", 900_000), ("c.zip", 900_000)):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("1.xlsx", b"0" * size)
    paths = [tmp_path / name for name in ("a.zip", "b.zip", "c.zip")]
    found = members(tmp_path / "out", paths, 1_000_000)
    assert [line.partition(":")[0] for line in found] == ["a.zip", "b.zip › 1.xlsx", "c.zip › 1.xlsx"]
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*.xlsx")) == 2 * 900_000


def test_a_long_name_in_an_archive_is_shortened_and_shown_whole(tmp_path: Path) -> None:
    name = "长" * 100 + ".xlsx"
    book = put(tmp_path / "1.xlsx", unit("1"), ONE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.write(book, name)
    assert members(tmp_path / "out", [tmp_path / "a.zip"]) == [f"a.zip › {name}"]


def test_a_full_disk_is_no_fault_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("1.xlsx", b"1")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(OSError, match="No space left"):
        members(tmp_path / "out", [tmp_path / "a.zip"])
