"""Who reads the returns: so many programs on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.shared import refuse
from addin.receiving.returns import ReadReturns, WorkerReading
from addin.tampering.kept_blueprints import fingerprint_kept
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import say

WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help=say("cli.workers"))]
BlueprintsOption = Annotated[Path | None, typer.Option("--blueprints", metavar="FOLDER", help=say("cli.blueprints"))]
ExecutorOption = Annotated[str | None, typer.Option("--executor", metavar="dask://HOST:PORT", help=say("cluster.help"))]
ShardsOption = Annotated[Path | None, typer.Option("--shards", metavar="FOLDER", help=say("cluster.shards"))]


@dataclass(frozen=True)
class Executor:
    """What reads, and where what lies in between must be so that whoever reads sees it: None is anywhere."""

    read: ReadReturns
    shared: Path | None = None


def refuse_no_blueprints(folder: Path | None) -> None:
    """Refuse a folder that was named and has no blueprints of what was sent out."""
    if folder is not None and not fingerprint_kept(folder):
        refuse(say("cli.refused.no_blueprints", folder=folder))


@contextmanager
def choose_executor(
    survey: Survey,
    workers: int | None,
    executor: str | None,
    shards: Path | None,
    target: Path,
    kept: Path | None = None,
) -> Iterator[Executor]:
    """Yield who reads returns of the survey; refuse options that contradict each other, and a cluster that cannot read.

    Without ``shards`` what a cluster reads is handed over in the folder of ``target``.
    """
    reading = WorkerReading(Surveys(survey), kept=kept, workers=workers)
    if executor is None:
        if shards is not None:
            refuse(say("cluster.shards_without_cluster"))
        yield Executor(reading)
        return
    if workers is not None:
        refuse(say("cluster.workers_elsewhere"))
    if shards is not None and not shards.is_dir():
        refuse(say("cluster.no_such_folder", folder=shards))
    from addin.receiving.cluster import ClusterReading, ClusterRefused, parse_address  # noqa: PLC0415  seldom asked for

    try:
        shared = shards or target.absolute().parent
        yield Executor(ClusterReading(reading, parse_address(executor), shared), shared)
    except ClusterRefused as error:
        refuse(str(error))
