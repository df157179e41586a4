"""The handbook as a table of contents: from the title page to the words that workbooks use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from generator.files import write_beside
from generator.handbook.appendix import find_code_lists, write_checklist, write_code_lists, write_words
from generator.handbook.forms import write_form
from generator.handbook.ledgers import write_ledger
from generator.handbook.opening import write_deadlines, write_how, write_title, write_who
from generator.handbook.paper import Paper
from generator.handbook.scope import HandbookScope
from templates.words import lookup, say

Part = Callable[[], None]
"""Writes one part of the document."""


def write_handbook(path: Path, scope: HandbookScope, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the handbook of the units in ``scope`` to ``path`` (.docx), telling ``progress`` how many parts are done.

    Raises OSError when ``path`` cannot be written; what stood there then still does.
    """
    paper = Paper(say("handbook.head", survey=scope.survey.title))
    parts = list(_parts(paper, scope))
    for done, write in enumerate(parts, start=1):
        write()
        if progress:
            progress(done, len(parts))
    with write_beside(path) as beside:
        paper.save(beside)


def _parts(paper: Paper, scope: HandbookScope) -> Iterator[Part]:
    yield partial(write_title, paper, scope)
    yield paper.contents
    chapters = _Chapters(paper)
    yield from chapters.of("how", partial(write_how, paper, scope), new_page=True)
    yield from chapters.of("deadlines", partial(write_deadlines, paper, scope))
    yield from chapters.of("who", partial(write_who, paper, scope))
    forms = (partial(write_form, paper, scope, form) for form in scope.forms)
    yield from chapters.of("forms", *forms, new_page=True)
    if scope.ledgers:
        ledgers = (partial(write_ledger, paper, scope, ledger) for ledger in scope.ledgers)
        yield from chapters.of("ledgers", *ledgers, new_page=True)
    if scope.items:
        yield from chapters.of("checklist", partial(write_checklist, paper, scope))
    if find_code_lists(scope):
        yield from chapters.of("code_lists", partial(write_code_lists, paper, scope))
    yield from chapters.of("words", partial(write_words, paper, scope))


class _Chapters:
    """Counts the chapters."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._numerals: Iterator[str] = iter(lookup("handbook.numerals"))

    def of(self, name: str, *parts: Part, new_page: bool = False) -> Iterator[Part]:
        """Yield a chapter's heading and what stands in it."""
        title = say("handbook.chapter", number=next(self._numerals), title=say(f"handbook.chapters.{name}"))
        yield partial(self._paper.heading, title, 1, new_page=new_page)
        yield from parts
