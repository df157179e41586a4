"""A tiny city whose returns are all in, or nearly, and the package made of them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from addin.handing_up.hand_up import HandedUp, HandUpJob, hand_up
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Value
from tests.support.mailbag import one_by_one
from tests.support.returns import MINI, YEAR, a_complete_return

PEOPLE = ("王建国", "李小红", "13912345678", "赵科长", "13800001111")
"""Names and telephones that stay in the house: of the cover, of the roster, of the upper unit."""

_CONTACT = {"contact": PEOPLE[3], "phone": PEOPLE[4]}
UNITS = (
    ReportingUnit("001", "甲单位", "", "甲类", "市级", "500103", "000", **_CONTACT),
    ReportingUnit("002", "乙/单位", "", "甲类", "市级", "500103", "000", **_CONTACT),
    ReportingUnit("003", "丙单位", "", "甲类", "市级", "500105", "000", **_CONTACT),
    ReportingUnit("004", "丁单位", "", "甲类", "市级", "500105", "000", **_CONTACT),
)
ROSTER = Roster(UNITS)
WHOLE = Roster(UNITS[:3])
"""All of these have reported."""

RECEIVER = f"某局　{PEOPLE[3]} {PEOPLE[4]}"
WHY = "新建了两个场馆，当年追加了专项经费"


def send_return(folder: Path, unit: ReportingUnit, lock: Lock, money: float, prior: float = 0.0) -> Path:
    """Write the unit's return, with people on the cover, and say why the money changed."""
    content = a_complete_return({"09": money}).content
    people: dict[str, Value] = dict(zip(("统计负责人", "填表人", "联系电话"), PEOPLE[:3], strict=True))
    content.values[MINI.cover.id] |= people
    content.prior["M1"] = {"09": prior} if prior else {}
    content.notes["M1"] = {"09": WHY} if prior else {}
    content.remarks = f"{unit.name}的说明"
    identity = replace(make_identity(unit, MINI, YEAR), receiver=RECEIVER)
    path = folder / f"{unit.code}.xlsx"
    build(path, MINI, identity, lock, content)
    return path


def make_city(place: Path, lock: Lock) -> None:
    """Three of four units have reported; store, returns and 汇总.xlsx lie in ``place``."""
    folder = place / "returns"
    folder.mkdir()
    for unit, money, prior in zip(UNITS, (200000.0, 300000.0, 400000.0), (100000.0, 290000.0, 0.0), strict=False):
        send_return(folder, unit, lock, money, prior)
    merged = merge_returns(place, WHOLE)
    write_summary(merged, Rollup.of(merged), place / "汇总.xlsx")


def merge_returns(place: Path, roster: Roster) -> Merged:
    """Merge what lies there."""
    return merge_into(Store(place / "S.duckdb"), MergeJob([place / "returns"], roster, MINI), read=one_by_one(_read))


def _read(path: Path) -> Submission | Refusal:
    return read_examined(path, surveys=lambda _: MINI)


def hand_up_city(place: Path, roster: Roster = WHOLE, name: str = "上报", **options: object) -> HandedUp:
    """Hand up what stands in the store."""
    job = HandUpJob(MINI, YEAR, roster, Store(place / "S.duckdb"), place / name, "张某", summary=place / "汇总.xlsx")
    return hand_up(replace(job, **options))  # type: ignore[arg-type]  # fields of HandUpJob by name


def list_paths(folder: Path) -> list[str]:
    """Return the files in a folder, by their places."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def find_text(folder: Path, text: str) -> list[str]:
    """Return the files, and the parts of those that are zips, that hold a text."""
    found = []
    for name in list_paths(folder):
        path = folder / name
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                parts = {f"{name}!{part}": package.read(part) for part in package.namelist()}
        else:
            parts = {name: path.read_bytes()}
        found += [part for part, content in parts.items() if text.encode() in content]
    return found
