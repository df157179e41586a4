"""Which worker of a parallel run gets which tests, and in which order."""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

COSTS: Final[dict[str, float]] = {
    "tests/parity/test_parity.py": 600,
    "tests/parity/test_ledgers_live.py": 97,
    "tests/demo/test_demo_returns.py": 55,
    "tests/sending/test_fill.py": 48,
    "tests/receiving/test_planted_city.py": 45,
    "tests/parity/test_typing_live.py": 38,
    "tests/package/test_fuzz.py": 30,
    "tests/parity/test_follow_the_workbook.py": 28,
    "tests/receiving/test_poison.py": 25,
    "tests/commands/test_world.py": 25,
    "tests/demo/test_demo_steps.py": 20,
    "tests/sending/test_keys.py": 18,
    "tests/workers/test_pool.py": 12,
    "tests/receiving/test_damage.py": 12,
    "tests/templates/test_broken_definitions.py": 10,
    "tests/store/test_store_shared.py": 8,
    "tests/store/test_store_commands.py": 8,
    "tests/templates/test_lost_pages.py": 6,
    "tests/receiving/test_record.py": 5,
}
"""Seconds of the processor, of the files that cost five and more (``pytest --costs``); the others need no entry."""

SPLIT: Final = frozenset(("tests/parity/test_parity.py",))
"""Files whose tests share nothing that is dear to make, and are long: every worker may take some."""


def cost_of(nodeid: str) -> float:
    """Return what the file of a test costs, 0 where it costs little."""
    return COSTS.get(nodeid.partition("::")[0], 0.0)


def is_left_out(item: pytest.Item) -> bool:
    """Return whether ``make check`` leaves a test out: it needs LibreOffice, or its file costs much."""
    return item.get_closest_marker("office") is not None or cost_of(item.nodeid) > 0


class FileByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a file to one worker, which makes its fixtures once; the first collected come first."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in SPLIT else file
