"""Every received file is kept once beside the store, under the SHA-256 of its bytes, and never written again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from addin.receiving.archive import Unpacker
from addin.receiving.collect import collect
from addin.store.evidence import find_kept_file, keep_file
from tests.support.mailbag import put, roster, unit
from tests.support.stores import mail
from tianbao import app


def kept(store: Path) -> dict[str, bytes]:
    """Return the kept files by name."""
    files = (path for path in store.with_name(f"{store.name}.files").rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in files if path.suffix != ".txt"}


def named(content: bytes, suffix: str = ".xlsx") -> str:
    """Return the name under which these bytes are kept."""
    return hashlib.sha256(content).hexdigest() + suffix


def run(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_a_merge_keeps_what_it_read_once(tmp_path: Path) -> None:
    store, folder, sender = tmp_path / "S.duckdb", tmp_path / "returns", unit("1")
    put(folder / "甲.xlsx", sender, {"A01": {"01": 1.0}})
    (folder / "坏.xlsx").write_bytes(b"broken")
    first, broken = (folder / "甲.xlsx").read_bytes(), b"broken"
    mail(store, folder, roster(sender))
    assert kept(store) == {named(first): first, named(broken): broken}
    place = find_kept_file(store, hashlib.sha256(first).hexdigest())
    assert place
    before = place.stat()
    put(folder / "甲.xlsx", sender, {"A01": {"01": 2.0}})
    second = (folder / "甲.xlsx").read_bytes()
    mail(store, folder, roster(sender))
    assert kept(store) == {named(one): one for one in (first, second, broken)}
    assert (place.stat().st_mtime_ns, place.stat().st_ino, place.stat().st_mode & 0o777) == (
        before.st_mtime_ns,
        before.st_ino,
        0o400,
    )


def test_history_tells_where_a_file_is_kept(tmp_path: Path) -> None:
    store, folder, sender = tmp_path / "S.duckdb", tmp_path / "returns", unit("1", name="东区科协")
    put(folder / "甲.xlsx", sender, {"A01": {"01": 1.0}})
    mail(store, folder, roster(sender))
    place = find_kept_file(store, hashlib.sha256((folder / "甲.xlsx").read_bytes()).hexdigest())
    told = json.loads(run("history", "1", "--store", store, "--json").stdout)
    assert {event["kept"] for event in told["events"] if event["file"]} == {str(place)}
    assert f"「甲.xlsx」收到时的原件：{place}" in run("history", "1", "--store", store).output.replace("\n", "")


def test_kept_files_are_not_merged_again(tmp_path: Path) -> None:
    sender = unit("1")
    put(tmp_path / "甲.xlsx", sender, {"A01": {"01": 1.0}})
    mail(tmp_path / "S.duckdb", tmp_path / "甲.xlsx", roster(sender))
    shown = [found.shown for found in collect([tmp_path], Unpacker(tmp_path)) if hasattr(found, "shown")]
    assert [name for name in shown if name.endswith(".xlsx")] == ["甲.xlsx"]


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.XLSM", ".xlsm"), ("a", ".bin"), ("a.表 格", ".bin"), ("a.xlsx", ".xlsx")]
)
def test_the_end_of_the_name_is_kept_where_it_tells_a_kind(tmp_path: Path, name: str, suffix: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    for _ in range(2):
        keep_file(tmp_path / "S.duckdb", tmp_path / name, hashlib.sha256(b"x").hexdigest())
    assert kept(tmp_path / "S.duckdb") == {named(b"x", suffix): b"x"}


def test_a_file_that_was_saved_meanwhile_is_not_kept_under_a_wrong_name(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"new")
    keep_file(tmp_path / "S.duckdb", tmp_path / "a.xlsx", hashlib.sha256(b"old").hexdigest())
    assert kept(tmp_path / "S.duckdb") == {}
    assert find_kept_file(tmp_path / "S.duckdb", "") is None
