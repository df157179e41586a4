"""A command run in this process, as a person types it."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from tianbao import app


def run(*arguments: object) -> Result:
    """Run a command; what it prints to the error stream counts as output, too."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])
