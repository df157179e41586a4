"""LibreOffice as a process: load its Python module, start one of our own, reach one over its pipe.

It works where LibreOffice and its ``uno`` module for this very version of Python are installed; :func:`missing` says
what is not.
"""

from __future__ import annotations

import builtins
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cached_property
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from addin.host import NoProgram
from generator.temporary import make_folder
from templates.words import say

DEBIAN_PACKAGES: Final = "/usr/lib/python3/dist-packages"
DESKTOP: Final = "com.sun.star.frame.Desktop"
START_SECONDS: Final = 60.0
REACH_SECONDS: Final = 3.0

_numbers = count(1)


def missing() -> str:
    """Return what keeps LibreOffice from being used from here, or ``""``."""
    if shutil.which("soffice") is None:
        return say("host.no_soffice")
    try:
        load_uno()
    except ImportError as error:
        return say("host.no_uno", reason=error)
    return ""


def load_uno() -> Any:
    """Return LibreOffice's Python module. Raises ImportError where it is not made for this Python."""
    if DEBIAN_PACKAGES not in sys.path:
        sys.path.append(DEBIAN_PACKAGES)
    # The module puts an import of its own in place of Python's, which makes every failing import look like UNO's fault.
    usual = builtins.__import__
    try:
        return importlib.import_module("uno")
    finally:
        builtins.__import__ = usual


def reach_desktop(pipe: str, seconds: float = REACH_SECONDS, process: subprocess.Popen[bytes] | None = None) -> Any:
    """Return the desktop of the LibreOffice that listens on ``pipe``. Raises as :func:`reach`."""
    return service(reach(pipe, seconds, process), DESKTOP)


def service(context: Any, name: str) -> Any:
    """Return a new service of the LibreOffice that ``context`` is of."""
    return context.ServiceManager.createInstanceWithContext(name, context)


def reach(pipe: str, seconds: float = REACH_SECONDS, process: subprocess.Popen[bytes] | None = None) -> Any:
    """Return the component context of the LibreOffice that listens on ``pipe``.

    Raises NoProgram when it does not answer within ``seconds``, or when ``process``, which is to answer, has ended.
    """
    try:
        uno = load_uno()
    except ImportError as error:
        raise NoProgram(say("host.no_uno", reason=error)) from error
    resolver = service(uno.getComponentContext(), "com.sun.star.bridge.UnoUrlResolver")
    silent = uno.getClass("com.sun.star.uno.Exception")
    end = time.monotonic() + seconds
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            service(context, DESKTOP)  # while it starts there may be a context and no desktop yet
            return context
        except silent as error:
            if process is not None and process.poll() is not None:
                raise NoProgram(say("host.no_office", pipe=pipe, reason=say("host.ended"))) from error
            if time.monotonic() > end:
                reason = say("host.not_answering", seconds=f"{seconds:g}")
                raise NoProgram(say("host.no_office", pipe=pipe, reason=reason)) from error
            time.sleep(0.1)


def make_properties(**values: object) -> tuple[Any, ...]:
    """Return the arguments of a UNO call."""
    uno, made = load_uno(), []
    for name, value in values.items():
        one = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


def open_document(desktop: Any, path: Path, *, hidden: bool = True) -> Any:
    """Open a workbook, recalculated: files that nobody has opened yet hold no results. Raises OSError."""
    arguments = make_properties(Hidden=hidden, MacroExecutionMode=4)
    document = desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, arguments)
    if document is None:
        raise OSError(f"LibreOffice could not open {path}")
    document.calculateAll()
    return document


class Soffice:
    """One running LibreOffice with a profile and a pipe of its own, headless unless :attr:`switches` say otherwise.

    ``env`` adds to the environment of the process. Raises NoProgram when it does not start.
    """

    switches: tuple[str, ...] = ("--headless",)

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        self.pipe = f"tianbao{os.getpid()}-{next(_numbers)}"
        self._profile = make_folder()
        self.process = subprocess.Popen(  # noqa: S603  # what is started is fixed
            [  # noqa: S607  # wherever it is installed
                "soffice",
                *self.switches,
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation={self._profile.as_uri()}",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # What a macro starts finds its way back to this very LibreOffice.
            env={**os.environ, "TIANBAO_PIPE": self.pipe, **(env or {})},
        )
        try:
            self.context = reach(self.pipe, START_SECONDS, self.process)
        except NoProgram:
            self.close()
            raise

    @cached_property
    def desktop(self) -> Any:
        """Its desktop, which opens documents."""
        return self.service(DESKTOP)

    def service(self, name: str) -> Any:
        """Return a new service of this LibreOffice."""
        return service(self.context, name)

    def close(self) -> None:
        """End the process, whatever state it is in."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
