"""A unit's file as it goes up: as it came, but for the names and telephones of people (decision 0041)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from addin.keys import conceal
from addin.receiving.contacts import is_contact
from addin.submission import Submission
from generator.handed_up.withheld import WithheldTexts, write_withheld
from templates.content import Value
from templates.expression import CellRef
from templates.model import Survey
from templates.words import say


def write_without_contacts(source: Path, target: Path, submission: Submission, survey: Survey) -> None:
    """Write the file at ``source`` to ``target`` with 「（不随汇总上报）」 where people are named.

    Those are the texts of the cover's sign-off, the cells of forms that the roster fills in, and to whom the unit
    reports. Raises OSError, and zipfile.BadZipFile for what is no workbook.
    """
    layout, cells, texts = submission.layout(survey), defaultdict[str, set[str]](set), dict[str, None]()
    for form in (survey.cover, *survey.forms):
        values = submission.content.values.get(form.id, {})
        for code, row in form.indicators.items():
            if is_contact(row) and code in values:
                sheet, _, cell = layout.address(CellRef(form.id, code)).rpartition("!")
                cells[sheet.strip("'")].add(cell)
                texts |= dict.fromkeys(_tell(values[code]))
    receiver = submission.identity.receiver
    elsewhere = {receiver: conceal(receiver)} if receiver else {}
    results = [say("workbook.sheets.results")]  # an officer's telephone stands there after a 退回
    write_withheld(source, target, WithheldTexts(cells, texts, say("merge.withheld"), elsewhere, results))


def _tell(value: Value) -> list[str]:
    """Return how a cell may show the value; what is blank shows nothing."""
    text = value if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else ""
    return [text.strip()] if text.strip() else []
