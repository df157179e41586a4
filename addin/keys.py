"""Signed identities: whether a workbook is one that we sent out, to the unit that it says it is of.

A key is a secret of the authority that mails workbooks out. The signature is an HMAC over everything that ``_meta``
says of a workbook, so another unit's code pasted into it, or a changed name or level, no longer fits. What the unit's
own work writes there is left out: when it sealed the return, and which program wrote its values anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from addin.package.refusal import FileStatus
from addin.reading.cells import show_as_text, strip_invisible
from addin.roster import ReportingUnit
from addin.submission import Refusal, Submission
from generator.files import MODE
from templates.content import Identity
from templates.system import find_reason
from templates.words import say

_BYTES: Final = 32
_UNSIGNED: Final = frozenset(("signature", "sealed_at", "repaired_by"))
"""What is not known yet when a workbook is signed."""

_UNSIGNED_BEFORE: Final = _UNSIGNED | {"made_by"}
"""What older programs left out: they wrote there whichever program rendered the workbook last."""

_CONCEALED: Final = "sha256:"
"""What the digest of a concealed text begins with."""


class KeyRefused(Exception):
    """A key file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret. It is never shown: ``id`` is what signatures and messages name it by."""

    secret: bytes

    @property
    def id(self) -> str:
        """A short name that tells keys apart and says nothing of the secret."""
        return hashlib.sha256(b"id" + self.secret).hexdigest()[:8]

    def __repr__(self) -> str:
        return f"Key({self.id})"


def make_key(path: Path) -> Key:
    """Write a new key to ``path``, for its owner's eyes only. Raises FileExistsError rather than replace anything."""
    key = Key(secrets.token_bytes(_BYTES))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(say("keys.file", id=key.id, secret=key.secret.hex()))
    return key


def read_key(path: Path) -> Key:
    """Return the key in ``path``. Raises :class:`KeyRefused` when there is none."""
    try:
        secret = bytes.fromhex(tomllib.loads(path.read_text(encoding="utf-8"))["secret"])
    except OSError as error:
        raise KeyRefused(say("keys.not_read", file=path, reason=find_reason(error))) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeyRefused(say("keys.no_key", file=path)) from error
    if len(secret) != _BYTES:
        raise KeyRefused(say("keys.no_key", file=path))
    return Key(secret)


def sign(identity: Identity, key: Key, content: str = "") -> Identity:
    """Return ``identity`` with the signature over it, and over ``content``: a digest of what goes with it."""
    return replace(identity, signature=f"{key.id}:{_mac(identity, key, content, _UNSIGNED)}")


def tell_doubt(identity: Identity, keys: Iterable[Key], content: str = "") -> str:
    """Return in one sentence why the identity is not to be trusted; ``""`` when one of ``keys`` signed it."""
    id, _, mac = identity.signature.partition(":")
    if not mac:
        return say("keys.unsigned")
    key = next((key for key in keys if key.id == id), None)
    if key is None:
        return say("keys.other_key", id=strip_invisible(id)[:20])
    return "" if _fits(identity, mac, key, content) else say("keys.forged", code=identity.code, name=identity.name)


def _fits(identity: Identity, mac: str, key: Key, content: str) -> bool:
    """Return whether the signature is one of ``key``, as it is made now or was made before.

    Nobody without the key can make one kind out of the other: in a new one the program that made the workbook counts.
    """
    made = (_mac(identity, key, content, left_out) for left_out in (_UNSIGNED, _UNSIGNED_BEFORE))
    return any(hmac.compare_digest(mac.encode(), one.encode()) for one in made)


def conceal(receiver: str) -> str:
    """Return a digest in the place of whom a unit reports to, which signatures are over; one of a digest is itself."""
    if not receiver or receiver.startswith(_CONCEALED):
        return receiver
    return _CONCEALED + hashlib.sha256(receiver.encode()).hexdigest()[:16]


def refuse_unsigned(
    result: Submission | Refusal, keys: Sequence[Key], units: Iterable[ReportingUnit] = ()
) -> Submission | Refusal:
    """Return ``result``, or a refusal of it when its identity is not signed by one of ``keys``; without keys any is.

    ``units`` are those that workbooks were made for: a forged identity is traced to the one that it was made from.
    """
    if isinstance(result, Refusal) or not keys:
        return result
    reason = tell_doubt(result.identity, keys)
    if not reason:
        return result
    origin = _origin(result.identity, keys, units)
    if origin is not None:
        reason = say("keys.altered", code=origin.code, name=origin.name, stated=_stated(result.identity, origin))
    return Refusal(result.file, FileStatus.NOT_OURS, reason, result.identity)


def _origin(identity: Identity, keys: Sequence[Key], units: Iterable[ReportingUnit]) -> ReportingUnit | None:
    return next((unit for unit in units if not tell_doubt(replace(identity, **_facts(unit)), keys)), None)


def _facts(unit: ReportingUnit) -> dict[str, Any]:
    """Return what an identity has from the roster."""
    known = {field.name for field in fields(Identity)}
    return {name: value for name, value in asdict(unit).items() if name in known}


def _stated(identity: Identity, origin: ReportingUnit) -> str:
    """Return what the file says otherwise than it was sent out with."""
    changed = [
        str(getattr(identity, name)) for name, value in _facts(origin).items() if getattr(identity, name) != value
    ]
    return say("keys.join").join(changed)


def _mac(identity: Identity, key: Key, content: str, left_out: frozenset[str]) -> str:
    """Return the HMAC-SHA256 over names and values of all that is not blank: a field of later versions adds nothing."""
    said = {field.name: strip_invisible(show_as_text(getattr(identity, field.name))) for field in fields(identity)}
    if "made_by" not in left_out:
        said["receiver"] = conceal(said["receiver"])
    kept = sorted((name, value) for name, value in said.items() if value and name not in left_out)
    text = json.dumps([*kept, ["", content]], ensure_ascii=True)
    return hmac.new(key.secret, text.encode(), hashlib.sha256).hexdigest()
