"""TOML to :class:`templates.model.Survey`. Every problem is found in one go, each with its file and place."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError
from cattrs.gen import make_dict_structure_fn, override

from templates import model, raw
from templates.expand import (
    CHECKLIST,
    Problems,
    bind_derived_cells,
    build_checklist,
    build_cover,
    build_form,
    build_ledger,
    build_rules,
)
from templates.explanations import Explanations
from templates.migration import MIGRATIONS, Migration, parse_place
from templates.words import say

SURVEYS = Path(__file__).parent / "surveys"

DEMO = "demo.toml"
"""Made-up units and numbers for showing the survey: in its folder, but no part of the definitions."""

T = TypeVar("T")


class SurveyError(Exception):
    """A survey's definitions cannot be used; ``problems`` lists all that was found."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems


@dataclass
class _Files:
    """The TOML files of one survey, structured."""

    survey: raw.RawSurvey | None = None
    forms: dict[str, raw.RawForm] = field(default_factory=dict)
    ledgers: list[raw.RawLedger] = field(default_factory=list)
    rules: list[tuple[str, raw.RawRule]] = field(default_factory=list)
    code_lists: dict[str, model.CodeList] = field(default_factory=dict)
    items: list[raw.RawItem] = field(default_factory=list)
    migrations: list[raw.RawMigration] = field(default_factory=list)


def list_surveys() -> tuple[str, ...]:
    """Return the ids of the surveys that are declared here."""
    return tuple(sorted(path.parent.name for path in SURVEYS.glob("*/survey.toml")))


def load(survey: str | Path) -> model.Survey:
    """Return the survey with this id, or in this folder. Raises :class:`SurveyError` listing every problem."""
    folder = survey if isinstance(survey, Path) else SURVEYS / survey
    problems = Problems(folder)
    if not (folder / "survey.toml").is_file():
        problems.add("D001", "survey.toml", say("load.no_survey", folder=folder.name))
        raise SurveyError(problems)
    files = _read(folder, problems)
    if problems.found or files.survey is None:
        raise SurveyError(problems)
    built = _build(folder, files, files.survey, problems)
    if problems.found:
        raise SurveyError(problems)
    return built


def _read(folder: Path, problems: Problems) -> _Files:
    files = _Files()
    files.survey = _structure(folder / "survey.toml", raw.RawSurvey, problems)
    for path in sorted((folder / "forms").glob("*.toml")):
        if form := _structure(path, raw.RawForm, problems):
            files.forms[form.id] = form
    for path in sorted((folder / "ledgers").glob("*.toml")):
        if ledger := _structure(path, raw.RawLedger, problems):
            files.ledgers.append(ledger)
    for path in sorted((folder / "rules").glob("*.toml")):
        if rules := _structure(path, raw.RawRules, problems):
            files.rules.extend((path.stem, rule) for rule in rules.rules)
    if (folder / CHECKLIST).is_file() and (checklist := _structure(folder / CHECKLIST, raw.RawChecklist, problems)):
        files.items.extend(checklist.items)
    if (folder / MIGRATIONS).is_file():
        older = _structure(folder / MIGRATIONS, raw.RawMigrations, problems)
        files.migrations.extend(older.migrations if older else ())
    for path in sorted((folder / "codes").glob("*.toml")):
        files.code_lists.update(_code_lists(path, problems))
    return files


def _build(folder: Path, files: _Files, survey: raw.RawSurvey, problems: Problems) -> model.Survey:
    ledgers = tuple(build_ledger(ledger, problems) for ledger in files.ledgers)
    order = list(dict.fromkeys(form for kind in survey.kinds for form in kind.forms))
    for missing in [form for form in order if form not in files.forms]:
        problems.add("D003", "survey.toml", say("load.kind_without_form", form=missing))
    by_short = {ledger.short: ledger for ledger in ledgers}
    forms = tuple(
        bind_derived_cells(build_form(files.forms[form], problems), by_short) for form in order if form in files.forms
    )
    return model.Survey(
        id=survey.id,
        title=survey.title,
        version=survey.version,
        organ=survey.organ,
        approved_by=survey.approved_by,
        approval=survey.approval,
        valid_until=survey.valid_until,
        law=survey.law,
        levels=tuple(survey.levels),
        kinds=tuple(model.UnitKind(k.name, tuple(k.forms), tuple(k.levels), k.part) for k in survey.kinds),
        forms=forms,
        ledgers=ledgers,
        code_lists=files.code_lists,
        rules=build_rules(survey, files.forms, files.ledgers, files.rules, problems),
        cover=build_cover(survey.cover, problems),
        deadlines=tuple(model.Deadline(d.name, d.month, d.day) for d in survey.deadlines),
        explanations=_explanations(survey.explanations),
        summary_outline=tuple(survey.summary.outline),
        summary_min_length=survey.summary.min_length,
        folder=folder,
        hash=_fingerprint(folder),
        checklist=build_checklist(files.items, survey.kinds, problems),
        migrations=tuple(_migration(migration) for migration in files.migrations),
    )


def _migration(migration: raw.RawMigration) -> Migration:
    return Migration(
        migration.source,
        {parse_place(old): parse_place(new) for old, new in migration.rename.items()},
        tuple(parse_place(name) for name in migration.drop),
        tuple(parse_place(name) for name in migration.add),
    )


def _explanations(wanted: raw.RawExplanations) -> Explanations:
    return Explanations(tuple(wanted.stock_phrases), wanted.min_length, tuple(wanted.ditto))


def _structure(path: Path, shape: type[T], problems: Problems) -> T | None:
    name = path.relative_to(problems.folder).as_posix()
    try:
        return _converter().structure(tomllib.loads(path.read_text(encoding="utf-8")), shape)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add("D001", name, say("load.not_toml", reason=error))
    except ClassValidationError as error:
        for line in transform_error(error, path=name):
            problems.add("D002", name, say("load.wrong_shape", reason=line))
    return None


@cache
def _converter() -> Converter:
    """Return the one converter of all files: building it costs more than what it does."""
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(
        raw.RawRule,
        make_dict_structure_fn(
            raw.RawRule,
            converter,
            passing=override(rename="pass"),
            failing=override(rename="fail"),
            _cattrs_forbid_extra_keys=True,
        ),
    )
    converter.register_structure_hook(
        raw.RawMigration,
        make_dict_structure_fn(
            raw.RawMigration, converter, source=override(rename="from"), _cattrs_forbid_extra_keys=True
        ),
    )
    converter.register_structure_hook(bool | str, lambda value, _type: value)
    return converter


def _code_lists(path: Path, problems: Problems) -> dict[str, model.CodeList]:
    if not path.with_suffix(".csv").exists():
        lists = _structure(path, dict[str, raw.RawList], problems) or {}
        return {name: model.CodeList(name, tuple(found.options)) for name, found in lists.items()}
    cascade = _structure(path, raw.RawCascade, problems)
    return _cascade(path.with_suffix(".csv"), cascade.lists) if cascade else {}


def _cascade(path: Path, names: list[str]) -> dict[str, model.CodeList]:
    """Return one code list a column; the parent path of a value is the names of its wider areas joined."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    lists: dict[str, model.CodeList] = {}
    for depth, name in enumerate(names):
        seen: dict[tuple[str, ...], str] = {}
        for line in lines:
            chain = tuple(line[wider] for wider in names[: depth + 1])
            if chain[-1]:
                seen.setdefault(chain, line[f"{name}_code"])
        lists[name] = model.CodeList(
            id=name,
            values=tuple(chain[-1] for chain in seen),
            codes=tuple(seen.values()),
            parent=names[depth - 1] if depth else "",
            parents=tuple("".join(chain[:-1]) for chain in seen),
        )
    return lists


def _fingerprint(folder: Path) -> str:
    """Return a short hash over every file of the definitions, so that a silent edit is seen.

    The demo is none of them, nor is how returns of older definitions are read.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".toml", ".csv") and path not in (folder / DEMO, folder / MIGRATIONS):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
