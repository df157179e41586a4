"""The password of protected sheets, as workbooks keep it."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from dataclasses import dataclass
from typing import Self

SPIN_COUNT = 100_000
"""What Excel itself writes."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A password as workbooks keep it: salted, hashed, never in clear."""

    hash: str
    salt: str
    spin: int = SPIN_COUNT

    @classmethod
    def of(cls, password: str, spin: int = SPIN_COUNT) -> Self:
        """Hash ``password`` with a fresh salt, so many times over."""
        salt = os.urandom(16)
        digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
        for turn in range(spin):
            digest = hashlib.sha512(digest + struct.pack("<I", turn)).digest()
        return cls(base64.b64encode(digest).decode(), base64.b64encode(salt).decode(), spin)

    def attributes(self, prefix: str) -> list[tuple[str, object]]:
        """Return the lock as XML attributes; those of the workbook begin with ``workbook``."""
        named = {"algorithmName": "SHA-512", "hashValue": self.hash, "saltValue": self.salt, "spinCount": self.spin}
        return [(f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name, value) for name, value in named.items()]
