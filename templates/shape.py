"""One TOML file into one of the classes of :mod:`templates.raw`: what does not fit is told, each with its place.

Nothing is converted: a number in quotation marks, or a word where true or false is wanted, is a mistake of whoever
wrote it, and to take it for something would hide that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar, get_origin

from cattrs import Converter, transform_error
from cattrs.cols import list_structure_factory
from cattrs.dispatch import StructureHook
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from templates import raw
from templates.meant import find_meant
from templates.problems import Problems
from templates.words import lookup, say

T = TypeVar("T")

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no sheet can hold."""

_ITEM: Final = re.compile(r"\[(\d+)\]")
_KEY: Final = re.compile(r"\['([^']*)'\]")

_AT: Final = re.compile(r"at line (\d+), column (\d+)")
_WHY: Final = {
    "code": re.compile(r"=\s*0\d"),
    "day": re.compile(r"=\s*\d{4}-"),
    "signs": re.compile(r"^[^\"']*[＝“”‘’，［］【】]"),
    "quote": re.compile(r"=\s*(?:\"[^\"]*|'[^']*)$|^[^\"]*\"[^\"]*\"[^\"]*\"[^\"]*$"),
    "text": re.compile(r"=\s*[^\s\"'\[{\d+-]"),
    "bracket": re.compile(r"[\[\]]"),
    "other": re.compile(""),
}
"""What a line that is no TOML is likely to lack, the likeliest first."""

_FAULTS: Final = {"twice": "Cannot ", "backslash": "nescaped '\\'", "table": "inline table"}
"""What the parser calls a fault that cannot be seen on the line alone."""

_NEXT: Final = "\n"
_NEAR: Final = "\t"
"""Between unknown keys of one table, and between such a key and the known one that is nearest to it."""

_BETWEEN: Final[dict[str, tuple[float, float]]] = {
    "month": (1, 12),
    "day": (1, 31),
    "level": (1, 9),
    "indent": (0, 15),
    "decimals": (0, 9),
    "capacity": (1, 50_000),
    "width": (1, 100),
    "min_length": (0, 1000),
    "since": (0, 2199),
    "ratio": (0, 1000),
    "floor": (0, 1e15),
    "days": (0, 366),
    "years": (1, 100),
    "alike": (0.5, 1),
    "ledger_rows": (0, 100),
}
"""Between which numbers a key lies, whatever table it stands in."""

_FILLED: Final[dict[type, tuple[str, ...]]] = {
    raw.RawSurvey: ("id", "title", "version", "levels", "kinds", "deadlines", "cover"),
    raw.RawKind: ("name", "forms", "levels"),
    raw.RawDeadline: ("name",),
    raw.RawSummary: ("outline",),
    raw.RawForm: ("id", "title", "rows"),
    raw.RawPart: ("name",),
    raw.RawLedger: ("id", "name", "short", "key", "columns"),
    raw.RawColumn: ("name",),
    raw.RawRule: ("id", "title", "check"),
    raw.RawItem: ("id",),
    raw.RawSame: ("ledger", "name"),
    raw.RawGroup: ("name", "levels"),
    raw.RawRetention: ("what",),
    raw.RawCascade: ("lists",),
    raw.RawList: ("options",),
}
"""Keys whose text or list may not be empty; lists hold no empty texts either."""


def read_toml(path: Path, shape: type[T], problems: Problems) -> T | None:
    """Return what the file holds, or None with every problem kept. A mark of the encoding at its start is no matter."""
    name = path.relative_to(problems.folder).as_posix()
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        problems.add("D001", name, say("load.not_read", reason=error.strerror or type(error).__name__))
    except UnicodeDecodeError:
        problems.add("D001", name, say("load.not_utf8"))
    except (ValueError, RecursionError) as error:
        problems.add("D001", name, _tell_bad_line(path, error))
    else:
        return _structured(found, shape, name, problems)
    return None


def _structured(found: dict[str, Any], shape: type[T], name: str, problems: Problems) -> T | None:
    try:
        structured = _converter().structure(found, shape)
    except (BaseValidationError, _Misfit) as error:
        for place, reason in _list_misfits(error):
            problems.add("D002", name, say("load.wrong_shape", place=_told(place), reason=reason))
        return None
    wrong = list(_out_of_bounds(structured, ""))
    for place, reason in wrong:
        problems.add("D002", name, say("load.wrong_shape", place=_told(place), reason=reason))
    return None if wrong else structured


def _tell_bad_line(path: Path, error: Exception) -> str:
    """Return what is wrong with the line at which a file stops being TOML, and what it is likely to lack."""
    found = _AT.search(str(error))
    if not found:
        return say("load.not_toml_end")
    number, column = int(found[1]), int(found[2])
    line = path.read_text(encoding="utf-8-sig").split("\n")[number - 1].strip()
    seen = (key for key, pattern in _WHY.items() if pattern.search(line))
    why = next((key for key, fault in _FAULTS.items() if fault in str(error)), "") or next(seen)
    told = {"line": number, "column": column, "text": _clip(line)}
    return say("load.not_toml_at", why=say(f"load.not_toml_why.{why}"), **told)


def _list_misfits(error: BaseException) -> list[tuple[str, str]]:
    """Return place and reason of all that does not fit, without the keys that are there under nearly their name."""
    lines = [line.partition(" @ ") for line in transform_error(error, "", _worded)]
    found = [(place, one) for reason, _, place in lines for one in reason.split(_NEXT)]
    meant = {f"{place}.{one.partition(_NEAR)[2]}" for place, one in found if _NEAR in one}
    return [(place, _word_unknown(one)) for place, one in found if one or place not in meant]


def _told(place: str) -> str:
    """Return a place in the file as people count: ``.rows[2].name`` is ``rows 第 3 段的 name``."""
    counted = _ITEM.sub(lambda found: say("load.item", number=int(found[1]) + 1), _KEY.sub(r".\1", place))
    return counted.lstrip(".").replace(".", say("load.of")) or say("load.whole_file")


def _worded(error: BaseException, _type: type | None) -> str:
    match error:
        case _Misfit():
            return str(error)
        case KeyError():
            return ""  # worded where it is known whether the key is there under nearly its name
        case ForbiddenExtraKeysError():
            return _NEXT.join(f"{key}{_NEAR}{_find_key(key, error.cl)}" for key in sorted(error.extra_fields))
    return say("load.misfit.other", reason=error)


def _find_key(key: str, table: type) -> str:
    """Return the key of a table that is nearest to what is written; "" where none is near."""
    renamed = _RENAMED.get(table, {})
    return find_meant(key, [renamed.get(field.name, field.name) for field in fields(table)])


def _word_unknown(reason: str) -> str:
    """Return the sentence of a reason: of an unknown key, of a missing one, or the reason as it stands."""
    if not reason:
        return say("load.misfit.missing")
    key, near, meant = reason.partition(_NEAR)
    if not near:
        return reason
    return say("load.misfit.unknown", key=key, meant=say("load.meant", meant=meant) if meant else "")


# --- types -----------------------------------------------------------------------------------------------------------


class _Misfit(ValueError):
    """A value is none of its type; the text is what is wanted instead."""


@cache
def _converter() -> Converter:
    """Return the one converter of all files: building it costs more than what it does."""
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bool, _truth)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(bool | str, _truth_or_text)
    converter.register_structure_hook_factory(_is_list, _lists)
    converter.register_structure_hook_factory(_is_table, _tables)
    converter.register_structure_hook_factory(is_dataclass, _classes)
    return converter


def _text(value: object, _type: object) -> str:
    if not isinstance(value, str):
        raise _Misfit(say("load.misfit.text", found=_shown(value)))
    if _CONTROL.search(value):
        raise _Misfit(say("load.misfit.control", found=ascii(value)))
    return value


def _truth(value: object, _type: object) -> bool:
    if not isinstance(value, bool):
        raise _Misfit(say("load.misfit.truth", found=_shown(value)))
    return value


def _truth_or_text(value: object, type: object) -> bool | str:
    return value if isinstance(value, bool) else _text(value, type)


def _whole(value: object, _type: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Misfit(say("load.misfit.whole", found=_shown(value)))
    return value


def _number(value: object, _type: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise _Misfit(say("load.misfit.number", found=_shown(value)))
    return float(value)


def _shown(value: object) -> str:
    return _clip(repr(value))


def _clip(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _is_list(type: Any) -> bool:
    return get_origin(type) is list


def _is_table(type: Any) -> bool:
    return get_origin(type) is dict


def _lists(type: Any, converter: Converter) -> StructureHook:
    return _only(list, "load.misfit.list", list_structure_factory(type, converter))


def _tables(type: Any, converter: Converter) -> StructureHook:
    return _only(dict, "load.misfit.table", converter.gen_structure_mapping(type))


_RENAMED: Final[dict[type, dict[str, str]]] = {
    raw.RawRule: {"passing": "pass", "failing": "fail"},
    raw.RawMigration: {"source": "from"},
}
"""Keys of TOML that are words of Python."""


def _classes(type: Any, converter: Converter) -> StructureHook:
    renamed: Any = {name: override(rename=key) for name, key in _RENAMED.get(type, {}).items()}
    made = make_dict_structure_fn(type, converter, _cattrs_forbid_extra_keys=True, **renamed)
    return _only(dict, "load.misfit.table", made)


def _only(wanted: type, word: str, structure: StructureHook) -> StructureHook:
    """Return ``structure`` for values of the type ``wanted``; it would iterate over texts and the like."""

    def structured(value: object, type: object) -> Any:
        if not isinstance(value, wanted):
            raise _Misfit(say(word, found=_shown(value)))
        return structure(value, type)

    return structured


# --- bounds ----------------------------------------------------------------------------------------------------------


def _out_of_bounds(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield place and reason of everything in a structured file that is empty, or too large or too small."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _out_of_bounds(item, f"{place}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _out_of_bounds(item, f"{place}.{key}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _of_key(value, field.name, f"{place}.{field.name}")


def _of_key(table: object, key: str, place: str) -> Iterator[tuple[str, str]]:
    value = getattr(table, key)
    if key in _BETWEEN and isinstance(value, int | float):
        least, most = _BETWEEN[key]
        if not least <= value <= most:
            yield place, say("load.misfit.between", found=value, least=least, most=f"{most:.15g}")
    if key in _FILLED.get(type(table), ()) and _is_empty(value):
        yield place, say("load.misfit.empty")
    yield from _of_words(table, key, value, place)
    yield from _out_of_bounds(value, place)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, list) and (not value or any(isinstance(item, str) and not item.strip() for item in value))


def _of_words(table: object, key: str, value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield what a key says that may only say one of a few words."""
    known = lookup("load.known_words").get(key)
    if known is not None and isinstance(table, raw.RawRow) and value not in known:
        words = "、".join(word for word in known if word)
        yield place, say("load.misfit.word", found=_shown(value), known=words)
