"""Which option a cell names. An option is written whole, or as its code or its label alone; nothing else is one."""

from __future__ import annotations

from functools import lru_cache

from addin.reading.raw import Raw, show_as_text
from templates.choices import spell_options
from templates.model import Option
from templates.spelling import make_choice_key, make_name_key


def find_option(raw: Raw, options: tuple[Option, ...]) -> str | None:
    """Return the printed code of the option that ``raw`` names: ``1 有``, ``1``, ``有``, 1.0 or TRUE are ``1``."""
    return spell_options(options).get(make_choice_key(show_as_text(raw)))


def find_member(raw: Raw, members: tuple[str, ...]) -> str | None:
    """Return the member that ``raw`` is, generously: blanks, capitals and full width make no difference."""
    return _members(members).get(make_name_key(show_as_text(raw)))


@lru_cache(maxsize=256)
def _members(members: tuple[str, ...]) -> dict[str, str]:
    return {make_name_key(member): member for member in reversed(members)}


def find_exactly(raw: Raw, members: tuple[str, ...]) -> str | None:
    """Return the member that ``raw`` is to the letter; capitals make no difference, as they make none to Excel.

    The workbook counts and compares what stands in the cell, so nothing else may be taken for a member.
    """
    return _letters(members).get(raw.casefold()) if isinstance(raw, str) else None


@lru_cache(maxsize=256)
def _letters(members: tuple[str, ...]) -> dict[str, str]:
    return {member.casefold(): member for member in reversed(members)}
