"""What a file is that cannot be taken in: the status words of the contract, and one sentence for the clerk."""

from __future__ import annotations

from enum import StrEnum

from templates.words import say


class FileStatus(StrEnum):
    """What became of a file; the only words there are."""

    OK = "ok"
    UNEXPLAINED = "unexplained"
    """No error, but a warning without an accepted 说明: the workbook's own light says 不可以."""
    HAS_ERRORS = "has_errors"
    UNREADABLE = "unreadable"
    NOT_OURS = "not_ours"
    OTHER_SURVEY = "other_survey"
    OTHER_YEAR = "other_year"
    OTHER_VERSION = "other_version"
    ENCRYPTED = "encrypted"

    @property
    def readable(self) -> bool:
        """Whether the file's data could be taken in."""
        return self in (FileStatus.OK, FileStatus.UNEXPLAINED, FileStatus.HAS_ERRORS)


class NotOpened(Exception):
    """The file cannot be taken in; ``status`` and one sentence why, which ``about`` names where it is a usual one."""

    def __init__(self, status: FileStatus, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.about = about


def word_refusal(key: str, **values: object) -> NotOpened:
    """Return the refusal worded by ``[refused]`` of words/reader.toml."""
    return NotOpened(FileStatus.UNREADABLE, say(f"reader.refused.{key}", **values), key)


def word_encryption(key: str) -> NotOpened:
    """Return the refusal of a file that only its owner can open, worded by ``[refused]`` of words/reader.toml."""
    return NotOpened(FileStatus.ENCRYPTED, say(f"reader.refused.{key}"), key)


def word_damage(part: str, why: str) -> NotOpened:
    """Return the refusal of a package that is whole and yet holds a part that cannot be read.

    ``why`` is a key of ``[damage]`` in words/reader.toml.
    """
    return word_refusal("damaged", part=part, reason=say(f"reader.damage.{why}"))
