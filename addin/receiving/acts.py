"""What officers do about a unit, and what merging notes of it: each an act that is kept and never changed.

**How rounds are counted.** The first 退回 of a unit in a survey and year is round 1; the next one, after the unit has
sent something else, is round 2 (第 n 次退回). The number stands in the act (:attr:`Act.round`), so several acts of one
round, the officer's word on the sheet and the packet that follows it, are one 退回. A file that comes back as it was
(原样发回) starts no round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Final


class ActKind(StrEnum):
    """What was done. The words: ``[what]`` in words/acts.toml."""

    ACCEPTED = "accepted"
    """审核通过: an officer takes the content as it is."""
    SENT_BACK = "sent_back"
    """退回: the unit has to look at the content once more."""
    EXTENDED = "extended"
    """延期: the unit has until another day."""
    REMINDED = "reminded"
    """催报: the unit was asked for what it owes."""
    VOIDED = "voided"
    """Noted by merging: a later file holds something else, what was accepted stands no more."""
    UNCHANGED = "unchanged"
    """Noted by merging: 原样发回, a file that came after a 退回 holds what was sent back."""


_DECISIONS = (ActKind.ACCEPTED, ActKind.SENT_BACK, ActKind.VOIDED)
"""Acts that decide about a unit's state, the last of them."""


@dataclass(frozen=True)
class Act:
    """One act on one unit."""

    kind: ActKind
    unit: str
    """The unit's code."""
    name: str = ""
    by: str = ""
    """经办人, as the officer gives it; ``""`` where merging noted it."""
    reason: str = ""
    due: date | None = None
    """By which day the unit has to answer: of a 退回, of an 延期."""
    round: int = 0
    """Which 退回 of the unit it is or belongs to; 0 before the first."""
    content: str = ""
    """The digest of the content that it is bound to (:func:`addin.codec.digest_content`); ``""`` where nothing came."""
    sha256: str = ""
    """The digest of the bytes of the file that held the content."""
    submission: int | None = None
    """The number of the reading in the store."""
    file: str = ""
    """What that file was called."""
    wrote: str = ""
    """The digest of the workbook that we sent back: that file is ours, wherever it turns up."""
    at: datetime | None = None
    """When; None becomes the moment in which it is put on record."""

    def is_about(self, content: str, sha256: str) -> bool:
        """Return whether it is bound to this content, or to these very bytes, whatever reads them today."""
        return (bool(content) and content == self.content) or (bool(sha256) and sha256 == self.sha256)


@dataclass(frozen=True)
class UnitActs:
    """All acts on one unit in one survey and year, the oldest first."""

    acts: tuple[Act, ...] = ()

    @cached_property
    def decision(self) -> Act | None:
        """The acceptance or the 退回 that stands last; None where there is none, or a later file voided it."""
        last = next((act for act in reversed(self.acts) if act.kind in _DECISIONS), None)
        return last if last and last.kind is not ActKind.VOIDED else None

    def decide(self, content: str, sha256: str) -> Act | None:
        """Return the decision, if it is about the content that stands for the unit."""
        return self.decision if self.decision and self.decision.is_about(content, sha256) else None

    @cached_property
    def rounds(self) -> int:
        """How many times the unit was sent back: the number of the last 退回."""
        return max((act.round for act in self.acts if act.kind is ActKind.SENT_BACK), default=0)

    @property
    def due(self) -> date | None:
        """The last day that the unit was given; None where only the survey's deadline holds."""
        return next((act.due for act in reversed(self.acts) if act.due), None)

    def last(self, kind: ActKind) -> Act | None:
        """Return the last act of a kind."""
        return next((act for act in reversed(self.acts) if act.kind is kind), None)


NO_ACTS: Final = UnitActs()
