"""Acts as a text in a hidden cell of 报送情况: without a store, the last workbook is what remembers them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final

from addin.receiving.acts import Act, ActKind, UnitActs

MOST: Final = 60
"""So many acts of a unit fit in a cell; of more, the last."""

_TOLD: Final = ("by", "reason", "round", "content", "sha256", "file", "wrote")


def pack_acts(acts: UnitActs) -> str:
    """Return the acts as one line of text, ``""`` where there are none."""
    told = [_describe(act) for act in acts.acts[-MOST:]]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


def unpack_acts(text: str, unit: str, name: str) -> UnitActs:
    """Return the acts that :func:`pack_acts` was given. Raises ValueError for a text that it did not write."""
    try:
        return UnitActs(tuple(_restore(told, unit, name) for told in json.loads(text)))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _describe(act: Act) -> dict[str, Any]:
    kept = {name: value for name in _TOLD if (value := getattr(act, name))}
    days = {name: value.isoformat() for name in ("due", "at") if (value := getattr(act, name))}
    return {"kind": act.kind.value} | kept | days


def _restore(told: dict[str, Any], unit: str, name: str) -> Act:
    kept = {key: told[key] for key in _TOLD if key in told}
    due = date.fromisoformat(told["due"]) if "due" in told else None
    at = datetime.fromisoformat(told["at"]) if "at" in told else None
    return Act(ActKind(told["kind"]), unit, name, due=due, at=at, **kept)
