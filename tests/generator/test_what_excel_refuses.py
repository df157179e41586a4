"""No file that we write holds what Excel is known to refuse; and what Excel refuses is found where it is planted."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from generator.lock import Lock
from generator.ooxml.edit import part_of
from templates.model import Survey
from tests.support.books import workbook
from tests.support.every_kind import write_every_kind
from tests.support.refusals import list_refusals


@pytest.fixture(scope="module")
def files(kx: Survey, mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file of every kind that we write."""
    return write_every_kind(tmp_path_factory.mktemp("files"), [kx, mini], lock)


def test_no_file_holds_what_excel_refuses(files: list[Path]) -> None:
    assert {path.name: found for path in files if (found := list_refusals(path))} == {}


# --- each thing is found ---------------------------------------------------------------------------------------------


class Planted(NamedTuple):
    """A fault that is planted in a workbook, and what is said of it."""

    part: str
    """Its name, or that of a sheet."""
    old: str
    """A regular expression; its first match is replaced."""
    new: str
    found: str
    """A regular expression of all that is found."""


SHEET, BOOK = "M1", "xl/workbook.xml"
PLANTED = {
    "a part without a type": Planted(
        "[Content_Types].xml", r'<Override PartName="/xl/styles.xml"[^>]*>', "", "xl/styles.xml has no type"
    ),
    "a type without a part": Planted(
        "[Content_Types].xml", "/xl/styles.xml", "/xl/lost.xml", "/xl/lost.xml has a type .*|xl/styles.xml has no type"
    ),
    "a relation into nothing": Planted(
        "_rels/.rels", "docProps/core.xml", "docProps/lost.xml", ".* docProps/lost.xml, which is not there"
    ),
    "an element that is not closed": Planted(SHEET, "</sheetData>", "", ".* is not well-formed: .*"),
    "two sheets of one name": Planted(BOOK, 'name="M2"', 'name="m1"', "two sheets m1|.* sheet M2"),
    "a long name of a sheet": Planted(
        BOOK, 'name="M2"', f'name="{"M" * 32}"', "'M{32}' is no name of a sheet|.* sheet M2"
    ),
    "a name like a cell": Planted(BOOK, 'name="value_M1"', 'name="L11"', "L11 is no name"),
    "a name of a lost sheet": Planted(BOOK, r"'M1'!\$E", "'M9'!$E", "value_M1 reads the sheet M9"),
    "two names": Planted(BOOK, 'name="value_M2"', 'name="VALUE_M1"', "two names value_m1"),
    "a lost string": Planted(SHEET, r't="s"><v>\d+', 't="s"><v>99999', "M1!.*"),
    "a number that is none": Planted(SHEET, r'<c r="B8"[^>]*><v>\d+', '<c r="B8"><v>nan', "M1!B8: .*"),
    "a lost style": Planted(SHEET, r'<c r="B8" s="\d+"', '<c r="B8" s="9999"', "M1!B8: its style"),
    "a formula with its sign": Planted(SHEET, "<f>", "<f>=", "M1!.*: the formula =.*"),
    "a lost reference": Planted(SHEET, "<f>", "<f>#REF!+", "M1!.*: the formula #REF!.*"),
    "a long text in a formula": Planted(SHEET, "<f>", f'<f>"{"字" * 256}"&amp;', "M1!.*: a text of more than 255 .*"),
    "a deep formula": Planted(SHEET, "<f>", f"<f>{'(' * 65}1{')' * 65}+", "M1!.*: 6\\d levels of nesting.*"),
    "a formula on a lost sheet": Planted(SHEET, "<f>", "<f>'M9'!A1+", "M1!.*: the sheet M9"),
    "a long row": Planted(SHEET, r'<row r="9"([^>]*) ht="[\d.]+"', r'<row r="9"\1 ht="410"', "M1 row 9"),
    "cells merged twice": Planted(
        SHEET, r'(<mergeCell ref=")([A-Z]+\d+)(:[A-Z]+\d+"/>)', r"\1\2\3\1\2\3", r"M1!\S+ is merged twice"
    ),
    "a long prompt": Planted(SHEET, 'prompt="', f'prompt="{"字" * 256}', "M1!.*: its prompt"),
    "cells validated twice": Planted(
        SHEET, r'(<dataValidation [^>]*sqref=")E\d+', r"\1E9 E9", "M1!E9 is validated twice|M1!E9 is validated twice"
    ),
    "a colour by another sheet": Planted(SHEET, r"(<cfRule[^>]*><formula>)", r"\1'M2'!$A$1+", "M1: the condition .*"),
    "a lost format": Planted(SHEET, r'dxfId="\d+"', 'dxfId="999"', "M1: the format 999"),
    "a link to a lost sheet": Planted(
        SHEET, r'location="\'?封面\'?!', "location=\"'封底'!", "M1!.* leads to the sheet 封底"
    ),
    "a long foot": Planted(SHEET, "<oddFooter>", f"<oddFooter>{'页' * 256}", "M1: its oddFooter"),
    "two sheets in front": Planted(SHEET, "<sheetView ", '<sheetView tabSelected="1" ', "2 sheets are selected"),
    "a count that is wrong": Planted(
        "xl/styles.xml", r'<fonts count="\d+"', '<fonts count="3"', "3 fonts are told, .*"
    ),
    "a long number format": Planted(
        "xl/styles.xml", 'formatCode="', f'formatCode="{"0" * 256}', "the number format 0+"
    ),
    "a short hash": Planted(SHEET, 'hashValue="[^"]*"', 'hashValue="AAAA"', "M1: its hash"),
}


@pytest.fixture(scope="module")
def sound(mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as we write it."""
    return workbook(tmp_path_factory.mktemp("sound"), mini, lock, "乙类", "市级")


@pytest.mark.parametrize("name", PLANTED)
def test_what_excel_refuses_is_found(name: str, sound: Path, tmp_path: Path) -> None:
    fault = PLANTED[name]
    found = list_refusals(plant(sound, tmp_path / "planted.xlsx", fault))
    assert found
    assert [told for told in found if not re.fullmatch(fault.found, told)] == []


def plant(path: Path, target: Path, fault: Planted) -> Path:
    """Write a copy of a file with a fault in it."""
    spoilt = part_of(path, SHEET) if fault.part == SHEET else fault.part
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part == spoilt:
                text, count = re.subn(fault.old, fault.new, data.decode(), count=1)
                assert count == 1, "nothing to spoil"
                data = text.encode()
            new.writestr(part, data)
    return target


def test_a_part_that_stands_twice_is_found(sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "twice.xlsx"
    target.write_bytes(sound.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/styles.xml", archive.read("xl/styles.xml"))
    assert list_refusals(target) == ["xl/styles.xml stands twice"]
