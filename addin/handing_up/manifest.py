"""The manifest of a package: every file with its digest, the version that was locked, and the 校验码 over all of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from addin.receiving.outcomes import State
from addin.store.versions import LockedVersion, UnitPlace, describe_version, restore_version
from templates.model import Survey
from templates.program import READING, fingerprint_program
from templates.words import lookup, say

KIND: Final = "tianbao package"
FORMAT: Final = 1
"""Raised when older programs could no longer verify what new ones write."""


@dataclass(frozen=True)
class EnclosedFile:
    """One file of the package."""

    path: str
    """Where it lies in the package, with ``/`` between folders."""
    what: str
    """What it is, in words."""
    sha256: str
    bytes: int
    unit: str = ""
    """The code of the unit whose return it is; ``""`` for what is no return."""
    received: str = ""
    """The digest of the bytes that came, before names and telephones were taken out."""


@dataclass(frozen=True)
class Manifest:
    """All that is said of a package."""

    survey: Mapping[str, str]
    """id, title, version and hash of the definitions."""
    year: int
    producer: Mapping[str, str]
    """Code and name of the unit that hands it up."""
    program: Mapping[str, str]
    """Release and fingerprint."""
    checks: str
    """What is known of spot checks."""
    files: tuple[EnclosedFile, ...]
    version: LockedVersion
    """Its ``enclosed`` has the digest of every file and, under the manifest's own name, of what else stands here."""

    @property
    def seal(self) -> str:
        """The 校验码."""
        return self.version.seal

    @property
    def about(self) -> dict[str, Any]:
        """What stands in the manifest beside version and digests."""
        told = {name: getattr(self, name) for name in ("survey", "year", "producer", "program", "checks")}
        files = [{k: v for k, v in asdict(file).items() if k not in ("sha256", "bytes")} for file in self.files]
        return {"kind": KIND, "format": FORMAT} | told | {"files": files}


def name_program() -> dict[str, str]:
    """Return release and fingerprint of this program."""
    try:
        release = version("tianbao")
    except PackageNotFoundError:
        release = ""
    return {"release": release, "fingerprint": fingerprint_program(READING)}


def describe_survey(survey: Survey) -> dict[str, str]:
    """Return what tells the definitions from others."""
    return {"id": survey.id, "title": survey.title, "version": survey.version, "hash": survey.hash}


def digest_about(manifest: Manifest) -> str:
    """Return the digest of what stands in the manifest beside version and digests."""
    text = json.dumps(manifest.about, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def spell_manifest(manifest: Manifest) -> str:
    """Return the manifest as the package has it: JSON."""
    told = manifest.about | {"files": [asdict(file) for file in manifest.files]}
    told |= {"version": describe_version(manifest.version), "seal": manifest.seal}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def restore_manifest(told: Mapping[str, Any]) -> Manifest:
    """Return the manifest that the JSON tells. Raises LookupError, TypeError, ValueError, AttributeError for others."""
    if (told["kind"], told["format"]) != (KIND, FORMAT):
        raise ValueError(told["kind"])
    files = tuple(EnclosedFile(**file) for file in told["files"])
    names = ("survey", "year", "producer", "program", "checks")
    return Manifest(files=files, version=restore_version(told["version"]), **{name: told[name] for name in names})


# --- for people ------------------------------------------------------------------------------------------------------


def spell_readable(manifest: Manifest) -> str:
    """Return the manifest as people read it."""
    return "\r\n".join(_tell_lines(manifest)) + "\r\n"


def _tell_lines(manifest: Manifest) -> Iterator[str]:
    words, names, locked = lookup("package.readable"), lookup("package.files"), manifest.version
    yield words["title"].format(file=names["manifest"])
    yield ""
    yield words["survey"].format(**manifest.survey)
    yield words["year"].format(year=manifest.year)
    yield words["producer"].format(producer=tell_producer(manifest.producer))
    yield words["version"].format(number=locked.number, at=locked.at, by=locked.by)
    yield words["seal"].format(seal=manifest.seal)
    yield words["program"].format(release=manifest.program["release"], program=manifest.program["fingerprint"])
    places = Counter(unit.place for unit in locked.units)
    parts, left = places[UnitPlace.PART], places[UnitPlace.LEFT_OUT]
    yield words["units"].format(counted=places[UnitPlace.COUNTED], parts=parts, left_out=left)
    for unit in locked.left_out:
        yield words["left_out"].format(code=unit.code, name=unit.name, state=State(unit.state).shown)
    yield words["checks"].format(checks=manifest.checks)
    yield words["withheld"].format(text=say("merge.withheld"))
    yield words["apart"]
    yield ""
    yield words["files"]
    for file in manifest.files:
        yield words["file"].format(**asdict(file))
        if file.received:
            yield words["received"].format(received=file.received)
    yield ""
    yield words["verify"]


def tell_producer(producer: Mapping[str, str]) -> str:
    """Return who hands it up."""
    return say("package.readable.unit", **producer) if producer["code"] else producer["name"]


def sort_paths(paths: Sequence[str]) -> list[str]:
    """Return paths in the order in which a manifest lists them: files of the package itself first, folders then."""
    return sorted(paths, key=lambda path: (path.count("/"), path))
