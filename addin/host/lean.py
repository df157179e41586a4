"""Imports that do without what is not needed: xlwings loads every library that it could convert to, if it is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

CONVERTED_TO: Final = ("matplotlib", "pandas", "PIL", "polars")
"""What xlwings converts from and to; we take its blocks as they are. pandas alone takes half a second."""


@contextmanager
def leave_out(*libraries: str) -> Iterator[None]:
    """Have whatever is imported in the block do without ``libraries``, as if they were not installed.

    One that is loaded already stays so.
    """
    modules: dict[str, Any] = sys.modules  # None is how Python is told that there is none
    absent = [name for name in libraries if name not in modules]
    modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            modules.pop(name, None)
