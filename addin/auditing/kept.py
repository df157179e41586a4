"""What is worked out of the definitions of a survey once and then kept as long as they are."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from templates.model import Survey

P = ParamSpec("P")
T = TypeVar("T")


def keep_for_survey(work: Callable[Concatenate[Survey, P], T]) -> Callable[Concatenate[Survey, P], T]:
    """Return ``work`` so that it is done once for each survey and what else is asked, and forgotten with the survey.

    A survey is told by which object it is. What ``work`` returns must not hold the survey, or neither ever goes.
    """
    kept: dict[int, dict[tuple[object, ...], T]] = {}

    @wraps(work)
    def remember(survey: Survey, /, *asked: P.args, **named: P.kwargs) -> T:
        own = kept.get(id(survey))
        if own is None:
            own = kept[id(survey)] = {}
            weakref.finalize(survey, kept.pop, id(survey)).atexit = False
        key = (*asked, *named.items())
        if key not in own:
            own[key] = work(survey, *asked, **named)
        return own[key]

    return remember
