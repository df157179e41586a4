"""Keys: a workbook is taken for what was sent out only while its identity is what was signed."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from addin.composing.compose import compose
from addin.keys import Key, KeyRefused, make_key, read_key, refuse_unsigned, sign, tell_doubt
from addin.reading.reader import read
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.repairing.repair import repair
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import dispatch
from addin.sending.fill import fill, render
from addin.submission import Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from generator.lock import Lock
from templates.content import Identity
from tests.support.returns import MINI, YEAR
from tianbao import app

OURS, THEIRS = Key(b"o" * 32), Key(b"t" * 32)
UNITS = tuple(
    ReportingUnit(code, f"单位{code}", f"USCC{code}", "甲类", level, "500103")
    for code, level in (("1", "市级"), ("2", "县级"), ("3", "县级"))
)
IDENTITY = Identity("mini", "1", "abc", 2024, "1", "甲", "甲类", "市级", "u", "500103", "0", "2024-01-01T00:00:00")


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> dict[str, Path]:
    """Return the signed workbooks by unit code."""
    folder = tmp_path_factory.mktemp("mailed")
    written = dispatch(Roster(UNITS), MINI, YEAR, folder, lock, key=OURS)
    return {one.unit.code: one.path for one in written}


def altered(source: Path, target: Path, **changes: str) -> Path:
    """Copy a workbook with other words in its ``_meta``."""
    book = openpyxl.load_workbook(source)
    for row in book["_meta"].iter_rows():
        if str(row[0].value) in changes:
            row[1].value = changes[str(row[0].value)]
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def meta(path: Path) -> dict[str, str]:
    """Return what a workbook says of itself."""
    return {str(row[0].value): str(row[1].value or "") for row in openpyxl.load_workbook(path)["_meta"].iter_rows()}


def mini(path: Path) -> Submission:
    """Return the return in ``path``."""
    found = read(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    return found


def merged(path: Path, units: Roster, *keys: Key) -> Merged:
    """Merge with these keys."""
    return merge(MergeJob([path], units, MINI, keys=keys))


# --- the signature ---------------------------------------------------------------------------------------------------


def test_a_signature_is_over_every_word_of_the_identity() -> None:
    good = sign(replace(IDENTITY, made_by="0123456789abcdef"), OURS)
    assert tell_doubt(good, [THEIRS, OURS]) == ""
    for field in fields(Identity):
        other: Any = 2023 if field.name == "year" else "x"
        changed = replace(good, **{field.name: other})
        if field.name in ("sealed_at", "repaired_by"):
            assert tell_doubt(changed, [OURS]) == ""
        else:
            assert tell_doubt(changed, [OURS]), field.name


def test_words_do_not_run_into_each_other() -> None:
    good = sign(replace(IDENTITY, name="甲乙", kind="丙"), OURS)
    assert tell_doubt(replace(good, name="甲", kind="乙丙"), [OURS])
    assert tell_doubt(sign(IDENTITY, OURS, "a"), [OURS], "b")


def test_why_an_identity_is_not_trusted() -> None:
    assert tell_doubt(IDENTITY, [OURS]).startswith("工作簿没有签名")
    assert tell_doubt(sign(IDENTITY, THEIRS), [OURS]).startswith(f"工作簿是用别的密钥（{THEIRS.id}）签名的")
    assert tell_doubt(replace(sign(IDENTITY, OURS), code="2"), [OURS]).startswith("身份信息「甲」（代码 2）与签名不符")
    assert tell_doubt(replace(IDENTITY, signature=f"{OURS.id}:不是"), [OURS]).startswith("身份信息")


def test_without_keys_every_identity_is_taken(mailed: dict[str, Path]) -> None:
    found = mini(mailed["1"])
    assert refuse_unsigned(found, ()) is found
    assert refuse_unsigned(found, [OURS]) is found


# --- key files -------------------------------------------------------------------------------------------------------


def test_a_key_file_is_its_owners_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "市.key"
    key = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key
    assert key.secret.hex() not in repr(key)
    with pytest.raises(FileExistsError):
        make_key(path)
    assert read_key(path) == key
    assert make_key(tmp_path / "b.key").id != key.id


@pytest.mark.parametrize("text", ["", "secret = 5", 'secret = "xyz"', 'secret = "00"', "{", '[secret]\na = "b"'])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(KeyRefused, match="不是密钥文件"):
        read_key(path)
    with pytest.raises(KeyRefused, match="读不出来"):
        read_key(tmp_path / "none")


# --- workbooks that come back ----------------------------------------------------------------------------------------


def test_filling_composing_and_repairing_keep_the_signature(mailed: dict[str, Path], tmp_path: Path) -> None:
    submission = mini(mailed["1"])
    submission = fill(MINI, submission, {"forms": {"M1": {"06": 3}}}).submission
    render(MINI, submission, mailed["1"], tmp_path / "filled.xlsx")
    filled = mini(tmp_path / "filled.xlsx")
    assert tell_doubt(filled.identity, [OURS]) == ""
    assert compose(MINI, filled, []).submission.identity == filled.identity
    repair(MINI, filled, tmp_path / "filled.xlsx", tmp_path / "repaired.xlsx")
    assert mini(tmp_path / "repaired.xlsx").identity == filled.identity


def test_forged_and_copied_identities_are_found_and_named(mailed: dict[str, Path], tmp_path: Path) -> None:
    """A code pasted from another unit, a whole other unit's facts, a changed level, no signature, another's."""
    plain, foreign = tmp_path / "plain", tmp_path / "foreign"
    folder = tmp_path / "in"
    unsigned = dispatch(Roster(UNITS[:1]), MINI, YEAR, plain, Lock("a", "b"))[0].path
    other = dispatch(Roster(UNITS[1:2]), MINI, YEAR, foreign, Lock("a", "b"), key=THEIRS)[0].path
    altered(mailed["3"], folder / "a.xlsx", code="1")
    altered(mailed["3"], folder / "b.xlsx", code="2", name="单位2", uscc="USCC2")
    altered(mailed["3"], folder / "c.xlsx", level="市级")
    altered(mailed["3"], folder / "d.xlsx", year="2024", region="1", hash=MINI.hash, generated_at="2020-01-01")
    shutil.copy(unsigned, folder / "e.xlsx")
    shutil.copy(other, folder / "f.xlsx")
    shutil.copy(mailed["3"], folder / "g.xlsx")
    result = merged(folder, Roster(UNITS), OURS)
    asked = "签名表明这是发给「单位3」（代码 3）的工作簿，身份信息被改过（现为 {}），没有计入，请核实。"
    assert [(file.shown, file.status.value, file.reason) for file in result.strays] == [
        ("a.xlsx", "not_ours", asked.format("1")),
        ("b.xlsx", "not_ours", asked.format("2、单位2、USCC2")),
        ("c.xlsx", "not_ours", asked.format("市级")),
        ("d.xlsx", "not_ours", tell_doubt(replace(mini(folder / "d.xlsx").identity), [OURS])),
        ("e.xlsx", "not_ours", tell_doubt(IDENTITY, [OURS])),
        ("f.xlsx", "not_ours", tell_doubt(sign(IDENTITY, THEIRS), [OURS])),
    ]
    assert [(one.code, one.state.value, [file.shown for file in one.files]) for one in result.units] == [
        ("1", "missing", ["a.xlsx", "e.xlsx"]),
        ("2", "missing", ["b.xlsx", "f.xlsx"]),
        ("3", "faulty", ["g.xlsx", "c.xlsx", "d.xlsx"]),
    ]
    assert [len(one.files) for one in merged(folder, Roster(UNITS)).units] == [2, 2, 3]
    assert merged(folder, Roster(UNITS)).strays == ()


def test_a_result_vouches_for_its_units_or_they_for_themselves(mailed: dict[str, Path], tmp_path: Path) -> None:
    """Signed by the county: all is taken. Unsigned: what is signed itself. Changed: nothing."""
    folder, units = tmp_path / "in", Roster(UNITS)
    folder.mkdir()
    shutil.copy(mailed["1"], folder)
    shutil.copy(dispatch(Roster(UNITS[1:2]), MINI, YEAR, tmp_path / "u", Lock("a", "b"))[0].path, folder)
    below = merged(folder, units)
    top = Roster((ReportingUnit("P", "上级", "", "甲类", "市级", ""),))

    def received(key: Key | None, *keys: Key) -> list[str]:
        path = tmp_path / "县.xlsx"
        write_summary(below, Rollup.of(below), path, key)
        return [one.code for one in merged(path, top, *keys).units if one.submission]

    assert received(None) == ["1", "2"]
    assert received(None, OURS) == ["1"]
    assert received(THEIRS, OURS) == ["1"]
    assert received(THEIRS, OURS, THEIRS) == ["1", "2"]
    altered(tmp_path / "县.xlsx", tmp_path / "县.xlsx", name="别的县")
    result = merged(tmp_path / "县.xlsx", top, OURS, THEIRS)
    assert [(one.status.value, one.reason[:8]) for one in result.strays] == [("not_ours", "下级汇总的内容与")]


# --- commands --------------------------------------------------------------------------------------------------------


def run(*words: str | Path) -> tuple[int, str]:
    """Run a command; return exit code and all that it said."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_the_commands(tmp_path: Path) -> None:
    key, roster, out = tmp_path / "市.key", tmp_path / "名录.csv", tmp_path / "下发"
    code, said = run("key", "new", "-o", key)
    assert code == 0, said
    assert run("key", "new", "-o", key)[0] == 2
    roster.write_text(
        "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码\n1,甲县科协,,科协,县级科协,500229\n"
    )
    code, said = run("generate", "--year", "2024", "--roster", roster, "--out", out, "--key", key)
    assert code == 0, said
    (path,) = out.glob("*.xlsx")
    assert meta(path)["signature"].startswith(read_key(key).id)
    forged = altered(path, tmp_path / "x.xlsx", code="9")
    code, said = run("validate", path, forged, "--json", "--key", key)
    first, second = json.loads(said[said.index("[") :])
    assert (code, first["status"], second["status"]) == (2, "has_errors", "not_ours")
    code, said = run("validate", path, "--key", roster)
    assert (code, "不是密钥文件" in said) == (2, True)
    code, said = run("merge", path, "--roster", roster, "--out", tmp_path / "汇总.xlsx", "--key", key)
    assert code == 1, said
    assert meta(tmp_path / "汇总.xlsx")["signature"].startswith(read_key(key).id)
    assert meta(tmp_path / "汇总.xlsx")["document"] == "consolidated"
    assert isinstance(read(tmp_path / "汇总.xlsx"), Refusal)
