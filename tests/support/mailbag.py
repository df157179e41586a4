"""A small survey and fake returns for the tests of merging: each file is a zip with its data as JSON.

甲表 (everyone): 01 人数, 02 其中, 03 金额, 04 比率 (two decimals), 05 是/否, 06 县.
乙表 (学会 only): 01, derived from a ledger.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from addin.facts import Oddity
from addin.finding import Finding, word
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.progress import Progress
from addin.reading.reader import read
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.receiving.returns import ReadReturns
from addin.roster import ReportingUnit, Roster
from addin.submission import Edition, Refusal, Submission
from addin.workers.pool import attempt
from templates.content import Content, Identity, LedgerCells
from templates.explanations import Explanations
from templates.expression import bind, parse
from templates.model import (
    CodeList,
    Column,
    Form,
    Heading,
    Indicator,
    Kind,
    Ledger,
    Option,
    Severity,
    Survey,
    UnitKind,
)

MODIFIED = re.compile(r"<dcterms:modified[^>]*>(\d{4}-[^<]+)<")
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:modified>{}</dcterms:modified></cp:coreProperties>'
)


def _everyones_form() -> Form:
    return Form(
        "A01",
        "甲表",
        "各单位",
        (
            Heading("人员", 1),
            Indicator("A01", "01", "年末人数", Kind.COUNT, "人"),
            Indicator("A01", "02", "其中：女性", Kind.COUNT, "人", indent=1),
            Heading("经费", 1),
            Indicator("A01", "03", "年末经费", Kind.MONEY, "元"),
            Indicator("A01", "04", "比率", Kind.DECIMAL, "%", decimals=2),
            Heading("其他", 1),
            Indicator("A01", "05", "有无机构", Kind.YES_NO, options=(Option("1", "有"), Option("2", "无"))),
            Indicator("A01", "06", "所在县", Kind.CHOICE, code_list="county"),
        ),
    )


def _derived_form() -> Form:
    derived = bind(parse("count(会议)"), "B01", "")
    row = Indicator("B01", "01", "会议次数", Kind.COUNT, "次", ledger="会议", derive=derived)
    return Form("B01", "乙表", "学会", (row,))


def _counties() -> CodeList:
    codes = ("110101", "110102", "120101")
    return CodeList("county", ("东县", "西县", "东县"), codes, "city", ("甲市", "甲市", "乙市"))


@cache
def survey() -> Survey:
    """Return the survey."""
    columns = (Column("名称", Kind.TEXT), Column("人次", Kind.COUNT), Column("记录状态", Kind.CHOICE))
    return Survey(
        id="small",
        title="小调查",
        version="1",
        organ="某局",
        approved_by="某局",
        approval="某号",
        valid_until="2030年",
        law="",
        levels=("省级", "市级", "县级"),
        kinds=(
            UnitKind("科协", ("A01",), ("省级", "市级", "县级")),
            UnitKind("学会", ("A01", "B01"), ("省级", "市级")),
            UnitKind("部室", ("A01",), ("省级",), part=True),
        ),
        forms=(_everyones_form(), _derived_form()),
        ledgers=(Ledger("L1", "会议台账", "会议", "乙表", "每次一行", ("名称",), columns),),
        code_lists={
            "city": CodeList("city", ("甲市", "乙市"), ("110100", "120100"), "", ("", "")),
            "county": _counties(),
        },
        rules=(),
        cover=Form("封面", "封面", "", ()),
        deadlines=(),
        explanations=Explanations((), 6),
        summary_outline=(),
        summary_min_length=0,
        folder=Path(),
        hash="0",
    )


def unit(code: str, kind: str = "科协", level: str = "县级", region: str = "110101", name: str = "") -> ReportingUnit:
    """Return a unit of the roster."""
    return ReportingUnit(code, name or f"单位{code}", "", kind, level, region)


def roster(*units: ReportingUnit) -> Roster:
    """Return a roster of these units."""
    return Roster(units)


def put(
    path: Path,
    sender: ReportingUnit,
    values: dict[str, dict[str, Any]] | None = None,
    *,
    year: int = 2024,
    saved: str = "2025-03-01T08:00:00Z",
    **more: Any,
) -> Path:
    """Write a fake return of ``sender``; ``errors`` is how many errors its audit will find."""
    identity = {"survey": "small", "version": "1", "hash": "0", "year": year}
    identity |= {"sealed_at": more.pop("sealed_at", "")}
    identity |= {"code": sender.code, "name": sender.name, "kind": sender.kind, "level": sender.level}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "")
        package.writestr("docProps/core.xml", CORE.format(saved))
        data = {"identity": identity, "values": values or {}, **more}
        package.writestr("data.json", json.dumps(data, ensure_ascii=False))
    return path


definitions = survey()


def fake_read(path: Path) -> Submission | Refusal:
    """Read what :func:`put` wrote; a real workbook as ever; anything else is refused, and ``boom`` raises."""
    if path.read_bytes() == b"boom":
        raise ValueError("boom")
    if not zipfile.is_zipfile(path):
        return Refusal(str(path), FileStatus.UNREADABLE, "文件打不开。")
    with zipfile.ZipFile(path) as package:
        if "data.json" not in package.namelist():
            return read(path, survey=definitions.id, surveys=lambda _: definitions)
        data = json.loads(package.read("data.json"))
    identity = Identity(**data["identity"])
    if refused := data.get("refused"):
        return Refusal(str(path), FileStatus(refused), "版本不对。", identity)
    return _submission(path, identity, data)


def _submission(path: Path, identity: Identity, data: dict[str, Any]) -> Submission:
    ledgers: dict[str, LedgerCells] = {
        short: {int(row): cells for row, cells in rows.items()} for short, rows in data.get("ledgers", {}).items()
    }
    oddities = tuple(oddity(number) for number in range(data.get("errors", 0)))
    return Submission(str(path), identity, Edition.of(survey()), Content(data["values"], {}, ledgers), oddities)


def oddity(number: int = 0) -> Oddity:
    """Return some oddity that is an error."""
    return Oddity.of("cell.negative", form="A01", code="01", cell="A01!E9", name="年末人数", value=-number)


def finding(number: int = 0, severity: Severity = Severity.ERROR) -> Finding:
    """Return some finding."""
    return Finding(f"r{number}", severity, f"第 {number} 个问题", "请改正。", "A01", "01", "A01!E9")


def fake_audit(_survey: Survey, _year: int, submissions: Sequence[Submission]) -> list[list[Finding]]:
    """Return the findings that the files brought with them."""
    return [[word(oddity) for oddity in submission.oddities] for submission in submissions]


ONE = {"A01": {"01": 10.0, "02": 4.0}}


def one_by_one(read: Callable[[Path], Submission | Refusal]) -> ReadReturns:
    """Return a reader of returns that reads them here, one after the other, by ``read``."""

    def read_returns(paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        return (_looked_at(path, read) for path in paths)

    return read_returns


def _looked_at(path: Path, read: Callable[[Path], Submission | Refusal]) -> Submission | Refusal:
    answer = attempt(path, lambda: read(path))
    if answer.fault:
        return Refusal(str(path), FileStatus.UNREADABLE, answer.fault.sentence)
    origin = Origin(sha256(path.read_bytes()).hexdigest(), read_saved_time(path))
    found: Submission | Refusal = replace(answer.value, origin=origin)
    return found


def read_saved_time(path: Path) -> datetime | None:
    """Return when the workbook says it was last saved."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        found = MODIFIED.search(package.read("docProps/core.xml").decode()) if "docProps/core.xml" in names else None
    return datetime.fromisoformat(found[1]) if found else None


FAKE = one_by_one(fake_read)


def merged(folder: Path | list[Path], units: Roster, *, progress: Progress | None = None, **options: Any) -> Merged:
    """Merge with the fake reader and audit."""
    paths = folder if isinstance(folder, list) else [folder]
    return merge(MergeJob(paths, units, survey(), **options), progress=progress, read=FAKE, audit=fake_audit)


SEED = 7
LEVELS = {"科协": ("省级", "市级", "县级"), "学会": ("省级", "市级")}


def seeded(folder: Path, count: int = 40) -> tuple[Roster, list[dict[str, Any]]]:
    """Write returns with random numbers; return the roster and plain records of what is in them."""
    chance = Random(SEED)
    records, units = [], []
    for number in range(count):
        kind = chance.choice(list(LEVELS))
        region = chance.choice(["110101", "110102", "120101", "990000", ""])
        sender = unit(f"{number:04d}", kind, chance.choice(LEVELS[kind]), region)
        values: dict[str, Any] = {
            code: float(chance.randrange(1000)) for code in ("01", "02", "03") if chance.random() < 0.8
        }
        values["04"] = chance.randrange(10000) / 100
        values["05"] = chance.choice("12")
        rows = {str(row): {"名称": f"会{row}", "人次": 5.0} for row in range(5, 5 + chance.randrange(4))}
        rows["90"] = {"名称": "撤", "记录状态": "注销"}
        errors = chance.choice([0, 0, 1])
        units.append(sender)
        records.append({"unit": sender, "values": values, "meetings": len(rows) - 1, "faulty": errors > 0})
        ledgers = {"会议": rows} if kind == "学会" else {}
        put(folder / f"{sender.code}.xlsx", sender, {"A01": values}, ledgers=ledgers, errors=errors)
    return roster(*units), records
