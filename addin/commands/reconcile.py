"""``reconcile``: what was accepted against an export of the authority's own system, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.acts import AsJson, AskedSurvey, AskedYear, print_sentence
from addin.commands.inputs import load_survey_or_refuse
from addin.commands.shared import FINDINGS, refuse, say_json
from addin.commands.store import StoreFile, find_round_or_refuse, open_store, refuse_unusable_store
from addin.reconciling.accepted import read_accepted
from addin.reconciling.compare import ExportComparison, ExportRefused, compare_export
from addin.reconciling.tell import describe_comparison, tell_comparison
from addin.store.versions import read_locked_version
from templates.words import say


def reconcile(
    exports: Annotated[list[Path], typer.Argument(metavar="EXPORT…", help=say("reconcile.command.exports"))],
    store: StoreFile,
    locked: Annotated[bool, typer.Option("--locked", help=say("reconcile.command.locked"))] = False,
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Compare what was accepted with an export."""
    for path in exports:
        if not path.is_file():
            refuse(say("cli.refused.no_such_file", path=path))
    with refuse_unusable_store():
        opened = open_store(store)
        id, in_year = find_round_or_refuse(opened, survey, year)
        if in_year is None:
            refuse(say("reconcile.refused.no_year"))
        version = read_locked_version(opened, id, in_year) if locked else None
        if locked and version is None:
            refuse(say("reconcile.refused.no_version", year=in_year))
        accepted = read_accepted(opened, load_survey_or_refuse(survey or id), in_year, version)
    try:
        found = compare_export(exports, accepted)
    except ExportRefused as error:
        refuse(str(error))
    _say(found, json_too=json_too)
    raise typer.Exit(0 if found.equal else FINDINGS)


def _say(found: ExportComparison, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_comparison(found))
        return
    for sentence in tell_comparison(found):
        print_sentence(sentence)
