"""The handbook, read back from Word's format and held against the definitions, set by complete set.

- every form, indicator, definition, rule, ledger, column, deadline and item stands in it, and nothing else
- for one kind or level only what those units file; unknown ones are refused in a sentence
- two handbooks of one survey are the same bytes; a failed one leaves the old as it was
- tables repeat their header and do not break rows; fonts are named for Chinese text
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn

from generator.handbook.book import write_handbook
from generator.handbook.scope import HandbookScope, ScopeError
from generator.handbook.styles import LOOKS
from templates.expression import CellRef, list_ledgers
from templates.model import CodeStatus, Form, Heading, Indicator, Rule, Survey
from templates.sentence import tell_rule
from templates.words import lookup, say
from tests.support.command import run
from tests.support.handbooks import Cells, Handbook

MINI = Path(__file__).parents[1] / "surveys" / "mini"
RULES, RULES_PRIOR = "审核规则", "审核规则：与上年比较"


@pytest.fixture(scope="module")
def whole(kx: Survey, tmp_path_factory: pytest.TempPathFactory) -> Handbook:
    """The handbook for all units."""
    return written(tmp_path_factory.mktemp("handbook"), HandbookScope(kx, year=2024))


def written(folder: Path, scope: HandbookScope) -> Handbook:
    path = folder / "手册.docx"
    write_handbook(path, scope)
    return Handbook(path)


def firsts(rows: Iterable[Cells], *columns: int) -> list[tuple[str, ...]]:
    """Return the first paragraph of some cells of each row."""
    return [tuple(row[column][0] for column in columns) for row in rows]


def form_title(form: Form) -> str:
    return f"{form.id}　{form.title}"


def rules_told(handbook: Handbook, title: str) -> set[tuple[str, ...]]:
    """Return severity, sentence, hint and id of each rule under a form or ledger."""
    rows = [row[-4:] for name in (RULES, RULES_PRIOR) for row in handbook.under(title, name).rows]
    return set(firsts(rows, 0, 1, 2, 3))


def rules_expected(survey: Survey, rules: Iterable[Rule]) -> set[tuple[str, ...]]:
    severities = lookup("workbook.audit.severity")
    return {(severities[rule.severity], tell_rule(rule, survey), rule.hint, rule.id) for rule in rules}


# --- the whole survey ------------------------------------------------------------------------------------------------


def test_every_form_and_ledger_has_its_section(kx: Survey, whole: Handbook) -> None:
    expected = [form_title(form) for form in kx.forms] + [f"{one.id}　{one.name}" for one in kx.ledgers]
    assert whole.titles(2) == expected


def test_every_form_has_its_official_head_and_its_notes(kx: Survey, whole: Handbook) -> None:
    for form in kx.forms:
        section = whole.under(form_title(form))
        assert section.texts[:5] == [
            f"表    号：{form.id}表",
            "制定机关：中国科学技术协会",
            "批准机关：国家统计局",
            "批准文号：国统制〔2023〕94号",
            "有效期至：2026年7月",
        ]
        assert form.filled_by in section.texts[5]
        notes = whole.under(form_title(form), "填报说明").texts
        expected = [f"{number}. {note}" for number, note in enumerate(form.notes, start=1)]
        assert notes == expected + ([say("workbook.form.missing")] if form.missing else [])


def test_every_row_of_every_form_stands_there_in_its_order(kx: Survey, whole: Handbook) -> None:
    for form in kx.forms:
        found = [tuple(cell[0].strip("　") for cell in row[:3]) for row in whole.under(form_title(form), "指标").rows]
        expected = [(row.name,) if isinstance(row, Heading) else (row.code, row.name, row.measure) for row in form.rows]
        assert found == expected


def test_every_definition_and_its_source_is_told(kx: Survey, whole: Handbook) -> None:
    for form in kx.forms:
        lines = {line for row in whole.under(form_title(form), "指标").rows for line in row[-1]}
        rows = [row for row in form.rows if isinstance(row, Indicator)]
        assert {row.definition for row in rows if row.definition} - lines == set()
        assert {f"出处：{row.definition_source}" for row in rows if row.definition_source} - lines == set()
        assert {row.definition for row in form.rows if isinstance(row, Heading) and row.definition} - lines == set()


@pytest.mark.parametrize(
    ("mark", "marked"),
    [
        ("【代码待补】", lambda row: row.code_status is CodeStatus.OPEN),
        ("【代码系推断】", lambda row: row.code_status is CodeStatus.INFERRED),
        ("【计量单位待核】", lambda row: not row.measure_verified),
    ],
)
def test_what_the_source_left_open_is_marked(
    mark: str, marked: Callable[[Indicator], bool], kx: Survey, whole: Handbook
) -> None:
    for form in kx.forms:
        rows = whole.under(form_title(form), "指标").rows
        found = [row[0][0] for row in rows if mark in row[-1]]
        assert found == [row.code for row in form.rows if isinstance(row, Indicator) and marked(row)]


def test_cells_say_where_their_number_comes_from(whole: Handbook) -> None:
    rows = {row[0][0]: row[-1] for row in whole.under("KX03　服务创新驱动发展基本情况", "指标").rows}
    assert rows["28"][1] == "由台账自动计算，不能填：《学术会议台账》中「会议类别」选「国内学术会议」的行数。"
    assert rows["30"][1] == (
        "旁边显示台账合计，供核对：《学术会议台账》中「会议类别」选「国内学术会议」的各行「参会总人次」的合计。"
    )


def test_a_cell_that_the_ledger_binds_some_units_by_tells_both(whole: Handbook) -> None:
    rows = {row[0][0]: row[-1] for row in whole.under("KX06　国际及港澳台地区民间科技交流基本情况", "指标").rows}
    told = "《加入国际科技组织台账》的行数。"
    assert [line for line in rows["03"] if told in line] == [
        f"由台账自动计算，不能填（科协、学会（全国学会）、机关部室、直属单位、街道乡镇科协、学会分支机构）：{told}",
        f"旁边显示台账合计，供核对（学会（省级学会））：{told}",
    ]
    only = "只由这些单位填：科协（中国科协本级）"
    assert f"{only}（由中国科协本级统一填写）。" in rows["01"]


def test_options_and_code_lists_are_told(whole: Handbook) -> None:
    rows = {row[0][0]: row[-1] for row in whole.under("K01-01　调查单位基本情况（科协）", "指标").rows}
    assert "选一项：1 有；2 否" in rows["10"]
    assert "从下拉列表选（代码表 province，31 项）：北京市、天津市、河北省……" in rows["03.1"]
    assert "填了 01.1 的，这一格可以不填。" in rows["01"]
    lists = firsts(whole.under("七、代码表").rows, 0, 1)
    assert ("county", "2974") in lists
    assert ("meeting_types", "3") in lists


def test_every_rule_stands_under_its_form_or_ledger(kx: Survey, whole: Handbook) -> None:
    for form in kx.forms:
        mine = [rule for rule in kx.rules if rule.form == form.id and not rule.each]
        assert rules_told(whole, form_title(form)) == rules_expected(kx, mine)
    for ledger in kx.ledgers:
        mine = [rule for rule in kx.rules if rule.each == ledger.short]
        assert rules_told(whole, f"{ledger.id}　{ledger.name}") == rules_expected(kx, mine)
    told = [row for section in whole.sections if section.title in (RULES, RULES_PRIOR) for row in section.rows]
    assert sorted(row[-1][0] for row in told) == sorted(rule.id for rule in kx.rules)


def test_every_ledger_tells_its_columns_and_the_numbers_it_gives(kx: Survey, whole: Handbook) -> None:
    rows = [row for form in kx.forms for row in form.indicators.values()]
    for ledger in kx.ledgers:
        title = f"{ledger.id}　{ledger.name}"
        columns = whole.under(title, "栏目").rows
        assert firsts(columns, 0) == [(column.name,) for column in ledger.columns]
        assert {column.definition for column in ledger.columns} - {row[3][0] for row in columns} <= {""}
        required = {row[0][0] for row in columns if row[1][0] == "必填"}
        assert required == {column.name for column in ledger.columns if column.required}
        given = firsts(whole.under(title, "本台账给出的数").rows, 0, 1)
        trees = [(row, tree) for row in rows for tree in (row.derive, row.ledger_sum) if tree is not None]
        assert given == [(row.form, row.code) for row, tree in trees if ledger.short in list_ledgers(tree)]
        assert ledger.purpose in whole.under(title).texts[0]


def test_a_condition_of_a_column_is_told(whole: Handbook) -> None:
    columns = {row[0][0]: row[1][0] for row in whole.under("L11　学术会议台账", "栏目").rows}
    assert columns["是否学术年会"] == "「会议类别」选「国内学术会议」时必填"
    assert columns["结束日期"] == "可以不填"


def test_deadlines_are_days_where_the_year_is_known(kx: Survey, whole: Handbook, tmp_path: Path) -> None:
    assert firsts(whole.under("二、截止时间").rows, 0, 1) == [
        ("名录核定", "2025 年 3 月 30 日"),
        ("报表填报", "2025 年 4 月 11 日"),
    ]
    undated = written(tmp_path, HandbookScope(kx))
    assert firsts(undated.under("二、截止时间").rows, 0, 1) == [
        ("名录核定", "报告年度的下一年 3 月 30 日"),
        ("报表填报", "报告年度的下一年 4 月 11 日"),
    ]
    assert "2024 年度" in whole.lines
    assert "2024 年度" not in undated.lines


def test_who_files_what_is_told_for_every_kind_and_level(kx: Survey, whole: Handbook) -> None:
    forms = whole.under("三、谁填什么", "报表")
    header = [cell[0] for cell in forms.tables[0][0]]
    assert header == ["单位类型", "级别", *(form.id for form in kx.forms)]
    found = {
        (row[0][0], row[1][0]): [id for id, cell in zip(header[2:], row[2:], strict=True) if cell[0] == "✓"]
        for row in forms.rows
    }
    assert found == {(kind.name, level): sorted(kind.forms) for kind in kx.kinds for level in kind.levels}
    kept = firsts(whole.under("三、谁填什么", "台账").rows, 0, 1)
    assert kept == [(ledger.id, ledger.name) for ledger in kx.ledgers]


def test_how_to_fill_is_what_the_workbook_says(kx: Survey, whole: Handbook) -> None:
    steps = lookup("workbook.cover.steps").values()
    assert whole.under("三步填报").texts == [f"{title}：{sentence}" for title, sentence in steps]
    assert "不少于 6 个字" in whole.under("怎样写说明").texts[0]
    assert whole.under("统计工作总结").texts[1:] == list(kx.summary_outline)
    signed = firsts(whole.under(lookup("workbook.cover.sign_off")).rows, 0, 2)
    assert signed == [(row.name, row.definition) for row in kx.cover.indicators.values()]


def test_every_item_to_confirm_is_told(kx: Survey, whole: Handbook) -> None:
    assert kx.checklist is not None
    items = kx.checklist.indicators.values()
    assert firsts(whole.under("六、待确认事项").rows, 0, 1, 4) == [
        (item.code, item.name, item.definition_source) for item in items
    ]


def test_every_state_has_a_meaning(whole: Handbook) -> None:
    statuses = firsts(whole.under("审核的状态").rows, 0)
    assert statuses == [(word,) for word in lookup("workbook.status").values()]
    assert firsts(whole.under("单位的状态").rows, 0) == [(word,) for word in lookup("merge.state").values()]


# --- some units ------------------------------------------------------------------------------------------------------


def test_what_other_kinds_file_is_left_out(mini: Survey, tmp_path: Path) -> None:
    handbook = written(tmp_path, HandbookScope(mini, "甲类", "县级"))
    assert handbook.titles(2) == ["M1　场馆与活动情况", "L01　活动台账"]
    assert [line for line in handbook.lines if "M2" in line or "会员" in line] == []
    rows = {row[0][0]: row for row in handbook.under("M1　场馆与活动情况", "指标").rows}
    assert rows["13"][-1] == ("不由本单位填报，请留空（由市级单位填写）。",)
    assert "适用：甲类（县级）" in handbook.lines


@pytest.mark.parametrize(("kind", "level"), [("学会", "省级学会"), ("科协", "县级科协")])
def test_a_unit_finds_what_its_workbook_has(kx: Survey, tmp_path: Path, kind: str, level: str) -> None:
    handbook = written(tmp_path, HandbookScope(kx, kind, level))
    forms, kept = kx.forms_of(kind), kx.ledgers_of(kind, level)
    titles = {form_title(form) for form in forms} | {f"{one.id}　{one.name}" for one in kept}
    assert set(handbook.titles(2)) == titles
    told = {row for title in titles for row in rules_told(handbook, title)}
    closed = {row.reference for form in forms for row in form.indicators.values() if not row.open_to(kind, level)}
    judged = [rule for rule in kx.rules_of(kind, level) if not rule.reads or _now(rule) - closed]
    assert told == rules_expected(kx, judged)
    items = kx.checklist_of(kind, level)
    assert items is not None
    assert firsts(handbook.under("六、待确认事项").rows, 0) == [(code,) for code in items.indicators]


def _now(rule: Rule) -> set[CellRef]:
    """Return the cells that a rule reads, whichever year's value."""
    return {CellRef(cell.form, cell.code) for cell in rule.reads}


@pytest.mark.parametrize(
    ("kind", "level", "sentence"),
    [
        ("丙类", "", "本制度没有单位类型「丙类」，可用的有 甲类、乙类"),
        ("", "省级", "本制度没有级别「省级」，可用的有 市级、县级"),
        ("乙类", "县级", "「乙类」没有「县级」这一级别，可用的有 市级"),
    ],
)
def test_unknown_units_are_refused(mini: Survey, tmp_path: Path, kind: str, level: str, sentence: str) -> None:
    with pytest.raises(ScopeError) as refused:
        HandbookScope(mini, kind, level)
    assert str(refused.value) == sentence
    result = run("survey", "handbook", MINI, "-o", tmp_path / "手册.docx", "--kind", kind, "--level", level)
    assert (result.exit_code, result.output.replace("\n", "")) == (2, sentence)
    assert list(tmp_path.iterdir()) == []


# --- the file --------------------------------------------------------------------------------------------------------


def test_two_handbooks_are_the_same_bytes(mini: Survey, tmp_path: Path) -> None:
    first, second = tmp_path / "1.docx", tmp_path / "2.docx"
    write_handbook(first, HandbookScope(mini, year=2024))
    write_handbook(second, HandbookScope(mini, year=2024))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_of_the_template_is_left_over(mini: Survey, tmp_path: Path) -> None:
    write_handbook(tmp_path / "a.docx", HandbookScope(mini, year=2024))
    with zipfile.ZipFile(tmp_path / "a.docx") as parts:
        assert sorted(parts.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/app.xml",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/fontTable.xml",
            "word/footer1.xml",
            "word/header1.xml",
            "word/numbering.xml",
            "word/settings.xml",
            "word/styles.xml",
            "word/theme/theme1.xml",
            "word/webSettings.xml",
        ]
        assert b"jpeg" not in parts.read("[Content_Types].xml")


def test_progress_is_told_to_the_end(mini: Survey, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_handbook(tmp_path / "手册.docx", HandbookScope(mini), lambda done, of: told.append((done, of)))
    assert told == [(done, len(told)) for done in range(1, len(told) + 1)]
    assert len(told) > len(mini.forms) + len(mini.ledgers)


def test_a_failed_handbook_leaves_the_old_one(mini: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "手册.docx"
    path.write_bytes(b"old")
    monkeypatch.setattr(Document, "save", full_disk)
    result = run("survey", "handbook", MINI, "-o", path)
    assert (result.exit_code, "不能写入" in result.output) == (2, True)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("手册.docx", b"old")]
    with pytest.raises(OSError, match="No space"):
        write_handbook(path, HandbookScope(mini))


def test_the_command_writes_the_handbook_of_a_folder(mini: Survey, tmp_path: Path) -> None:
    path = tmp_path / "手册.docx"
    result = run("survey", "handbook", MINI, "-o", path, "--year", 2024)
    assert (result.exit_code, "填报手册已写入" in result.output) == (0, True)
    assert Handbook(path).titles(2)[:2] == [form_title(form) for form in mini.forms]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x", "-o", "手册.docx"), "没有制度「x」；可用的有 kx2023"),
        ((str(MINI), "-o", "没有/手册.docx"), "不能写入"),
        ((str(MINI.parent), "-o", "手册.docx"), "定义有问题"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("survey", "handbook", *arguments)
    assert (result.exit_code, sentence in result.output.replace("\n", "")) == (2, True)
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_help_has_an_example() -> None:
    result = run("survey", "handbook", "--help")
    assert (result.exit_code, "tianbao survey handbook kx2023 -o" in result.output) == (0, True)


# --- how it looks ----------------------------------------------------------------------------------------------------


def test_tables_repeat_their_header_and_break_no_row(whole: Handbook) -> None:
    tables = whole.document.tables
    assert len(tables) > 100
    assert [table for table in tables if not list(table._tbl.tr_lst[0].iter(qn("w:tblHeader")))] == []
    rows = [tr for table in tables for tr in table._tbl.tr_lst]
    assert [tr for tr in rows if not list(tr.iter(qn("w:cantSplit")))] == []


def test_every_style_names_its_chinese_font(whole: Handbook) -> None:
    named = {}
    for name in LOOKS:
        fonts = whole.document.styles[name].element.rPr.rFonts
        named[name] = fonts.get(qn("w:eastAsia"))
        assert [key for key in fonts.attrib if "Theme" in key] == []
    assert set(named.values()) == {"仿宋", "宋体", "黑体"}
    assert named["Normal"] == "仿宋"
    used = {paragraph.style.name for paragraph in whole.document.paragraphs if paragraph.style}
    assert used <= set(LOOKS)


def test_the_contents_are_a_field_with_a_line_for_every_heading(whole: Handbook) -> None:
    body = whole.document.element.body
    instructions = [element.text for element in body.iter(qn("w:instrText"))]
    assert instructions == [r'TOC \o "1-2" \h \z \u']
    (begin,) = [each for each in body.iter(qn("w:fldChar")) if each.get(qn("w:fldCharType")) == "begin"]
    assert begin.get(qn("w:dirty")) == "true"
    links = list(body.iter(qn("w:hyperlink")))
    bookmarks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert [link.get(qn("w:anchor")) for link in links] == bookmarks
    told = ["".join(text.text for text in link.iter(qn("w:t"))) for link in links]
    assert told == [section.title for section in whole.sections if section.level in (1, 2)]


def test_pages_are_a4_with_title_and_number(whole: Handbook) -> None:
    (section,) = whole.document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert section.header.paragraphs[0].text == "中国科学技术协会综合统计调查　填报手册"
    fields = [element.text for element in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert section.different_first_page_header_footer
