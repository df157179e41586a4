"""The manifest of a handover: every file with its digest, and what a list of files cannot show."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from addin.package.opened import digest_file
from generator.files import write_beside
from templates.words import say

FORMAT: Final = 1
GROUP: Final = 4
CODE_LENGTH: Final = 16


class HandoverRefused(Exception):
    """Nothing was handed over, or there is nothing to check; the text is one sentence that says why."""


@dataclass(frozen=True)
class HandedFile:
    """A file of the handover, by its path in the folder."""

    path: str
    sha256: str
    size: int
    """In bytes."""
    what: str
    """What it is: a key of ``[what]`` in words/handover.toml."""


@dataclass(frozen=True)
class HandedRound:
    """A survey and year that the store holds."""

    survey: str
    title: str
    year: int | None
    version: str = ""
    hash: str = ""
    """Of its definitions; ``""`` where they were not at hand."""
    folder: str = ""
    """Where the definitions lie in the handover."""
    summary: str = ""
    """Where the 汇总 lies that was written from the store; ``""`` where none could be."""
    units: Mapping[str, int] = field(default_factory=dict)
    """How many units are in each state, by the word for it."""
    missing: str = ""
    """Why there are no definitions or no 汇总."""
    versions: tuple[Mapping[str, Any], ...] = ()
    """The versions that were locked: ``number``, ``by``, ``at`` and ``seal``."""


@dataclass(frozen=True)
class HandedKey:
    """A key, named by what may be known of it."""

    id: str
    file: str
    """Where it lay when it was handed over."""
    copied: str = ""
    """Where its copy lies in the handover; ``""`` where it is handed over by itself."""


@dataclass(frozen=True)
class HandoverManifest:
    """All of it."""

    by: str
    to: str
    at: str
    program: str
    """The program's version and the fingerprint of its sources."""
    store: str
    """Where the store lies in the handover."""
    files: tuple[HandedFile, ...]
    rounds: tuple[HandedRound, ...]
    keys: tuple[HandedKey, ...] = ()
    passwords: tuple[str, ...] = ()
    """Where files with the passwords of workbooks lay; they are handed over by themselves."""
    retention: tuple[Mapping[str, Any], ...] = ()
    """How long what is kept: ``what``, ``years``, ``until``, ``covers``, ``source``."""

    @cached_property
    def code(self) -> str:
        """The 校验码 on the list: a digest over everything that stands in the manifest."""
        text = json.dumps(describe_manifest(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        letters = base64.b32encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()).decode()
        return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))

    def list_files(self, what: str) -> list[HandedFile]:
        """Return the files of one kind."""
        return [one for one in self.files if one.what == what]


def describe_manifest(manifest: HandoverManifest) -> dict[str, Any]:
    """Return the manifest as JSON has it, without its 校验码."""
    return {"format": FORMAT, **asdict(manifest)}


def write_manifest(path: Path, manifest: HandoverManifest) -> None:
    """Write the manifest with its 校验码. Raises OSError."""
    told = describe_manifest(manifest) | {"code": manifest.code}
    with write_beside(path) as beside:
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> HandoverManifest:
    """Return the manifest in the folder. Raises :class:`HandoverRefused` where there is none that fits its 校验码."""
    path = folder / say("handover.files.manifest")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HandoverRefused(say("handover.refused.no_manifest", folder=folder, file=path.name)) from None
    except (OSError, ValueError) as error:
        raise HandoverRefused(say("handover.refused.manifest", file=path)) from error
    try:
        code, manifest = told.pop("code"), _restore(told)
    except (LookupError, TypeError, AttributeError) as error:
        raise HandoverRefused(say("handover.refused.manifest", file=path)) from error
    if manifest.code != code:
        raise HandoverRefused(say("handover.refused.manifest", file=path))
    return manifest


def _restore(told: dict[str, Any]) -> HandoverManifest:
    if told.pop("format") != FORMAT or not all(_lies_inside(one["path"]) for one in told["files"]):
        raise LookupError
    return HandoverManifest(
        **told
        | {
            "files": tuple(HandedFile(**one) for one in told["files"]),
            "rounds": tuple(HandedRound(**one | {"versions": tuple(one["versions"])}) for one in told["rounds"]),
            "keys": tuple(HandedKey(**one) for one in told["keys"]),
            "passwords": tuple(told["passwords"]),
            "retention": tuple(told["retention"]),
        }
    )


def _lies_inside(name: str) -> bool:
    """Return whether a path leads to something in the folder, and nowhere else: a manifest may come from anybody."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def note_file(path: Path, folder: Path, what: str) -> HandedFile:
    """Return the line of a file that lies in the folder."""
    return HandedFile(path.relative_to(folder).as_posix(), digest_file(path), path.stat().st_size, what)
