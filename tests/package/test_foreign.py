"""Workbooks that calamine reads, in a worker: values, days and merged ranges; and what makes it abort."""

from __future__ import annotations

import re
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from addin.package.foreign import read_foreign
from addin.package.refusal import NotOpened

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
FLOAT = '<table:table-cell office:value-type="float" office:value="{}"/>'
DAY = '<table:table-cell office:value-type="date" office:date-value="{}"/>'
TIME = '<table:table-cell office:value-type="time" office:time-value="{}"/>'
TRUE = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
STRAY = (
    '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{FLOAT}</table:table-row>'
)


def ods(path: Path, *rows: str) -> Path:
    """Write an OpenDocument table of these rows."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    table = f'<table:table table:name="名册">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    manifest = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}'
            "</manifest:manifest>",
        )
        package.writestr("content.xml", f"<office:document-content {NAMES}>{body}</office:document-content>")
    return path


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_cells_come_as_what_they_are(tmp_path: Path) -> None:
    cells = [TEXT.format("甲"), FLOAT.format("1.5"), DAY.format("2024-03-05"), TIME.format("PT12H30M00S"), TRUE]
    (sheet,) = read_foreign(ods(tmp_path / "a.ods", row(*cells)))
    assert sheet.name == "名册"
    text, number, day, moment, truth = sheet.rows[0]
    assert (text, number, truth) == ("甲", 1.5, True)
    assert isinstance(day, date)
    assert day.isoformat()[:10] == "2024-03-05"
    assert moment in (time(12, 30), timedelta(hours=12, minutes=30))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (1_048_574, "文件内容已损坏，未能读出（CalamineError: Cell limit exceeded"),
        (6_000, "读取占用内存超过 1024 MB，已停止；"),
    ],
)
def test_one_stray_cell_far_away_ends_no_program(tmp_path: Path, rows: int, reason: str) -> None:
    path = ods(tmp_path / "a.ods", row(TEXT.format("甲")), STRAY.format(rows, 1))
    with pytest.raises(NotOpened, match=f"^{re.escape(reason)}"):
        read_foreign(path)


@pytest.mark.parametrize("content", [b"", b"PK\3\4 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(NotOpened, match=r"^文件内容已损坏，未能读出（"):
        read_foreign(path)
