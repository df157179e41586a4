"""Arrays for tests."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from addin.auditing.arrays import Indices


def as_array(numbers: Iterable[int]) -> Indices:
    """Return whole numbers as an array."""
    return np.array(list(numbers), dtype=np.intp)
