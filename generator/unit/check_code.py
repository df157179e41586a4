"""校验码: six digits over a form's numbers, printed in its foot, so that paper and file can be matched."""

from __future__ import annotations

from generator.formula import quote

DIGITS = 6


def formulate_check_code(values: str, without: str) -> str:
    """Return a formula for the code over the column ``values``; ``without`` where the column holds an error value.

    Each number counts by its row, a text as nothing, whatever an engine takes it for in a product. Remainders are taken
    twice: Excel's MOD refuses what is far above its divisor, as one number of sixteen digits makes the sum.
    """
    total = f"ROUND(SUMPRODUCT(ROW({values})*ISNUMBER({values}),{values}),0)+COUNTA({values})*7"
    modulus = 10**DIGITS
    small = f"{total}-INT(({total})/{modulus})*{modulus}"
    return f"IFERROR(TEXT(MOD({small},{modulus}),{quote('0' * DIGITS)}),{quote(without)})"
