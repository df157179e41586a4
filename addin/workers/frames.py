"""What parent and worker say to each other over two pipes: a mark, a length, a body.

Bodies are JSON, never pickles: whatever a damaged file has made of a worker, its answer is data. Paths travel as the
system's own bytes, since parent and worker may spell them differently.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final, Self

_HEAD: Final = struct.Struct("<4sQ")
_MARK: Final = b"TBW1"
_MOST: Final = 1 << 28
"""A length is checked before it is believed; a consolidated workbook of 3,000 units hands over 30 MB."""

_ENCODING: Final = ("utf-8", "surrogatepass")


def send(pipe: IO[bytes], body: bytes) -> None:
    """Write one message."""
    pipe.write(_HEAD.pack(_MARK, len(body)) + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """Return the next message; None at the end, when it is cut short, and when it is none of ours."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size or not head.startswith(_MARK):
        return None
    size = _HEAD.unpack(head)[1]
    body = pipe.read(size) if size <= _MOST else b""
    return body if len(body) == size else None


class Unfit(Exception):
    """Raised in a worker where not the file is at fault, but what the worker works with."""


@dataclass(frozen=True)
class Request:
    """One file to be read, and how."""

    path: str
    work: str
    """The function that reads it, as ``package.module:function``; called with the path and the options."""
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    """How long the worker may stay alone with it: should nobody listen any more, it ends itself then."""

    def packed(self) -> bytes:
        """Return the request as the body of a message."""
        told = {"work": self.work, "options": self.options, "seconds": self.seconds}
        return os.fsencode(self.path) + b"\0" + json.dumps(told).encode()

    @classmethod
    def unpacked(cls, body: bytes) -> Self:
        """Return the request that a message holds."""
        path, _, told = body.partition(b"\0")
        return cls(os.fsdecode(path), **json.loads(told))


@dataclass(frozen=True)
class Reply:
    """What a worker answers: what was read, or what was raised instead."""

    value: Any = None
    error: str = ""
    unfit: bool = False
    """Not the file is at fault but what the worker works with: no other file will fare better."""
    last: bool = False
    """The worker ends after this: it does not trust itself any more, and the next file shall not be blamed."""

    def packed(self) -> bytes:
        """Return the reply as the body of a message. Raises TypeError or ValueError where the value is no JSON."""
        told = {"value": self.value, "error": self.error, "unfit": self.unfit, "last": self.last}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(*_ENCODING)

    @classmethod
    def unpacked(cls, body: bytes) -> Self:
        """Return the reply that a message holds. Raises ValueError or TypeError where it holds none."""
        return cls(**json.loads(body.decode(*_ENCODING)))
