"""Which worker of a parallel run gets which tests, and in which order."""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

COSTS: Final[dict[str, float]] = {
    "tests/parity/test_parity.py": 499,
    "tests/parity/test_follow_the_workbook.py": 212,
    "tests/buttons/test_live_office.py": 160,
    "tests/parity/test_examples_live.py": 107,
    "tests/demo/test_whole_demo.py": 83,
    "tests/test_ratios.py": 80,
    "tests/demo/test_explanations_asked.py": 70,
    "tests/parity/test_ironcalc.py": 69,
    "tests/sending/test_fill.py": 58,
    "tests/generator/test_workbook.py": 55,
    "tests/receiving/test_poison.py": 48,
    "tests/demo/test_demo_returns.py": 45,
    "tests/generator/test_stamping.py": 44,
    "tests/generator/test_excel_only.py": 44,
    "tests/parity/test_entry_live.py": 42,
    "tests/store/test_store_shared.py": 40,
    "tests/receiving/test_planted_city.py": 39,
    "tests/parity/test_ledgers_live.py": 33,
    "tests/tampering/test_memory.py": 30,
    "tests/demo/test_demo_steps.py": 29,
    "tests/generator/test_printed_forms.py": 28,
    "tests/auditing/test_mutations.py": 27,
    "tests/receiving/test_cluster.py": 26,
    "tests/commands/test_world.py": 26,
    "tests/templates/test_broken_definitions.py": 24,
    "tests/commands/test_cli.py": 23,
    "tests/workers/test_pool.py": 22,
    "tests/tampering/test_tampering.py": 22,
    "tests/correcting/test_corrections.py": 20,
    "tests/handing_up/test_hand_up.py": 20,
    "tests/handing_over/test_handover.py": 18,
    "tests/generator/test_compatibility.py": 16,
    "tests/commands/test_validate_many.py": 16,
    "tests/sending/test_keys.py": 15,
    "tests/importing/test_import_ledger.py": 12,
    "tests/generator/test_checklist.py": 12,
    "tests/buttons/test_lean.py": 12,
    "tests/package/test_fuzz.py": 11,
    "tests/host/test_host_office.py": 10,
    "tests/composing/test_compose.py": 10,
    "tests/store/test_store_commands.py": 9,
    "tests/repairing/test_repair.py": 9,
    "tests/receiving/test_levels.py": 9,
    "tests/parity/test_typing_live.py": 9,
    "tests/generator/test_handbook.py": 9,
    "tests/buttons/test_macros.py": 9,
    "tests/templates/test_lost_pages.py": 8,
    "tests/buttons/test_live.py": 8,
}
"""Seconds by the clock on two busy cores, of the files that took eight and more; the others need no entry."""

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
