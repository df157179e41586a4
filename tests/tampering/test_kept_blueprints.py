"""Returns of workbooks that another version of the program sent out, compared with the blueprint that was kept then."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.submission import Submission
from addin.tampering.examine import read_examined
from addin.tampering.kept_blueprints import fingerprint_kept
from addin.tampering.sent import check_sent
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from generator.unit.workbook import build
from templates.layout import COLUMNS, WorkbookLayout
from templates.program import WRITING, fingerprint_program
from templates.words import lookup
from tests.support.books import identity, workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.returns import MINI, worded
from tests.support.vandals import put

SHEETS = lookup("workbook.sheets")
FORM = WorkbookLayout(MINI, KIND, LEVEL).forms["M1"]
MESSAGE = FORM.cell("06", COLUMNS.message)
ANOTHER = "0123456789abcdef"
NOBODY = replace(identity(MINI, KIND, LEVEL), code="ZQCODEQZ", name="ZQNAMEQZ", uscc="ZQUSCCQZ", region="ZQREGIONQZ")
ENTRY = {"file": "one.xlsx", "hash": MINI.hash, "kind": KIND, "level": LEVEL, "made_by": ANOTHER, "blank": ["parent"]}


def make_by_another(path: Path) -> None:
    """Let a workbook be as another version of the program would have made it: with other formulas, and saying so."""
    edit_part(path, part_of(path, SHEETS["audit"]), lambda xml: xml.replace(b"<f>", b"<f>1*"))
    places = {row[0].value: row[1].coordinate for row in load_workbook(path)[SHEETS["meta"]].iter_rows()}
    put(SHEETS["meta"], places["made_by"], ANOTHER)(path)


@pytest.fixture
def kept(tmp_path: Path, lock: Lock) -> Path:
    """A folder with the blueprint of what the other version sent out."""
    folder, file = tmp_path / "sent", tmp_path / "blueprint.xlsx"
    folder.mkdir()
    build(file, MINI, replace(NOBODY, carried="L01=1"), lock)
    make_by_another(file)
    index = {"format": 1, "blueprints": [ENTRY | {"year": identity(MINI, KIND, LEVEL).year}]}
    with zipfile.ZipFile(folder / "下发底本-1.tianbao", "w") as package:
        package.writestr("index.json", json.dumps(index))
        package.write(file, "one.xlsx")
    return folder


@pytest.fixture
def path(tmp_path: Path, lock: Lock) -> Path:
    """A return of a workbook that the other version sent out."""
    made = workbook(tmp_path, MINI, lock, KIND, LEVEL, filled(MINI))
    make_by_another(made)
    return made


def told(path: Path, kept: Path | None) -> list[str]:
    found = read_examined(path, surveys=lambda _: MINI, kept=kept)
    assert isinstance(found, Submission), found
    return sorted(f"{finding.rule} {finding.cell}".strip() for finding in worded(found))


def test_what_was_sent_is_known(path: Path, kept: Path) -> None:
    assert (told(path, None), told(path, kept)) == (["tamper.generation"], [])


def test_what_was_changed_is_told_to_the_cell(path: Path, kept: Path) -> None:
    put("M1", MESSAGE, "没有问题")(path)
    put(SHEETS["audit"], "A6", None)(path)
    assert told(path, None) == ["tamper.generation"]
    assert told(path, kept) == sorted([f"tamper.formula M1!{MESSAGE}", f"tamper.formula {SHEETS['audit']}!A6"])


@pytest.mark.parametrize(
    "change",
    [{"hash": "x"}, {"level": "区县级"}, {"blank": []}, {"year": 1999}, {"file": "no.xlsx"}],
)
def test_another_blueprint_is_not_taken_for_it(path: Path, kept: Path, change: dict[str, object]) -> None:
    (file,) = kept.iterdir()
    with zipfile.ZipFile(file) as package:
        index, blueprint = json.loads(package.read("index.json")), package.read("one.xlsx")
    index["blueprints"][0] |= change
    with zipfile.ZipFile(kept / "下发底本-2.tianbao", "w") as package:
        package.writestr("index.json", json.dumps(index))
        package.writestr("one.xlsx", blueprint)
    file.unlink()
    assert told(path, kept) == ["tamper.generation"]


@pytest.mark.parametrize("damage", [b"", b"PK", b"no zip at all"])
def test_a_damaged_file_says_nothing(path: Path, kept: Path, damage: bytes) -> None:
    (file,) = kept.iterdir()
    file.write_bytes(damage)
    assert told(path, kept) == ["tamper.generation"]


def test_folders_are_told_apart_by_what_is_kept_there(tmp_path: Path, kept: Path) -> None:
    assert fingerprint_kept(tmp_path) == fingerprint_kept(None) == ""
    assert fingerprint_kept(kept) != ""


# --- what a workbook says of itself proves nothing --------------------------------------------------------------------

FORGED = {"another program": "f" * 16, "no program": ""}


@pytest.mark.parametrize("said", FORGED.values(), ids=FORGED)
def test_a_changed_program_weakens_no_check(said: str, path: Path, kept: Path) -> None:
    say_of_itself(path, made_by=said)
    assert told(path, kept) == []
    put("M1", MESSAGE, "没有问题")(path)
    assert told(path, kept) == [f"tamper.formula M1!{MESSAGE}"]
    assert told(path, None) == ["tamper.generation"]


def test_what_nobody_kept_is_summed_up_where_much_differs(tmp_path: Path, kept: Path, lock: Lock) -> None:
    """A program of which nothing was kept: one remark, more than a hint."""
    made = workbook(tmp_path, MINI, lock, KIND, LEVEL, filled(MINI))
    for sheet in (SHEETS["audit"], SHEETS["cover"]):
        edit_part(made, part_of(made, sheet), lambda xml: xml.replace(b"<f>", b"<f>2*"))
    say_of_itself(made, made_by="f" * 16)
    assert told(made, kept) == ["tamper.not_kept"]


def test_a_repair_by_a_later_program_is_compared_with_that(tmp_path: Path, kept: Path, lock: Lock) -> None:
    made = workbook(tmp_path, MINI, lock, KIND, LEVEL, filled(MINI))
    say_of_itself(made, made_by=ANOTHER, repaired_by=fingerprint_program(WRITING))
    assert told(made, kept) == []
    put("M1", MESSAGE, "没有问题")(made)
    assert told(made, kept) == [f"tamper.formula M1!{MESSAGE}"]


SENT: dict[str, Any] = {"generated_at": "2025-01-01T08:00:00", "carried": "L01=3", "prior": "0123"}
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "what was sent": (SENT, ""),
    "a workbook of another run that says the same": (SENT | {"generated_at": "2025-01-02T08:00:00"}, ""),
    "no mark of last year's numbers": (SENT | {"prior": ""}, "上年数的核对标记"),
    "no rows of last year": (SENT | {"carried": ""}, "转来的上年台账行数"),
    "another name and credit code": (SENT | {"name": "乙", "uscc": "x"}, "单位名称、统一社会信用代码"),
    "other definitions": (SENT | {"version": "0.9"}, "定义版本"),
    "a unit that nothing was sent to": (SENT | {"code": "zzz", "name": "乙"}, ""),
}


@pytest.mark.parametrize("case", SAID)
def test_what_was_sent_to_a_unit_is_known_without_a_key(case: str, tmp_path: Path) -> None:
    said, expected = SAID[case]
    sent = replace(identity(MINI, KIND, LEVEL), **SENT)
    with zipfile.ZipFile(tmp_path / "下发底本-1.tianbao", "w") as package:
        package.writestr("sent.jsonl", json.dumps({name: value for name, value in asdict(sent).items() if value}))
    found = list(check_sent(replace(sent, **said), tmp_path))
    assert [(one.check, one.quote("names")) for one in found] == ([("tamper.not_sent", expected)] if expected else [])


def say_of_itself(path: Path, **said: str) -> None:
    """Write other words into ``_meta``."""
    places = {row[0].value: row[1].coordinate for row in load_workbook(path)[SHEETS["meta"]].iter_rows()}
    for name, text in said.items():
        put(SHEETS["meta"], places[name], text or None)(path)
