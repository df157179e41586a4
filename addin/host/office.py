"""A LibreOffice that runs: load its Python module, reach it over its pipe.

It works where LibreOffice and its ``uno`` module for this very version of Python are installed.
"""

from __future__ import annotations

import builtins
import importlib
import subprocess
import sys
import time
from typing import Any, Final

from addin.host import NoProgram
from templates.words import say

DEBIAN_PACKAGES: Final = "/usr/lib/python3/dist-packages"
DESKTOP: Final = "com.sun.star.frame.Desktop"
REACH_SECONDS: Final = 3.0


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
