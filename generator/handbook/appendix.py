"""What stands after forms and ledgers: what units confirm, the code lists, the words that workbooks use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handbook.entries import tell_values
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.scope import HandbookScope
from templates.model import Indicator
from templates.words import lookup, say

ITEM_WIDTHS = (1.1, 5.2, 3.6, 3.6, 3.1)
LIST_WIDTHS = (3.8, 1.4, 5.7, 5.7)
WORD_WIDTHS = (3.6, 13)


def write_checklist(paper: Paper, scope: HandbookScope) -> None:
    """Write what no workbook can show and units confirm."""
    paper.text(say("handbook.checklist_lead"))
    paper.table(lookup("handbook.item_header"), ITEM_WIDTHS, (_item(item, scope) for item in scope.items))


def _item(item: Indicator, scope: HandbookScope) -> Row:
    codes = "　".join(cell.code for cell in item.about)
    about = say("workbook.checklist.about", form=item.about[0].form, codes=codes) if item.about else ""
    concerned = [Line(text) for text in (about, scope.named(scope.filling(item))) if text]
    options = [Line(option.shown) for option in item.options]
    return (item.code, item.name, concerned, options, item.definition_source)


def write_code_lists(paper: Paper, scope: HandbookScope) -> None:
    """Write which code lists there are, a few of their values and where they are used."""
    paper.table(lookup("handbook.list_header"), LIST_WIDTHS, _lists(scope))


def _lists(scope: HandbookScope) -> Iterator[Row]:
    used = find_code_lists(scope)
    for name, places in used.items():
        values = scope.survey.code_lists[name].values
        yield (name, str(len(values)), tell_values(values), "；".join(places))


def find_code_lists(scope: HandbookScope) -> dict[str, list[str]]:
    """Return the code lists behind the scope's cells and columns, each with the places that use it."""
    used: dict[str, list[str]] = {}
    for form in scope.forms:
        for cell in form.indicators.values():
            if cell.code_list and scope.filling(cell):
                used.setdefault(cell.code_list, []).append(f"{form.id}-{cell.code}")
    for ledger in scope.ledgers:
        for column in ledger.columns:
            if column.code_list:
                place = say("handbook.column_place", ledger=ledger.name, column=column.name)
                used.setdefault(column.code_list, []).append(place)
    return used


def write_words(paper: Paper, _scope: HandbookScope) -> None:
    """Write what the states of a check, the states of a unit and the marks of a form mean."""
    for topic, words in (("statuses", lookup("workbook.status")), ("states", lookup("merge.state"))):
        told = lookup(f"handbook.{topic}")
        paper.heading(told["title"], 3)
        paper.table(told["header"], WORD_WIDTHS, [(word, told[key]) for key, word in words.items()])
    paper.heading(say("handbook.terms_title"), 3)
    paper.table(lookup("handbook.terms_header"), WORD_WIDTHS, lookup("handbook.terms"))
