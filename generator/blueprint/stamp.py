"""Stamping: the workbooks of many units out of few blueprints, each the same as if it were written by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Self

from generator.blueprint.archive import ZipEntry, join_entries, pack, pack_block, splice
from generator.blueprint.cut import Cut, CutPart, cut_blueprint
from generator.blueprint.filling import Filling
from generator.blueprint.source import BlueprintSource, fetch_blueprint
from generator.files import write_beside
from generator.lock import Lock
from generator.strict import make_storable
from generator.unit.workbook import build, lay_out
from templates.content import Content, Identity
from templates.model import Survey
from templates.spelling import normalize_credit_code

Filled = tuple[str, ...]
"""What stands in the holes of a part, or of a block of it."""

_BLUEPRINTS = 64
"""So many are held at once: kinds and levels of a survey, and some with units of which less is known."""


class Stamper:
    """Writes the workbooks of one survey and run. The blueprint of a kind and level is made when it is first needed."""

    def __init__(self, survey: Survey, lock: Lock, known: Mapping[BlueprintSource, bytes] | None = None) -> None:
        self.survey, self.lock = survey, lock
        self._stamp_of = lru_cache(maxsize=_BLUEPRINTS)(self._make)
        self._known = known or {}
        self.used: dict[BlueprintSource, bytes] = {}
        """The blueprints that were stamped from, as files."""

    def write(self, path: Path, identity: Identity, content: Content) -> None:
        """Write the workbook of a unit to ``path``, as :func:`generator.unit.workbook.build` does."""
        if not self._fits(identity, content):
            build(path, self.survey, identity, self.lock, content)
            return
        made = self._stamp_of(BlueprintSource.of(self.survey, identity)).stamp(identity, content)
        with write_beside(path) as beside:
            beside.write_bytes(made)

    def _make(self, source: BlueprintSource) -> Stamp:
        self.used[source] = file = self._known.get(source) or fetch_blueprint(source)
        return Stamp(cut_blueprint(file, source, self.lock))

    def _fits(self, identity: Identity, content: Content) -> bool:
        """Return whether the holes can hold it: nothing written by the unit, no ledger beyond its declared rows."""
        written = any(content.notes.values()) or content.remarks or content.summary
        grown = lay_out(self.survey, identity, content).capacities
        odd = normalize_credit_code(identity.uscc) != identity.uscc or make_storable(identity.name) != identity.name
        return not (written or grown or odd)


class Stamp:
    """One blueprint, ready: whatever is as in a blank workbook is packed beforehand."""

    def __init__(self, cut: Cut) -> None:
        self.cut = cut
        nobody = Identity(cut.layout.survey.id, "", "", 0, "", "", cut.layout.kind, cut.layout.level)
        blank = Filling(cut, nobody, Content()).fill_all()
        self._parts = {part.name: _Ready.of(part, blank[part.name]) for part in cut.parts if isinstance(part, CutPart)}

    def stamp(self, identity: Identity, content: Content) -> bytes:
        """Return the workbook of one unit as a file."""
        filled = Filling(self.cut, identity, content).fill_all()
        entries = (
            part if isinstance(part, ZipEntry) else self._parts[part.name].pack(filled[part.name])
            for part in self.cut.parts
        )
        return join_entries(entries)


@dataclass(frozen=True)
class _Ready:
    """A part with holes, its blocks one after the other, and how it is packed in a blank workbook."""

    part: CutPart
    blank: Filled
    packed: ZipEntry
    blocks: tuple[_Block, ...]

    @classmethod
    def of(cls, part: CutPart, blank: Filled) -> Self:
        texts = part.fill(blank)
        blocks = tuple(_Block.of(texts, first, last) for first, last in part.blocks())
        return cls(part, blank, pack(part.name, "".join(texts).encode(), 9), blocks)

    def pack(self, filled: Filled) -> ZipEntry:
        """Return the part with ``filled`` in its holes; blocks that are as in a blank workbook are packed already."""
        if filled == self.blank:
            return self.packed
        texts = self.part.fill(filled)
        changed = [texts[block.first : block.last] != block.texts for block in self.blocks]
        anew = sum(len(block.content) for block, differs in zip(self.blocks, changed, strict=True) if differs)
        if anew * 2 > self.packed.length:
            return pack(self.part.name, "".join(texts).encode())
        return splice(self.part.name, map(_Block.pack, self.blocks, repeat(texts), changed))


@dataclass(frozen=True)
class _Block:
    """Some texts of a part that follow each other, and how they are packed in a blank workbook."""

    first: int
    last: int
    texts: list[str]
    content: bytes
    packed: bytes

    @classmethod
    def of(cls, texts: list[str], first: int, last: int) -> Self:
        content = "".join(texts[first:last]).encode()
        return cls(first, last, texts[first:last], content, pack_block(content, 9))

    def pack(self, texts: list[str], changed: bool) -> tuple[bytes, bytes]:
        """Return the block as it is among ``texts``, and how it is packed."""
        if not changed:
            return self.content, self.packed
        content = "".join(texts[self.first : self.last]).encode()
        return content, pack_block(content)
