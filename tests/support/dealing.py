"""Which worker of a parallel run gets which tests, and in which order."""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

COSTS: Final[dict[str, float]] = {
    "tests/parity/test_parity.py": 610,
    "tests/parity/test_follow_the_workbook.py": 540,
    "tests/demo/test_whole_demo.py": 349,
    "tests/parity/test_examples_live.py": 305,
    "tests/generator/test_stamping.py": 208,
    "tests/parity/test_ironcalc.py": 183,
    "tests/generator/test_excel_only.py": 170,
    "tests/demo/test_demo_returns.py": 159,
    "tests/receiving/test_planted_city.py": 157,
    "tests/tampering/test_memory.py": 152,
    "tests/buttons/test_live_office.py": 150,
    "tests/test_ratios.py": 146,
    "tests/auditing/test_mutations.py": 139,
    "tests/generator/test_workbook.py": 131,
    "tests/store/test_store_shared.py": 115,
    "tests/parity/test_entry_live.py": 97,
    "tests/demo/test_demo_steps.py": 96,
    "tests/sending/test_fill.py": 94,
    "tests/commands/test_cli.py": 93,
    "tests/generator/test_what_excel_refuses.py": 78,
    "tests/demo/test_explanations_asked.py": 73,
    "tests/templates/test_broken_definitions.py": 71,
    "tests/receiving/test_cluster.py": 68,
    "tests/generator/test_cover_figures.py": 66,
    "tests/generator/test_compatibility.py": 60,
    "tests/parity/test_ledgers_live.py": 56,
    "tests/commands/test_world.py": 56,
    "tests/receiving/test_poison.py": 49,
    "tests/tampering/test_tampering.py": 47,
    "tests/correcting/test_corrections.py": 47,
    "tests/generator/test_printed_forms.py": 43,
    "tests/importing/test_import_ledger.py": 42,
    "tests/parity/test_error_values_live.py": 41,
    "tests/sampling/test_spot_checks.py": 40,
    "tests/package/test_fuzz.py": 34,
    "tests/commands/test_validate_many.py": 33,
    "tests/sending/test_keys.py": 32,
    "tests/buttons/test_lean.py": 32,
    "tests/generator/test_checklist.py": 30,
    "tests/tampering/test_kept_blueprints.py": 30,
    "tests/handing_over/test_handover.py": 30,
    "tests/handing_up/test_hand_up.py": 29,
    "tests/store/test_store_commands.py": 27,
    "tests/composing/test_compose.py": 27,
    "tests/workers/test_pool.py": 24,
    "tests/store/test_store.py": 24,
    "tests/buttons/test_live.py": 24,
    "tests/generator/test_handbook.py": 23,
    "tests/store/test_edited_store.py": 22,
    "tests/commands/test_survey_option.py": 21,
    "tests/tampering/test_saved_elsewhere.py": 21,
    "tests/generator/test_official_rows.py": 20,
    "tests/repairing/test_repair.py": 18,
    "tests/sending_back/test_send_back.py": 16,
    "tests/sending/test_succession.py": 16,
    "tests/buttons/test_live_chain.py": 15,
    "tests/auditing/test_stacked.py": 15,
    "tests/receiving/test_damage.py": 14,
    "tests/buttons/test_macros.py": 14,
    "tests/templates/test_lost_pages.py": 14,
    "tests/receiving/test_levels.py": 13,
    "tests/rosters/test_roster_check.py": 11,
    "tests/summary/test_doubles.py": 11,
    "tests/parity/test_typing_live.py": 10,
    "tests/reading/test_codec.py": 10,
    "tests/host/test_host_office.py": 10,
    "tests/generator/test_sent_back.py": 9,
    "tests/reading/test_migration.py": 9,
    "tests/store/test_former.py": 8,
}
"""Seconds by the clock on two busy cores, of the files that took eight and more; the others need no entry."""

SPLIT: Final = frozenset(("tests/parity/test_parity.py", "tests/parity/test_follow_the_workbook.py"))
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
