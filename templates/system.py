"""What the operating system says of files, in the clerk's words."""

from __future__ import annotations

import errno

from templates.words import lookup


def find_reason(error: OSError) -> str:
    """Return why the system refused: a sentence part of ours, or the system's own where we have none."""
    name = errno.errorcode.get(error.errno or 0, "")
    known = {code: reason for codes, reason in lookup("system.reasons").items() for code in codes.split()}
    return known.get(name) or error.strerror or type(error).__name__
