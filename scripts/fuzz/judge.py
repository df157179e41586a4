"""What must hold of every mutated file, whatever was done to it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import process_time
from typing import Final, TypeVar

from addin.auditing.audit import audit
from addin.package.opened import OpenedPackage
from addin.package.refusal import NotOpened
from addin.submission import Refusal, Submission
from addin.tampering.examine import read_examined
from scripts.fuzz.meaning import means_same
from scripts.fuzz.originals import Original
from scripts.fuzz.ours import describe_book, describe_frame, equal_cells, list_cells, open_or_refuse
from scripts.fuzz.second import Broken, Cells, NoOpinion, read_second
from templates.load import load
from templates.model import Survey

SECONDS: Final = 10.0
_SHOWN: Final = 3
T = TypeVar("T")


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

    def judge(self, data: bytes, changed: set[str] | None, *, same: bool) -> Verdict:
        """Return what came of ``data``. Of the sheets only those in ``changed`` differ from the original's."""
        verdict, begun = Verdict(), process_time()
        try:
            fast = guard("opening", lambda: open_or_refuse(data, usual=True))
            found = guard("reading", lambda: self._read(data))
            verdict.seconds = process_time() - begun
            slow = guard("parsing", lambda: open_or_refuse(data, changed, usual=False))
            verdict.state = self._state(found)
            if verdict.state in ("findings", "other content") and isinstance(found, Submission):
                guard("auditing", lambda: audit(found.survey, found.identity.year, [found]))
            verdict.failures += compare_ways(fast, slow)
            verdict.failures += self._same_cells(fast, changed)
            verdict.failures += self._against_second(verdict, data, changed, slow, found)
            verdict.failures += self._unchanged(found) if same else ()
        except Crash as crash:
            verdict.state = verdict.state or "crash"
            verdict.failures.append(str(crash))
        verdict.seconds = verdict.seconds or process_time() - begun
        if verdict.seconds > SECONDS:
            verdict.failures.append(f"slow: {verdict.seconds:.0f} s")
        return verdict

    def _read(self, data: bytes) -> Submission | Refusal:
        self.path.write_bytes(data)
        survey = self.original.survey

        def surveys(wanted: str) -> Survey:
            return survey if wanted == survey.id else load(wanted)

        return read_examined(self.path, surveys=surveys)

    def _state(self, found: Submission | Refusal) -> str:
        if isinstance(found, Refusal):
            return "refused"
        content, findings = _told(found)
        if "tamper.unexamined" in findings:
            return "sheet refused"
        if (content, findings) == self.read_before:
            return "as before"
        return "findings" if findings != self.read_before[1] else "other content"

    def _unchanged(self, found: Submission | Refusal) -> Iterator[str]:
        """Yield what another spelling of the same workbook must not do."""
        if isinstance(found, Refusal):
            yield f"spelling refused: {found.reason}"
            return
        for what, now, before in zip(("content", "findings"), _told(found), self.read_before, strict=True):
            if now != before:
                yield f"spelling changes {what}: {_difference(now, before)}"

    def _same_cells(self, fast: OpenedPackage | NotOpened, changed: set[str] | None) -> Iterator[str]:
        """Yield the sheets that nobody changed and that are read in another way all the same."""
        for name, before in self.original.package.sheets.items() if isinstance(fast, OpenedPackage) else ():
            if changed is not None and name not in changed and not equal_cells(fast.sheets[name], before):
                yield f"unchanged sheet differs: {name}"

    # --- the second reader -------------------------------------------------------------------------------------------

    def _against_second(
        self,
        verdict: Verdict,
        data: bytes,
        changed: set[str] | None,
        ours: OpenedPackage | NotOpened,
        found: Submission | Refusal,
    ) -> Iterator[str]:
        try:
            theirs = read_second(data, None if changed is None else dict.fromkeys(changed))
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
            yield from compare_second(ours, theirs)
        if isinstance(found, Submission) and _told(found) == self.read_before:
            yield from self._unseen(theirs)

    def _unseen(self, theirs: Mapping[str, Cells | Broken]) -> Iterator[str]:
        """Yield the changes of protected sheets that neither content nor findings show."""
        package = self.original.package
        for name, now in theirs.items():
            sheet, before = package.sheets.get(name), self.original.seen.get(name)
            if sheet is None or before is None or isinstance(now, Broken) or not sheet.frame.protection:
                continue
            locks = package.locks(sheet)
            for place in before.keys() | now.keys():
                one, other = before.get(place), now.get(place)
                if one != other and not means_same(one, other, is_entry=not locks.is_locked(place)):
                    yield f"unseen change: {name} {place}: {_short(one)} -> {_short(other)}"


def _told(found: Submission) -> tuple[str, str]:
    return repr((found.content, found.typed)), "\n".join(map(repr, found.findings))


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


def compare_second(ours: OpenedPackage, theirs: Mapping[str, Cells | Broken]) -> Iterator[str]:
    """Yield where the second reader sees something else than ours does."""
    for name in ours.sheets.keys() | ours.broken.keys() | theirs.keys():
        their = theirs.get(name)
        if name in ours.broken:
            continue
        if name not in ours.sheets or their is None:
            yield f"second reader: sheet {name!r} is {'not ours' if name not in ours.sheets else 'not theirs'}"
        elif isinstance(their, Broken):
            yield f"broken and read: {their}"
        else:
            yield from _compare_cells("second reader", list_cells(ours.sheets[name]), their)


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
