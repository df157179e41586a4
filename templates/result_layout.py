"""Where things lie on 校验结果: the list that the add-in writes and, in a workbook that was sent back, the officer's.

The officer's words stand above the header; his list below it, each line with a key; under a header of its own follows
the list of the add-in, which leaves all above it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ResultColumns:
    """Columns of 校验结果; both lists have those up to ``remedy``."""

    kind: int = 1
    place: int = 2
    subject: int = 3
    problem: int = 4
    remedy: int = 5
    opinion: int = 6
    """市里意见."""
    answer: int = 7
    """单位答复: the unit writes there."""
    key: int = 8
    """Hidden: by which the answer is known; in the first row, which 退回 it is. Blank in a workbook that was not."""


RESULTS: Final = ResultColumns()

RESULTS_HEADER: Final = 4
"""The header row; what stands above it stays in sight."""

RESULTS_WIDTHS: Final = (11.3, 17, 24.4, 42.1, 36.7, 19.3, 26.4)
"""Of the columns that people see; together no wider than a small screen."""

RESULTS_SHOWN: Final = 1000
"""So many findings the add-in lists."""

RESULTS_LAST: Final = 1100
"""The last row that can light up: both lists end above it."""
