"""The blueprint of a kind and level as a file: a blank workbook of nobody, in which words stand for a unit's own.

The words are those of :data:`WORDS`, the password's hash is :data:`LOCK`, and every ledger that lasts has one row of
last year, so that its confirmation cell is open. All else is as ``build`` writes it for every unit of the kind. New
workbooks are stamped from it, and returned ones compared with it. The file is kept in the user's cache under all that
it depends on, where any program may take it away; two programs may write it at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Self
from zipfile import BadZipFile, ZipFile

from generator.files import write_beside
from generator.lock import Lock
from generator.temporary import temporary_folder
from templates.cache_folder import find_cache_folder, forget_old
from templates.content import Content, Identity, state_carried_rows
from templates.layout import WorkbookLayout
from templates.model import Survey
from templates.program import WRITING, fingerprint_program

OWN: Final = ("code", "name", "uscc", "region", "parent", "receiver", "generated_at", "signature", "carried", "prior")
"""What of an identity differs from unit to unit."""

MAY_BE_BLANK: Final = ("uscc", "region", "parent", "receiver")
"""What a roster may not know of a unit; its cells are blank then, which is another blueprint."""

WORDS: Final = {name: f"ZQ{name.upper().replace('_', '')}QZ" for name in OWN}
"""The words that stand in a blueprint for what differs."""

LOCK: Final = Lock("ZQHASHQZ", "ZQSALTQZ", 777_000_777)
"""What stands in a blueprint for the password."""


def tell_blank(identity: Identity) -> list[str]:
    """Return what is not known of a unit. Who has no upper unit has nobody to report to: that goes without saying."""
    blank = [name for name in MAY_BE_BLANK if not getattr(identity, name)]
    return [name for name in blank if name != "receiver" or identity.parent]


@dataclass(frozen=True)
class BlueprintSource:
    """Which blueprint: the definitions, kind and level, year, what the roster knows of such units, and how large.

    Sources of one survey are told apart by the rest.
    """

    survey: Survey = field(compare=False)
    kind: str
    level: str
    year: int
    blank: frozenset[str] = frozenset()
    capacities: tuple[tuple[str, int], ...] = ()
    """The last rows of ledgers that have grown beyond what is declared, by short name."""

    @classmethod
    def of(cls, survey: Survey, identity: Identity, capacities: Mapping[str, int] | None = None) -> Self:
        """Return the source of the blueprint for the workbook of ``identity``, whose ledgers have these capacities."""
        blank = frozenset(tell_blank(identity))
        grown = tuple(sorted((capacities or {}).items()))
        return cls(survey, identity.kind, identity.level, identity.year, blank, grown)

    @cached_property
    def identity(self) -> Identity:
        """Nobody's identity, made of words."""
        said = WORDS | dict.fromkeys(self.blank, "")
        if "parent" in self.blank:
            said["receiver"] = ""
        bare = Identity(
            self.survey.id, self.survey.version, self.survey.hash, self.year, kind=self.kind, level=self.level, **said
        )
        ledgers = WorkbookLayout.of(self.survey, bare).ledgers.values()
        counts = {ledger.ledger.id: 1 for ledger in ledgers if ledger.ledger.carried}
        return replace(bare, carried=f"{state_carried_rows(counts)};{WORDS['carried']}")

    @property
    def layout(self) -> WorkbookLayout:
        """Where things lie in such workbooks."""
        return WorkbookLayout.of(self.survey, self.identity, self.capacities)

    @property
    def fingerprint(self) -> str:
        """What tells this blueprint from any other, those of other versions of the program among them."""
        asked = (self.kind, self.level, self.year, sorted(self.blank), self.capacities)
        told = (self.survey.hash, *asked, fingerprint_program(WRITING))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def fetch_blueprint(source: BlueprintSource) -> bytes:
    """Return the blueprint as a file: from the cache where it is there, else rendered, and kept for the next time."""
    folder = find_cache_folder()
    path = folder / "blueprints" / f"{source.fingerprint}.xlsx" if folder else None
    if path and (known := _read(path)):
        return known
    made = _render(source)
    if path:
        with suppress(OSError):  # a cache that cannot be written only costs time
            _keep(made, path)
    return made


def _render(source: BlueprintSource) -> bytes:
    from generator.unit.workbook import build  # noqa: PLC0415  loaded only where a workbook is written

    # A ledger grows with the last row that stands in it; a row without cells leaves no other trace.
    content = Content(ledgers={short: {last: {}} for short, last in source.capacities})
    with temporary_folder() as folder:
        path = folder / "blueprint.xlsx"
        build(path, source.survey, source.identity, LOCK, content)
        return path.read_bytes()


def _read(path: Path) -> bytes | None:
    """Return the file if it is there and whole."""
    try:
        with ZipFile(path) as package:
            whole = package.testzip() is None
        return path.read_bytes() if whole else None
    except (OSError, BadZipFile):
        return None


def _keep(made: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    forget_old(path.parent)
    with write_beside(path) as beside:
        beside.write_bytes(made)
