"""How many rows the ledgers of a received workbook have: they may have been generated larger than declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from addin.package.limits import LEDGER_ROWS
from templates.layout import WorkbookLayout

_AREA: Final = re.compile(r"\$[A-Z]+\$(\d+):\$[A-Z]+\$(\d+)$")


def read_capacities(layout: WorkbookLayout, names: Mapping[str, str]) -> dict[str, int]:
    """Return the rows of each ledger that has more than declared, as its defined name says.

    A name that says more than any ledger may have was changed by hand; it is told of like every changed name.
    """
    found = {}
    for short, ledger in layout.ledgers.items():
        area = _AREA.search(names.get(ledger.block, ""))
        rows = int(area[2]) - int(area[1]) - 1 if area else 0
        if ledger.ledger.capacity < rows <= LEDGER_ROWS:
            found[short] = rows
    return found
