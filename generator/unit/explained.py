"""Formulas that judge explanations, as :mod:`templates.explanations` does."""

from __future__ import annotations

from generator.formula import formulate_literal, quote
from templates.explanations import IGNORED, Explanations, Worth


def formulate_bare(text: str) -> str:
    """Return ``text`` (a cell or a range) without blanks and punctuation."""
    for mark in IGNORED:
        text = f'SUBSTITUTE({text},{quote(mark)},"")'
    return text


def formulate_accepted(text: str, length: int) -> str:
    """Return a formula that is 1 where ``text`` (a cell or a range), standing alone, is an explanation, else 0."""
    stripped = formulate_bare(text)
    return f"((LEN({stripped})>={length})*ISNA(MATCH({formulate_literal(stripped)},stock_phrases,0)))"


def formulate_worth(note: str, above: str, length: int) -> str:
    """Return a formula for the worth of a bare ``note``; ``above`` holds the explanation above it, if any."""
    single = f"IF(LEN({note})<{length},{Worth.SHORT},{Worth.ACCEPTED})"
    single = f"IF(SUMPRODUCT((stock_phrases={note})*1)>0,{Worth.STOCK},{single})"
    pointing = f"IF(LEN({above})>0,{Worth.ACCEPTED},{Worth.ALONE})"
    return f"IF(LEN({note})=0,{Worth.BLANK},IF({points(note)},{pointing},{single}))"


def formulate_standing(note: str, worth: str, text: str, above: str) -> str:
    """Return a formula for the explanation that stands in a row: its own, or the nearest above where it has none."""
    return f'IF(OR(LEN({note})=0,{points(note)}),{above},IF({worth}={Worth.ACCEPTED},TRIM({text}),""))'


def points(note: str) -> str:
    """Return a formula for whether a bare ``note`` says that the one above it counts."""
    return f"(SUMPRODUCT((ditto_phrases={note})*1)>0)"


def formulate_refusal(worth: str) -> str:
    """Return a formula for why a 说明 of this ``worth`` is not accepted, ``""`` where there is nothing to say."""
    return f'IF(N({worth})<0,INDEX(refusals,-{worth}),"")'


def list_refusals(explanations: Explanations) -> list[str]:
    """Return why a 说明 is not accepted, in the order of its worth: -1, -2, -3."""
    return [explanations.why(worth) for worth in (Worth.STOCK, Worth.SHORT, Worth.ALONE)]
