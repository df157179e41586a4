"""Findings are values: where, how grave, what was found, what to do. Made by the add-in, written by the generator."""

from __future__ import annotations

from dataclasses import dataclass

from templates.checks import load_checks
from templates.model import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the audit. ``rule`` is a rule's id, or the id of a structural check such as ``cell.text``."""

    rule: str
    severity: Severity
    message: str
    hint: str = ""
    form: str = ""
    code: str = ""
    cell: str = ""
    ledger: str = ""
    row: int | None = None
    explanation: str = ""
    """For a warning: the unit's accepted explanation. An explained warning needs no more work."""
    hold: bool = False
    """Whether an officer has to look at it even where the unit has explained it: nobody can believe it unseen."""

    @property
    def told(self) -> str:
        """Where and what, in one sentence."""
        place = self.cell or self.ledger or self.form
        return f"{place}　{self.message}" if place else self.message

    @property
    def asks(self) -> bool:
        """Whether a 说明 settles it: a warning that the workbook shows as well, of a rule or of a cell."""
        if self.severity is not Severity.WARNING:
            return False
        kind = load_checks().get(self.rule)
        return kind is None or bool(kind.live)

    @property
    def unexplained(self) -> bool:
        """Whether it asks for a 说明 and has none that is accepted."""
        return self.asks and not self.explanation

    @property
    def pending(self) -> bool:
        """Whether the unit still has something to do about it."""
        return self.severity is Severity.ERROR or self.unexplained
