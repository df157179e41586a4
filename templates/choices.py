"""What names an option, for every engine: the option as it is printed, its code alone, its label alone."""

from __future__ import annotations

from functools import lru_cache

from templates.model import Option
from templates.spelling import make_choice_key
from templates.words import lookup


@lru_cache(maxsize=256)
def spell_options(options: tuple[Option, ...]) -> dict[str, str]:
    """Return everything that names an option, as :func:`make_choice_key` makes it, each with the option's code.

    Codes go before labels. Of two options the first is also a truth, the second none: some programs write 是 and 否 so.
    """
    spelled = [(option.code, option) for option in options]
    spelled += [(option.code + option.label, option) for option in options]
    spelled += [(option.label, option) for option in options]
    if len(options) == 2:
        spelled += zip(lookup("workbook.truths"), options, strict=True)
    return {make_choice_key(text): option.code for text, option in reversed(spelled)}
