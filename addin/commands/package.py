"""``package``: the version that is handed up, locked and put together; or a package verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from addin.commands.acts import AskedSurvey, AskedYear, name_or_refuse, print_sentence
from addin.commands.inputs import load_survey_or_refuse, read_roster_or_refuse
from addin.commands.keys import read_keys
from addin.commands.outputs import refuse_folder
from addin.commands.shared import FINDINGS, refuse, refuse_unwritable, say_json, show_progress
from addin.commands.store import find_round_or_refuse, open_store, refuse_unusable_store
from addin.handing_up.facts import list_units
from addin.handing_up.hand_up import HandedUp, HandUpJob, NotHandedUp, describe_handed_up, hand_up
from addin.handing_up.verify import NoPackage, Verified, describe_verified, verify_package
from addin.roster import Roster
from addin.store.rosters import read_merged_roster
from addin.store.store import Store
from addin.store.versions import UnitPlace
from addin.summary.opinions import SummaryError
from templates.model import Survey
from templates.words import lookup, say

UNITS: Final = 200
"""For so many workbooks there has to be room."""

_SUMMARY_HELP = say("package.command.summary", file=lookup("package.files")["summary"])


def package(
    store: Annotated[Path | None, typer.Option("--store", help=say("package.command.store"))] = None,
    folder: Annotated[Path | None, typer.Option("--out", help=say("package.command.out"))] = None,
    by: Annotated[str, typer.Option("--by", help=say("package.command.by"))] = "",
    leave_open: Annotated[bool, typer.Option("--leave-open", help=say("package.command.leave_open"))] = False,
    roster: Annotated[Path | None, typer.Option(help=say("package.command.roster"))] = None,
    summary: Annotated[Path | None, typer.Option(help=_SUMMARY_HELP)] = None,
    key: Annotated[Path | None, typer.Option(help=say("keys.merge"))] = None,
    survey: AskedSurvey = None,
    year: AskedYear = None,
    verify: Annotated[Path | None, typer.Option("--verify", help=say("package.command.verify"))] = None,
    seal: Annotated[str, typer.Option("--seal", help=say("package.command.seal"))] = "",
    json_too: Annotated[bool, typer.Option("--json", help=say("package.command.json"))] = False,
) -> None:
    """Lock a version and write its package, or verify one."""
    if verify:
        _end_verifying(_verify(verify, seal, store), with_paper=bool(seal), json_too=json_too)
        return
    if seal:
        refuse(say("package.command.seal_without"))
    if store is None or folder is None:
        refuse(say("package.command.one_of_two"))
    officer = name_or_refuse(by)
    refuse_folder(folder, UNITS)
    used = summary or _find_summary(store)
    keys = read_keys([key] if key else [])
    with refuse_unusable_store():
        opened = open_store(store)
        id, in_year = find_round_or_refuse(opened, survey, year)
        if in_year is None:
            refuse(say("package.refused.no_year"))
        definitions = load_survey_or_refuse(survey or id)
        listed = _find_roster(roster, opened, definitions, in_year)
        signing = keys[0] if keys else None
        job = HandUpJob(definitions, in_year, listed, opened, folder, officer, leave_open, used, signing)
        done = _hand_up(job)
    _end(done, used, json_too=json_too)


def _find_summary(store: Path) -> Path | None:
    """Return the workbook of the last merge where it lies beside the store, as a guide tells people to have it."""
    beside = store.with_name(lookup("package.files")["summary"])
    return beside if beside.is_file() else None


def _find_roster(named: Path | None, store: Store, survey: Survey, year: int) -> Roster:
    """Return the roster that is named, else the one of the last merge. Raises StoreError."""
    found = read_roster_or_refuse(named, survey) if named else read_merged_roster(store, survey.id, year)
    if found is None:
        refuse(say("package.refused.no_roster"))
    return found


def _hand_up(job: HandUpJob) -> HandedUp:
    try:
        with refuse_unwritable(job.folder), show_progress(say("package.command.working")):
            return hand_up(job)
    except (NotHandedUp, SummaryError) as error:
        refuse(str(error))


def _end(done: HandedUp, summary: Path | None, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_handed_up(done))
    else:
        _tell(done, summary)
    if done.left_out:
        raise typer.Exit(FINDINGS)


def _tell(done: HandedUp, summary: Path | None) -> None:
    version, words, names = done.version, lookup("package.command"), lookup("package.files")
    counted = sum(unit.place is UnitPlace.COUNTED for unit in version.units)
    told = {"number": version.number, "seal": version.seal, "folder": done.folder, "approval": names["approval"]}
    print_sentence(words["done"].format(counted=counted, **told))
    if done.left_out:
        print_sentence(words["left_out"].format(count=len(done.left_out), units=list_units(done.left_out)))
    used = words["summary_used"].format(file=summary) if summary else words["summary_none"]
    print_sentence(used.format(file=names["summary"]))
    print_sentence(words["apart"])


# --- verifying -------------------------------------------------------------------------------------------------------


def _verify(folder: Path, seal: str, store: Path | None) -> Verified:
    try:
        with show_progress(say("package.command.verifying")):
            return verify_package(folder, seal, open_store(store) if store else None)
    except NoPackage as error:
        refuse(str(error))


def _end_verifying(verified: Verified, *, with_paper: bool, json_too: bool) -> None:
    if json_too:
        say_json(describe_verified(verified))
    else:
        for sentence in _tell_verified(verified, with_paper=with_paper):
            print_sentence(sentence)
    if not verified.is_sound:
        raise typer.Exit(FINDINGS)


def _tell_verified(verified: Verified, *, with_paper: bool) -> Iterator[str]:
    words, manifest = lookup("package.command"), verified.manifest
    if not verified.is_sound or manifest is None:
        yield words["altered"].format(count=len(verified.altered))
        yield from (f"  {one.told}" for one in verified.altered)
        return
    version = manifest.version
    told = {"number": version.number, "day": version.at[:10], "by": version.by, "seal": manifest.seal}
    yield words["sound"].format(count=len(manifest.files), **told)
    if not with_paper:
        yield words["sound_paper"]
