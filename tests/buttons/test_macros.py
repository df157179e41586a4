"""The sources in ``macros/``: the ribbon, its callbacks, and the launcher run in a live LibreOffice."""

from __future__ import annotations

import re
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from addin.buttons import ribbon
from generator.lock import Lock
from generator.ooxml import addin_file
from generator.ooxml.addin_file import keep_program_path, vba_project
from templates.model import Survey
from templates.words import say
from tests.support.books import workbook
from tests.support.macro_books import with_macros
from tests.support.office import Office, call, opened

MACROS = Path(__file__).parents[2] / "macros"
SOURCES = sorted(MACROS.glob("*.bas"))
RIBBON = MACROS / "customUI14.xml"
CALLBACK = re.compile(r'Public Sub (Tianbao\w+)\(control As Object\)\n    TianbaoLaunch "(\w+)"\nEnd Sub')
TWIN = re.compile(r'Public Sub TianbaoPress(\w+)\(\)\n    TianbaoLaunch "(\w+)"\nEnd Sub')

CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
PICTURE_AND_TEXT = {"id", "label", "size", "imageMso", "keytip", "screentip", "supertip", "onAction"}
SCHEMA = {  # of customUI 2009/07 what a plain tab needs: element → attributes, elements in it
    "customUI": (set(), {"ribbon"}),
    "ribbon": ({"startFromScratch"}, {"tabs"}),
    "tabs": (set(), {"tab"}),
    "tab": ({"id", "label", "keytip", "insertAfterMso"}, {"group"}),
    "group": ({"id", "label"}, {"button"}),
    "button": (PICTURE_AND_TEXT, set()),
}
TIP_LENGTH = 1024  # characters, the schema's limit for a supertip


def macros_with(folder: Path, monkeypatch: pytest.MonkeyPatch, source: bytes) -> None:
    """Let the builder find one module in ``folder`` and nothing else."""
    (folder / "Lone.bas").write_bytes(source)
    monkeypatch.setattr(addin_file, "MACROS", folder)


def test_line_ends_of_the_sources_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = b'Attribute VB_Name = "Lone"\nOption Explicit\n'
    macros_with(tmp_path, monkeypatch, source)
    plain = vba_project()
    macros_with(tmp_path, monkeypatch, source.replace(b"\n", b"\r\n"))
    assert vba_project() == plain


def test_chinese_in_a_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    macros_with(tmp_path, monkeypatch, "' 校验\n".encode())
    with pytest.raises(UnicodeError):
        vba_project()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_sources_are_ascii_and_named_as_their_module(source: Path) -> None:
    text = source.read_bytes().decode("ascii")
    assert text.splitlines()[:2] == [f'Attribute VB_Name = "{source.stem}"', "Option Explicit"]
    assert "\r" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_ribbon_is_valid() -> None:
    root = ET.fromstring(RIBBON.read_bytes().decode("utf-8").encode())
    assert root.tag == f"{CUSTOM_UI}customUI"
    for element in root.iter():
        attributes, children = SCHEMA[element.tag.removeprefix(CUSTOM_UI)]
        assert element.attrib.keys() <= attributes
        assert {child.tag.removeprefix(CUSTOM_UI) for child in element} <= children
        assert len(element.get("supertip", "")) <= TIP_LENGTH
        assert element.get("size", "large") in {"large", "normal"}
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)


def test_the_tab_and_its_buttons_are_chinese() -> None:
    root = ET.fromstring(RIBBON.read_bytes())
    assert [tab.get("label") for tab in root.iter(f"{CUSTOM_UI}tab")] == ["填报"]
    buttons = list(root.iter(f"{CUSTOM_UI}button"))
    assert [button.get("label") for button in buttons] == ["校验", "下一个问题", "清除标记", "帮助"]
    assert [button.get("size") for button in buttons] == ["large", None, None, None]
    assert all(button.get("imageMso") and button.get("supertip") for button in buttons)


def test_every_callback_exists_and_every_target_is_a_button() -> None:
    ribbon_source = (MACROS / "TianbaoRibbon.bas").read_text()
    callbacks = dict(CALLBACK.findall(ribbon_source))
    actions = [button.attrib["onAction"] for button in ET.parse(RIBBON).iter(f"{CUSTOM_UI}button")]
    assert sorted(actions) == sorted(callbacks)
    assert set(callbacks.values()) == ribbon.BUTTONS.keys()
    assert {f"Tianbao{name}": target for name, target in TWIN.findall(ribbon_source)} == callbacks
    assert ribbon_source.count("Public Sub ") == 2 * len(callbacks), "nothing but one line a button"


STUB = """#!/bin/sh
printf '%s\\n' "$@" > "$0.part"
mv "$0.part" "$0.told"
"""


def stub(folder: Path) -> Path:
    """Return a program that writes down its arguments."""
    path = folder / "桩 程序"
    path.write_text(STUB, encoding="utf-8")
    path.chmod(0o700)
    return path


def told(program: Path) -> list[str]:
    """Return the arguments that a stub was started with; the launcher does not wait, so wait here."""
    path = program.with_name(f"{program.name}.told")
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, "the launcher started nothing"
        time.sleep(0.05)
    arguments = path.read_text(encoding="utf-8").splitlines()
    path.unlink()
    return arguments


@pytest.fixture
def macro_book(office: Office, kx: Survey, lock: Lock, tmp_path: Path) -> Path:
    """A unit workbook with the macros in it, where there is a LibreOffice; it opens no add-in."""
    path = tmp_path / "渝中区 科协（演示）.xlsm"
    with_macros(workbook(tmp_path, kx, lock, kx.kinds[0].name, kx.kinds[0].levels[0]), path)
    return path


@pytest.mark.office
def test_each_button_starts_the_program_with_the_open_workbook(macro_book: Path) -> None:
    program = stub(macro_book.parent)
    with Office({"TIANBAO_EXE": str(program)}) as office, opened(office, macro_book) as book:
        for name in ribbon.BUTTONS:
            call(book.document, f"TianbaoRibbon.TianbaoPress{name.title()}")
            assert told(program) == ["addin", "press", name, "--book", str(macro_book), "--window", "0"]


@pytest.fixture
def carrier(office: Office, tmp_path: Path) -> Path:
    """The workbook that the add-in is, as a file that LibreOffice opens."""
    plain = tmp_path / "plain.xlsx"
    addin_file.write_carrier(plain)
    with_macros(plain, tmp_path / "加载项.xlsm")
    return tmp_path / "加载项.xlsm"


@pytest.mark.office
def test_without_the_variable_the_launcher_reads_the_path_beside_it(carrier: Path) -> None:
    program = stub(carrier.parent)
    keep_program_path(carrier, program)
    with Office({"TIANBAO_EXE": ""}) as office, opened(office, carrier) as book:
        call(book.document, "TianbaoRibbon.TianbaoPressHelp")
        assert told(program)[:3] == ["addin", "press", "help"]


@pytest.mark.office
def test_the_sentence_for_a_missing_program_is_chinese_in_the_addin_and_plain_elsewhere(
    office: Office, carrier: Path, macro_book: Path
) -> None:
    with opened(office, carrier) as book:
        assert call(book.document, "TianbaoLauncher.TianbaoNotStarted") == say("cli.addin.not_started")
    with opened(office, macro_book) as book:
        assert str(call(book.document, "TianbaoLauncher.TianbaoNotStarted")).startswith("Tianbao was not started")
