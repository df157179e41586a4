"""Form cells of several workbooks into one, each as its indicator's ``compose`` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from addin.auditing.arrays import Status, convert_to_text, is_blank
from addin.auditing.batch import Batch
from addin.submission import Submission
from generator.trace import CellLine
from templates.content import Content, Value
from templates.model import Compose, Indicator, Kind
from templates.words import lookup

DIGITS = 6
"""Sums of decimals are cleared of what binary arithmetic adds in the far digits."""

OWN = 0
"""The place of the parent's own workbook."""


@dataclass(frozen=True)
class Given:
    """What one workbook says of a cell."""

    place: int
    value: Value
    use: str
    counted: bool = True


@dataclass(frozen=True)
class Outcome:
    """What becomes of a cell, and of what."""

    value: Value | None
    given: tuple[Given, ...]

    @classmethod
    def of(cls, value: Value | None, given: Sequence[Given]) -> Self:
        """Return the outcome; nothing was counted where there is none."""
        return cls(value, tuple(given))


class ComposedCells:
    """The cells of the parent's own workbook (first in the batch) and of the parts."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.submissions = batch.submissions
        self.survey = batch.survey
        self.identity = batch.submissions[OWN].identity

    def compose(self, content: Content) -> list[CellLine]:
        """Put the composed values into ``content``, a copy of the parent's own; return who gave what."""
        lines: list[CellLine] = []
        for indicator in self._open():
            if indicator.kind is Kind.NOTHING_HERE:
                if not all(self._texts(indicator, self.filling(indicator))):
                    content.set(indicator.form, indicator.code, None)
                continue
            outcome = self._outcome(indicator)
            content.set(indicator.form, indicator.code, outcome.value)
            lines += self.lines(indicator, outcome)
        return lines

    def lines(self, indicator: Indicator, outcome: Outcome) -> Iterator[CellLine]:
        """Yield what the workbooks gave for a cell."""
        for given in outcome.given:
            unit = self.submissions[given.place].identity
            yield CellLine(
                indicator.form,
                indicator.code,
                indicator.name,
                unit.code,
                unit.name,
                given.value,
                given.use,
                given.counted,
                outcome.value,
                indicator.decimals,
            )

    def filling(self, indicator: Indicator) -> list[int]:
        """Return the places of the workbooks in which the cell is there and open."""
        found = []
        for place, submission in enumerate(self.submissions):
            unit = submission.identity
            files = indicator.form in self.survey.kind[unit.kind].forms
            if files and indicator.open_to(unit.kind, unit.level):
                found.append(place)
        return found

    def _open(self) -> Iterator[Indicator]:
        for form in self.survey.forms_of(self.identity.kind):
            for indicator in form.indicators.values():
                by_hand = indicator.derive is None and indicator.kind is not Kind.COMPOSITE
                if by_hand and indicator.open_to(self.identity.kind, self.identity.level):
                    yield indicator

    def _outcome(self, indicator: Indicator) -> Outcome:
        way = self.survey.composition(indicator)
        if indicator.kind.is_number:
            return self._number(indicator, way)
        if way is Compose.ANY:
            return self._any(indicator)
        return self._join(indicator) if way is Compose.JOIN else self._own(indicator)

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _number(self, indicator: Indicator, way: Compose) -> Outcome:
        given = list(self._numbers(indicator, way))
        own = self._raw(indicator, OWN)
        if not way.takes_parts:
            counted = [one.value for one in given if one.counted]
            return Outcome.of(counted[0] if counted else own, given)
        if any(one.use == "unreadable" for one in given):
            # A sum without the one that cannot be read would look whole.
            given = [Given(one.place, one.value, one.use, counted=False) for one in given]
        numbers = [one.value for one in given if one.counted and isinstance(one.value, float)]
        if not numbers:
            return Outcome.of(None, given)
        return Outcome.of(max(numbers) if way is Compose.MAX else round(sum(numbers), DIGITS), given)

    def _numbers(self, indicator: Indicator, way: Compose) -> Iterator[Given]:
        """Yield every number that stands in the cell, those of closed cells too; a section with nothing is 0."""
        values = self.batch.cell(indicator.reference)
        filling = self.filling(indicator)
        for place in range(len(self.submissions)):
            number = float(values.numbers[place])
            if place not in filling:
                if number and not is_blank(number):
                    yield Given(place, number, "closed", counted=False)
            elif values.state[place] != Status.PASSED:
                yield Given(place, self._raw(indicator, place) or "", "unreadable", counted=False)
            elif not is_blank(number):
                taken = way.takes_parts or place == OWN
                yield Given(place, number, way.value if taken else "ignored", counted=taken)

    # --- everything else ---------------------------------------------------------------------------------------------

    def _any(self, indicator: Indicator) -> Outcome:
        """Yes when any says yes, else the own answer, else the first part's."""
        given = self._answers(indicator, Compose.ANY)
        yes = indicator.options[0].code
        answers = [convert_to_text(one.value) for one in given]
        return Outcome.of(yes if yes in answers else next(iter(answers), None), given)

    def _join(self, indicator: Indicator) -> Outcome:
        """Every different text once, the own first."""
        given = self._answers(indicator, Compose.JOIN)
        texts = dict.fromkeys(convert_to_text(one.value) for one in given)
        return Outcome.of(lookup("compose.join").join(texts) or None, given)

    def _own(self, indicator: Indicator) -> Outcome:
        own = self._raw(indicator, OWN)
        return Outcome.of(own, [] if own is None else [Given(OWN, own, Compose.OWN.value)])

    def _answers(self, indicator: Indicator, way: Compose) -> list[Given]:
        filling = self.filling(indicator)
        found = [(place, text) for place, text in zip(filling, self._texts(indicator, filling), strict=True) if text]
        return [Given(place, text, way.value) for place, text in found]

    def _texts(self, indicator: Indicator, places: Sequence[int]) -> list[str]:
        return [convert_to_text(self._raw(indicator, place)) for place in places]

    def _raw(self, indicator: Indicator, place: int) -> Value | None:
        return raw_value(self.submissions[place], indicator)


def raw_value(submission: Submission, indicator: Indicator) -> Value | None:
    """Return what stands in the cell, be it what it may."""
    return submission.content.values.get(indicator.form, {}).get(indicator.code)
