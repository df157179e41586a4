"""``sample`` and ``sample read``: units are drawn to be checked once more, and what comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from addin.commands.acts import AsJson, AskedSurvey, AskedYear, print_sentence
from addin.commands.inputs import load_survey_or_refuse
from addin.commands.outputs import refuse_folder, refuse_outputs, workbook
from addin.commands.shared import FINDINGS, out, refuse, refuse_unwritable, say_json, show_progress
from addin.commands.store import StoreFile, find_round_or_refuse, open_store, refuse_unusable_store
from addin.sampling.population import NoDraw
from addin.sampling.record import Draw, record_results
from addin.sampling.results import SpotCheck, read_results
from addin.sampling.sample import SampleJob, describe_draw, draw_sample, write_sample
from addin.sampling.sheet_content import choose_sampling
from addin.sampling.tell import (
    Proposal,
    describe_results,
    make_result_sheets,
    propose_send_backs,
    tell_command,
    tell_open,
    tell_rates,
    tell_sentences,
)
from generator.spot_checks.protocol import write_protocol
from templates.words import lookup, say

SHARE = 0.1


def sample(
    store: StoreFile,
    seed: Annotated[int, typer.Option(help=say("sampling.command.seed"))],
    folder: Annotated[Path, typer.Option("--out", help=say("sampling.command.out"))],
    share: Annotated[float, typer.Option(help=say("sampling.command.share"))] = SHARE,
    indicators: Annotated[str, typer.Option(help=say("sampling.command.indicators"))] = "",
    risky: Annotated[int | None, typer.Option("--risk", help=say("sampling.command.risk"), min=0)] = None,
    again: Annotated[str, typer.Option(help=say("sampling.command.again"))] = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    password: Annotated[str, typer.Option(help=say("cli.generate.password"))] = "",
    json_too: AsJson = False,
) -> None:
    """Draw units to be checked once more."""
    if not 0 < share <= 1:
        refuse(say("sampling.refused.share", share=f"{share:g}"))
    _refuse_taken(folder)
    try:
        with refuse_unusable_store():
            opened = open_store(store)
            id, in_year = find_round_or_refuse(opened, survey, year)
            if in_year is None:
                raise NoDraw(say("sampling.refused.no_year"))
            definitions = load_survey_or_refuse(survey or id)
            chosen = choose_sampling(definitions, indicators)
            job = SampleJob(definitions, in_year, opened, chosen, seed, share, risky, again.strip())
            with refuse_unwritable(folder), show_progress(say("sampling.command.working")) as progress:
                drawn = draw_sample(job)
                write_sample(job, drawn, folder, password or secrets.token_urlsafe(9), progress)
    except NoDraw as why:
        refuse(str(why))
    _tell_draw(drawn.draw, folder, json_too=json_too)
    raise typer.Exit(FINDINGS if drawn.draw.left_out else 0)


def _refuse_taken(folder: Path) -> None:
    """Refuse a folder with 复核表 in it: somebody may have filled them."""
    refuse_folder(folder, reserved=[lookup("workbook.password_file"), lookup("sampling.protocol_file")])
    for words in ("sampling.file", "sampling.risky_file"):
        taken = sorted(folder.glob(say(words, code="*", name="*")))
        if taken:
            refuse(say("sampling.refused.taken", folder=folder, file=taken[0].name))


def _tell_draw(draw: Draw, folder: Path, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_draw(draw))
        return
    counts = {"population": len(draw.population), "random": len(draw.random), "risky": len(draw.risky)}
    print_sentence(say("sampling.command.done", number=draw.number, folder=folder, **counts))
    for layer in draw.strata:
        print_sentence(say("sampling.command.stratum", **vars(layer)))
    for one in draw.units:
        why = one.reasons or say("sampling.protocol.how.random")
        print_sentence(say("sampling.command.unit", name=one.unit.name, code=one.unit.code, why=why))
    for sentence in draw.left_out:
        print_sentence(sentence)
    out.print(say("cli.generate.password_kept", file=folder / lookup("workbook.password_file")))


def sample_read(
    files: Annotated[list[Path], typer.Argument(help=say("sampling.read.files"))],
    store: StoreFile,
    target: Annotated[Path | None, typer.Option("--out", help=say("sampling.read.out"))] = None,
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Take the sheets back and tell what was found."""
    for path in files:
        if not path.exists():
            refuse(say("cli.refused.no_such_file", path=path))
    place = target or (files[0] if files[0].is_dir() else files[0].parent) / say("sampling.result_file")
    refuse_outputs([workbook(place)], [path for path in files if path.is_file() and path != place])
    try:
        with refuse_unusable_store():
            opened = open_store(store)
            id, in_year = find_round_or_refuse(opened, survey, year)
            if in_year is None:
                raise NoDraw(say("sampling.refused.no_year"))
            definitions = load_survey_or_refuse(survey or id)
            result = read_results(definitions, in_year, opened, files)
            proposals = propose_send_backs(result, str(store))
            with refuse_unwritable(place):
                write_protocol(place, make_result_sheets(result, proposals))
            told = describe_results(result, proposals)
            record_results(opened, id, in_year, told)
    except NoDraw as why:
        refuse(str(why))
    if json_too:
        say_json(told)
    else:
        _tell_results(result, proposals, place)
    raise typer.Exit(FINDINGS if result.open else 0)


def _tell_results(result: SpotCheck, proposals: Sequence[Proposal], place: Path) -> None:
    for sentence in tell_sentences(result):
        print_sentence(sentence)
    table = Table(pad_edge=False)
    what, _, *others = lookup("sampling.result.columns")
    for column in (what, *others):
        table.add_column(escape(column), overflow="fold")
    rates = tell_rates(result)
    for name, _, *figures in rates:
        table.add_row(*map(escape, (name, *figures)))
    out.print(table)
    for name, why, *_ in rates:
        if why:
            print_sentence(f"{name}：{why}")
    for proposal in proposals:
        print_sentence(say("sampling.send_back.told", name=proposal.name, code=proposal.unit, reason=proposal.reason))
        print_sentence(f"  {tell_command(proposal)}")
    for sentence in tell_open(result):
        print_sentence(sentence)
    print_sentence(say("sampling.read.done", file=place))
