"""One unit of a consolidated workbook as a text: all that the next level needs to merge it as if it had come by itself.

The text is JSON. Blanks have no entry; days are ``{"date": "2024-03-05"}``, so that a text that looks like one stays a
text. Characters that spreadsheet programs change on their way through a file are written as JSON escapes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from cattrs import Converter

from addin.finding import Finding
from addin.receiving.outcomes import LONG_AGO
from addin.rosters.roster import ReportingUnit
from addin.submission import Submission
from templates.content import Content, Identity, Value
from templates.model import Survey

T = TypeVar("T")

_ODD: Final = re.compile(r"[^ -^`-~\u3000-\u303f\u4e00-\u9fff\uff01-\uffe5]|_(?=x)")
"""What may not come back as it was written: controls, odd blanks, half characters, and the ``_x000D_`` of Excel."""


@dataclass(frozen=True)
class UnitPacket:
    """What a unit sent, as reading took it."""

    identity: Identity
    content: Content = field(default_factory=Content)
    findings: list[Finding] = field(default_factory=list)
    typed: list[tuple[str, str, float]] = field(default_factory=list)
    """Constants over derived cells: form, code, number."""

    @classmethod
    def of(cls, submission: Submission) -> UnitPacket:
        """Return what is in ``submission``."""
        typed = [(form, code, number) for (form, code), number in submission.typed.items()]
        return cls(submission.identity, submission.content, submission.findings, typed)

    def submission(self, file: str, survey: Survey) -> Submission:
        """Return the return as it was before."""
        typed = {(form, code): number for form, code, number in self.typed}
        return Submission(file, self.identity, survey, self.content, list(self.findings), typed)


@dataclass(frozen=True)
class Record:
    """One unit, and what it sent if it did."""

    unit: ReportingUnit
    own: bool = True
    """Whether it is on the roster of the level that merged, not of one below that."""
    counted: bool = False
    """Whether its numbers are in the totals."""
    modified: datetime = LONG_AGO
    changed: datetime = LONG_AGO
    digest: str = ""
    returned: UnitPacket | None = None


def pack_record(record: Record) -> str:
    """Return the record as one line of text."""
    return _text(_converter.unstructure(record))


def unpack_record(text: str) -> Record:
    """Return the record that ``text`` holds. Raises ValueError or a cattrs error where it is none."""
    return _converter.structure(json.loads(text), Record)


def write_plain(value: object) -> Any:
    """Return the value as JSON holds it."""
    return _converter.unstructure(value)


def read_plain(plain: Any, kind: type[T]) -> T:
    """Return the value of this kind that :func:`write_plain` was given. Raises what cattrs raises for others."""
    return _converter.structure(plain, kind)


def take_fingerprint(submission: Submission) -> str:
    """Return a text that two returns share when all that was typed, and all that was odd about it, is the same."""
    found = UnitPacket.of(submission)
    return _text(_converter.unstructure((found.content, found.findings, found.typed)))


def _text(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return _ODD.sub(lambda found: "\\u005f" if found[0] == "_" else json.dumps(found[0])[1:-1], text)


def _plain(value: Value) -> object:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _value(raw: Any, _type: object) -> Value:
    if isinstance(raw, dict):
        moment = raw.get("moment")
        return datetime.fromisoformat(moment) if moment else date.fromisoformat(raw["date"])
    return raw if isinstance(raw, str) else float(raw)


def _made() -> Converter:
    converter = Converter(omit_if_default=True, unstruct_collection_overrides={set: sorted})
    converter.register_structure_hook(Value, _value)
    converter.register_unstructure_hook(Value, _plain)
    converter.register_structure_hook(datetime, lambda text, _type: datetime.fromisoformat(text))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    return converter


_converter = _made()
