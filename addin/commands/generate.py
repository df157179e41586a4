"""``generate``: workbooks go out."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.executors import WorkersOption
from addin.commands.inputs import load_survey_or_refuse, read_roster_or_refuse
from addin.commands.keys import read_keys
from addin.commands.outputs import refuse_folder
from addin.commands.shared import (
    DEFAULT_SURVEY,
    FIRST_YEAR,
    LAST_YEAR,
    err,
    out,
    refuse,
    refuse_unwritable,
    show_progress,
)
from addin.roster import Roster
from addin.sending.bundles import Mail, write_bundles
from addin.sending.dispatch import Dispatched, Prior, dispatch, keep_password
from addin.sending.last_year import LastYear, read_previous_returns
from addin.sending.prefill import PrefillError, read_prefill
from addin.sending.succession import SucceededYears, tell_succession, trace_units
from addin.store.database_file import is_database_file
from addin.submission import Refusal
from addin.workers.limits import count_cores
from generator.files import write_together
from generator.lock import Lock
from templates.model import Survey
from templates.words import lookup, say


def generate(
    year: Annotated[int, typer.Option(help=say("cli.generate.year"), min=FIRST_YEAR, max=LAST_YEAR)],
    roster: Annotated[Path, typer.Option(help=say("cli.generate.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("cli.generate.out"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
    previous: Annotated[Path | None, typer.Option(help=say("cli.generate.previous"))] = None,
    password: Annotated[str, typer.Option(help=say("cli.generate.password"))] = "",
    prefill: Annotated[Path | None, typer.Option(help=say("cli.generate.prefill"))] = None,
    key: Annotated[Path | None, typer.Option(help=say("keys.generate"))] = None,
    bundles: Annotated[Path | None, typer.Option(help=say("mail.help.bundles"))] = None,
    encrypt: Annotated[bool, typer.Option("--encrypt", help=say("mail.help.encrypt"))] = False,
    by: Annotated[str, typer.Option(help=say("mail.help.by"))] = "",
    phone: Annotated[str, typer.Option(help=say("mail.help.phone"))] = "",
    workers: WorkersOption = None,
) -> None:
    """Write one protected workbook per unit of the roster."""
    definitions = load_survey_or_refuse(survey)
    _warn_where_lapsed(definitions, year)
    signing = read_keys([key])[0] if key else None
    units = read_roster_or_refuse(roster, definitions)
    refuse_folder(folder, len(units.units), [lookup("workbook.password_file")])
    mail = Mail(definitions, year, by, phone, encrypted=encrypt)
    _refuse_bundles(bundles, folder, len(units.units), mail)
    if previous and not previous.exists():
        refuse(say("cli.refused.no_such_file", path=previous))
    imported = _imported(prefill, units, definitions) if prefill else {}
    secret = password or secrets.token_urlsafe(9)
    with _refuse_unusable_store(previous):
        prior = _reported(previous, definitions, year - 1, units) if previous else {}
        with (
            refuse_unwritable(folder),
            show_progress(say("cli.generate.working"), len(units.units)) as progress,
            write_together(folder) as together,
        ):
            kept = folder / keep_password(together, secret).name
            known, many = (prior, progress, imported, signing), workers or count_cores()
            written = dispatch(units, definitions, year, together, Lock.of(secret), *known, workers=many, keep=True)
    out.print(say("cli.generate.done", count=len(written), folder=folder))
    out.print(say("cli.generate.password_kept", file=kept))
    if bundles:
        _bundle(bundles, mail, [replace(one, path=folder / one.path.name) for one in written])


def _warn_where_lapsed(survey: Survey, year: int) -> None:
    if not survey.is_approved_for(year):
        lapsed = say("cli.generate.lapsed", title=survey.title, until=survey.valid_until, year=year)
        err.print(lapsed, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _refuse_bundles(bundles: Path | None, folder: Path, count: int, mail: Mail) -> None:
    """Refuse, before the work, what would be asked for in vain, or written over."""
    if bundles is None:
        if mail.encrypted or mail.officer or mail.phone:
            refuse(say("mail.no_folder"))
        return
    if bundles.resolve() == folder.resolve():
        refuse(say("cli.refused.same_file", path=bundles))
    if bundles.is_dir() and any(bundles.iterdir()):
        refuse(say("mail.not_empty", folder=bundles))
    refuse_folder(bundles, count)


def _bundle(folder: Path, mail: Mail, written: Sequence[Dispatched]) -> None:
    """Put what was written into a bundle for each contact person, all of them or none."""
    with (
        refuse_unwritable(folder),
        show_progress(say("mail.working"), len(written)) as progress,
        write_together(folder) as together,
    ):
        made = write_bundles(together, mail, written, progress)
    out.print(say("mail.done_encrypted" if mail.encrypted else "mail.done", count=len(made), folder=folder))
    if mail.encrypted:
        out.print(say("mail.passwords_kept", file=folder / str(lookup("mail.password_file"))))


def _reported(place: Path, survey: Survey, year: int, units: Roster) -> Mapping[str, LastYear]:
    """Return what units go on from, out of a store or a folder of returns; what is odd about it is said."""
    prior = _recall(place, survey, year) if is_database_file(place) else _read_returns(place, survey, year)
    found = "previous_found" if prior else "previous_none"
    err.print(say(f"cli.generate.{found}", count=len(prior), year=year, folder=place))
    years = SucceededYears(prior, survey, trace_units(units.units))
    for sentence in tell_succession(years, {unit.code: unit.name for unit in units.units}) if prior else ():
        _warn(sentence)
    return years


@contextmanager
def _refuse_unusable_store(previous: Path | None) -> Iterator[None]:
    """Refuse with the store's own sentence where last year's store cannot be used, be it late."""
    if previous is None or not is_database_file(previous):
        yield
        return
    from addin.commands.store import refuse_unusable_store  # noqa: PLC0415  # loads duckdb

    with refuse_unusable_store():
        yield


def _recall(path: Path, survey: Survey, year: int) -> Mapping[str, LastYear]:
    from addin.commands.store import open_store  # noqa: PLC0415  # loads duckdb
    from addin.store.acts import read_standings  # noqa: PLC0415  # loads duckdb
    from addin.store.former import recall_former_returns  # noqa: PLC0415  # loads duckdb

    store = open_store(path)
    found = recall_former_returns(store, survey, year)
    standings = read_standings(store, found.id, year)
    pending = Counter(standings[code].state.shown for code in found if code in standings and standings[code].state.open)
    if found.undeclared:
        _warn(say("cli.generate.previous_undeclared", count=found.undeclared, version=survey.version))
    if pending:
        states = lookup("roster.new.levels_join").join(f"{state} {count}" for state, count in pending.items())
        _warn(say("cli.generate.previous_open", count=pending.total(), states=states))
    return found


def _warn(sentence: str) -> None:
    err.print(sentence, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _read_returns(folder: Path, survey: Survey, year: int) -> dict[str, LastYear]:
    """Return what the returns in a folder say; each file that could not be used is said."""
    refused: list[Refusal] = []
    with show_progress(say("cli.generate.reading_previous")) as progress:
        prior = read_previous_returns(folder, survey, year, refused.append, progress)
    for file in refused:
        _warn(say("cli.generate.previous_refused", file=file.file, reason=file.reason))
    return prior


def _imported(path: Path, units: Roster, survey: Survey) -> dict[str, Prior]:
    """Return the values to put in beforehand; what could not be put in is said, all of it."""
    try:
        found = read_prefill(path, units, survey)
    except PrefillError as error:
        refuse(str(error))
    for warning in found.warnings:
        _warn(warning)
    err.print(say("prefill.done", cells=found.cells, units=len(found.values), warnings=len(found.warnings)))
    return found.values
