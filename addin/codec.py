"""What reading gives as one line of text and back, exactly: for the store, for the level above, and between processes.

The text is JSON, with the cells of forms as they lie in memory, so that the C encoder does nearly all of the work, and
the columns of ledgers packed as :mod:`addin.ledger_codec` does. What is empty is left out. A day is
``{"date": "2024-03-05"}``, so that a text that looks like one stays a text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields, replace
from datetime import date, datetime
from typing import Any, Final, cast

from addin.facts import Oddity, UnitAnswer
from addin.ledger_codec import describe_ledgers, restore_ledgers
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.submission import Edition, Refusal, Submission
from templates.checks import find_check
from templates.content import Content, Identity, LedgerCells, Value
from templates.filled import FilledLedger, make_column

_BLANKS: Final = {field.name: field.default for field in fields(Identity)}
_VALUES: Final = (float, str, int)
_ODDITY: Final = tuple(field.name for field in fields(Oddity))


def encode(read: Submission | Refusal) -> str:
    """Return what was read of a file as a line of text."""
    return _encoder.encode(describe_reading(read))


def decode(text: str) -> Submission | Refusal:
    """Return what :func:`encode` was given. Raises ValueError for a text that it did not write."""
    try:
        return restore_reading(json.loads(text))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def fingerprint(submission: Submission) -> str:
    """Return a text that two returns share when all that was typed, and all that was odd about it, is the same."""
    content = replace(submission.content, ledgers=_in_one_order(submission.content.ledgers))
    answers = [[astuple(answer) for answer in submission.answers]] if submission.answers else []
    return _encoder.encode([_content(content), _oddities(submission.oddities), _typed(submission.typed), *answers])


def fingerprint_content(submission: Submission) -> str:
    """Return a text that two returns share when all that was typed is the same, whatever a program found odd in it."""
    content = replace(submission.content, ledgers=_in_one_order(submission.content.ledgers))
    return _encoder.encode([_content(content), _typed(submission.typed)])


def digest_content(submission: Submission) -> str:
    """Return the digest of :func:`fingerprint`: what people decided about a return is bound to it."""
    return hashlib.sha256(fingerprint(submission).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _in_one_order(ledgers: Mapping[str, LedgerCells]) -> dict[str, LedgerCells]:
    """Return the ledgers with columns and values in an order that depends on nothing but what they hold."""
    filled = {short: FilledLedger.of(rows) for short, rows in ledgers.items()}
    return {
        short: FilledLedger(rows.numbers, {name: make_column(rows.list_cells(name)) for name in sorted(rows.columns)})
        for short, rows in filled.items()
    }


def describe_reading(read: Submission | Refusal) -> dict[str, Any]:
    """Return what was read as plain values; days in it are for :func:`describe_day`, which JSON encoders ask."""
    whose = {"file": read.file, "identity": _identity(read.identity) if read.identity else None}
    if isinstance(read, Refusal):
        parts: dict[str, Any] = {"status": read.status.value, "reason": read.reason}
    else:
        parts = {
            "edition": astuple(read.edition),
            "content": _content(read.content),
            "oddities": _oddities(read.oddities),
            "typed": _typed(read.typed),
        }
        parts |= {"answers": [astuple(answer) for answer in read.answers]} if read.answers else {}
    return whose | parts | ({"origin": _origin(read.origin)} if read.origin else {})


def restore_reading(plain: Mapping[str, Any]) -> Submission | Refusal:
    """Return what :func:`describe_reading` was given. Raises what :func:`decode` makes a ValueError of."""
    identity = Identity(**plain["identity"]) if plain["identity"] else None
    origin = _origin_from(plain["origin"]) if "origin" in plain else None
    if "status" in plain or identity is None:
        return Refusal(plain["file"], FileStatus(plain["status"]), plain["reason"], identity, origin)
    return Submission(
        plain["file"],
        identity,
        Edition(*plain["edition"]),
        _content_from(plain["content"]),
        tuple(_oddity_from(told) for told in plain["oddities"]),
        {(form, code): number for form, code, number in plain["typed"]},
        origin,
        tuple(UnitAnswer(*told) for told in plain.get("answers", ())),
    )


def describe_day(value: object) -> dict[str, str]:
    """Return a day, or a moment, as JSON holds it."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise TypeError(type(value).__name__)


_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=describe_day)


# --- parts -----------------------------------------------------------------------------------------------------------


def _identity(identity: Identity) -> dict[str, Any]:
    return {name: value for name, value in vars(identity).items() if value != _BLANKS[name]}


def _origin(origin: Origin) -> dict[str, Any]:
    saved_at = origin.saved_at.isoformat() if origin.saved_at else None
    return vars(origin) | {"saved_at": saved_at}


def _origin_from(told: dict[str, Any]) -> Origin:
    origin = Origin(**told)
    return replace(origin, saved_at=datetime.fromisoformat(told["saved_at"])) if told["saved_at"] else origin


def _oddities(oddities: Iterable[Oddity]) -> list[list[Any]]:
    """Return each oddity as its fields, those at the end that are blank left out."""
    found = []
    for oddity in oddities:
        told = [oddity.check, oddity.form, oddity.code, oddity.cell, oddity.ledger, oddity.row, dict(oddity.quotes)]
        while len(told) > 1 and not told[-1] and told[-1] != 0:
            told.pop()
        found.append(told)
    return found


def _oddity_from(told: list[Any]) -> Oddity:
    facts = dict(zip(_ODDITY, told, strict=False))
    if "quotes" in facts:
        facts["quotes"] = tuple(facts["quotes"].items())
    return Oddity(**facts | {"check": find_check(told[0]).id})


def _typed(typed: Mapping[tuple[str, str], float]) -> list[list[Any]]:
    return [[form, code, number] for (form, code), number in typed.items()]


def _content(content: Content) -> dict[str, Any]:
    parts = {name: part for name, part in vars(content).items() if part}
    if content.ledgers:
        parts["ledgers"] = describe_ledgers(content.ledgers)
    return parts | {"confirmed": sorted(content.confirmed)} if content.confirmed else parts


def _content_from(told: dict[str, Any]) -> Content:
    content = Content(**told | {"ledgers": _ledgers_from(told.get("ledgers", {}))})
    content.confirmed = set(content.confirmed)
    for part in (content.values, content.prior):
        for cells in part.values():
            _restore_days(cells)
    return content


def _ledgers_from(told: dict[str, Any]) -> dict[str, FilledLedger]:
    """Return the ledgers; before they were columns a record had them row by row, each under its ledger's name."""
    if "sheets" in told and "values" in told:
        return restore_ledgers(told, _restore_value)
    rows = {short: {int(row): _restore_days(cells) for row, cells in rows.items()} for short, rows in told.items()}
    return {short: FilledLedger.of(cells) for short, cells in rows.items()}


def _restore_days(cells: dict[str, Any]) -> dict[str, Value]:
    for name, value in cells.items():
        if type(value) not in _VALUES:
            cells[name] = _restore_value(value)
    return cells


def _restore_value(value: Any) -> Value:
    if type(value) is dict:
        return restore_day(value)
    if type(value) in _VALUES:
        return cast(Value, value)
    raise TypeError(type(value).__name__)


def restore_day(told: dict[str, str]) -> date:
    """Return what :func:`describe_day` was given. Raises LookupError, TypeError or ValueError for others."""
    return datetime.fromisoformat(told["moment"]) if "moment" in told else date.fromisoformat(told["date"])
