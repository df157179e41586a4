"""``merge``: what came back becomes one 汇总.xlsx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from addin.commands.executors import (
    BlueprintsOption,
    ExecutorOption,
    ShardsOption,
    WorkersOption,
    choose_executor,
    refuse_no_blueprints,
)
from addin.commands.inputs import find_survey_behind, read_roster_or_refuse
from addin.commands.keys import read_keys
from addin.commands.outputs import Output, refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import (
    FINDINGS,
    FIRST_YEAR,
    LAST_YEAR,
    err,
    out,
    refuse,
    refuse_unwritable,
    say_json,
    show_progress,
)
from addin.commands.store import open_store, refuse_unusable_store
from addin.correcting.show import gather_corrections
from addin.keys import Key
from addin.package.refusal import FileStatus
from addin.progress import Progress
from addin.receiving.outcomes import Merged, State
from addin.receiving.receive import MergeJob, NotAmong
from addin.receiving.receive import merge as receive
from addin.receiving.returns import ReadReturns
from addin.store.remember import merge_into
from addin.store.store import StoreError
from addin.summary.consolidate import write_summary
from addin.summary.doubles import carry_out_doubles, describe_doubles, list_doubles
from addin.summary.once import sum_once
from addin.summary.opinions import SummaryError, read_opinions
from addin.summary.public import write_published
from addin.summary.rollup import Rollup, describe_merge
from addin.summary.verdicts import SaidBefore, Settled, read_verdicts
from addin.tampering.kept_blueprints import fingerprint_kept
from addin.tracking.settle import Known, settle
from generator.consolidated.corrections import CorrectionSheets
from generator.temporary import temporary_folder
from templates.words import say

_OTHERS: Final = (FileStatus.OTHER_SURVEY, FileStatus.OTHER_VERSION)
"""What a file is called that was made by definitions other than those at hand."""


def merge(
    paths: Annotated[list[Path], typer.Argument(help=say("cli.merge.paths"))],
    roster: Annotated[Path, typer.Option(help=say("cli.merge.roster"))],
    target: Annotated[Path, typer.Option("--out", help=say("cli.merge.out"))],
    survey: Annotated[str | None, typer.Option(help=say("cli.merge.survey"))] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.merge.year"), min=FIRST_YEAR, max=LAST_YEAR)] = None,
    include_faulty: Annotated[bool, typer.Option(help=say("cli.merge.include_faulty"))] = False,
    include_unexplained: Annotated[bool, typer.Option(help=say("cli.merge.include_unexplained"))] = False,
    public: Annotated[Path | None, typer.Option(help=say("cli.merge.public"))] = None,
    store: Annotated[Path | None, typer.Option(help=say("cli.merge.store"))] = None,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.merge.json"))] = False,
    key: Annotated[list[Path] | None, typer.Option(help=say("keys.merge"))] = None,
    prefer: Annotated[list[str] | None, typer.Option(metavar="FILE", help=say("merge.prefer"))] = None,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    shards: ShardsOption = None,
    blueprints: BlueprintsOption = None,
) -> None:
    """Merge returned workbooks into one 汇总.xlsx."""
    refuse_outputs(_outputs(target, public, store), [roster, *(path for path in paths if path.is_file())])
    keys = read_keys(key or [])
    definitions = find_survey_behind(paths, survey)
    units = read_roster_or_refuse(roster, definitions, guessed=survey is None)
    job = MergeJob(paths, units, definitions, year, include_faulty, include_unexplained, target, keys, prefer or ())
    kept = _find_kept(blueprints, roster)
    with _refusing(), choose_executor(definitions, workers, executor, shards, target, kept) as chosen:
        known = read_opinions(target).known
        before = read_verdicts(target)
        with temporary_folder(chosen.shared) as folder:
            with show_progress(say("cli.merge.working")) as progress:
                merged = _received(replace(job, unpacked=folder), store, chosen.read, kept, known, progress)
            with show_progress(say("cli.merge.writing")):
                merged, settled = _settled(merged, before, store)
                rollup = write_all(merged, settled, target, public, keys[0] if keys else None, store)
    if survey is None and any(file.status in _OTHERS for file in merged.strays):
        err.print(say("cli.merge.others", survey=definitions.id), style="yellow", markup=False, highlight=False)
    if json_too:
        say_json(describe_merge(merged, rollup) | describe_doubles(settled, sum_once(merged, rollup, settled.doubled)))
    else:
        _tell(merged, target, public)
    raise typer.Exit(FINDINGS if any(unit.state.open for unit in merged.units) else 0)


def _outputs(target: Path, public: Path | None, store: Path | None) -> list[Output | None]:
    return [
        as_workbook(target),
        as_workbook(public) if public else None,
        Output(store, is_store=True) if store else None,
    ]


def _find_kept(blueprints: Path | None, roster: Path) -> Path:
    """Return the folder with the blueprints of what was sent out: the one that is named, else the roster's."""
    refuse_no_blueprints(blueprints)
    return blueprints or roster.absolute().parent


def _received(
    job: MergeJob, store: Path | None, read: ReadReturns, kept: Path, known: Known, progress: Progress
) -> Merged:
    """Return what came in, settled by what people did; with a store, what that knows is not read again.

    ``known`` is what the workbook of the last merge tells.
    """
    job = replace(job, own=known.own)
    if store:
        beside = fingerprint_kept(kept)
        return merge_into(open_store(store), job, read=read, beside=beside, progress=progress, asked=known)
    return settle(receive(job, read=read, progress=progress), known).merged


def _settled(merged: Merged, before: SaidBefore, store: Path | None) -> tuple[Merged, Settled]:
    """Return what seems doubled with what was said of it; with a store, what that decides is on record."""
    settled = list_doubles(merged, before)
    decided = carry_out_doubles(open_store(store), merged, settled) if store else merged
    return decided, settled if decided is merged else list_doubles(decided, before)


def write_all(
    merged: Merged,
    settled: Settled,
    target: Path,
    public: Path | None,
    key: Key | None,
    store: Path | None,
) -> Rollup:
    """Roll up and write what is asked for; ``key`` signs 汇总.xlsx, ``store`` knows what was handed in before."""
    corrections = _gather_corrections(merged, store) if store else None
    rollup = Rollup.of(merged)
    with refuse_unwritable(target):
        write_summary(merged, rollup, target, key, settled, corrections)
    if public:
        with refuse_unwritable(public):
            write_published(merged, rollup, public)
    return rollup


def _gather_corrections(merged: Merged, store: Path) -> CorrectionSheets | None:
    """Return what was reported otherwise than it was handed in; where that cannot be said, it is told why.

    A version that can no longer be read stops nobody from merging.
    """
    try:
        return gather_corrections(open_store(store), merged.survey, merged.year)
    except StoreError as error:
        told = say("correct.not_shown", reason=error)
        err.print(told, style="yellow", markup=False, highlight=False, soft_wrap=True)
        return None


def _tell(merged: Merged, target: Path, public: Path | None) -> None:
    for line in tell_merge(merged, target):
        out.print(line, markup=False)
    if public:
        out.print(say("cli.merge.published", file=public), markup=False)


def tell_merge(merged: Merged, target: Path) -> Iterator[str]:
    """Yield what a merge has to say in a few lines."""
    states = [unit.state for unit in merged.units]
    told = [say("cli.merge.state", state=state.shown, count=states.count(state)) for state in State]
    yield say("cli.merge.states", total=len(states), states=say("merge.reason.and").join(told))
    if merged.unused:
        yield say("cli.merge.strays", count=len(merged.unused))
    yield say("cli.merge.done", file=target)


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse where the store cannot be used, an officer's choice did not come, or opinions cannot be read."""
    try:
        with refuse_unusable_store():
            yield
    except (SummaryError, NotAmong) as error:
        refuse(str(error))
