"""Lists and rosters out of files: why one could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.reading.table_file import TableError, describe_unread, read_tables

UNREAD = {
    "空.xlsx": (b"", "文件是空的"),
    "锁.csv": (b"%TSD-Header-###%" + b"\0" * 40, "被文档加密软件锁住"),
    "密.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "设了打开密码"),
    "旧.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "文件内容已损坏"),
    "半.xlsx": (b"PK\3\4" + b"\0" * 600, "文件不完整，多半是传输中断"),
    "网页.csv": (b"<html></html>", "内容不是表格"),
    "夹.xlsx": (None, "它是文件夹，不是文件"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_why_a_file_could_not_be_read_is_said_in_a_few_words(tmp_path: Path, name: str) -> None:
    content, words = UNREAD[name]
    path = tmp_path / name
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(TableError) as raised:
        read_tables(path)
    assert describe_unread(raised.value) == words
