"""校验码: six digits over a form's numbers, printed in its foot, so that paper and file can be matched."""

from __future__ import annotations

from generator.formula import formulate_beyond, quote

DIGITS = 6
LARGEST = 1e12
"""Numbers above count as nothing, and are faults of their own: weighted, a column of smaller ones stays exact."""


def formulate_check_code(values: str, without: str) -> str:
    """Return a formula for the code over the column ``values``; ``without`` where the column holds an error value.

    Each number counts by its row, a text as nothing, whatever an engine takes it for in a product. There is no MOD:
    Excel's refuses a number that is far above its divisor.
    """
    weights = f"ROW({values})*ISNUMBER({values})*(1-{formulate_beyond(values, LARGEST)})"
    total = f"ROUND(SUMPRODUCT({weights},{values}),0)+COUNTA({values})*7"
    modulus = 10**DIGITS
    code = f"{total}-INT(({total})/{modulus})*{modulus}"
    return f"IFERROR(TEXT({code},{quote('0' * DIGITS)}),{quote(without)})"
