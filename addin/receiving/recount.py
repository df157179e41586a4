"""Returns that an unsigned consolidated workbook brings, computed anew from what else there is of them.

A digest is no signature: who changes a record there makes its digest anew. So each return has to be what the unit's own
file holds, where that lies beside the workbook, and its numbers have to be those that 明细 shows. The unit's file
decides; where only 明细 differs, nobody knows which of the two is right, and an officer has to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from addin.auditing.figures import Cells, reported_numbers
from addin.codec import fingerprint_content
from addin.package.opened import digest_file
from addin.receiving.below import Below, ShownCells
from addin.receiving.contacts import level_contacts
from addin.receiving.outcomes import IncomingFile, join_sentences
from addin.receiving.returns import ReadReturns
from addin.submission import Submission
from templates.model import Survey
from templates.words import say

_NOISE: Final = 1e-9


@dataclass(frozen=True)
class Recount:
    """What the returns in one consolidated workbook are held against."""

    survey: Survey
    source: str
    """The workbook, as people call it."""
    below: Below
    originals: Mapping[str, Submission]
    """The units' own files that lie beside it, as they were read, by their digests."""

    def check(self, files: Sequence[IncomingFile]) -> list[IncomingFile]:
        """Return the files, each as its original has it, and with a doubt where 明细 shows something else."""
        known = [self._follow_original(file) for file in files]
        sent = [file.submission for file in known if file.submission]
        numbers = iter(reported_numbers(self.survey, sent[0].identity.year, sent)) if sent else iter(())
        return [self._compare(file, next(numbers)) if file.submission else file for file in known]

    def _follow_original(self, file: IncomingFile) -> IncomingFile:
        original, carried = self.originals.get(file.digest), file.carried
        if original is None or carried is None or file.submission is None:
            return file
        if fingerprint_content(level_contacts(original, file.submission)) == fingerprint_content(file.submission):
            return file
        told = say("merge.reason.not_as_original", file=self.source)
        reason = join_sentences([*filter(None, (carried.reason,)), told])
        return replace(file, content=replace(original, file=file.shown), carried=replace(carried, reason=reason))

    def _compare(self, file: IncomingFile, numbers: Cells) -> IncomingFile:
        """Return the file, doubted where 明细 differs; what the unit's own file says needs no other witness."""
        if file.digest in self.originals:
            return file
        shown = self.below.shown.get(file.carried.unit.code, {}) if file.carried else {}
        found = next(self._differences(shown, numbers), None)
        if found is None:
            return file
        form, code, stands, recorded = found
        told = {"form": form, "code": code, "shown": _quote(stands), "recorded": _quote(recorded)}
        return replace(file, doubt=say("merge.reason.not_as_shown", file=self.source, **told))

    def _differences(self, shown: ShownCells, numbers: Cells) -> Iterator[tuple[str, str, float | None, float | None]]:
        """Yield the numbers that 明细 shows otherwise than the record has them."""
        for form in (form for form in self.survey.forms if form.id in shown):
            for row in form.indicators.values():
                if row.kind.is_number and row.code in shown[form.id]:
                    stands, recorded = shown[form.id][row.code], numbers.get((form.id, row.code))
                    if not _is_same(stands, recorded):
                        yield form.id, row.code, stands, recorded


def read_originals(folder: Path, files: Iterable[IncomingFile], read: ReadReturns) -> dict[str, Submission]:
    """Return the files in ``folder`` that ``files`` were made from, as ``read`` reads them, by their digests."""
    wanted = {file.digest for file in files if file.digest and file.submission}
    paths = {digest: path for path in _list(folder) if (digest := digest_file(path)) in wanted}
    found = zip(paths, read(list(paths.values())), strict=True)
    return {digest: one for digest, one in found if isinstance(one, Submission)}


def _list(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _NOISE * max(1.0, abs(one))


def _quote(number: float | None) -> str:
    return say("tamper.blank") if number is None else f"{number:.15g}"
