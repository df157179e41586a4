"""What no honest workbook reaches, said once. Beyond a limit a file is refused with its sentence.

A return inflates to 5–20 MB and holds some 40,000 cells; with 1,000 rows in each of 25 ledgers, saved again by a
program that writes out every blank cell, some 500,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How large a workbook of one kind may be."""

    file_mb: int
    """As it lies on the disk."""
    inflated_mb: int
    """The parts that are read, as the package declares them; none yields a byte more than it declares."""
    cells: int
    """Written cells of the sheets that are read."""


RETURN: Final = Limits(file_mb=64, inflated_mb=160, cells=2_000_000)
"""A unit's workbook, and lists that are typed by hand."""

SUMMARY: Final = Limits(file_mb=1_024, inflated_mb=2_048, cells=10_000_000)
"""A consolidated workbook: it holds every unit's values."""

RATIO: Final = 250
"""How many times its own size a package may inflate to, beyond the first :data:`ALWAYS_MB`."""

ALWAYS_MB: Final = 32
"""So much any package may inflate to: small files of repeated rows are packed very well."""

MEMBERS: Final = 2_000
"""Parts of a package."""

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
"""Excel's sheet ends at XFD1048576."""

TEXT: Final = 32_767
"""Characters of one cell, as Excel has them."""

FORMULA: Final = 8_192
"""Characters of one formula, as Excel has them."""

DEPTH: Final = 64
"""Elements of XML inside each other."""

ELEMENTS: Final = 200_000
"""Elements of a part beside its cells: merged ranges, validations, names."""

MERGED_CELLS: Final = 500_000
"""Cells that merged ranges of one sheet hide, beyond which a range says nothing about single cells."""

LEDGER_ROWS: Final = 50_000
"""Rows of a ledger that was generated larger than declared: beyond this its name was changed by hand."""
