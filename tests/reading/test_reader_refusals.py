"""Files whose data cannot be taken in: each with its status and one sentence why."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from addin.package.refusal import FileStatus
from addin.reading.reader import read
from addin.submission import Refusal
from templates.content import Identity
from templates.words import lookup
from tests.support.bare_return import derived, identity, rewrite, surveys, write


def refused(path: Path, **asked: object) -> Refusal:
    found = read(path, surveys=surveys, derived_formula=derived, **asked)  # type: ignore[arg-type]
    assert isinstance(found, Refusal), found
    assert re.fullmatch(r"[^。\n]+。", found.reason), "one sentence"
    return found


@pytest.mark.parametrize(
    ("who", "asked", "status", "said"),
    [
        (identity(), {"survey": "kx2023"}, FileStatus.OTHER_SURVEY, "应为「kx2023」"),
        (replace(identity(), survey="other"), {}, FileStatus.OTHER_SURVEY, "没有这项调查的定义"),
        (replace(identity(), survey="../../etc"), {}, FileStatus.OTHER_SURVEY, "没有这项调查的定义"),
        (identity(), {"year": 2025}, FileStatus.OTHER_YEAR, "2024 年度的报表，应为 2025 年度"),
        (replace(identity(), version="0.9"), {}, FileStatus.OTHER_VERSION, "版本 0.9 生成，现用版本为 1"),
        (replace(identity(), hash="abc"), {}, FileStatus.OTHER_VERSION, "1（abc）"),
    ],
)
def test_other_identity(tmp_path: Path, who: Identity, asked: dict[str, object], status: FileStatus, said: str) -> None:
    found = refused(write(tmp_path / "a.xlsx", who=who), **asked)
    assert (found.status, found.identity) == (status, who)
    assert said in found.reason


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (replace(identity(), kind="丙类"), "kind=丙类"),
        (replace(identity(), code="", name=""), "code、name"),
        *((replace(identity(), year=year), "（year）") for year in (0, 24, 1799, 2101, 20240000000, 10**40)),
    ],
)
def test_broken_identity_is_not_ours(tmp_path: Path, who: Identity, said: str) -> None:
    found = refused(write(tmp_path / "a.xlsx", who=who))
    assert found.status is FileStatus.NOT_OURS and said in found.reason


def test_a_workbook_without_identity_is_not_ours(tmp_path: Path) -> None:
    found = refused(write(tmp_path / "a.xlsx", without=(lookup("workbook.sheets.meta"),)))
    assert (found.status, found.identity) == (FileStatus.NOT_OURS, None)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def ole(stream: str) -> bytes:
    return OLE + f"Root Entry\0{stream}\0".encode("utf-16-le") + bytes(400)


def archive(path: Path, parts: dict[str, str]) -> bytes:
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path.read_bytes()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", FileStatus.UNREADABLE, "empty"),
        (ole("EncryptedPackage"), FileStatus.ENCRYPTED, "encrypted"),
        (ole("Workbook"), FileStatus.UNREADABLE, "xls"),
        (ole("WordDocument"), FileStatus.UNREADABLE, "other_ole"),
        ("指标,数\n甲,1\n".encode("gb18030"), FileStatus.UNREADABLE, "not_a_workbook"),
        (b"<html><table></table></html>", FileStatus.UNREADABLE, "not_a_workbook"),
        (b"PK\x03\x04" + b"x" * 50, FileStatus.UNREADABLE, "cut_off"),
    ],
)
def test_files_that_are_no_workbook(tmp_path: Path, data: bytes, status: FileStatus, said: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refused(path) == Refusal(str(path), status, lookup(f"reader.refused.{said}"))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"[Content_Types].xml": f'<Types><Override ContentType="{WORD}"/></Types>'}, "no_workbook"),
        ({"读我.txt": "压缩包"}, "no_workbook"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}, "ods"),
        ({"xl/workbook.bin": "", "[Content_Types].xml": ""}, "xlsb"),
        ({"[Content_Types].xml": f'<Types><Override ContentType="{EXCEL}"/></Types>'}, "no_workbook"),
    ],
)
def test_packages_that_are_no_workbook(tmp_path: Path, parts: dict[str, str], said: str) -> None:
    path = tmp_path / "a.xlsx"
    archive(path, parts)
    assert refused(path) == Refusal(str(path), FileStatus.UNREADABLE, lookup(f"reader.refused.{said}"))


def test_folder_and_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path).reason == lookup("reader.refused.folder")
    assert refused(tmp_path / "没有.xlsx").reason == lookup("reader.refused.missing")


def test_a_file_cut_short_anywhere_is_damaged(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.xlsx").read_bytes()
    for part in range(1, 10):
        path = tmp_path / f"{part}.xlsx"
        path.write_bytes(whole[: len(whole) * part // 10])
        assert refused(path).reason == lookup("reader.refused.cut_off")


def test_a_broken_sheet_keeps_the_identity(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    rewrite(path, lambda xml: xml[: len(xml) // 2] if b"derived_10" in xml else xml)
    found = refused(path)
    assert (found.status, found.identity) == (FileStatus.UNREADABLE, identity())
