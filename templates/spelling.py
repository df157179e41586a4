"""Names that people write differently, made comparable."""

from __future__ import annotations

import unicodedata

_DOTS = str.maketrans(dict.fromkeys("・•‧∙⋅●", "·") | dict.fromkeys("–—―‐−", "-"))


def make_name_key(text: str) -> str:
    """Return ``text`` such that names people write differently compare equal: full width, blanks, （）, ·, dashes."""
    narrow = unicodedata.normalize("NFKC", text).translate(_DOTS)
    kept = [char for char in narrow if not char.isspace() and unicodedata.category(char) != "Cf"]
    return "".join(kept).casefold()


def normalize_credit_code(text: str) -> str:
    """Return a unified social credit code in capitals and without blanks, for comparing."""
    return "".join(text.split()).upper()
