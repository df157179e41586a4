"""The workbook as it would be generated now, for units of one kind and level; who files it is filled in afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from addin.package.addresses import parse_place
from addin.package.frame import Frame, Guard
from addin.package.opened import OpenedPackage, open_bytes
from addin.package.sheet import Locks, StoredCell
from addin.tampering.kept_blueprints import KeptBlueprint, list_kept, open_kept
from addin.tampering.locked_book import LockedBook
from addin.tampering.locked_cells import LockedCells
from generator.blueprint.source import WORDS, BlueprintSource, fetch_blueprint
from templates.content import Identity
from templates.layout import LedgerLayout, WorkbookLayout
from templates.model import Survey
from templates.spelling import normalize_credit_code
from templates.words import lookup

_OWN: Final = ("code", "name", "uscc", "region", "parent", "receiver")
"""What of an identity differs from unit to unit: words in its place are exchanged for the unit's own."""

_KEPT: Final = 16
"""So many blueprints are kept: kinds and levels of one survey, and a few with grown ledgers."""


@dataclass(frozen=True)
class Blueprint:
    """How a kind of workbook is built, and which of its cells are locked."""

    layout: WorkbookLayout
    package: OpenedPackage
    locks: Mapping[str, Locks]
    """Of each sheet that is protected; the identity sheet is left out."""
    closed: Mapping[str, Locks]
    """Of the sheets of lasting ledgers, as long as they hold no rows of last year: there is nothing to confirm then."""
    book: LockedBook
    """What stands in the locked cells of the same sheets."""
    lost_guards: Mapping[Locks, WeakKeyDictionary[Frame, Guard | None]]
    """Of frames of received sheets that were looked at: the first guard over locked cells that they lack."""
    was_sent: bool = False
    """Whether workbooks were made from this very one, whichever version of the program that was."""
    claimed: bool = True
    """Whether it is of the program that the workbook says wrote it."""

    @property
    def locked(self) -> Mapping[str, LockedCells]:
        """What stands in the locked cells, by sheet."""
        return self.book.cells


def list_blueprints(
    survey: Survey, identity: Identity, capacities: Mapping[str, int], kept: Path | None = None
) -> list[Blueprint]:
    """Return the blueprints that the workbook of ``identity`` may have been made from.

    That is the one that it says it was made from, where the folder ``kept`` has it. Else what it says proves nothing:
    all that are kept for such units come in question, and the one that this program renders. Ledgers with other
    capacities than declared are always rendered.
    """
    found = list_kept(kept, identity) if kept and not capacities else []
    opened = [_open_sent(_Sent(id(survey), one, identity.kind, identity.level, survey)) for one in found]
    sent = [one for one in opened if one]
    sure = bool(sent) and all(one.claimed for one in found)
    return sent if sure else [*sent, render_blueprint(survey, identity, capacities)]


@dataclass(frozen=True)
class _Sent:
    """What a kept blueprint depends on."""

    survey_at: int
    kept: KeptBlueprint
    kind: str
    level: str
    survey: Survey = field(compare=False)


@lru_cache(maxsize=_KEPT)
def _open_sent(key: _Sent) -> Blueprint | None:
    package = open_kept(key.kept)
    if package is None:
        return None
    return replace(
        _judge(WorkbookLayout(key.survey, key.kind, key.level), package), was_sent=True, claimed=key.kept.claimed
    )


def render_blueprint(survey: Survey, identity: Identity, capacities: Mapping[str, int]) -> Blueprint:
    """Return the blueprint for the workbook of ``identity`` whose ledgers have these capacities; rendered once."""
    return _rendered(id(survey), BlueprintSource.of(survey, identity, capacities))


@lru_cache(maxsize=_KEPT)
def _rendered(_survey_at: int, source: BlueprintSource) -> Blueprint:
    """Return the blueprint of a source. The survey is told by its place in memory, which the source keeps."""
    return _judge(source.layout, open_bytes(fetch_blueprint(source)))


def _judge(layout: WorkbookLayout, package: OpenedPackage) -> Blueprint:
    protected = {name: sheet for name, sheet in package.sheets.items() if sheet.frame.protection}
    protected.pop(lookup("workbook.sheets.meta"))
    locks = {name: package.locks(sheet) for name, sheet in protected.items()}
    locked = {name: LockedCells.of(sheet, locks[name], _is_personal) for name, sheet in protected.items()}
    lasting = [one for one in layout.ledgers.values() if one.ledger.carried and one.sheet in locks]
    closed = {ledger.sheet: _shut(locks[ledger.sheet], ledger) for ledger in lasting}
    lost = {one: WeakKeyDictionary[Frame, Guard | None]() for one in (*locks.values(), *closed.values())}
    return Blueprint(layout, package, locks, closed, LockedBook(locked), lost)


def _shut(locks: Locks, ledger: LedgerLayout) -> Locks:
    return replace(locks, shut=frozenset((parse_place(ledger.confirmation),)))


def _is_personal(content: StoredCell) -> bool:
    return any(WORDS[name] in content for name in _OWN)


def tells_receiver(content: StoredCell) -> bool:
    """Return whether the cell only says to whom the unit reports: that is nobody's figure, and names a person."""
    return WORDS["receiver"] in content[1:]


def fill_in(content: StoredCell, identity: Identity) -> StoredCell:
    """Return what stands in a cell of the blueprint as it reads in the workbook of ``identity``."""
    kind, value = content[0], content[1:]
    for name in _OWN:
        word = str(getattr(identity, name))
        if kind == "f":
            word = (normalize_credit_code(word) if name == "uscc" else word).replace('"', '""')
        value = value.replace(WORDS[name], word)
    return kind + value
