"""The worker: a plain program that reads files for whoever speaks to it over its standard input and output.

    python -m addin.workers.program MODULE…      the modules to import before the first file

It knows nothing of its parent but two pipes, so that another program (a cluster's worker) can start it just as well.
It ends when its input ends. A parent that was killed therefore leaves no workers: one thread listens and ends the
program at once, and where native code holds the interpreter for ever, a timer of the C library does.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final

from addin.workers.frames import Reply, Request, Unfit, receive, send

Work = Callable[[Path, Mapping[str, Any]], Any]
"""Reads one file; what it returns is JSON."""

_GRACE: Final = 5.0
"""Seconds after the deadline of a file, when the parent has surely ended us if it is there."""

_ERROR_LENGTH: Final = 200
_NO_DIALOGS: Final = 0x8003
"""SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX and SEM_NOOPENFILEERRORBOX: no 已停止工作 that waits for a click."""

_DISTRUSTED: Final = (MemoryError, RecursionError)
"""After these the interpreter goes on, but nobody knows in what state."""


def main(modules: list[str]) -> None:
    """Answer requests until the input ends."""
    asked, answers = _take_pipes()
    _stay_quiet()
    for module in modules:  # before anybody listens: on Windows a DLL that looks at a pipe being read waits for it
        import_module(module)
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked, requests), daemon=True).start()
    send(answers, str(os.getpid()).encode())  # the parent may know but the launcher of a virtual environment
    while True:
        reply = _answer(Request.unpacked(requests.get()))
        send(answers, _packed(reply))
        if reply.last:
            os._exit(0)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return private copies of the two pipes; a library that prints or asks can neither spoil nor eat a message."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return asked, answers


def _stay_quiet() -> None:
    """Leave Ctrl-C to the parent; show no window, and write no core file of gigabytes, when we crash."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  there is none elsewhere

        msvcrt.SetErrorMode(_NO_DIALOGS)
    else:
        import resource  # noqa: PLC0415  Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _listen(asked: IO[bytes], requests: SimpleQueue[bytes]) -> None:
    while (body := receive(asked)) is not None:
        requests.put(body)
    os._exit(0)  # sys.exit would wait for the main thread, which may be busy for ever


def _answer(request: Request) -> Reply:
    faulthandler.dump_traceback_later(request.seconds + _GRACE, exit=True)
    try:
        return Reply(_function(request.work)(Path(request.path), request.options))
    except Unfit as error:
        return Reply(error=str(error), unfit=True)
    except BaseException as error:  # noqa: BLE001  a foreign file may raise anything; a panic of Rust is no Exception
        trusted = isinstance(error, Exception) and not isinstance(error, _DISTRUSTED)
        return Reply(error=describe(error), last=not trusted)
    finally:
        faulthandler.cancel_dump_traceback_later()


def describe(error: BaseException) -> str:
    """Return in a few words what was raised."""
    return f"{type(error).__name__}: {error}"[:_ERROR_LENGTH]


def _packed(reply: Reply) -> bytes:
    try:
        return reply.packed()
    except (TypeError, ValueError, RecursionError) as error:
        return Reply(error=describe(error), last=reply.last).packed()


@cache
def _function(work: str) -> Work:
    module, _, name = work.partition(":")
    found: Work = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
