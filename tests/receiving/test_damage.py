"""Files that somebody, or a program, has spoiled: all that is said of each; and a merge of them beside good returns.

Each case changes one thing in a good return. What it must yield is the complete list of findings, each with its cell,
or one sentence.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from addin.package import limits
from addin.roster import ReportingUnit
from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from generator.unit.workbook import build
from templates.layout import WorkbookLayout
from templates.words import lookup, say
from tests.support.command import run
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.returns import MINI, YEAR

Deed = Callable[[Path], None]

FORM = WorkbookLayout(MINI, KIND, LEVEL).forms["M1"]
LEDGER = WorkbookLayout(MINI, KIND, LEVEL).ledgers["活动"]
NUMBER, CHOICE, NAME = (FORM.cell(code) for code in ("06", "04", "01"))
LAST = 40
"""A row below everything on the form's sheet."""

HEADER = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码"
GOOD = 10


def sheet(name: str, change: Callable[[str], str]) -> Deed:
    """Change the XML of a sheet; what nothing was found to change in is no case."""

    def deed(path: Path) -> None:
        def apply(xml: bytes) -> bytes:
            text = xml.decode()
            changed = change(text)
            assert changed != text
            return changed.encode()

        edit_part(path, part_of(path, name), apply)

    return deed


def part(name: str, old: str, new: str) -> Deed:
    """Replace a text of a part."""

    def change(xml: bytes) -> bytes:
        assert old.encode() in xml
        return xml.replace(old.encode(), new.encode())

    return lambda path: edit_part(path, name, change)


def cell(at: str, attributes: str, inner: str, name: str = FORM.sheet) -> Deed:
    """Replace what stands in a cell, its style excepted."""

    def change(xml: str) -> str:
        found = re.search(rf'<c r="{at}"([^>]*?)(?:/>|>.*?</c>)', xml, re.DOTALL)
        assert found
        style = re.search(r' s="\d+"', found[1])
        new = f'<c r="{at}"{style[0] if style else ""}{attributes}>{inner}</c>'
        return xml[: found.start()] + new + xml[found.end() :]

    return sheet(name, change)


def value(raw: str) -> Deed:
    return cell(NUMBER, "", f"<v>{raw}</v>")


def text(at: str, typed: str) -> Deed:
    return cell(at, ' t="inlineStr"', f"<is><t>{typed}</t></is>")


def error(literal: str) -> Deed:
    return cell(NUMBER, ' t="e"', f"<v>{literal}</v>")


def rows(xml: str) -> Deed:
    """Add rows below everything on the form's sheet."""
    return sheet(FORM.sheet, lambda data: data.replace("</sheetData>", xml + "</sheetData>"))


def stray(address: str) -> Deed:
    return rows(f'<row r="{LAST}"><c r="{address}"><v>1</v></c></row>')


def nested(runs: str, end: str) -> Deed:
    return part("xl/sharedStrings.xml", "</sst>", f"<si>{runs}<t>x</t>{end}</si></sst>")


def shared(length: int, cells: int) -> Deed:
    first = f'<c r="E{LAST}"><f t="shared" si="900" ref="E{LAST}:E{LAST + cells}">{"A1+" * length}1</f><v>1</v></c>'
    others = "".join(
        f'<row r="{row}"><c r="E{row}"><f t="shared" si="900"/><v>1</v></c></row>'
        for row in range(LAST + 1, LAST + cells)
    )
    return rows(f'<row r="{LAST}">{first}</row>{others}')


def stretched(end: int) -> Deed:
    """Stretch the names of the ledger far down."""

    def deed(path: Path) -> None:
        old = rf"\$({LEDGER.first_row + LEDGER.capacity - 1}|{LEDGER.first_row + LEDGER.capacity})<".encode()
        edit_part(path, "xl/workbook.xml", lambda xml: re.sub(old, f"${end}<".encode(), xml))

    return deed


def renamed(name: str) -> Deed:
    """Give the ledger's sheet another name."""
    return part("xl/workbook.xml", f'name="{LEDGER.sheet}"', f'name="{name}"')


def cut(share: float) -> Deed:
    def deed(path: Path) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return deed


def bytes_at_start(data: bytes) -> Deed:
    def deed(path: Path) -> None:
        path.write_bytes(data + path.read_bytes())

    return deed


def said(key: str, **values: object) -> str:
    return say(f"reader.refused.{key}", **values)


def damage(name: str, why: str) -> str:
    return said("damaged", part=name, reason=say(f"reader.damage.{why}"))


HERE = f"{FORM.sheet}!{NUMBER}"
NO_NUMBER, ERROR = [f"cell.text {HERE}"], [f"cell.error {HERE}"]
NO_CHOICE = [f"cell.choice {FORM.sheet}!{CHOICE}"]
STRINGS = "xl/sharedstrings.xml"

CASES: dict[str, tuple[Deed, list[str] | str]] = {
    "good": (lambda _path: None, []),
    "a number beyond every number": (value("1E+400"), NO_NUMBER),
    "a number below every number": (value("-1E+400"), NO_NUMBER),
    "INF": (value("INF"), NO_NUMBER),
    "NaN": (value("NaN"), NO_NUMBER),
    "an underline in a number": (value("1_0"), NO_NUMBER),
    "#SPILL!": (error("#SPILL!"), ERROR),
    "#GETTING_DATA": (error("#GETTING_DATA"), ERROR),
    "#CALC!": (error("#CALC!"), ERROR),
    "an error in Chinese": (error("#忙！"), ERROR),
    "character data": (value("<![CDATA[4]]>"), []),
    "half character data": (value("<![CDATA[4]]>.<![CDATA[0]]>"), []),
    "a character reference": (value("&#52;"), []),
    "a remark inside a number": (value("<!-- 1 -->4"), []),
    "blanks around a number": (value(" 4 "), []),
    "a type nobody knows": (cell(NUMBER, ' t="q"', "<v>4</v>"), [f"cell.number_text {HERE}"]),
    "a stray cell in small letters": (stray(f"xfd{LAST}"), [f"tamper.added {FORM.sheet}!XFD{LAST}"]),
    "a stray cell with dollars": (stray(f"$XFD${LAST}"), [f"tamper.added {FORM.sheet}!XFD{LAST}"]),
    "a stray cell at the end of the sheet": (stray("xfd1048576"), [f"tamper.added {FORM.sheet}!XFD1048576"]),
    "a cell without an address": (
        rows(f'<row r="{LAST}"><c r="XFC{LAST}"/><c><v>1</v></c></row>'),
        [f"tamper.added {FORM.sheet}!XFD{LAST}"],
    ),
    "a cell beyond the sheet": (stray(f"XFE{LAST}"), said("beyond_sheet", sheet=FORM.sheet, address=f"XFE{LAST}")),
    "a row beyond the sheet": (stray("A1048577"), said("beyond_sheet", sheet=FORM.sheet, address="A1048577")),
    "a cell twice": (stray(NUMBER), said("cell_twice", sheet=FORM.sheet, cell=NUMBER)),
    "nested runs": (nested("<r>" * 3000, "</r>" * 3000), damage(STRINGS, "misplaced")),
    "nested guides": (nested("<rPh>" * 100, "</rPh>" * 100), damage(STRINGS, "misplaced")),
    "an endless text": (nested(f"<t>{'长' * 40_000}</t>", ""), said("long_text", limit=limits.TEXT)),
    "a document type": (
        part("xl/sharedStrings.xml", "<sst ", '<!DOCTYPE a [<!ENTITY b "c">]><sst '),
        damage(STRINGS, "document_type"),
    ),
    "a long shared formula": (shared(200_000, 300), ["tamper.unexamined"]),
    "the ledger's names stretched": (stretched(1_048_000), ["tamper.names"]),
    "the ledger's names stretched to the end": (stretched(limits.LAST_ROW), ["tamper.names"]),
    "two sheets of one name": (renamed(FORM.sheet), said("sheet_twice", sheet=FORM.sheet)),
    "two sheets of one name but for capitals": (
        renamed(FORM.sheet.lower()),
        said("sheet_twice", sheet=FORM.sheet),
    ),
    "one part for two sheets": (
        part("xl/_rels/workbook.xml.rels", "worksheets/sheet3.xml", "worksheets/sheet2.xml"),
        said("part_twice", sheet=LEDGER.sheet),
    ),
    "1/2": (text(CHOICE, "1/2"), NO_CHOICE),
    "1或2": (text(CHOICE, "1或2"), NO_CHOICE),
    "1？": (text(CHOICE, "1？"), NO_CHOICE),
    "1 没有": (text(CHOICE, "1 没有"), NO_CHOICE),
    "*": (text(CHOICE, "*"), NO_CHOICE),
    "a name like markup": (text(NAME, "&lt;r&gt;&amp;&lt;/r&gt;"), []),
    "cut in the middle": (cut(0.5), said("cut_off")),
    "cut at the end": (cut(0.99), said("cut_off")),
    "a document-encryption program": (bytes_at_start(b"%TSD-Header-###%"), said("encrypting_program")),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> list[Path]:
    """Good returns: as many as the merge is to count, and one for each case."""
    folder = tmp_path_factory.mktemp("good")
    return [made(folder, f"{number:03}", lock) for number in range(GOOD + len(CASES))]


def made(folder: Path, code: str, lock: Lock) -> Path:
    unit = ReportingUnit(code, f"单位{code}", "", KIND, LEVEL, "500103")
    path = folder / f"{code}-单位{code}.xlsx"
    build(path, MINI, make_identity(unit, MINI, YEAR), lock, filled(MINI))
    return path


def spoiled(source: Path, folder: Path, named: str) -> Path:
    path = folder / source.name
    path.write_bytes(source.read_bytes())
    CASES[named][0](path)
    return path


@pytest.mark.parametrize("named", CASES)
def test_all_that_is_said_of_it(named: str, good: list[Path], tmp_path: Path) -> None:
    path = spoiled(good[0], tmp_path, named)
    (told,) = json.loads(run("validate", path, "--survey", MINI.folder, "--json").stdout)
    expected = CASES[named][1]
    if isinstance(expected, str):
        assert (told["reason"], told["findings"]) == (expected, [])
        return
    usual = "M1-12.ledger-sum"  # a warning that the good return explains
    found = sorted(f"{one['rule']} {one['cell']}".strip() for one in told["findings"] if one["rule"] != usual)
    assert found == expected


def test_a_merge_of_all_of_them(good: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "返回"
    folder.mkdir()
    for path in good[:GOOD]:
        (folder / path.name).write_bytes(path.read_bytes())
    odd = {spoiled(path, folder, named).name: named for path, named in zip(good[GOOD:], CASES, strict=True)}
    roster = tmp_path / "名录.csv"
    units = [path.stem.split("-") for path in good]
    lines = [f"{code},{name},,{KIND},{LEVEL},500103" for code, name in units]
    roster.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8-sig")
    out = tmp_path / "汇总.xlsx"
    result = run("merge", folder, "--roster", roster, "--out", out, "--survey", MINI.folder, "--json")
    told = json.loads(result.stdout)
    states = {unit["code"]: unit["state"] for unit in told["units"]}
    assert [states[code] for code, _ in units[:GOOD]] == [lookup("merge.state.passed")] * GOOD
    files = {file["file"]: (file["status"], file["reason"]) for file in told["files"]}
    refused = {name: CASES[named][1] for name, named in odd.items() if isinstance(CASES[named][1], str)}
    assert {name: files[name][1] for name in refused} == refused
    assert sorted(files) == sorted(path.name for path in good)
    assert zipfile.is_zipfile(out)
