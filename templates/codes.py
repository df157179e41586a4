"""Code lists: plain ones in TOML, and cascades in a CSV beside the TOML that names its columns."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from templates import model, raw
from templates.expand import refuse_repeats
from templates.folders import list_files
from templates.problems import Problems
from templates.shape import read_toml
from templates.words import say


def read_code_lists(folder: Path, problems: Problems) -> dict[str, model.CodeList]:
    """Return the code lists of the survey in ``folder`` by name."""
    lists: dict[str, model.CodeList] = {}
    for path in list_files(folder / "codes", "*.toml", also_folders=True):
        for found in _lists_in(path, problems):
            if found.id in lists:
                problems.add("D005", _file(path, problems), say("load.twice", name=found.id))
            lists[found.id] = found
    return lists


def _lists_in(path: Path, problems: Problems) -> Iterator[model.CodeList]:
    table = path.with_suffix(".csv")
    if table.exists():
        cascade = read_toml(path, raw.RawCascade, problems)
        yield from _cascade(table, cascade.lists, problems) if cascade else ()
    elif _names_columns(path):
        problems.add("D001", _file(path, problems), say("load.csv_missing"))
    else:
        for name, found in (read_toml(path, dict[str, raw.RawList], problems) or {}).items():
            refuse_repeats(found.options, _file(path, problems), problems, "twice")
            yield model.CodeList(name, tuple(found.options))


def _names_columns(path: Path) -> bool:
    """Return whether the file speaks of the columns of a CSV."""
    try:
        return isinstance(tomllib.loads(path.read_text(encoding="utf-8-sig")).get("lists"), list)
    except (OSError, ValueError, RecursionError):
        return False


def _cascade(path: Path, names: list[str], problems: Problems) -> Iterator[model.CodeList]:
    """Yield one code list a column; the parent path of a value is the names of its wider areas joined."""
    lines = _table(path, names, problems)
    refuse_repeats(names, _file(path.with_suffix(".toml"), problems), problems, "twice")
    for depth, name in enumerate(names):
        seen: dict[tuple[str, ...], str] = {}
        for line in lines:
            chain = tuple(line[wider] for wider in names[: depth + 1])
            if chain[-1]:
                seen.setdefault(chain, line[f"{name}_code"])
        if lines and not seen:
            problems.add("D002", _file(path, problems), say("load.csv_empty", column=name))
        refuse_repeats([code for code in seen.values() if code], _file(path, problems), problems)
        yield model.CodeList(
            id=name,
            values=tuple(chain[-1] for chain in seen),
            codes=tuple(seen.values()),
            parent=names[depth - 1] if depth else "",
            parents=tuple("".join(chain[:-1]) for chain in seen),
        )


def _table(path: Path, names: list[str], problems: Problems) -> list[dict[str, str]]:
    """Return the lines of a CSV by its headings; none where it cannot be used, with the problems kept."""
    file = _file(path, problems)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header, lines = next(reader, []), [line for line in reader if line]
    except OSError as error:
        problems.add("D001", file, say("load.not_read", reason=error.strerror or type(error).__name__))
        return []
    except UnicodeDecodeError:
        problems.add("D001", file, say("load.not_utf8"))
        return []
    except csv.Error as error:
        problems.add("D001", file, say("load.not_csv", reason=error))
        return []
    wanted = [column for name in names for column in (name, f"{name}_code")]
    before = len(problems.found)
    for column in [column for column in wanted if column not in header]:
        problems.add("D002", file, say("load.csv_column", column=column))
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            problems.add("D002", file, say("load.csv_line", line=number))
            break
    if not lines:
        problems.add("D002", file, say("load.csv_empty", column=names[0]))
    usable = len(problems.found) == before
    return [dict(zip(header, line, strict=True)) for line in lines] if usable else []


def _file(path: Path, problems: Problems) -> str:
    return path.relative_to(problems.folder).as_posix()
