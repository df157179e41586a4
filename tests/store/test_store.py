"""The store: what goes in comes out, nothing is read twice, and how things stand is told once.

- a return of any content comes back equal, value for value, empty forms and rows too
- the store has a column for every field of an identity
- a known file is not read again: not when it is renamed or repeated; it is when definitions or the program changed
- a rerun adds nothing but the run
- what stands for a unit follows the newest decision, and so do the views
"""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings

from addin.receiving.receive import MergeJob, merge
from addin.store import reading
from addin.store.packed import pack_reading, unpack_reading
from addin.store.remember import merge_into
from addin.store.schema import TABLES, create
from addin.store.store import Store
from addin.store.submissions import Arrival, Reader, fetch, keep
from addin.submission import Refusal, Submission
from templates.content import Identity
from tests.support.facts import REFUSALS, SUBMISSIONS, exactly
from tests.support.mailbag import FAKE, ONE, fake_audit, fake_read, one_by_one, put, roster, seeded, survey, unit
from tests.support.stores import Counting, asked, dump, mail, merges, told

# --- round trip ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    create(made)
    return made


@given(before=SUBMISSIONS | REFUSALS)
@settings(max_examples=150, deadline=None)
def test_what_goes_in_comes_out(before: Submission | Refusal, connection: duckdb.DuckDBPyConnection) -> None:
    arrival = Arrival("s", pack_reading(before), before.file, "", "")
    number = keep(connection, Reader("d", "p"), [arrival])["s"]
    after = unpack_reading(fetch(connection, [number])[number])
    assert exactly(after) == exactly(before)


def test_every_field_of_an_identity_has_a_column() -> None:
    assert {field.name for field in fields(Identity)} <= TABLES["submissions"].keys()


# --- reading once ----------------------------------------------------------------------------------------------------


def test_known_files_are_not_read_again(tmp_path: Path) -> None:
    store, folder = tmp_path / "S.duckdb", tmp_path / "returns"
    units = [unit(str(number)) for number in range(1, 5)]
    for sender in units:
        put(folder / f"{sender.code}.xlsx", sender, {"A01": {"01": float(sender.code)}})
    read = Counting()
    mail(store, folder, roster(*units), read)
    assert read.names == ["1.xlsx", "2.xlsx", "3.xlsx", "4.xlsx"]
    (folder / "2.xlsx").rename(folder / "2-改名.xlsx")
    shutil.copy(folder / "3.xlsx", folder / "3-又一份.xlsx")
    put(folder / "4.xlsx", units[3], {"A01": {"01": 40.0}}, saved="2025-03-02T08:00:00Z")
    read = Counting()
    merged = mail(store, folder, roster(*units), read)
    assert read.names == ["4.xlsx"]
    assert [submission.content.values["A01"]["01"] for submission in merged.counted] == [1.0, 2.0, 3.0, 40.0]


def test_the_same_bytes_twice_in_one_run_are_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    put(folder / "a.xlsx", unit("1"), ONE)
    shutil.copy(folder / "a.xlsx", folder / "b.xlsx")
    read = Counting()
    merged = mail(tmp_path / "S.duckdb", folder, roster(unit("1")), read)
    assert read.names == ["a.xlsx"]
    assert [(file.shown, file.role.value) for file in merged.units[0].files] == [
        ("b.xlsx", "counted"),
        ("a.xlsx", "duplicate"),
    ]


def test_other_definitions_or_another_program_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, folder, units = tmp_path / "S.duckdb", tmp_path / "returns", roster(unit("1"))
    put(folder / "1.xlsx", unit("1"), ONE)
    read = Counting()
    mail(store, folder, units, read)
    other = replace(survey(), hash="other")
    for _ in range(2):
        merge_into(Store(store), MergeJob([folder], units, other), read=one_by_one(read), audit=fake_audit)
    assert len(read.names) == 2
    monkeypatch.setattr(reading, "fingerprint_program", lambda _rooms: "newer")
    mail(store, folder, units, read)
    assert len(read.names) == 3
    assert asked(store, "SELECT count(*), count(DISTINCT sha256) FROM submissions") == [(3, 1)]
    assert asked(store, "SELECT count(*) FROM 最新报表") == [(1,)]


def test_what_breaks_a_reader_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "1-x.xlsx").write_bytes(b"boom")
    (folder / "2-x.xlsx").write_bytes(b"no workbook")
    read = Counting()
    for _ in range(2):
        merged = mail(tmp_path / "S.duckdb", folder, roster(unit("1"), unit("2")), read)
    assert [file.status.value for file in merged.strays] == ["unreadable", "unreadable"]
    assert read.names == ["1-x.xlsx", "2-x.xlsx", "1-x.xlsx"], "a refusal is known, a crash is not"


def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    folder, sender = tmp_path / "returns", unit("1")
    path = put(folder / "1.xlsx", sender, ONE)
    before = path.read_bytes()

    def read(path: Path) -> Submission | Refusal:
        put(path, sender, {"A01": {"01": 99.0}})
        return fake_read(path)

    mail(tmp_path / "S.duckdb", folder, roster(sender), read)
    path.write_bytes(before)
    merged = mail(tmp_path / "S.duckdb", folder, roster(sender))
    assert merged.counted[0].content.values == ONE


# --- what is on record -----------------------------------------------------------------------------------------------


def test_a_merge_says_the_same_with_and_without_a_store(tmp_path: Path) -> None:
    units, _ = seeded(tmp_path / "returns")
    plain = told(merge(MergeJob([tmp_path / "returns"], units, survey()), read=FAKE, audit=fake_audit))
    assert [told(mail(tmp_path / "S.duckdb", tmp_path / "returns", units)) for _ in range(2)] == [plain, plain]


def test_a_rerun_adds_nothing_but_the_run(tmp_path: Path) -> None:
    store, folder = tmp_path / "S.duckdb", tmp_path / "returns"
    units, _ = seeded(folder)
    put(folder / "更晚.xlsx", units.units[0], ONE, saved="2025-05-01T08:00:00Z")
    put(folder / "别处.xlsx", unit("99"), ONE)
    (folder / "图.pdf").write_bytes(b"%PDF")
    mail(store, folder, units)
    first = dump(store)
    mail(store, folder, units)
    assert (dump(store), merges(store)) == (first, 2)
    counted = {what: sum(event[1] == what for event in first["events"]) for what in ("received", "counted", "missing")}
    assert counted == {"received": 42, "counted": 40, "missing": 0}


def test_files_of_one_name_and_content_are_told_once_each(tmp_path: Path) -> None:
    store, sender = tmp_path / "S.duckdb", unit("1")
    folders = [put(tmp_path / name / "a.xlsx", sender, ONE).parent for name in ("甲", "乙")]
    for _ in range(3):
        merge_into(Store(store), MergeJob(folders, roster(sender), survey()), read=FAKE, audit=fake_audit)
    assert asked(store, "SELECT what FROM events WHERE what <> 'merged' ORDER BY rowid") == [
        ("received",),
        ("counted",),
        ("duplicate",),
        ("passed",),
    ]


EVENTS = "SELECT what, file, details ->> 'errors' FROM events WHERE unit = '1' AND what <> 'received' ORDER BY rowid"
STANDS = "SELECT 文件, 数值 FROM 最新数据 JOIN 最新报表 USING (submission) WHERE 代码 = '01'"
PROBLEMS = "SELECT 程度, 问题 FROM 最新问题 ORDER BY 问题"


def test_what_stands_for_a_unit_follows_the_decisions(tmp_path: Path) -> None:
    """Nothing; a faulty return; a better one; that is taken away again; and it is back."""
    store, folder, sender = tmp_path / "S.duckdb", tmp_path / "returns", unit("1")
    folder.mkdir()
    mail(store, folder, roster(sender), year=2024)
    old = put(folder / "旧.xlsx", sender, {"A01": {"01": 1.0}}, errors=2)
    mail(store, folder, roster(sender), year=2024)
    assert asked(store, STANDS) == [("旧.xlsx", 1.0)]
    assert asked(store, PROBLEMS) == [("错误", f"01「年末人数」为 {value}，不能是负数") for value in ("-1", "0")]
    new = put(folder / "新.xlsx", sender, {"A01": {"01": 2.0}}, saved="2025-03-09T08:00:00Z")
    mail(store, folder, roster(sender), year=2024)
    assert asked(store, STANDS) == [("新.xlsx", 2.0)]
    assert asked(store, PROBLEMS) == []
    aside = new.rename(tmp_path / "新.xlsx")
    mail(store, folder, roster(sender), year=2024)
    assert asked(store, STANDS) == [("旧.xlsx", 1.0)]
    old.unlink()
    aside.rename(new)
    mail(store, folder, roster(sender), year=2024)
    assert asked(store, STANDS) == [("新.xlsx", 2.0)]
    assert asked(store, EVENTS) == [
        ("missing", "", None),
        ("counted", "旧.xlsx", None),
        ("faulty", "", "2"),
        ("counted", "新.xlsx", None),
        ("superseded", "旧.xlsx", None),
        ("passed", "", "0"),
        ("counted", "旧.xlsx", None),
        ("faulty", "", "2"),
        ("counted", "新.xlsx", None),
        ("passed", "", "0"),
    ]


def test_ledgers_are_asked_by_column(tmp_path: Path) -> None:
    store, sender = tmp_path / "S.duckdb", unit("1", "学会", "省级")
    rows = {"5": {"名称": "年会", "人次": 20.0}, "7": {"名称": "论坛", "人次": 3.0}}
    put(tmp_path / "returns" / "1.xlsx", sender, ONE, ledgers={"会议": rows})
    mail(store, tmp_path / "returns", roster(sender))
    found = asked(store, "SELECT 行号, 内容 ->> '名称', (内容 ->> '人次')::DOUBLE FROM 最新台账 WHERE 台账 = '会议'")
    assert found == [(5, "年会", 20.0), (7, "论坛", 3.0)]


@pytest.mark.parametrize("reading", ["NULL", "''", '\'{"file": "1.xlsx"}\'', "'[1'"])
def test_what_is_damaged_in_the_store_is_read_again(reading: str, tmp_path: Path) -> None:
    store, folder = tmp_path / "S.duckdb", tmp_path / "returns"
    put(folder / "1.xlsx", unit("1"), ONE)
    put(folder / "2.xlsx", unit("2"), ONE)
    mail(store, folder, roster(unit("1"), unit("2")))
    with duckdb.connect(store) as connection:
        connection.execute(f"UPDATE submissions SET reading = {reading} WHERE file = '1.xlsx'")
    read = Counting()
    merged = mail(store, folder, roster(unit("1"), unit("2")), read)
    assert read.names == ["1.xlsx"]
    assert [submission.content.values for submission in merged.counted] == [ONE, ONE]


def test_an_older_store_gets_what_it_lacks(tmp_path: Path) -> None:
    store, folder = tmp_path / "S.duckdb", tmp_path / "returns"
    put(folder / "1.xlsx", unit("1"), ONE, errors=1)
    mail(store, folder, roster(unit("1")))
    with duckdb.connect(store) as connection:
        for view in ("最新问题", "最新台账", "最新数据", "最新报表"):
            connection.execute(f'DROP VIEW "{view}"')
        connection.execute("ALTER TABLE submissions DROP COLUMN document")
    put(folder / "2.xlsx", unit("2"), ONE)
    read = Counting()
    merged = mail(store, folder, roster(unit("1"), unit("2")), read)
    assert read.names == ["2.xlsx"]
    assert [submission.identity.document for submission in merged.counted] == [""]
    assert asked(store, "SELECT document FROM submissions ORDER BY id") == [(None,), ("",)]
    assert asked(store, "SELECT count(*) FROM 最新问题") == [(1,)]


def test_the_store_is_for_its_owner(tmp_path: Path) -> None:
    Store(tmp_path / "S.duckdb").prepare()
    assert oct((tmp_path / "S.duckdb").stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in tmp_path.iterdir()] == ["S.duckdb"]
