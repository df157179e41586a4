"""Texts that several sheets of the consolidated workbook share."""

from __future__ import annotations

from generator.consolidated.data import Consolidated
from templates.content import Value
from templates.model import Form, Indicator
from templates.words import say


def say_yes_or_no(truth: bool) -> str:
    """Return 是 or 否."""
    return say("consolidated.yes" if truth else "consolidated.no")


def tell_year(data: Consolidated) -> str:
    """Return 「2024 年度」, or nothing when nothing was received."""
    return say("consolidated.year", year=data.year) if data.year else ""


def name_state(state: str) -> str:
    """Return the word for how far a unit is."""
    return say(f"merge.state.{state}")


def title_survey(topic: str, data: Consolidated) -> str:
    """Return the title of a sheet about the whole survey."""
    return say(f"consolidated.{topic}.title", title=data.survey.title, year=tell_year(data))


def title_form(topic: str, data: Consolidated, form: Form) -> str:
    """Return the title of a sheet about one form."""
    return say(f"consolidated.{topic}.title", form=form.id, title=form.title, year=tell_year(data))


def show_value(indicator: Indicator, value: Value | None) -> Value | None:
    """Return a choice as its dropdown shows it, everything else as it is."""
    return next((option.shown for option in indicator.options if option.code == value), value)
