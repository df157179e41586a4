"""What a received workbook says of itself against what it was sent out with, as the run that sent it kept it.

Without a key nothing else tells a changed ``_meta`` from what was sent. Where nothing was kept of the unit, nothing is
said: nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from addin.facts import Oddity
from addin.tampering.kept_blueprints import list_sent
from templates.content import Identity
from templates.words import lookup, say

_COMPARED: Final = (
    "survey",
    "version",
    "hash",
    "year",
    "name",
    "kind",
    "level",
    "uscc",
    "region",
    "parent",
    "carried",
    "prior",
)
_OF_A_RUN: Final = "generated_at"
"""A unit may be sent several workbooks, and older ones count as well."""


def check_sent(identity: Identity, kept: Path | None) -> Iterator[Oddity]:
    """Yield one oddity where ``_meta`` says something else than every workbook that was sent out to this unit."""
    known = list_sent(kept, identity.code) if kept else []
    of_the_run = [one for one in known if one.get(_OF_A_RUN) == identity.generated_at]
    changed = [_list_changed(identity, one) for one in of_the_run or known]
    if changed and all(changed):
        words = lookup("tamper.meta")
        names = say("tamper.sheets_join").join(words[name] for name in min(changed, key=len))
        yield Oddity.of("tamper.not_sent", names=names)


def _list_changed(identity: Identity, sent: Mapping[str, Any]) -> Sequence[str]:
    return [name for name in _COMPARED if getattr(identity, name) != sent.get(name, "")]
