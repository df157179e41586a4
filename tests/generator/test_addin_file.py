"""The add-in as a file: every part of it is what Excel asks for, and the macros run in a live LibreOffice.

What only Excel can show (the tab appears, no repair prompt) is in docs/checked-on-windows.md.
"""

from __future__ import annotations

import importlib
import warnings
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from generator.lock import Lock
from generator.ooxml import addin_file
from generator.ooxml.addin_file import build_addin, find_program, keep_program_path, vba_project
from templates.model import Survey
from templates.words import say
from tests.support.books import workbook
from tests.support.macro_books import with_macros
from tianbao import app

MACROS = Path(__file__).parents[2] / "macros"
SOURCES = sorted(MACROS.glob("*.bas"))
RIBBON = MACROS / "customUI14.xml"
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-in, freshly built."""
    path = tmp_path_factory.mktemp("addin") / "tianbao.xlam"
    build_addin(path)
    return path


def modules(path: Path) -> dict[str, str]:
    """Return every module of an add-in as olevba reads it, with plain line ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oletools calls what its own dependencies have renamed
        olevba = importlib.import_module("oletools.olevba")
        parser = olevba.VBA_Parser(str(path))
        found = {name: code.replace("\r\n", "\n") for _, _, name, code in parser.extract_macros()}
        parser.close()
    return found


def related(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return kind → target of the relationships that ``part`` lists."""
    return {one.attrib["Type"]: one.attrib["Target"] for one in ET.fromstring(package.read(part))}


# --- the package


def test_olevba_reads_back_every_module_as_it_is_in_its_source(addin: Path) -> None:
    found = modules(addin)
    assert {name: found[name] for name in found if name.endswith(".bas")} == {
        source.name: source.read_text(encoding="ascii") for source in SOURCES
    }
    documents = {name: code for name, code in found.items() if name.endswith(".cls")}
    assert documents.keys() == {"ThisWorkbook.cls", "Sheet1.cls"}
    assert {line.split()[0] for code in documents.values() for line in code.splitlines() if line} == {"Attribute"}


def test_the_project_holds_no_compiled_code(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        project = package.read("xl/vbaProject.bin")
    assert project == vba_project()
    assert CFB.from_bytes(project).get_stream_in_storage("VBA", "_VBA_PROJECT") == bytes.fromhex("CC61FFFF000100")
    with ExcelFile(addin) as book:
        assert {module.name: module.text_offset for module in book.vba_project().modules} == dict.fromkeys(
            ["ThisWorkbook", "Sheet1", "TianbaoLauncher", "TianbaoRibbon"], 0
        )


def test_the_file_says_that_it_is_an_addin_and_where_its_ribbon_is(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        types = {
            one.get("PartName"): one.get("ContentType") for one in ET.fromstring(package.read("[Content_Types].xml"))
        }
        assert types["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
        assert types["/xl/vbaProject.bin"] == "application/vnd.ms-office.vbaProject"
        office = "http://schemas.microsoft.com/office"
        assert (
            related(package, "_rels/.rels")[f"{office}/2007/relationships/ui/extensibility"]
            == "customUI/customUI14.xml"
        )
        macros = related(package, "xl/_rels/workbook.xml.rels")[f"{office}/2006/relationships/vbaProject"]
        assert macros == "vbaProject.bin"
        assert package.read("customUI/customUI14.xml") == RIBBON.read_bytes()
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))


def test_every_relationship_has_a_name_of_its_own_and_leads_to_a_part(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        for listed_in, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
            links = list(ET.fromstring(package.read(listed_in)))
            assert {link.tag for link in links} == {f"{RELATIONSHIPS}Relationship"}
            assert len({link.attrib["Id"] for link in links}) == len(links)
            assert {folder + link.attrib["Target"] for link in links} <= set(package.namelist())


def test_the_code_names_are_those_of_the_document_modules(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        assert b'<workbookPr codeName="ThisWorkbook"' in package.read("xl/workbook.xml")
        assert b'<sheetPr codeName="Sheet1"/>' in package.read("xl/worksheets/sheet1.xml")
        assert [name for name in package.namelist() if name.startswith("xl/worksheets/")] == [
            "xl/worksheets/sheet1.xml"
        ]


def test_the_sentence_of_the_launcher_stands_in_the_addin(addin: Path) -> None:
    book = CalamineWorkbook.from_path(addin)
    assert book.get_sheet_by_name("Sheet1").to_python() == [[say("cli.addin.not_started")]]
    with zipfile.ZipFile(addin) as package:
        named = f'<definedName name="{addin_file.NOT_STARTED}">Sheet1!$A$1</definedName>'
        assert named.encode() in package.read("xl/workbook.xml")
    assert f'Names("{addin_file.NOT_STARTED}")' in (MACROS / "TianbaoLauncher.bas").read_text()


def test_two_builds_are_the_same_bytes(addin: Path, tmp_path: Path) -> None:
    build_addin(tmp_path / "again.xlam")
    assert (tmp_path / "again.xlam").read_bytes() == addin.read_bytes()


def test_a_failed_build_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tianbao.xlam"
    path.write_bytes(b"the old one")

    real = zipfile.ZipFile.writestr

    def full(self: zipfile.ZipFile, part: zipfile.ZipInfo, *rest: Any) -> None:
        if part.filename.startswith("customUI/"):
            raise OSError(28, "No space left on device")
        real(self, part, *rest)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        build_addin(path)
    assert [one.name for one in tmp_path.iterdir()] == ["tianbao.xlam"]
    assert path.read_bytes() == b"the old one"


# --- the path of the program, and the command


def test_the_path_of_the_program_is_kept_beside_the_addin(tmp_path: Path) -> None:
    note = keep_program_path(tmp_path / "tianbao.xlam", Path("/opt/填报 程序/tianbao"))
    assert note.name in (MACROS / "TianbaoLauncher.bas").read_text()
    assert note.read_bytes() == "/opt/填报 程序/tianbao\n".encode()


def test_a_path_that_the_code_page_lacks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getencoding", lambda: "gbk")
    with pytest.raises(UnicodeError):
        keep_program_path(tmp_path / "tianbao.xlam", Path("/opt/🙂/tianbao"))
    assert list(tmp_path.iterdir()) == []


def test_the_command_builds_the_addin_and_notes_the_program(tmp_path: Path) -> None:
    target = tmp_path / "加载项.xlam"
    result = CliRunner().invoke(app, ["addin", "build", str(target)])
    assert result.exit_code == 0, result.output
    assert zipfile.is_zipfile(target)
    assert (tmp_path / "tianbao-path.txt").read_text().strip() == str(find_program())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("build", "没有/tianbao.xlam"), "不能写入 没有/tianbao.xlam"),
        (("press", "jump"), "jump"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["addin", *arguments])
    assert (result.exit_code, sentence in result.output) == (2, True), result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["build", "press"])
def test_help_has_an_example(command: str) -> None:
    result = CliRunner().invoke(app, ["addin", command, "--help"])
    assert f"tianbao addin {command}" in result.output


# --- a workbook with macros, for tests


def test_with_macros_changes_only_what_lists_the_parts(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    kind, level = unit_of(mini)
    plain = workbook(tmp_path, mini, lock, kind, level)
    with_macros(plain, tmp_path / "with.xlsm")
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(tmp_path / "with.xlsm") as after:
        kept, found = ({name: package.read(name) for name in package.namelist()} for package in (before, after))
    changed = {name for name, data in found.items() if kept.get(name) != data}
    assert changed == {"[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/vbaProject.bin"}
    assert kept.keys() == found.keys() - {"xl/vbaProject.bin"}
    assert b"sheet.macroEnabled.main+xml" in found["[Content_Types].xml"]


def test_with_macros_refuses_what_is_no_xlsx(addin: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xlsx"):
        with_macros(addin, tmp_path / "with.xlsm")
    assert list(tmp_path.iterdir()) == []


def unit_of(survey: Survey) -> tuple[str, str]:
    """Return a kind and a level of units that the survey has."""
    kind = survey.kinds[0]
    return kind.name, kind.levels[0]
