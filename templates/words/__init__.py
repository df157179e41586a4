"""Every word a user reads, by topic: one TOML file a topic, one function to say a thing.

Logic names a message by its key and hands it values; the sentence itself stands in ``<topic>.toml``::

    say("audit.negative", value=-3)     # words/audit.toml: negative = "不能填负数（现为 {value}）"
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def say(key: str, /, **values: object) -> str:
    """Return the text ``key`` (``topic.name``) with ``{placeholders}`` replaced. Raises KeyError for a wrong key."""
    found = lookup(key)
    if not isinstance(found, str):
        raise KeyError(f"{key} is a group of texts, not one text")
    return found.format(**values) if values else found


def lookup(key: str) -> Any:
    """Return what stands under the dotted ``key``: a text, a list of texts or a group of them."""
    topic, *path = key.split(".")
    found: Any = topic_words(topic)
    for part in path:
        found = found[part]
    return found


@cache
def topic_words(topic: str) -> dict[str, Any]:
    """Return the whole catalogue of one topic."""
    return tomllib.loads(files("templates.words").joinpath(f"{topic}.toml").read_text(encoding="utf-8"))
