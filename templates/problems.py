"""What is wrong with a survey's definitions, gathered so that all of it is told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from templates import model
from templates.expression import ExpressionError, Node, bind, measure_depth, parse
from templates.words import lookup, say

LONGEST, DEEPEST = 2000, 40
"""Of an expression: characters, and levels of nesting. The surveys that we have stay below 300 and 10."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a survey's definitions. ``id`` is never reused."""

    id: str
    file: str
    message: str
    hint: str = ""
    severity: model.Severity = model.Severity.ERROR

    def __str__(self) -> str:
        return f"{self.id} {self.file}：{self.message}" + (f"（{self.hint}）" if self.hint else "")


@dataclass
class Problems:
    """All problems of one survey, gathered while it is read."""

    folder: Path
    found: list[Problem] = field(default_factory=list)

    def add(self, id: str, file: str, message: str) -> None:
        """Keep one more problem."""
        self.found.append(Problem(id, file, message))

    def tree(self, text: str, file: str, where: str, form: str = "", ledger: str = "") -> Node | None:
        """Return the bound tree of ``text``, or None with the problem kept."""
        if not text:
            return None
        try:
            return _shallow(text, bind(parse(text), form, ledger))
        except ExpressionError as error:
            self.add("D004", file, say("load.expression", where=where, reason=error))
        except RecursionError:
            self.add("D004", file, say("load.expression", where=where, reason=say("load.too_deep", most=DEEPEST)))
        return None


def _shallow(text: str, tree: Node) -> Node:
    """Return the tree. Raises ExpressionError where Excel could not take it, or people could not read it."""
    if len(text) > LONGEST:
        raise ExpressionError(say("load.too_long", most=LONGEST))
    if measure_depth(tree) > DEEPEST:
        raise ExpressionError(say("load.too_deep", most=DEEPEST))
    return tree


def make_problem(id: str, file: str, **values: object) -> Problem:
    """Return the problem ``id``, worded by ``[<id>]`` of words/lint.toml; an error, unless that says otherwise."""
    words = lookup(f"lint.{id}")
    severity = model.Severity(words.get("severity", "error"))
    return Problem(id, file, words["message"].format(**values), words["hint"].format(**values), severity)


class SurveyError(Exception):
    """A survey's definitions cannot be used; ``problems`` lists all that was found."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems
