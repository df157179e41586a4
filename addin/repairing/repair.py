"""A tampered workbook made anew: read, lifted, rendered with the same identity, read back and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from addin.package.opened import open_package
from addin.reading.grids import PackageSheets
from addin.reading.reader import find_data_grids, read
from addin.repairing.leftovers import Leftovers
from addin.repairing.lift import Lift
from addin.sending.fill import read_lock, render
from addin.submission import Submission
from addin.tampering.case import Case
from generator.lock import Lock
from generator.receipt import ReceiptLine, write_receipt
from templates.content import Content, Shorts, Value
from templates.model import Survey
from templates.words import lookup, say


@dataclass(frozen=True)
class Repaired:
    """What a repair did."""

    submission: Submission
    lines: tuple[ReceiptLine, ...]
    remarks: tuple[str, ...]

    @property
    def unplaced(self) -> list[ReceiptLine]:
        """The values that the new workbook does not hold."""
        return [line for line in self.lines if not line.placed]


def repair(survey: Survey, submission: Submission, source: Path, target: Path, password: str = "") -> Repaired:
    """Write the values of the workbook at ``source``, which was read as ``submission``, into a fresh one at ``target``.

    ``password`` protects it; without one the password of ``source`` does. Raises OSError where it cannot be written,
    and NotOpened when the package is damaged in parts that reading did not need.
    """
    package, layout = open_package(source), submission.layout(survey)
    package.refuse_broken()
    lift = Lift(submission, layout, find_data_grids(PackageSheets(package), layout))
    case = Case.of(survey, submission, package)
    content = lift.content()
    lines = tuple(lift.lines(content))
    render(survey, replace(submission, content=content), source, target, Lock.of(password) if password else None)
    lines = tuple(_verified(lines, content, _read_back(target, survey)))
    left = tuple(Leftovers(case, frozenset(line.source for line in lines)).lines())
    no_lock = () if password or read_lock(source) else (say("tamper.repair.no_password"),)
    return Repaired(submission, lines + left, no_lock)


def _read_back(path: Path, survey: Survey) -> Content:
    found = read(path, surveys=lambda _: survey)
    return found.content if isinstance(found, Submission) else Content()


def _verified(lines: tuple[ReceiptLine, ...], wanted: Content, found: Content) -> Iterator[ReceiptLine]:
    """Yield the lines; what the new workbook does not give back as it was lifted has not been placed."""
    for line in lines:
        same = _held(wanted, line) == _held(found, line)
        yield line if same else replace(line, target="", reason=lookup("tamper.receipt.reason")["not_read_back"])


def _held(content: Content, line: ReceiptLine) -> tuple[Value | Shorts | None, ...]:
    """Return what a content holds for a line: the value and the note of a code, the cell of a ledger, or the texts."""
    if line.part in content.ledgers:
        row = int("".join(char for char in line.target.rpartition("!")[2] if char.isdigit()))
        return (content.ledgers[line.part].get(row, {}).get(line.key),)
    if not line.key:
        return content.remarks, content.summary, content.confirmed
    held = (content.values.get(line.part, {}), content.notes.get(line.part, {}))
    return tuple(cells.get(line.key) for cells in held)


def save_receipt(repaired: Repaired, path: Path) -> None:
    """Write the receipt as .csv or .xlsx. Raises OSError where it cannot be written."""
    identity = repaired.submission.identity
    write_receipt(path, say("tamper.receipt.title", name=identity.name, year=identity.year), repaired.lines)


def describe_repair(repaired: Repaired) -> dict[str, Any]:
    """Return what ``repair --json`` prints: counts, then a line for each value."""
    identity = repaired.submission.identity
    return {
        "unit": identity.code,
        "name": identity.name,
        "placed": len(repaired.lines) - len(repaired.unplaced),
        "unplaced": len(repaired.unplaced),
        "remarks": list(repaired.remarks),
        "lines": [_plain(line) for line in repaired.lines],
    }


def _plain(line: ReceiptLine) -> dict[str, Any]:
    return {
        "placed": line.placed,
        "part": line.part,
        "key": line.key,
        "name": line.name,
        "from": line.source,
        "found": line.found,
        "to": line.target,
        "written": line.written,
        "reason": line.reason,
    }
