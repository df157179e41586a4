"""What the headings of an export mean: an indicator by its code or its official name, and in which measure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from templates.model import Form, Indicator, Kind, Survey
from templates.spelling import make_name_key
from templates.words import lookup

JOINTS: Final = ("", "-", "!", ".", "_", ":", "/", "·", "、")
"""What programs put between 表号 and 代码, or between 代码 and 指标名称; blanks make no difference."""

_BRACKETED: Final = re.compile(r"\(([^()]*)\)$")


@dataclass(frozen=True)
class Meaning:
    """What a heading means."""

    indicator: Indicator | None = None
    factor: float = 1.0
    """How many of the indicator's measure one of the export's is: 10,000 for 万元 where 元 is declared."""
    measure: str = ""
    """The export's own measure, where it is another one."""
    rivals: tuple[Indicator, ...] = ()
    """Several indicators that are called so: it means none of them."""
    other_measure: str = ""
    """A measure that cannot be turned into the indicator's."""


UNKNOWN: Final = Meaning()


class Meanings:
    """The headings that the survey's forms know, each as :func:`make_name_key` spells it."""

    def __init__(self, survey: Survey) -> None:
        """Take the forms that units file."""
        self._survey = survey
        self._everywhere = _gather((key, row) for form in survey.forms for key, row in _list_qualified(form))

    @cached_property
    def _in_form(self) -> dict[str, dict[str, list[Indicator]]]:
        return {form.id: _gather(_list_local(form)) for form in self._survey.forms}

    @cached_property
    def _named(self) -> dict[str, list[Indicator]]:
        """Official names in all forms; what stands in several means none of them."""
        return _gather((key, row) for form in self._survey.forms for key, row in _list_names(form))

    @cached_property
    def _forms(self) -> dict[str, str]:
        return {make_name_key(text): form.id for form in self._survey.forms for text in (form.id, form.title)}

    def find_form(self, text: str) -> str:
        """Return the form that a sheet's name or a heading names, ``""`` for none: 表号, title, or both."""
        key = make_name_key(text)
        if key in self._forms:
            return self._forms[key]
        begun = [form.id for form in self._survey.forms if _names_form(key, form)]
        return begun[0] if len(begun) == 1 else ""

    def find(self, text: str, form: str = "") -> Meaning:
        """Return what a heading means on a sheet, or below a heading, of ``form``; ``""`` where none is known."""
        key = make_name_key(text)
        if found := self._ask(key, form):
            return _settle(found)
        bracketed = _BRACKETED.search(key)
        found = self._ask(key[: bracketed.start()], form) if bracketed else []
        return _measured(_settle(found), bracketed[1]) if bracketed and found else UNKNOWN

    def find_row(self, code: str, name: str, measure: str, form: str) -> Meaning:
        """Return what a row means that has a code, or a name, and perhaps a measure of its own."""
        found = self.find(code, form) if code else UNKNOWN
        if found is UNKNOWN and name:
            found = self.find(name, form)
        return _measured(found, make_name_key(measure)) if measure and found.factor == 1.0 else found

    def _ask(self, key: str, form: str) -> list[Indicator]:
        if not key:
            return []
        local = self._in_form[form].get(key, []) if form else []
        return local or self._everywhere.get(key, []) or (self._named.get(key, []) if not form else [])


def _gather(pairs: Iterable[tuple[str, Indicator]]) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = defaultdict(list)
    for key, indicator in pairs:
        if indicator not in found[key]:
            found[key].append(indicator)
    return dict(found)


def _rows(form: Form) -> list[Indicator]:
    return [row for row in form.indicators.values() if row.kind not in (Kind.COMPOSITE, Kind.NOTHING_HERE)]


def _list_qualified(form: Form) -> Iterator[tuple[str, Indicator]]:
    for row in _rows(form):
        for joint in JOINTS:
            yield make_name_key(f"{form.id}{joint}{row.code}"), row
        yield make_name_key(f"{form.id}{row.name}"), row


def _list_local(form: Form) -> Iterator[tuple[str, Indicator]]:
    for row in _rows(form):
        yield make_name_key(row.code), row
        for joint in JOINTS:
            yield make_name_key(f"{row.code}{joint}{row.name}"), row
        if row.code.lstrip("0") and row.code.lstrip("0") not in form.indicators:
            yield make_name_key(row.code.lstrip("0")), row  # 01 as a number is 1
    yield from _list_names(form)


def _list_names(form: Form) -> Iterator[tuple[str, Indicator]]:
    for row in _rows(form):
        for name in dict.fromkeys((row.name, row.plain_name)):
            yield make_name_key(name), row


def _names_form(key: str, form: Form) -> bool:
    id, title = make_name_key(form.id), make_name_key(form.title)
    return key.startswith(id) and key[len(id) :].lstrip("-_:.、") == title


def _settle(found: list[Indicator]) -> Meaning:
    return Meaning(found[0]) if len(found) == 1 else Meaning(rivals=tuple(found))


def _measured(meaning: Meaning, measure: str) -> Meaning:
    """Return the meaning with the export's measure: the same, a multiple, or one that is another thing."""
    indicator = meaning.indicator
    if indicator is None or not indicator.kind.is_number or measure == make_name_key(indicator.measure):
        return meaning
    (factor, thing), (own, what) = _split_measure(measure), _split_measure(make_name_key(indicator.measure))
    if thing != what:
        return Meaning(indicator, other_measure=measure)
    return Meaning(indicator, factor / own, measure)


def _split_measure(measure: str) -> tuple[float, str]:
    """Return how many and of what: 万元 is 10,000 of 元."""
    multiples: Mapping[str, int] = lookup("reconcile.multiples")
    factor = 1.0
    while len(measure) > 1 and measure[0] in multiples:
        factor, measure = factor * multiples[measure[0]], measure[1:]
    return factor, measure
