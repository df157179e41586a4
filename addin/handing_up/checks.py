"""What a package says of spot checks: the protocol of the draw, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from addin.sampling.record import Draw, read_draws
from addin.store.events import SAMPLED, SPOT_CHECKED
from addin.store.store import Store
from templates.words import lookup, say


@dataclass(frozen=True)
class SpotChecks:
    """What the store knows of spot checks of one survey and year."""

    draw: Draw | None = None
    """The last draw; None where nothing was drawn."""
    results: Mapping[str, Any] | None = None
    """What came of it, as ``sample read`` put it on record last; None where nothing came back."""
    events: tuple[Mapping[str, Any], ...] = ()
    """All of it, the oldest first: what, when, and the details."""

    def list_without_people(self) -> list[Any]:
        """Return the events as they go up: whoever checked stays in the house, as do all people."""
        return [_withhold(event) for event in self.events]

    @property
    def told(self) -> str:
        """What is known, in a sentence."""
        if self.draw is None:
            return say("package.approval.no_checks")
        drawn = {"count": len(self.draw.random), "risky": len(self.draw.risky), "seed": self.draw.seed}
        file = lookup("package.files")["draw"]
        if self.results is None:
            return say("package.approval.drawn", file=file, **drawn)
        cells = self.results["cells"]
        share = say("package.approval.no_rate") if cells["rate"] is None else f"{cells['rate']:.2%}"
        told = {"read": self.results["units"]["read"], "checked": cells["checked"], "wrong": cells["wrong"]}
        return say("package.approval.checked", file=file, share=share, **drawn, **told)


def _withhold(told: Any) -> Any:
    """Return what was told with 「（不随汇总上报）」 in place of who did it."""
    if isinstance(told, Mapping):
        hidden = say("merge.withheld")
        return {key: hidden if key == "by" and value else _withhold(value) for key, value in told.items()}
    return [_withhold(one) for one in told] if isinstance(told, list) else told


def read_spot_checks(store: Store, survey: str, year: int | None) -> SpotChecks:
    """Return what the store knows of spot checks. Raises StoreError."""
    draws = read_draws(store, survey, year)
    statement = (
        "SELECT what, happened_at, details FROM events WHERE list_contains(?::VARCHAR[], what) AND survey = ?"
        " AND year IS NOT DISTINCT FROM ? ORDER BY rowid"
    )
    with store.opened(read_only=True) as connection:
        found = connection.execute(statement, [[SAMPLED, SPOT_CHECKED], survey, year]).fetchall()
    events = tuple({"what": what, "at": at, "details": json.loads(details)} for what, at, details in found)
    last = draws[-1] if draws else None
    about = (event["details"] for event in reversed(events) if event["what"] == SPOT_CHECKED)
    return SpotChecks(last, next((one for one in about if last and one["draw"] == last.number), None), events)
