"""A ledger may bind some units only: theirs is a computed number, the others type it and see the 台账合计 beside it.

- bound: the cell is locked, what is typed over it is an error, a fill leaves it alone
- not bound: the cell is open and wanted, a difference from the ledger is a warning that an explanation settles
- both together: sums take the computed number of the one and the typed number of the other
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.auditing.figures import reported_numbers
from addin.auditing.proof import prove
from addin.reading.reader import read
from addin.sending.fill import fill
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Value
from templates.families import EXAMPLE_YEAR
from templates.layout import COLUMNS, LEDGER_HEADER_ROW, WorkbookLayout
from templates.lint import lint
from templates.load import load
from templates.model import Survey
from tests.support.books import identity
from tests.support.locks import locks
from tests.support.office import Office, opened

BOUND, FREE = ("甲类", "市级"), ("乙类", "市级")
ROW: dict[str, Value] = {"活动名称": "甲", "规模": "小型", "参加人次": 0.0}


def declared(folder: Path, *names: str) -> Survey:
    """Return the tiny survey whose ledger binds these kinds and levels only."""
    target = shutil.copytree(Path(__file__).parents[1] / "surveys" / "mini", folder / "mini")
    ledger = target / "ledgers" / "L01-活动.toml"
    wanted = ", ".join(f'"{name}"' for name in names)
    ledger.write_text(f"required_for = [{wanted}]\n" + ledger.read_text(encoding="utf-8"), encoding="utf-8")
    return load(target)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The tiny survey whose ledger binds one kind."""
    return declared(tmp_path_factory.mktemp("survey"), "甲类")


def a_content(survey: Survey, unit: tuple[str, str], typed: Value | None, rows: int) -> Content:
    """Return a complete return with this in cell 10 and so many activities."""
    content = make_complete_zero(survey, identity(survey, *unit))
    content.set("M1", "10", typed)
    first = LEDGER_HEADER_ROW + 1
    content.ledgers["活动"] = {first + number: ROW | {"活动名称": f"活动{number}"} for number in range(rows)}
    return content


def returned(
    survey: Survey, lock: Lock, folder: Path, unit: tuple[str, str], typed: Value | None, rows: int
) -> Submission:
    """Return what is read back of such a return."""
    build(folder / "t.xlsx", survey, identity(survey, *unit), lock, a_content(survey, unit, typed, rows))
    found = read(folder / "t.xlsx", surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


@pytest.mark.parametrize(
    ("names", "unit", "bound"),
    [
        ((), ("甲类", "县级"), True),
        (("甲类",), ("甲类", "县级"), True),
        (("甲类",), ("乙类", "市级"), False),
        (("市级",), ("乙类", "市级"), True),
        (("市级",), ("甲类", "县级"), False),
        (("县级", "乙类"), ("乙类", "市级"), True),
    ],
)
def test_whom_a_ledger_binds(names: tuple[str, ...], unit: tuple[str, str], bound: bool, tmp_path: Path) -> None:
    cell = declared(tmp_path, *names).form["M1"].indicators["10"]
    assert (cell.derived_for(*unit) is not None) is bound
    assert (cell.beside_for(*unit) is None) is bound


@pytest.mark.parametrize(
    ("unit", "unlocked", "beside"), [(BOUND, False, "台账自动"), (FREE, True, "=IFERROR(SUMPRODUCT")]
)
def test_the_cell_is_open_to_units_that_are_not_bound(
    unit: tuple[str, str], unlocked: bool, beside: str, survey: Survey, lock: Lock, tmp_path: Path
) -> None:
    path = tmp_path / "t.xlsx"
    build(path, survey, identity(survey, *unit), lock)
    form = WorkbookLayout(survey, *unit).forms["M1"]
    assert locks(path)["M1"].is_unlocked(form.rows["10"], COLUMNS.value) is unlocked
    assert str(load_workbook(path)["M1"][form.cell("10", COLUMNS.ledger)].value).startswith(beside)


@pytest.mark.parametrize(
    ("unit", "typed", "rows", "found"),
    [
        (BOUND, None, 2, []),
        (FREE, 2.0, 2, []),
        (FREE, 5.0, 2, [("M1-10.ledger-beside", "warning")]),
        (FREE, 5.0, 0, [("M1-10.ledger-beside", "warning")]),
        (FREE, None, 0, [("cell.required", "error")]),
    ],
)
def test_what_the_audit_says(
    unit: tuple[str, str],
    typed: Value | None,
    rows: int,
    found: list[tuple[str, str]],
    survey: Survey,
    lock: Lock,
    tmp_path: Path,
) -> None:
    submission = returned(survey, lock, tmp_path, unit, typed, rows)
    said = audit(survey, EXAMPLE_YEAR, [submission])[0]
    assert [(finding.rule, finding.severity.value) for finding in said if finding.code == "10"] == found


def test_sums_take_both(survey: Survey, lock: Lock, tmp_path: Path) -> None:
    both = [returned(survey, lock, tmp_path, BOUND, None, 2), returned(survey, lock, tmp_path, FREE, 5.0, 1)]
    assert [cells["M1", "10"] for cells in reported_numbers(survey, EXAMPLE_YEAR, both)] == [2.0, 5.0]


def test_a_fill_sets_what_the_unit_types(survey: Survey, lock: Lock, tmp_path: Path) -> None:
    bound, free = (returned(survey, lock, tmp_path, unit, None, 0) for unit in (BOUND, FREE))
    data = {"forms": {"M1": {"10": 3}}}
    filled = [fill(survey, unit, data) for unit in (bound, free)]
    assert [one.cells for one in filled] == [0, 1]
    assert [one.submission.content.values["M1"].get("10") for one in filled] == [None, 3.0]


def test_the_rules_examples_hold_and_names_are_known(survey: Survey, tmp_path: Path) -> None:
    assert list(prove(survey)) == []
    problems = [problem.id for problem in lint(declared(tmp_path, "丙类")) if problem.id == "D015"]
    assert problems == ["D015"]


@pytest.mark.office
def test_the_workbook_says_the_same(survey: Survey, lock: Lock, tmp_path: Path, office: Office) -> None:
    submission = returned(survey, lock, tmp_path, FREE, 5.0, 2)
    form = submission.layout(survey).forms["M1"]
    with opened(office, tmp_path / "t.xlsx") as book:
        book.recalculate()
        assert book.formula_errors() == []
        beside, message = (book.cell(form.address("10", at)) for at in (COLUMNS.ledger, COLUMNS.message))
        assert (beside.getValue(), message.getString()) == (2.0, "填了 5，按《活动台账》为 2；属实请写说明")
        book.poke(form.address("10"), 2.0)
        book.recalculate()
        assert message.getString() == ""
