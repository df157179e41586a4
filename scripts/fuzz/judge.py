"""What must hold of every mutated file, whatever was done to it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from time import process_time
from typing import Final, TypeVar

from addin.auditing.audit import audit
from addin.package.opened import OpenedPackage
from addin.package.refusal import NotOpened
from addin.submission import Refusal, Submission
from addin.tampering.examine import read_examined
from scripts.fuzz.cases import Case
from scripts.fuzz.meaning import means_same
from scripts.fuzz.originals import Original
from scripts.fuzz.ours import describe_book, describe_frame, equal_cells, list_cells, open_or_refuse
from scripts.fuzz.second import Broken, Cells, NoOpinion, SecondSheet, read_second
from scripts.fuzz.third import compare_third
from templates.load import load
from templates.model import Survey
from templates.words import lookup

SECONDS: Final = 10.0
_SHOWN: Final = 3
_NOT_TOLD: Final = ("file", "origin", "survey", "edition")
T = TypeVar("T")
Found = Submission | Refusal


class Crash(Exception):
    """Our own code raised what it must not."""


@dataclass
class Verdict:
    """What came of one case."""

    state: str = ""
    """``refused``, ``unreadable sheet``, ``findings`` or ``as before``."""
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    second: str = ""
    """What the second reader made of it."""


def guard(what: str, work: Callable[[], T]) -> T:
    """Return what ``work`` returns. Raises Crash for every exception, with its last lines."""
    try:
        return work()
    except (Exception, RecursionError) as error:
        lines = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(line.filename).name}:{line.lineno} {line.name}" for line in reversed(lines[-3:]))
        raise Crash(f"crash in {what}: {type(error).__name__}: {str(error)[:120]} at {where}") from error


@dataclass
class Judge:
    """Judges the mutants of one original; ``path`` is where files are written for the reader."""

    original: Original
    path: Path

    @cached_property
    def read_before(self) -> tuple[str, str]:
        """What the original holds, and its findings."""
        found = self._read(self.original.data)
        if isinstance(found, Refusal):
            raise ValueError(f"the original is refused: {found.reason}")
        return _told(found)

    def judge(self, case: Case) -> Verdict:
        """Return what came of a case."""
        verdict, begun = Verdict(), process_time()
        try:
            fast = guard("opening", lambda: open_or_refuse(case.data, usual=True))
            found = guard("reading", lambda: self._read(case.data))
            verdict.seconds = process_time() - begun
            verdict.state = self._state(found)
            verdict.failures += self._compare(verdict, case, fast, found)
            verdict.failures += self._unchanged(found) if case.same else ()
        except Crash as crash:
            verdict.state = verdict.state or "crash"
            verdict.failures.append(str(crash))
        verdict.seconds = verdict.seconds or process_time() - begun
        if verdict.seconds > SECONDS:
            verdict.failures.append(f"slow: {verdict.seconds:.0f} s")
        return verdict

    def _compare(self, verdict: Verdict, case: Case, fast: OpenedPackage | NotOpened, found: Found) -> Iterator[str]:
        """Yield what the scan, the parser and the second reader do not agree about."""
        wanted = _changed_sheets(fast, case.changed)
        slow = guard("parsing", lambda: open_or_refuse(case.data, wanted, usual=False))
        if verdict.state in ("findings", "other content") and isinstance(found, Submission):
            guard("auditing", lambda: audit(self.original.survey, found.identity.year, [found]))
        yield from compare_ways(fast, slow)
        if isinstance(fast, OpenedPackage) and wanted is not None:
            yield from self._same_cells(fast, wanted)
        yield from self._against_second(verdict, case, fast, wanted, found)

    def _read(self, data: bytes) -> Found:
        self.path.write_bytes(data)
        survey = self.original.survey

        def surveys(wanted: str) -> Survey:
            return survey if wanted == survey.id else load(wanted)

        return read_examined(self.path, surveys=surveys)

    def _state(self, found: Found) -> str:
        if isinstance(found, Refusal):
            return "refused"
        content, findings = _told(found)
        if "tamper.unexamined" in findings:
            return "sheet refused"
        if (content, findings) == self.read_before:
            return "as before"
        return "findings" if findings != self.read_before[1] else "other content"

    def _unchanged(self, found: Found) -> Iterator[str]:
        """Yield what another spelling of the same workbook must not do."""
        if isinstance(found, Refusal):
            yield f"spelling refused: {found.reason}"
            return
        for what, now, before in zip(("content", "findings"), _told(found), self.read_before, strict=True):
            if now != before:
                yield f"spelling changes {what}: {_difference(now, before)}"

    def _same_cells(self, fast: OpenedPackage, wanted: frozenset[str]) -> Iterator[str]:
        """Yield the sheets that nobody changed and that are read in another way all the same."""
        originals = {sheet.part: sheet for sheet in self.original.package.sheets.values()}
        for name, sheet in fast.sheets.items():
            if name not in wanted and not equal_cells(sheet, originals[sheet.part]):
                yield f"unchanged sheet differs: {name}"

    # --- the second reader -------------------------------------------------------------------------------------------

    def _against_second(
        self,
        verdict: Verdict,
        case: Case,
        ours: OpenedPackage | NotOpened,
        wanted: frozenset[str] | None,
        found: Found,
    ) -> Iterator[str]:
        try:
            theirs = read_second(case.data)
        except NoOpinion as none:
            verdict.second = f"no opinion: {str(none).split(':')[0]}"
            return
        except Broken as broken:
            verdict.second = "broken"
            if isinstance(ours, OpenedPackage):
                yield f"broken and read: {broken}"
            return
        verdict.second = "read"
        if isinstance(ours, OpenedPackage):
            yield from compare_second(ours, theirs, wanted)
            yield from compare_third(case.data, theirs, wanted) if case.third else ()
        if isinstance(found, Submission) and _told(found) == self.read_before:
            yield from self._unseen(theirs)

    def _unseen(self, theirs: Mapping[str, SecondSheet]) -> Iterator[str]:
        """Yield the changes of protected sheets that neither content nor findings show."""
        package, identity = self.original.package, lookup("workbook.sheets.meta")
        for name, sheet in package.sheets.items():
            if name == identity:
                continue  # what it says is compared as identity and origin
            now, before = (seen[name].cells if name in seen else None for seen in (theirs, self.original.seen))
            if now is before or not sheet.frame.protection or not isinstance(now, dict) or not isinstance(before, dict):
                continue
            locks = package.locks(sheet)
            for place in before.keys() | now.keys():
                one, other = before.get(place), now.get(place)
                if one != other and not means_same(one, other, is_entry=not locks.is_locked(place)):
                    yield f"unseen change: {name} {place}: {_short(one)} -> {_short(other)}"


def _told(found: Submission) -> tuple[str, str]:
    """Return the content as text, and all that is odd about it."""
    said = {one.name: getattr(found, one.name) for one in fields(found) if one.name not in _NOT_TOLD}
    return repr(said.pop("content")), repr(said)


def _changed_sheets(fast: OpenedPackage | NotOpened, parts: frozenset[str] | None) -> frozenset[str] | None:
    """Return the names of the sheets whose parts were changed; None where nobody knows."""
    if parts is None or isinstance(fast, NotOpened):
        return None
    return frozenset({name for name, sheet in fast.sheets.items() if sheet.part in parts} | fast.broken.keys())


def compare_ways(fast: OpenedPackage | NotOpened, slow: OpenedPackage | NotOpened) -> Iterator[str]:
    """Yield where the scan and the parser disagree."""
    if isinstance(fast, NotOpened) or isinstance(slow, NotOpened):
        if isinstance(fast, NotOpened) != isinstance(slow, NotOpened):
            yield f"scan and parser: {_reason(fast)} / {_reason(slow)}"
        return
    wanted = {*slow.sheets, *slow.broken}
    yield from _differences(
        "scan and parser", describe_book(fast) | _only(fast, wanted), describe_book(slow) | _only(slow, wanted)
    )
    for name in fast.sheets.keys() & slow.sheets.keys():
        one, other = fast.sheets[name], slow.sheets[name]
        yield from _differences(f"scan and parser: {name}", describe_frame(one), describe_frame(other))
        yield from _compare_cells(f"scan and parser: {name}", list_cells(one), list_cells(other))


def _only(book: OpenedPackage, wanted: set[str]) -> dict[str, object]:
    return {"sheets": sorted(book.sheets.keys() & wanted), "broken": sorted(book.broken.keys() & wanted)}


def compare_second(
    ours: OpenedPackage, theirs: Mapping[str, SecondSheet], wanted: frozenset[str] | None
) -> Iterator[str]:
    """Yield where the second reader sees something else than ours does, in the sheets that are wanted."""
    for name in (ours.sheets.keys() | theirs.keys()) - ours.broken.keys():
        sheet, their = ours.sheets.get(name), theirs.get(name)
        if sheet is None or their is None or sheet.part != their.part:
            yield f"second reader: sheet {name!r}: {sheet and sheet.part} / {their and their.part}"
        elif isinstance(their.cells, Broken):
            yield f"broken and read: {their.cells}"
        elif wanted is None or name in wanted:
            yield from _compare_cells("second reader", list_cells(sheet), their.cells)


def _compare_cells(what: str, one: Cells | NotOpened, other: Cells | NotOpened) -> Iterator[str]:
    if isinstance(one, NotOpened) or isinstance(other, NotOpened):
        return  # a formula that is too long: told when somebody asks for it
    differing = [place for place in one.keys() | other.keys() if one.get(place) != other.get(place)]
    for place in sorted(differing)[:_SHOWN]:
        yield f"{what}: {place}: {_short(one.get(place))} / {_short(other.get(place))}"


def _differences(what: str, one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[str]:
    for key in one:
        if one[key] != other[key]:
            yield f"{what}: {key}: {_difference(repr(one[key]), repr(other[key]))}"


def _difference(one: str, other: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(at - 30, 0)
    return f"…{one[start : at + 90]!r} / …{other[start : at + 90]!r}"


def _short(seen: object) -> str:
    text = repr(seen)
    return text if len(text) <= 90 else f"{text[:90]}…"


def _reason(found: OpenedPackage | NotOpened) -> str:
    return found.reason if isinstance(found, NotOpened) else "read"
