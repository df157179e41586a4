"""Made-up returns: one with nothing to report for every kind of unit, plausible ones, faulty ones, a whole demo."""

from __future__ import annotations

import shutil
import zipfile
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.composing.compose import compose
from addin.demo import DemoError, play_demo
from addin.demo.actor import Actor
from addin.demo.cast import Cast, read_cast
from addin.demo.composing import Family, find_families, look_back
from addin.demo.faults import FAULTS, NoFault, pack_parcels
from addin.demo.parcel import ReturnWriter
from addin.demo.seed import make_plausible
from addin.finding import Finding
from addin.package.refusal import FileStatus
from addin.reading.reader import read
from addin.roster import read_roster
from addin.sending.dispatch import prefill_content
from addin.sending.zero import make_complete_zero, region_values
from addin.submission import Edition, Refusal, Submission
from generator.lock import Lock
from generator.ooxml.edit import part_of, put_constant
from generator.unit.workbook import build
from templates.content import Content, Identity
from templates.load import load
from templates.model import Severity, Survey
from templates.words import lookup
from tests.support.mailbag import read_saved_time
from tests.support.returns import MINI, YEAR
from tests.support.troupe import TROUPE, list_left, read_back

KX = load("kx2023")
CAST = read_cast(KX)
LOCK = Lock("hash", "salt")
"""Tests need no real password, whose hashing takes its time."""


def identity(survey: Survey, kind: str, level: str, **more: str) -> Identity:
    """Return the identity of some unit."""
    return Identity(survey.id, survey.version, survey.hash, YEAR, "A1", "某单位（演示）", kind, level, **more)


def findings(survey: Survey, content: Content, whose: Identity) -> list[Finding]:
    """Return what the audit says of a return."""
    return audit(survey, YEAR, [Submission("", whose, Edition.of(survey), content)])[0]


def errors(found: list[Finding]) -> list[Finding]:
    """Return the grave ones."""
    return [finding for finding in found if finding.severity is Severity.ERROR]


# --- nothing to report -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "level"), [(kind.name, level) for kind in KX.kinds for level in kind.levels])
def test_a_return_with_nothing_to_report_survives_its_file(tmp_path: Path, kind: str, level: str) -> None:
    whose = identity(KX, kind, level, region="500106")
    content = make_complete_zero(KX, whose)
    build(tmp_path / "a.xlsx", KX, whose, LOCK, content)
    submission = read_back(KX, tmp_path / "a.xlsx")
    assert submission.content == content
    assert errors(audit(KX, YEAR, [submission])[0]) == []


@pytest.mark.parametrize(("kind", "level"), [(kind.name, level) for kind in MINI.kinds for level in kind.levels])
def test_any_survey_has_a_return_with_nothing_to_report(kind: str, level: str) -> None:
    whose = identity(MINI, kind, level)
    assert findings(MINI, make_complete_zero(MINI, whose), whose) == []


@pytest.mark.parametrize(
    ("region", "areas"),
    [
        ("500106", ("重庆市", "市辖区", "沙坪坝区")),
        ("500106001", ("重庆市", "市辖区", "沙坪坝区")),
        ("500200", ("重庆市", "县", "城口县")),
        ("500000", ("重庆市", "市辖区", "万州区")),
        ("", ("北京市", "市辖区", "东城区")),
    ],
)
def test_areas_of_a_division_code(region: str, areas: tuple[str, ...]) -> None:
    values = region_values(KX, region)
    assert (values["province"], values["city"], values["county"]) == areas


# --- plausible returns -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def actors() -> list[Actor]:
    """Everybody in the demo of the first survey."""
    return make_plausible(KX, CAST.reporting_units(KX), CAST, YEAR, seed=2024)


def test_plausible_returns_have_no_errors(actors: list[Actor]) -> None:
    judged = audit(KX, YEAR, [actor.submission for actor in actors])
    faulty = {actor.identity.code: errors(found) for actor, found in zip(actors, judged, strict=True) if errors(found)}
    assert faulty == {}


def test_plausible_returns_hold_nothing_that_their_units_are_not_asked(actors: list[Actor]) -> None:
    asked = {who.identity.code: {*who.open, *((KX.cover.id, code) for code in KX.cover.indicators)} for who in actors}
    held = [
        (actor.identity.code, form, code)
        for actor in actors
        for form, cells in actor.content.values.items()
        for code in cells
        if (form, code) not in asked[actor.identity.code]
    ]
    assert held == []


def test_plausible_returns_report_something(actors: list[Actor]) -> None:
    """Hardly anybody had to fall back on having nothing to report; most rows and most cells are used by somebody."""
    empty = [actor.identity.code for actor in actors if not actor.content.ledgers]
    used = {short for actor in actors for short in actor.content.ledgers}
    numbers = {cell for actor in actors for cell, row in actor.open.items() if row.kind.is_number}
    blank = {cell for cell in numbers if not any(actor.number(cell) for actor in actors)}
    other_levels = {(rule.form, rule.at) for rule in KX.rules if rule.family == "level"}
    of_one_unit = {cell for cell in numbers if sum(cell in actor.open for actor in actors) == 1}
    assert len(empty) <= len(actors) // 10
    assert used == set(KX.ledger)
    assert blank <= other_levels | of_one_unit


def test_plausible_returns_have_warnings_and_explain_them(actors: list[Actor]) -> None:
    judged = audit(KX, YEAR, [actor.submission for actor in actors])
    warnings = [found for each in judged for found in each if found.severity is Severity.WARNING]
    assert len(warnings) > len(actors)
    assert [found for found in warnings if found.pending] == []


def test_each_kind_of_unit_sends_a_return_that_is_ready(actors: list[Actor]) -> None:
    assert {actor.identity.kind for actor in actors if actor.identity.code not in CAST.faults} == set(KX.kind)


def test_a_seed_gives_the_same_returns_whoever_else_takes_part(actors: list[Actor]) -> None:
    few = make_plausible(KX, CAST.reporting_units(KX)[::9], CAST, YEAR, seed=2024)
    assert [actor.content for actor in few] == [actor.content for actor in actors[::9]]


def test_another_seed_gives_other_returns(actors: list[Actor]) -> None:
    (other,) = make_plausible(KX, CAST.reporting_units(KX)[:1], CAST, YEAR, seed=7)
    assert other.content != actors[0].content


def test_a_survey_without_sizes_gets_plausible_returns_too() -> None:
    cast = Cast(CAST.roster)
    units = [replace(CAST.reporting_units(KX)[0], kind="甲类", level="市级", region="")]
    (actor,) = make_plausible(MINI, units, cast, YEAR, seed=1)
    assert errors(findings(MINI, actor.content, actor.identity)) == []


# --- parts and their parent ------------------------------------------------------------------------------------------


@pytest.fixture
def family(actors: list[Actor]) -> Family:
    """The unit with most parts; what the parent reports may be changed."""
    found = max(find_families(actors), key=lambda family: len(family.parts))
    own = replace(found.own, content=deepcopy(found.own.content), random=deepcopy(found.own.random))
    return replace(found, own=own)


def test_a_composed_return_is_as_good_as_any_other(family: Family) -> None:
    look_back(KX, YEAR, family)
    whole = compose(KX, family.own.submission, [part.submission for part in family.parts])
    found = findings(KX, whole.submission.content, family.own.identity)
    assert whole.remarks == ()
    assert errors(found) == []
    assert [finding for finding in found if finding.pending] == []


def test_every_kind_of_part_has_a_parent_that_composes_it(actors: list[Actor]) -> None:
    parts = {part.identity.kind: found.own for found in find_families(actors) for part in found.parts}
    assert parts.keys() == {kind.name for kind in KX.kinds if kind.part}
    for found in find_families(actors):
        whole = compose(KX, found.own.submission, [part.submission for part in found.parts])
        assert errors(findings(KX, whole.submission.content, found.own.identity)) == []


def test_most_of_what_parts_and_parent_report_is_as_it_was_last_year(family: Family) -> None:
    alone = deepcopy(family.own.content)
    look_back(KX, YEAR, family)
    whole = compose(KX, family.own.submission, [part.submission for part in family.parts]).submission
    assert len(findings(KX, whole.content, family.own.identity)) < 10
    assert len(findings(KX, replace(alone, prior=whole.content.prior), family.own.identity)) > 100


# --- faults ----------------------------------------------------------------------------------------------------------

IN_THE_RETURN = {
    "part_above_whole": ".part",
    "text_in_number": "cell.text",
    "multiplied_in_text": "cell.text",
    "negative": "cell.negative",
    "blank_required": "cell.required",
    "no_summary": "summary.required",
    "ledger_incomplete": "ledger.required",
    "constant_over_derived": ".ledger-equal",
}
"""Faults that the audit finds to be errors, with the rule that says so."""


def written(actor: Actor, fault: str, folder: Path) -> list[Path]:
    """Return the files that the unit sends when it makes this fault."""
    sent = pack_parcels(actor, f"{actor.identity.code}-a.xlsx", (fault,))
    for parcel in sent:
        ReturnWriter(KX, LOCK).write(folder, parcel)
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def district(actors: list[Actor]) -> Actor:
    """A unit with rows in its ledgers and an explained warning."""
    return next(actor for actor in actors if actor.warned and len(actor.content.ledgers) > 5)


@pytest.mark.parametrize(("fault", "rule"), IN_THE_RETURN.items())
def test_fault_is_found(district: Actor, tmp_path: Path, fault: str, rule: str) -> None:
    (path,) = written(district, fault, tmp_path)
    found = {finding.rule for finding in errors(audit(KX, YEAR, [read_back(KX, path)])[0])}
    assert any(name.endswith(rule) for name in found), found


def test_doubts_are_no_errors(district: Actor, tmp_path: Path) -> None:
    for fault in ("stock_phrase", "unexplained", "ledger_twice"):
        folder = tmp_path / fault
        folder.mkdir()
        (path,) = written(district, fault, folder)
        (found,) = audit(KX, YEAR, [read_back(KX, path)])
        assert errors(found) == []
        assert any(finding.pending for finding in found)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("other_year_file", FileStatus.OTHER_YEAR),
        ("truncated", FileStatus.UNREADABLE),
        ("not_ours", FileStatus.NOT_OURS),
    ],
)
def test_file_is_refused(district: Actor, tmp_path: Path, fault: str, status: FileStatus) -> None:
    (path,) = written(district, fault, tmp_path)
    refused = read(path, year=YEAR, surveys=lambda _: KX)
    assert isinstance(refused, Refusal)
    assert refused.status is status


@pytest.mark.parametrize("fault", ["not_on_roster", "renamed_copy"])
def test_file_is_a_good_return_all_the_same(district: Actor, tmp_path: Path, fault: str) -> None:
    (path,) = written(district, fault, tmp_path)
    submission = read_back(KX, path)
    assert errors(audit(KX, YEAR, [submission])[0]) == []
    assert path.name != f"{district.identity.code}-a.xlsx"
    assert (submission.identity.code == district.identity.code) is (fault == "renamed_copy")


def test_return_in_a_zip(district: Actor, tmp_path: Path) -> None:
    (path,) = written(district, "zipped", tmp_path)
    assert zipfile.ZipFile(path).namelist() == [f"{path.stem}.xlsx"]


def test_nothing_is_sent(district: Actor, tmp_path: Path) -> None:
    assert written(district, "missing", tmp_path) == []


def test_resubmission_is_newer_and_right(district: Actor, tmp_path: Path) -> None:
    first, second = written(district, "resubmission", tmp_path)
    saved = [saved for path in (first, second) if (saved := read_saved_time(path))]
    assert saved[0] < saved[1]
    assert errors(audit(KX, YEAR, [read_back(KX, first)])[0])
    assert errors(audit(KX, YEAR, [read_back(KX, second)])[0]) == []


def test_every_fault_is_tried_here_and_shown_in_the_demo() -> None:
    tried = {"stock_phrase", "unexplained", "ledger_twice", "other_year_file", "truncated", "not_ours", "not_on_roster"}
    tried |= {"renamed_copy", "zipped", "missing", "resubmission"} | IN_THE_RETURN.keys()
    assert (set(FAULTS), set(CAST.fault_names)) == (tried, tried)


def test_fault_without_occasion(district: Actor) -> None:
    idle = replace(district, content=make_complete_zero(KX, district.identity), warned=[], figures={})
    with pytest.raises(NoFault, match="part_above_whole"):
        pack_parcels(idle, "a.xlsx", ("part_above_whole",))


def test_constant_needs_a_cell(tmp_path: Path) -> None:
    whose = identity(MINI, "甲类", "市级")
    build(tmp_path / "a.xlsx", MINI, whose, LOCK, make_complete_zero(MINI, whose))
    with pytest.raises(KeyError):
        put_constant(tmp_path / "a.xlsx", "M1", "ZZ99", 1)
    with pytest.raises(KeyError):
        part_of(tmp_path / "a.xlsx", "M9")


# --- the demo --------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Survey:
    """The small survey with demo data."""
    folder = tmp_path / "mini"
    shutil.copytree(MINI.folder, folder)
    (folder / "demo.toml").write_text(TROUPE, encoding="utf-8")
    return load(folder)


SENT_BACK = (
    "2-甲二（演示）/2-甲二（演示）-退回.xlsx",
    "2-甲二（演示）/2-甲二（演示）-退回单.docx",
    "2-甲二（演示）/给联系人的话（私信）.txt",
    "群发通知（贴到工作群）.txt",
)


def test_demo_data_are_no_definitions(small: Survey) -> None:
    assert small.hash == MINI.hash


def test_demo_from_end_to_end(small: Survey, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    result = play_demo(small, tmp_path / "out", year=YEAR, progress=lambda *step: steps.append(step), workers=1)
    counts = (result.units, result.returned, result.fine, result.with_errors, result.refused, result.missing)
    assert counts == (4, 3, 3, 0, 1, 1)
    assert steps == [(done, 8) for done in range(1, 9)]
    files = list_left(tmp_path / "out")
    named = ["1-甲一（演示）.xlsx", "2-甲二（演示）.xlsx", "3-乙一（演示）.xlsx", "4-乙二（演示）.xlsx"]
    expected = [f"{folder}/{name}" for folder in ("returns", "workbooks") for name in named]
    copied = [name for name in named if not name.startswith("3")]
    expected += ["returns/2-甲二（演示）-退回.xlsx", *(f"退回/{name}" for name in SENT_BACK)]
    expected += [f"汇总_files/{name}" for name in (*copied, lookup("consolidated.files.note_name"))]
    expected += [
        "roster.xlsx",
        lookup("workbook.password_file"),
        lookup("consolidated.file_name"),
        "演示说明.txt",
        "存档.duckdb",
    ]
    assert files == sorted(expected)
    assert str(tmp_path / "out" / "returns" / named[1]) in "\n".join(result.tour)
    assert result.tour[1:3] == (
        "第一次合并：校验通过 2 家，待改正 1 家，待说明 0 家，待核实 0 家。"
        "退回 1 家，其中 1 家改好、写了答复，已发回。",
        "再合并一次，就是现在的汇总：校验通过 3 家、未报 1 家；计入汇总 3 家。",
    )
    answers = read_back(small, result.places.returns / "2-甲二（演示）-退回.xlsx").answers
    assert [(one.round, one.text) for one in answers] == [(1, "已核实改正。（演示）")]


def test_demo_by_several_processes_and_over_its_own_remains(small: Survey, tmp_path: Path) -> None:
    for workers in (1, 2):
        result = play_demo(small, tmp_path / "out", year=YEAR, workers=workers)
        assert result.fine == 3


def test_mailed_workbook_holds_last_year_and_what_the_roster_knows(small: Survey, tmp_path: Path) -> None:
    result = play_demo(small, tmp_path / "out", year=YEAR, workers=1)
    mailed = read_back(small, result.places.workbooks / "1-甲一（演示）.xlsx").content
    returned = read_back(small, result.places.returns / "1-甲一（演示）.xlsx").content
    unit = read_roster(result.places.roster, small).by_code["1"]
    assert (mailed.ledgers, mailed.notes, mailed.summary) == ({}, {}, "")
    assert {form: cells for form, cells in mailed.values.items() if cells} == prefill_content(unit, small).values
    assert mailed.prior == returned.prior != {}


def test_demo_leaves_other_peoples_files_alone(small: Survey, tmp_path: Path) -> None:
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "真报表.xlsx").write_bytes(b"precious")
    with pytest.raises(DemoError):
        play_demo(small, tmp_path, year=YEAR, workers=1)
    assert (tmp_path / "returns" / "真报表.xlsx").read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[roster]", "uscc_stem"),
        ("not toml", "demo.toml"),
        (TROUPE + '"4" = ["sabotage"]\n', "sabotage"),
    ],
)
def test_wrong_demo_data(small: Survey, tmp_path: Path, text: str, message: str) -> None:
    (small.folder / "demo.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DemoError, match=message):
        play_demo(small, tmp_path / "out", year=YEAR, workers=1)


def test_survey_without_demo_data(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="小型统计调查"):
        play_demo(MINI, tmp_path / "out")
