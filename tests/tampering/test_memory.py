"""What is remembered of workbooks that were looked at: it makes the next one quicker, and never says less of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from addin.reading.reader import read
from addin.submission import Submission
from addin.tampering import blueprint
from addin.tampering.blueprint import Blueprint, render_blueprint
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from generator.unit.workbook import build
from templates.layout import COLUMNS, WorkbookLayout
from templates.words import lookup
from tests.support.books import identity
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.returns import MINI, worded
from tests.support.vandalisms import HONEST, VANDALISMS
from tests.support.vandals import by_openpyxl, put

SHEETS = lookup("workbook.sheets")
LAYOUT = WorkbookLayout(MINI, KIND, LEVEL)
FORM, LEDGER = LAYOUT.forms["M1"], LAYOUT.ledgers["活动"]
FORMULA = re.compile(rb"<f>([^<]{8,})</f>")


def told(path: Path) -> list[str]:
    """Return every finding, word for word, in a fixed order."""
    found = read_examined(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission), found
    return sorted(f"{finding.rule} {finding.cell} {finding.message}" for finding in worded(found))


def told_afresh(path: Path) -> list[str]:
    """Return the same, said by a program that has seen no workbook before."""
    blueprint._rendered.cache_clear()
    return told(path)


def warm(path: Path, folder: Path) -> None:
    """Look at honest workbooks, as they were written and as other programs spell them."""
    for number, change in enumerate((lambda xml: xml, _spell_otherwise, _write_apart)):
        copy = folder / f"honest-{number}.xlsx"
        copy.write_bytes(path.read_bytes())
        _change_sheets(copy, change)
        assert told(copy) == []


def _change_sheets(path: Path, change: Callable[[bytes], bytes]) -> None:
    for sheet in (SHEETS["cover"], SHEETS["audit"], "M1", LEDGER.sheet):
        edit_part(path, part_of(path, sheet), change)


def _spell_otherwise(xml: bytes) -> bytes:
    """As LibreOffice does: quotation marks as entities, and attributes that say nothing."""
    return FORMULA.sub(lambda found: b'<f aca="false">' + found[1].replace(b'"', b"&quot;") + b"</f>", xml)


def _write_apart(xml: bytes) -> bytes:
    """With blanks behind commas, which mean nothing; but not in texts."""
    return FORMULA.sub(
        lambda found: b"<f>" + (found[1] if b'"' in found[1] else found[1].replace(b",", b", ")) + b"</f>", xml
    )


DEEDS = {name: deed for name, (deed, _) in VANDALISMS.items()} | HONEST


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_the_same_is_said_with_memory_and_without(path: Path, tmp_path: Path, deed: Callable[[Path], None]) -> None:
    original = path.read_bytes()
    deed(path)
    afresh = told_afresh(path)
    blueprint._rendered.cache_clear()
    (tmp_path / "honest").mkdir()
    honest = tmp_path / "honest" / "honest.xlsx"
    honest.write_bytes(original)
    warm(honest, tmp_path)
    assert [told(path), told(path)] == [afresh, afresh]


def _mutated(xml: bytes, chance: random.Random) -> bytes:
    """Change one formula: a figure, a letter, another cell's in its place, or a spelling that means the same."""
    found = list(FORMULA.finditer(xml))
    one, other = chance.choice(found), chance.choice(found)
    at = chance.randrange(len(one[1]))
    changed = chance.choice(
        (
            one[1].replace(b"5", b"6", 1),
            other[1],
            one[1].replace(b'"', b"&quot;").replace(b",", b" ,"),
            one[1].lower() if b'"' not in one[1] else one[1],
            one[1][:at] + b"1" + one[1][at:] if one[1][at : at + 1].isalnum() and b"&" not in one[1] else one[1],
        )
    )
    return xml[: one.start(1)] + changed + xml[one.end(1) :]


def test_the_same_is_said_of_formulas_changed_at_random(path: Path, tmp_path: Path) -> None:
    warm(path, tmp_path)
    known, chance, said = blueprint._rendered, random.Random(26), []
    for number in range(60):
        copy = tmp_path / f"{number}.xlsx"
        copy.write_bytes(path.read_bytes())
        sheet = chance.choice((SHEETS["cover"], SHEETS["audit"], "M1", LEDGER.sheet))
        edit_part(copy, part_of(copy, sheet), lambda xml: _mutated(xml, chance))
        said.append(told(copy))
    assert known.cache_info().misses == blueprint._rendered.cache_info().misses
    assert [told_afresh(tmp_path / f"{number}.xlsx") for number in range(60)] == said
    assert 20 < sum(map(bool, said)) < 60


def test_a_spelling_known_of_one_cell_is_not_known_of_another(path: Path, tmp_path: Path) -> None:
    warm(path, tmp_path)
    one, other = (FORM.cell(code, COLUMNS.message) for code in ("06", "07"))
    by_openpyxl(lambda book: setattr(book["M1"][one], "value", book["M1"][other].value))(path)
    assert [finding.split()[:2] for finding in told(path)] == [["tamper.formula", f"M1!{one}"]]


# --- rows of last year -----------------------------------------------------------------------------------------------


def carried_book(folder: Path, lock: Lock, rows: int) -> Path:
    """Return a filled workbook that was mailed out with so many rows of last year."""
    path, content = folder / f"carried-{rows}.xlsx", filled(MINI)
    content.confirmed = {"活动"} if rows else set()
    whose = replace(identity(MINI, KIND, LEVEL), carried=f"L01={rows}" if rows else "")
    build(path, MINI, whose, lock, content)
    return path


def blueprint_of(path: Path) -> Blueprint:
    found = read(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    return render_blueprint(MINI, found.identity, {})


def test_rows_of_last_year_make_no_other_blueprint(tmp_path: Path, lock: Lock) -> None:
    paths = [carried_book(tmp_path, lock, rows) for rows in (0, 1, 3)]
    assert [told(path) for path in paths] == [[], [], []]
    assert len({id(blueprint_of(path)) for path in paths}) == 1


@pytest.mark.parametrize(("rows", "said"), [(0, [f"tamper.added {LEDGER.sheet}!{LEDGER.confirmation}"]), (2, [])])
def test_what_confirms_rows_of_last_year_is_open_where_there_are_any(
    tmp_path: Path, lock: Lock, rows: int, said: list[str]
) -> None:
    path = carried_book(tmp_path, lock, rows)
    put(LEDGER.sheet, LEDGER.confirmation, lookup("workbook.ledger.confirmed"))(path)
    assert [" ".join(one.split()[:2]) for one in told(path)] == said


@pytest.mark.parametrize(("deed", "findings"), VANDALISMS.values(), ids=VANDALISMS)
def test_what_is_said_of_a_vandalism_in_the_second_year(
    tmp_path: Path, lock: Lock, deed: Callable[[Path], None], findings: list[str]
) -> None:
    path = carried_book(tmp_path, lock, 2)
    deed(path)
    assert sorted(" ".join(one.split(" ")[:2]).strip() for one in told(path)) == sorted(findings)
