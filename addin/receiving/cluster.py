"""Returns read on a Dask cluster that is there already: the second executor behind :class:`ReadReturns`.

A task takes a chunk of paths, has them read by the same plain programs as on one machine (:mod:`addin.workers.pool`: a
poisonous file costs itself and not the chunk), writes what they gave into a shard in a folder that everybody sees, and
returns a receipt. The scheduler holds paths and receipts, never a row.
"""

from __future__ import annotations

import logging
import platform
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from addin.receiving.returns import WorkerReading
from addin.receiving.shards import NoShard, name_shard, read_shard, write_shard
from addin.submission import Refusal, Submission
from addin.workers.faults import CannotRead
from addin.workers.pool import Pool, Task, WorkerAnswer
from addin.workers.program import describe
from generator.temporary import temporary_folder
from templates.program import READING, fingerprint_program
from templates.system import find_reason
from templates.words import say

if TYPE_CHECKING:
    from distributed import Client, Future

SCHEME: Final = "dask"

_CHUNK: Final = 25
"""Files a task: at one file each the cluster's own work costs more than the reading."""
_ROUNDS: Final = 4
"""So many chunks a thread at least, where there are few files, so that all threads end at about the same time."""
_AGAIN: Final = 2
"""How often a chunk that failed is given to somebody once more."""
_PATIENCE: Final = 10.0
"""Seconds to wait for a scheduler that answers, and for a worker to be there."""
_TOKEN: Final = "token"  # noqa: S105  the name of a file


class ClusterRefused(Exception):
    """The cluster cannot read for us; the text is one sentence that says why, and what to do."""


@dataclass(frozen=True)
class Receipt:
    """All that a task returns: which shard it wrote, of how many files."""

    shard: str
    files: int


@dataclass(frozen=True)
class Surroundings:
    """What a worker of the cluster has and sees."""

    computer: str
    program: str
    dask: str
    token: str
    """What it read in the folder of the shards; ``""`` where it sees none, or another."""
    missing: str
    """The first folder of returns that it does not see; ``""`` where it sees them all."""


@dataclass(frozen=True)
class ClusterReading:
    """Reads returns as ``reading`` would, on a cluster. Raises :class:`ClusterRefused`."""

    reading: WorkerReading
    address: str
    """``tcp://HOST:PORT`` of the scheduler."""
    shared: Path
    """A folder that this program and the workers see at the same path; what lies in it meanwhile is taken away."""

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds, or why it could not be taken in, in the order of the paths."""
        if not paths:
            return
        named = [str(path.absolute()) for path in paths]
        with _connected(self.address) as client, temporary_folder(self.shared.absolute()) as folder:
            _check(client, folder, sorted({str(Path(path).parent) for path in named}))
            chunks = list(_divide(named, sum(client.nthreads().values())))
            ask = partial(read_chunk, task=self.reading.task, folder=str(folder))
            tasks = client.map(ask, chunks, pure=False, retries=_AGAIN)
            for chunk, receipt in zip(chunks, _receipts(client, tasks), strict=True):
                for answer in _take(folder / receipt.shard, chunk):
                    yield self.reading.understand(answer)


def parse_address(executor: str) -> str:
    """Return the address of the scheduler that ``dask://HOST:PORT`` names. Raises :class:`ClusterRefused`."""
    try:
        parts = urlsplit(executor)
        if parts.scheme == SCHEME and parts.hostname and parts.port and not parts.path.strip("/"):
            return f"tcp://{parts.netloc}"
    except ValueError:  # a port that is no number
        pass
    raise ClusterRefused(say("cluster.no_address", found=executor))


# --- in the client ---------------------------------------------------------------------------------------------------


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """Yield a connection to the scheduler; whatever the cluster raises becomes a :class:`ClusterRefused`."""
    try:
        from distributed import Client  # noqa: PLC0415  an extra, loaded where a cluster is asked for
    except ImportError as error:
        raise ClusterRefused(say("cluster.not_installed")) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # our sentence says it
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False, name="tianbao")
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterRefused(say("cluster.unreachable", address=address, reason=_reason(error))) from error
    try:
        yield client
    except (ClusterRefused, MemoryError):
        raise
    except Exception as error:  # a network and two foreign programs lie in between
        raise ClusterRefused(say("cluster.failed", address=address, reason=_reason(error))) from error
    finally:
        with suppress(OSError, TimeoutError):
            client.close()


def _reason(error: Exception) -> str:
    return describe(error).partition("\n")[0]


def _check(client: Client, folder: Path, folders: list[str]) -> None:
    """Refuse a cluster that does not have this very program, or does not see what is to be read and written."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        raise ClusterRefused(say("cluster.no_workers")) from error
    token = secrets.token_hex()
    (folder / _TOKEN).write_text(token, encoding="ascii")
    ours = look_around(str(folder), [])
    try:
        scheduler = client.run_on_scheduler(look_around, str(folder), [])
    except Exception as error:  # a network and two foreign programs lie in between
        raise ClusterRefused(say("cluster.scheduler", reason=_reason(error))) from error
    _refuse_other(scheduler, ours, say("cluster.its_scheduler"))
    for address, found in client.run(look_around, str(folder), folders, on_error="return").items():
        if not isinstance(found, Surroundings):
            raise ClusterRefused(say("cluster.worker", worker=address, reason=_reason(found)))
        who = say("cluster.its_worker", worker=address, computer=found.computer)
        _refuse_other(found, ours, who)
        if found.token != token:
            raise ClusterRefused(say("cluster.no_folder", who=who, folder=folder.parent))
        if found.missing:
            raise ClusterRefused(say("cluster.no_returns", who=who, folder=found.missing))


def _refuse_other(found: Surroundings, ours: Surroundings, who: str) -> None:
    """Refuse another version of this program, or of Dask."""
    if found.dask != ours.dask:
        raise ClusterRefused(say("cluster.other_dask", who=who, found=found.dask, expected=ours.dask))
    if found.program != ours.program:
        raise ClusterRefused(say("cluster.other_program", who=who, found=found.program, expected=ours.program))


def _divide(paths: list[str], threads: int) -> Iterator[list[str]]:
    size = max(1, min(_CHUNK, len(paths) // (_ROUNDS * max(1, threads))))
    return (paths[start : start + size] for start in range(0, len(paths), size))


def _receipts(client: Client, tasks: list[Future[Receipt]]) -> Iterator[Receipt]:
    """Yield the receipts in the order of the tasks.

    Each is fetched and released as soon as it is there: a worker that dies takes nothing with it that was done.
    """
    from distributed import as_completed  # noqa: PLC0415

    places = {task.key: place for place, task in enumerate(tasks)}
    here: dict[int, Receipt] = {}
    given = 0
    for task in as_completed(tasks, loop=client.loop):
        here[places[task.key]] = task.result()
        task.release()
        while given in here:
            yield here.pop(given)
            given += 1


def _take(shard: Path, chunk: Sequence[str]) -> Iterator[WorkerAnswer]:
    """Yield what a shard holds and take it away: nobody needs it any more."""
    try:
        yield from read_shard(shard, chunk)
    except NoShard as error:
        raise ClusterRefused(say("cluster.no_shard", shard=error)) from error
    shard.unlink(missing_ok=True)


# --- in a worker of the cluster --------------------------------------------------------------------------------------


def look_around(shards: str, folders: list[str]) -> Surroundings:
    """Return what this program is, and what it sees of the two kinds of folders."""
    try:
        token = Path(shards, _TOKEN).read_text(encoding="ascii")
    except OSError:
        token = ""
    missing = next((folder for folder in folders if not Path(folder).is_dir()), "")
    return Surroundings(platform.node(), fingerprint_program(READING), version("distributed"), token, missing)


def read_chunk(paths: list[str], task: Task, folder: str) -> Receipt:
    """Read the files, write their shard, say so. Raises :class:`ClusterRefused`."""
    shard = name_shard(paths)
    try:
        answers = list(_find_pool(task.module).read(task, map(Path, paths)))
        write_shard(Path(folder, shard), answers)
    except CannotRead as error:
        raise ClusterRefused(say("cluster.cannot_read", computer=platform.node(), reason=error)) from None
    except OSError as error:
        reason = find_reason(error)
        raise ClusterRefused(
            say("cluster.unwritable", computer=platform.node(), folder=folder, reason=reason)
        ) from None
    return Receipt(shard, len(paths))


_pools: Final[dict[str, Pool]] = {}
"""The reading programs of each worker of the cluster, one a thread, kept from chunk to chunk."""
_starting: Final = threading.Lock()


def _find_pool(module: str) -> Pool:
    """Return the reading programs of the worker in which this runs; they end with its process."""
    from distributed import get_worker  # noqa: PLC0415

    worker = get_worker()
    with _starting:
        if worker.address not in _pools:
            _pools[worker.address] = Pool(worker.state.nthreads, [module]).__enter__()
        return _pools[worker.address]
