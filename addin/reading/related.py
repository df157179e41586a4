"""The parts of an Office package, found through their relationships and not by their usual names."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as ET
import zipfile
from functools import cached_property


class Parts:
    """The parts of an open package."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._zip = package

    @cached_property
    def main(self) -> str:
        """The part that everything else is related to. Raises IndexError without one."""
        return self.related("", "officeDocument")[0]

    def read(self, name: str) -> bytes:
        """Return a part. Raises BadZipFile when it is not there."""
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise zipfile.BadZipFile(str(error)) from error

    def has_relationships(self, source: str) -> bool:
        """Return whether the part ``source`` is related to any other."""
        return _relations_of(source) in self._zip.NameToInfo

    def related(self, source: str, type: str) -> list[str]:
        """Return the names of the parts that ``source`` (``""`` is the package) is related to in this way."""
        return [target for kind, target in self.relationships(source).values() if kind.endswith("/" + type)]

    def relationships(self, source: str) -> dict[str, tuple[str, str]]:
        """Return type and target of each relationship of the part ``source`` (``""`` is the package)."""
        folder = posixpath.dirname(source)
        return {id: (kind, _resolved(folder, target)) for id, (kind, target) in self._relations(source).items()}

    def targets(self, source: str) -> list[str]:
        """Return the targets of the part's relationships as they are written: they may lie outside the package."""
        return [target for _, target in self._relations(source).values()]

    def _relations(self, source: str) -> dict[str, tuple[str, str]]:
        root = ET.fromstring(self.read(_relations_of(source)))
        return {node.get("Id", ""): (node.get("Type", ""), node.get("Target", "")) for node in root}


def strip_namespace(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def read_relation(node: ET.Element) -> str:
    """Return the id of the relationship that ``node`` names, ``""`` without one."""
    return next((value for key, value in node.attrib.items() if strip_namespace(key) == "id" and key != "id"), "")


def _relations_of(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
