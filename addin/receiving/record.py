"""One unit of a consolidated workbook as a text: all that the next level needs to merge it as if it had come by itself.

The text is JSON, the return in it as :mod:`addin.codec` has it; blanks have no entry. Characters that
spreadsheet programs change on their way through a file are written as JSON escapes.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Final

from addin.codec import describe_day, describe_reading, restore_day, restore_reading
from addin.receiving.outcomes import LONG_AGO
from addin.roster import ReportingUnit
from addin.submission import Refusal, Submission

_ODD: Final = re.compile(r"[^ -^`-~\u3000-\u303f\u4e00-\u9fff\uff01-\uffe5]|_(?=x)")
"""What may not come back as it was written: controls, odd blanks, half characters, and the ``_x000D_`` of Excel."""


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
    returned: Submission | None = None
    """The return as reading took it, with all that was odd about it."""


def pack_record(record: Record) -> str:
    """Return the record as one line of text."""
    told = {field.name: getattr(record, field.name) for field in fields(record)}
    kept = {name: value for name, value in told.items() if value != _BLANKS[name]}
    unit = {field.name: getattr(record.unit, field.name) for field in fields(record.unit)}
    kept["unit"] = {name: value for name, value in unit.items() if value or name in _NEEDED}
    if record.returned:
        kept["returned"] = describe_reading(record.returned)
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=describe_day)
    return _ODD.sub(lambda found: "\\u005f" if found[0] == "_" else json.dumps(found[0])[1:-1], text)


def unpack_record(text: str) -> Record:
    """Return the record that ``text`` holds. Raises LookupError, TypeError, ValueError or AttributeError for others."""
    told = json.loads(text)
    moments = {name: restore_day(told[name]) for name in _MOMENTS if name in told}
    returned = restore_reading(told["returned"]) if "returned" in told else None
    if isinstance(returned, Refusal):
        raise ValueError(returned.reason)
    return Record(**told | moments | {"unit": _unit(told["unit"]), "returned": returned})


def _unit(told: dict[str, str]) -> ReportingUnit:
    if not all(isinstance(value, str) for value in told.values()):
        raise TypeError(str(told))
    return ReportingUnit(**told)


_BLANKS: Final = {field.name: field.default for field in fields(Record)}
_NEEDED: Final = {field.name for field in fields(ReportingUnit) if field.default is MISSING}
_MOMENTS: Final = ("modified", "changed")
