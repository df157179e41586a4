"""A city of units, each with something planted; the same for the same seed.

``City.plant`` writes the post; what has to be told of every file and every unit stands in the tables that it fills, and
the numbers that must be in the totals in ``numbers``. Nothing here uses the product's merging or rolling up.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random

from addin.keys import Key, sign
from addin.roster import ReportingUnit
from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Identity, Value
from templates.model import Survey
from templates.words import say
from tests.support.planted.post import day, encrypted, reidentified, saved, zipped

YEAR = 2024
LOCK = Lock("aGFzaA==", "c2FsdA==")
KEY, COUNTY_KEY, FOREIGN_KEY = (Key(bytes([number]) * 32) for number in range(3))

Numbers = dict[tuple[str, str], float]
Filled = tuple[Content, Numbers]
Fill = Callable[[ReportingUnit, Random], Filled]
"""Gives what a unit reports, and the numbers that the totals must get from it."""


@dataclass(frozen=True)
class Told:
    """What has to be told of a file."""

    file: str
    role: str
    status: str = "ok"
    reason: str = ""


@dataclass
class City:
    """A round of a survey in the making."""

    survey: Survey
    older: Survey
    """Definitions of which returns are still taken."""
    fill: Fill
    units: Sequence[ReportingUnit]
    folder: Path
    seed: int = 1
    files: list[Told] = field(default_factory=list)
    states: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """State and whether it counts, by unit code."""
    numbers: dict[str, Numbers] = field(default_factory=dict)
    """What counts, by unit code."""
    tampering: dict[str, set[str]] = field(default_factory=dict)
    """The rules that tell what was done to a unit's workbook, by unit code."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.post = self.folder / "返回"
        self.post.mkdir(parents=True)
        self.waiting = list(self.units)
        self.random.shuffle(self.waiting)

    @property
    def name_cells(self) -> list[tuple[str, str]]:
        """Where units write their names."""
        rows = (row for form in self.survey.forms for row in form.indicators.values())
        return [(row.form, row.code) for row in rows if row.role == "unit_name"]

    # --- tools -------------------------------------------------------------------------------------------------------

    def next(self) -> ReportingUnit:
        """Return a unit that nothing was planted for yet."""
        return self.waiting.pop()

    def identity(self, unit: ReportingUnit, survey: Survey | None = None, key: Key | None = KEY) -> Identity:
        """Return the identity of the unit's workbook as it was sent out."""
        plain = make_identity(unit, survey or self.survey, YEAR, day(-60))
        return sign(plain, key) if key else plain

    def made(
        self,
        unit: ReportingUnit,
        name: str,
        when: datetime | None = None,
        spoilt: Mapping[str, dict[str, Value]] | None = None,
        explained: bool = True,
        **other: object,
    ) -> tuple[Path, Numbers]:
        """Write a return of the unit, and return where and the numbers in it.

        ``spoilt`` are values by form and code that stand there instead; ``explained`` is whether the unit has written
        why; ``other`` are parts of the identity.
        """
        path = self.post / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content, numbers = self.fill(unit, self.random)
        for form, cells in (spoilt or {}).items():
            content.values[form] |= cells
        if not explained:
            content.notes = {}
        identity = replace(self.identity(unit), **other) if other else self.identity(unit)  # type: ignore[arg-type]
        build(path, self.survey, sign(replace(identity, signature=""), KEY), LOCK, content)
        return saved(path, when or day(self.random.randrange(20))), numbers

    def counted(self, unit: ReportingUnit, file: str, numbers: Numbers) -> None:
        """Expect the file to stand for its unit."""
        self.files.append(Told(file, "counted"))
        self.states[unit.code] = ("passed", True)
        self.numbers[unit.code] = numbers

    def told(self, file: str, role: str, status: str = "ok", reason: str = "", /, **values: object) -> None:
        """Expect the file to be listed so; ``reason`` is the key of the sentence."""
        self.files.append(Told(file, role, status, say(reason, **values) if reason else ""))

    def refused(self, file: str, status: str, reason: str, /, **values: object) -> None:
        """Expect the file to be refused."""
        self.told(file, "refused", status, reason, **values)

    def missing(self, unit: ReportingUnit) -> None:
        """Expect that nothing usable came from the unit."""
        self.states[unit.code] = ("missing", False)

    def superseded(self, file: str, by: str, when: datetime) -> None:
        """Expect the file to have been replaced."""
        shown = f"{when.astimezone():%Y-%m-%d %H:%M}"
        self.told(file, "superseded", "ok", "merge.reason.superseded", file=by, modified=shown)

    # --- the round ---------------------------------------------------------------------------------------------------

    def plant(self, disorders: Sequence[Disorder] = ()) -> None:
        """Write these disorders, or every one, then good returns of all units that are left."""
        for disorder in disorders or DISORDERS:
            disorder(self)
        for number, unit in enumerate(self.waiting):
            names = (f"{unit.code}-{unit.name}.xlsx", f"新建 工作表 ({number}).xlsx", f"区/{unit.name}【终稿】.XLSX")
            name = names[number % len(names)]
            self.counted(unit, name, self.made(unit, name)[1])
        self.waiting = []


# --- disorders -------------------------------------------------------------------------------------------------------


def nothing(city: City) -> None:
    """Two units send nothing."""
    for _ in range(2):
        city.missing(city.next())


def in_archives(city: City) -> None:
    """A zip, and a zip in a zip with names in GBK, two returns in each."""
    outer: dict[str, bytes] = {"说明.txt": b"hello"}
    city.refused("回收.zip › 说明.txt", "not_ours", "merge.refusal.not_workbook")
    for place in ("", "深/内层.zip › "):
        members: dict[str, bytes] = {}
        for number in range(2):
            unit = city.next()
            name = f"甲/第{number}份报表.xlsx"
            path, numbers = city.made(unit, "临时.xlsx")
            members[name] = path.read_bytes()
            path.unlink()
            city.counted(unit, f"回收.zip › {place}{name}", numbers)
        if place:
            inner = zipped(city.folder / "内层.zip", members, "gb18030")
            members = {"深/内层.zip": inner.read_bytes()}
        outer |= members
    zipped(city.post / "回收.zip", outer)


def twice(city: City) -> None:
    """The same bytes under another name; the same contents saved once more."""
    unit = city.next()
    path, numbers = city.made(unit, "b-原件.xlsx")
    shutil.copy(path, city.post / "a-副本.xlsx")
    stamp = path.stat().st_mtime
    for number, name in enumerate(("a-副本.xlsx", "b-原件.xlsx")):
        os.utime(city.post / name, (stamp + number, stamp + number))
    city.counted(unit, "b-原件.xlsx", numbers)
    city.told("a-副本.xlsx", "duplicate", "ok", "merge.reason.duplicate", file="b-原件.xlsx")
    unit = city.next()
    path, numbers = city.made(unit, "c-先存.xlsx", day(3))
    saved(Path(shutil.copy(path, city.post / "c-再存.xlsx")), day(4))
    city.counted(unit, "c-再存.xlsx", numbers)
    city.told("c-先存.xlsx", "duplicate", "ok", "merge.reason.duplicate", file="c-再存.xlsx")


def resubmitted(city: City) -> None:
    """Sent again with other numbers and another name, whichever came first; the newest is broken for one."""
    for old, new in (("d-1.xlsx", "d-2.xlsx"), ("e-2.xlsx", "e-1.xlsx")):
        unit = city.next()
        city.made(unit, old, day(1))
        city.counted(unit, new, city.made(unit, new, day(2))[1])
        city.superseded(old, new, day(2))
    unit = city.next()
    city.counted(unit, "f.xlsx", city.made(unit, "f.xlsx")[1])
    (city.post / f"{unit.code}-重报.xlsx").write_bytes((city.post / "f.xlsx").read_bytes()[:4000])
    city.refused(f"{unit.code}-重报.xlsx", "unreadable", "reader.refused.cut_off")


def tied(city: City) -> None:
    """Two returns of one moment that say different things."""
    unit = city.next()
    for name, other in (("g-1.xlsx", "g-2.xlsx"), ("g-2.xlsx", "g-1.xlsx")):
        city.made(unit, name, day(5))
        city.told(name, "undecided", "ok", "merge.reason.rival", file=other)
    city.states[unit.code] = ("held", False)


def of_another_round(city: City) -> None:
    """Another survey, another year, a version that is not taken; one that is."""
    unit = city.next()
    city.missing(unit)
    city.made(unit, "h-制度.xlsx", survey="other")
    city.refused("h-制度.xlsx", "other_survey", "reader.refused.other_survey", found="other", expected=city.survey.id)
    city.made(unit, "h-年度.xlsx", year=YEAR - 1)
    city.refused("h-年度.xlsx", "other_year", "merge.reason.other_year", found=YEAR - 1, expected=YEAR)
    city.made(unit, "h-版本.xlsx", version="0.1", hash="0")
    versions = {"found": "0.1", "expected": city.survey.version}
    city.refused("h-版本.xlsx", "other_version", "reader.refused.other_version", **versions)
    unit = city.next()
    content, numbers = city.fill(unit, city.random)
    (how,) = city.survey.migrations
    for (form, old), (_, new) in how.rename.items():
        if new in content.values[form]:
            content.values[form][old] = content.values[form].pop(new)
    build(city.post / "i-旧版.xlsx", city.older, city.identity(unit, city.older), LOCK, content)
    saved(city.post / "i-旧版.xlsx", day(1))
    city.counted(unit, "i-旧版.xlsx", numbers)


def not_on_the_roster(city: City) -> None:
    """A unit nobody asked, and one of the roster's name with another code."""
    unit = city.next()
    city.missing(unit)
    stranger = replace(unit, code="X1", name="外来单位")
    city.made(stranger, "j-1.xlsx")
    city.told("j-1.xlsx", "stray", "ok", "merge.reason.stray", code="X1", name="外来单位")
    city.made(replace(unit, code="X2"), "j-2.xlsx")
    words = {"code": "X2", "name": unit.name, "other": unit.code}
    city.told("j-2.xlsx", "stray", "ok", "merge.reason.stray_same_name", **words)


def broken(city: City) -> None:
    """Files that nobody can read, of units known by the file's name only."""
    good, _ = city.made(city.units[0], "临时.xlsx")
    whole = good.read_bytes()
    good.unlink()
    files = {
        "encrypted": encrypted(),
        "cut_off": whole[: len(whole) // 2],
        "empty": b"",
        "not_a_workbook": b"<html>",
    }
    for reason, data in files.items():
        unit = city.next()
        city.missing(unit)
        name = f"{unit.code}-{unit.name}.xlsx"
        (city.post / name).write_bytes(data)
        city.refused(name, "encrypted" if reason == "encrypted" else "unreadable", f"reader.refused.{reason}")
    others = {"盖章页.pdf": "not_workbook", "k.rar": "archive_kind", "坏.zip": "bad_archive"}
    for name, reason in others.items():
        (city.post / name).write_bytes(b"%PDF")
        city.refused(name, "not_ours" if reason == "not_workbook" else "unreadable", f"merge.refusal.{reason}")


def forged(city: City) -> None:
    """Another's code, or all that the roster says of it, pasted in; no signature; another's; another's whole file."""
    real, victim = city.next(), city.next()
    city.missing(real)
    city.counted(victim, "l-真.xlsx", city.made(victim, "l-真.xlsx")[1])
    pasted = {"l-代码.xlsx": {"code": victim.code}}
    pasted["l-全套.xlsx"] = {"code": victim.code, "name": victim.name, "kind": victim.kind, "level": victim.level}
    pasted["l-级别.xlsx"] = {"level": "别的级别"}
    for name, changes in pasted.items():
        path, _ = city.made(real, name)
        reidentified(path, day(25), **changes)
        stated = "、".join(value for key, value in changes.items() if value != getattr(real, key))
        city.refused(name, "not_ours", "keys.altered", code=real.code, name=real.name, stated=stated)
    for name, key, reason, words in (
        ("m-无签名.xlsx", None, "keys.unsigned", {}),
        ("m-别的密钥.xlsx", FOREIGN_KEY, "keys.other_key", {"id": FOREIGN_KEY.id}),
    ):
        build(city.post / name, city.survey, city.identity(real, key=key), LOCK, city.fill(real, city.random)[0])
        city.refused(name, "not_ours", reason, **words)
    named: dict[str, dict[str, Value]] = {form: {code: real.name} for form, code in city.name_cells}
    if named:
        city.made(victim, "l-整份.xlsx", day(26), named)
        words = {"code": victim.code, "name": victim.name, "other": real.code, "other_name": real.name}
        city.refused("l-整份.xlsx", "not_ours", "merge.reason.copied", **words)


Disorder = Callable[[City], None]

DISORDERS: tuple[Disorder, ...] = (
    nothing,
    in_archives,
    twice,
    resubmitted,
    tied,
    of_another_round,
    not_on_the_roster,
    broken,
    forged,
)
