"""Collecting: what is found in folders and zips, and what is refused."""

from __future__ import annotations

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
    assert only.state.shown == "通过"


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
