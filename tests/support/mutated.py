"""Definitions as people spoil them: every key of every TOML file taken away, emptied, mistyped or misspelt in turn."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

Path_ = tuple[str | int, ...]

_GONE: Final = object()

_TEXTS: Final[dict[str, object]] = {
    "empty": "",
    "blank": " ",
    "no such": "不存在",
    "number": 7,
    "truth": True,
    "list": [],
    "table": {},
    "unknown code": "[99]",
    "no sentence": "(( [",
    "endless": "长" * 300,
    "odd": "a\"b{c}[d]\n'$x",
    "text rule": "[06] + count(活动)",
    "unknown column": "sum(活动.没有)",
    "too few arguments": "round([06])",
    "no day": "2024-13-45",
}
_NUMBERS: Final[dict[str, object]] = {
    "negative": -1,
    "zero": 0,
    "huge": 10**9,
    "thirteen": 13,
    "text": "5",
    "fraction": 1.5,
    "no number": float("nan"),
    "list": [1],
}


@dataclass(frozen=True)
class Mutation:
    """One value of one file made another."""

    file: str
    at: Path_
    how: str
    text: str
    """The whole file as it is then."""

    def __str__(self) -> str:
        return f"{self.file} {'.'.join(map(str, self.at))} {self.how}"


def mutations(folder: Path, *files: str) -> list[Mutation]:
    """Return every mutation of these files of a survey, of all without any named."""
    wanted = [folder / file for file in files] or sorted(folder.rglob("*.toml"))
    return [found for path in wanted if path.name != "demo.toml" for found in _of_file(path, folder)]


def _of_file(path: Path, folder: Path) -> Iterator[Mutation]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    for at in _places(document, ()):
        for how, value in _others(_at(document, at)):
            text = as_toml(_changed(document, at, value))
            yield Mutation(path.relative_to(folder).as_posix(), at, how, text)


def _places(value: Any, at: Path_) -> Iterator[Path_]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from _places(item, (*at, key))


def _at(document: Any, at: Path_) -> Any:
    for key in at:
        document = document[key]
    return document


def _others(value: Any) -> Iterator[tuple[str, object]]:
    yield "gone", _GONE
    if isinstance(value, bool):
        yield from (("turned", not value), ("word", "是"), ("number", 3), ("list", []))
    elif isinstance(value, str):
        yield from _TEXTS.items()
    elif isinstance(value, int | float):
        yield from _NUMBERS.items()
    elif isinstance(value, list):
        yield from (("empty", []), ("text", "x"), ("twice", [*value, *value[:1]]), ("number", [5]))
        yield from (("no such", ["不存在"]), ("table", {"a": 1}), ("nested", [[]]))
    elif isinstance(value, dict):
        yield from (("empty", {}), ("text", "x"), ("more", {**value, "没有的键": 1}), ("list", []))
    else:
        yield from (("text", "x"), ("number", 4))


def _changed(document: dict[str, Any], at: Path_, value: object) -> dict[str, Any]:
    changed = deepcopy(document)
    *above, last = at
    holder = _at(changed, tuple(above))
    if value is _GONE:
        del holder[last]
    else:
        holder[last] = value
    return changed


def as_toml(document: dict[str, Any]) -> str:
    """Return the document as TOML, a line a key of the top."""
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in document.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return f"{{{', '.join(f'{_text(key)} = {_value(item)}' for key, item in value.items())}}}"
    return repr(value)


def _text(text: str) -> str:
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 else f"\\{c}" if c in '"\\' else c for c in text)
    return f'"{escaped}"'
