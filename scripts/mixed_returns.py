"""Returns of every sort in one folder: honest, faulty, tampered with, saved again, damaged, grown, carried over.

    python -m scripts.mixed_returns FOLDER [--count 200] [--seed 1] [--survey kx2023]

leaves ``roster.csv``, ``returns/`` and ``sorts.json``, which says what was done to each file. The same seed gives the
same contents and the same deeds; what a deed changes it finds by name, so that two versions of the program, each with
workbooks of its own making, can be compared. Only damages draw from the bytes of a file.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, Final

from openpyxl import load_workbook
from stdnum.cn import uscc

from addin.demo.actor import Actor
from addin.demo.cast import read_cast
from addin.demo.draw import give_rows
from addin.demo.faults import FAULTS, NoFault, pack_parcels
from addin.demo.parcel import Parcel, ReturnWriter
from addin.demo.seed import make_plausible
from addin.host.office import make_properties
from addin.roster import ReportingUnit, name_workbook
from addin.sending.last_year import LastYear, carry
from generator.lock import Lock
from scripts.fuzz import damages, packaging, payloads, spellings, zips
from scripts.fuzz.book import Book, NotHere
from scripts.fuzz.mutators import MUTATORS
from templates.content import Content
from templates.layout import COLUMNS, LEDGER_HEADER_ROW, WorkbookLayout
from templates.load import list_surveys, load
from templates.model import Survey
from templates.words import lookup
from tests.support import vandals
from tests.support.office import Office, missing, opened
from tests.support.vandals import Deed, by_openpyxl, put

YEAR: Final = 2024
_FILTER: Final = "Calc MS Excel 2007 XML"
DAMAGING: Final = (damages, packaging, payloads, spellings, zips)
"""They put their mutators into the register."""

SHARES: Final = {
    "honest": 26, "faulty": 19, "tampered": 19, "resaved": 8, "office": 3, "damaged": 10, "grown": 4, "carried": 11,
}  # fmt: skip
"""Of a hundred returns."""


@dataclass(frozen=True)
class Sort:
    """What becomes of one return: its sort, and which fault or deed of that sort."""

    name: str
    deed: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.deed}" if self.deed else self.name


# --- who reports -----------------------------------------------------------------------------------------------------


def make_units(survey: Survey, count: int) -> list[ReportingUnit]:
    """Return made-up units of every kind and level in turn; parts name the first unit of their level as the whole."""
    cast = read_cast(survey)
    regions = [unit.region for unit in cast.reporting_units(survey)]
    sorts = [(kind, level) for kind in survey.kinds for level in kind.levels]
    units: list[ReportingUnit] = []
    wholes: dict[str, str] = {}
    for number, (kind, level) in enumerate(islice(cycle(sorts), count), start=1):
        code, stem = f"MX{number:04}", f"{cast.roster.uscc_stem}{number:05d}"
        parent = wholes.get(level, "") if kind.part else ""
        if not kind.part:
            wholes.setdefault(level, code)
        region = regions[number % len(regions)]
        name = f"混合单位{number}（演示）"
        units.append(ReportingUnit(code, name, stem + uscc.calc_check_digit(stem), kind.name, level, region, parent))
    return units


def write_roster(units: Sequence[ReportingUnit], path: Path) -> None:
    """Write the units as a roster."""
    columns = lookup("roster.columns")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns.values())
        writer.writerows([getattr(unit, name) for name in columns] for unit in units)


def draw_sorts(count: int, seed: int, deeds: Sequence[str]) -> list[Sort]:
    """Return what becomes of each return; faults and deeds take turns, so that a few hundred returns have them all."""
    random = Random(f"sorts:{seed}")
    turns = {"faulty": cycle(FAULTS), "tampered": cycle(deeds)}
    names = [name for name, share in SHARES.items() for _ in range(share)]
    whole = [name for _ in range(-(-count // len(names))) for name in random.sample(names, len(names))][:count]
    return [Sort(name, next(turns[name]) if name in turns else "") for name in whole]


# --- what people do to them ------------------------------------------------------------------------------------------


def list_deeds(layout: WorkbookLayout) -> dict[str, Deed]:
    """Return what people do to a workbook of this layout, at the cells of one form and one ledger."""
    sheets = lookup("workbook.sheets")
    ledger = next(iter(layout.ledgers.values()))
    form, code = next(
        (form, code)
        for form in layout.forms.values()
        for code, row in form.form.indicators.items()
        if row.kind.is_number and not row.derive
    )
    name, coded, value, message, note = (
        form.cell(code, getattr(COLUMNS, role)) for role in ("name", "code", "value", "message", "explanation")
    )
    first = LEDGER_HEADER_ROW + 1
    return {
        "message overwritten": put(form.sheet, message, "没有问题"),
        "message emptied": put(form.sheet, message, None),
        "checks turned into values": vandals.values_only(sheets["audit"]),
        "label changed": put(form.sheet, name, "另一个指标"),
        "code changed": put(form.sheet, coded, "66"),
        "text in a number": put(form.sheet, value, "约3个"),
        "explained": put(form.sheet, note, "见附件，情况属实，已经核对过原始台账。"),
        "column renamed": put(ledger.sheet, f"D{LEDGER_HEADER_ROW}", "人数"),
        "code list extended": put(sheets["codes"], "B2", "特大型"),
        "another unit's identity": put(sheets["meta"], "B6", "别的单位"),
        "form renamed": vandals.rename(form.sheet, "改名"),
        "ledger retitled": vandals.title(ledger.sheet, "改名"),
        "form hidden": by_openpyxl(lambda book: setattr(book[form.sheet], "sheet_state", "hidden")),
        "sheet removed": by_openpyxl(lambda book: book.remove(book[ledger.sheet])),
        "sheet added": by_openpyxl(lambda book: book.create_sheet("底稿")),
        "row inserted": by_openpyxl(lambda book: book[form.sheet].insert_rows(form.header_row + 3)),
        "row deleted": by_openpyxl(lambda book: book[form.sheet].delete_rows(form.header_row + 4)),
        "ledger column inserted": by_openpyxl(lambda book: book[ledger.sheet].insert_cols(3)),
        "unprotected": by_openpyxl(lambda book: book[form.sheet].protection.disable()),
        "linked": vandals.linked,
        "macros": vandals.part("xl/vbaProject.bin"),
        "row hidden": vandals.hide(ledger.sheet, row=first),
        "row squeezed": vandals.squeeze(ledger.sheet, first),
        "cells merged": vandals.merge_over(ledger.sheet, f"A{first}:B{first + 1}"),
        "commented": vandals.comment(form.sheet, value, "这是估计的"),
        "below capacity": put(ledger.sheet, f"B{first + ledger.ledger.capacity + 7}", "没有数进去"),
        "stray number": put(ledger.sheet, f"D{first + 40}", "12万元"),
    }


def save_again(path: Path) -> None:
    """Let openpyxl save the workbook: every cached result is lost."""
    load_workbook(path).save(path)


def damage(path: Path, random: Random) -> list[str]:
    """Change the file by one to three mutators of the fuzzer; return their names."""
    book = Book.of(path.read_bytes())
    chosen = sorted(random.sample(sorted(MUTATORS), random.choice((1, 1, 2, 3))), key=lambda one: MUTATORS[one].stage)
    done = [name for name in chosen if _mutate(book, name, random)]
    path.write_bytes(book.zipped(random))
    return done


def _mutate(book: Book, name: str, random: Random) -> bool:
    before = dict(book.parts)
    try:
        MUTATORS[name].mutate(book, random)
    except (NotHere, ValueError, IndexError):
        book.parts = before
        return False
    return True


# --- what stands in them ---------------------------------------------------------------------------------------------


def grow(actor: Actor) -> None:
    """Give the return more ledger rows than its workbook would have had room for."""
    for short in list(actor.content.ledgers)[:1]:
        rows = actor.content.ledgers[short]
        given, size = list(rows.values()), actor.survey.ledger[short].capacity + 30
        more = islice(cycle(given), size)
        actor.content.ledgers[short] = dict(enumerate((dict(row) for row in more), start=LEDGER_HEADER_ROW + 1))


def carry_over(actor: Actor) -> Parcel:
    """Return a parcel of the second year: rows of last year, most of them confirmed, and new ones below."""
    survey, content = actor.survey, deepcopy(actor.content)
    lasting = {ledger.short for ledger in survey.ledgers if ledger.carried}
    for short in sorted(lasting & content.ledgers.keys()):
        give_rows(actor, short, 2 + actor.random.randrange(9))
    rows = {short: list(actor.content.ledgers.get(short, {}).values()) for short in lasting}
    mailed = Content()
    identity = carry(LastYear(content.prior, rows), survey, actor.identity, mailed)
    for short, carried in mailed.ledgers.items():
        added = content.ledgers.get(short, {})
        start = max(carried) + 1
        content.ledgers[short] = {**carried, **dict(enumerate(added.values(), start=start))}
        if actor.random.random() < 0.8:
            content.confirmed.add(short)
    content.prior = mailed.prior
    return Parcel("", identity, content)


def pack(actor: Actor, name: str, sort: Sort) -> list[Parcel]:
    """Return the files that the unit sends, before anything is done to the files themselves."""
    if sort.name == "carried":
        return [replace(carry_over(actor), name=name)]
    if sort.name == "grown":
        grow(actor)
    try:
        return pack_parcels(actor, name, (sort.deed,) if sort.name == "faulty" else ())
    except NoFault:
        return pack_parcels(actor, name, ())


# --- writing ---------------------------------------------------------------------------------------------------------


def write_return(survey: Survey, lock: Lock, folder: Path, seed: int, job: tuple[Actor, str, Sort]) -> dict[str, Any]:
    """Write what one unit sends; return what was done, by the files' names."""
    actor, name, sort = job
    done: dict[str, Any] = {}
    for parcel in pack(actor, name, sort):
        ReturnWriter(survey, lock).write(folder, parcel)
        path = folder / parcel.name
        done[parcel.name] = str(sort)
        if path.exists():
            done[parcel.name] = _do(path, parcel, survey, sort, Random(f"{seed}:{parcel.name}"))
    return done


def _do(path: Path, parcel: Parcel, survey: Survey, sort: Sort, random: Random) -> str:
    """Do to the file what its sort says; return what was done."""
    match sort.name:
        case "tampered":
            layout = WorkbookLayout.of(survey, parcel.identity)
            list_deeds(layout)[sort.deed](path)
        case "resaved":
            save_again(path)
        case "damaged":
            return f"{sort}: {', '.join(damage(path, random))}"
    return str(sort)


def save_in_office(paths: Sequence[Path]) -> None:
    """Let LibreOffice save these workbooks, where there is one."""
    if not paths or missing():
        return
    with Office() as office:
        for path in paths:
            with opened(office, path) as book:
                book.document.storeToURL(path.resolve().as_uri(), make_properties(FilterName=_FILTER))


def write_all(survey: Survey, folder: Path, count: int, seed: int, workers: int) -> dict[str, str]:
    """Write roster and returns; return what was done to each file."""
    returns = folder / "returns"
    returns.mkdir(parents=True, exist_ok=True)
    units, lock = make_units(survey, count), Lock.of("x")
    write_roster(units, folder / "roster.csv")
    kind = survey.kinds[0]
    sorts = draw_sorts(count, seed, sorted(list_deeds(WorkbookLayout(survey, kind.name, kind.levels[0]))))
    actors = make_plausible(survey, units, read_cast(survey), YEAR, seed)
    jobs = [(actor, name_workbook(unit), sort) for actor, unit, sort in zip(actors, units, sorts, strict=True)]
    done: dict[str, str] = {}
    with ProcessPoolExecutor(workers) as office:
        for one in office.map(partial(write_return, survey, lock, returns, seed), jobs, chunksize=4):
            done |= one
            print(f"\r{len(done)} of about {count} returns", end="", flush=True)
    save_in_office([returns / name for name, sort in done.items() if sort == "office"])
    print()
    return done


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survey", default=list_surveys()[0], help="an installed survey, or a folder")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    named = Path(asked.survey)
    survey = load(named if named.is_dir() else asked.survey)
    done = write_all(survey, asked.folder, asked.count, asked.seed, asked.workers)
    (asked.folder / "sorts.json").write_text(json.dumps(done, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
