"""TOML to :class:`templates.model.Survey`. Every problem is found in one go, each with its file and place."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from templates import model, raw
from templates.across import ACROSS, Across, LevelGroup, Retention, SameThing
from templates.codes import read_code_lists
from templates.expand import (
    CHECKLIST,
    bind_derived_cells,
    build_checklist,
    build_cover,
    build_form,
    build_ledger,
    build_rules,
    refuse_repeats,
)
from templates.explanations import Explanations
from templates.expression import CellRef
from templates.folders import DEMO, SURVEYS, find_survey, fingerprint_files, list_files, list_surveys
from templates.meant import tell_meant
from templates.migration import MIGRATIONS, Migration, parse_place
from templates.problems import Problems, SurveyError
from templates.sampling import SAMPLING, Sampling
from templates.shape import read_toml
from templates.words import say

__all__ = ["DEMO", "SURVEYS", "SurveyError", "fingerprint_files", "list_surveys", "load"]


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
    across: raw.RawAcross = field(default_factory=raw.RawAcross)
    sampling: raw.RawSampling = field(default_factory=raw.RawSampling)


def load(survey: str | Path) -> model.Survey:
    """Return the survey with this id, or in this folder. Raises :class:`SurveyError` listing every problem."""
    folder = survey if isinstance(survey, Path) else find_survey(survey)
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
    files.survey = read_toml(folder / "survey.toml", raw.RawSurvey, problems)
    for path in list_files(folder / "forms", "*.toml", also_folders=True):
        if form := read_toml(path, raw.RawForm, problems):
            _called(path, form.id, problems)
            files.forms[form.id] = form
    for path in list_files(folder / "ledgers", "*.toml", also_folders=True):
        if ledger := read_toml(path, raw.RawLedger, problems):
            _called(path, f"{ledger.id}-{ledger.short}", problems)
            files.ledgers.append(ledger)
    for path in list_files(folder / "rules", "*.toml", also_folders=True):
        if rules := read_toml(path, raw.RawRules, problems):
            files.rules.extend((path.stem, rule) for rule in rules.rules)
    if (folder / CHECKLIST).exists() and (checklist := read_toml(folder / CHECKLIST, raw.RawChecklist, problems)):
        files.items.extend(checklist.items)
    if (folder / MIGRATIONS).exists():
        older = read_toml(folder / MIGRATIONS, raw.RawMigrations, problems)
        files.migrations.extend(older.migrations if older else ())
    if (folder / ACROSS).exists():
        files.across = read_toml(folder / ACROSS, raw.RawAcross, problems) or files.across
    if (folder / SAMPLING).exists():
        files.sampling = read_toml(folder / SAMPLING, raw.RawSampling, problems) or files.sampling
    files.code_lists |= read_code_lists(folder, problems)
    return files


def _called(path: Path, name: str, problems: Problems) -> None:
    """Keep a problem where a file is not called after what it declares: problems are told by that name."""
    if path.stem != name:
        problems.add("D016", path.relative_to(problems.folder).as_posix(), say("load.file_name", name=f"{name}.toml"))


def _build(folder: Path, files: _Files, survey: raw.RawSurvey, problems: Problems) -> model.Survey:
    _twice(files, survey, problems)
    ledgers = tuple(build_ledger(ledger, problems) for ledger in files.ledgers)
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
        forms=_build_forms(files, survey, ledgers, problems),
        ledgers=ledgers,
        code_lists=files.code_lists,
        rules=build_rules(survey, files.forms, files.ledgers, files.rules, problems),
        cover=build_cover(survey.cover, problems),
        deadlines=tuple(model.Deadline(d.name, d.month, d.day, tuple(d.levels)) for d in survey.deadlines),
        explanations=_explanations(survey.explanations),
        summary_outline=tuple(survey.summary.outline),
        summary_min_length=survey.summary.min_length,
        folder=folder,
        hash=fingerprint_files(folder),
        checklist=build_checklist(files.items, survey.kinds, problems),
        migrations=tuple(_migration(migration) for migration in files.migrations),
        most=survey.most,
        unlikely=(*survey.ask_above, *survey.ask_below),
        larger_levels=tuple(survey.ask_levels),
        send_to=survey.send.to,
        send_how=survey.send.how,
        across=_build_across(files.across, problems),
        sampling=_build_sampling(files.sampling, problems),
    )


def _build_forms(
    files: _Files, survey: raw.RawSurvey, ledgers: tuple[model.Ledger, ...], problems: Problems
) -> tuple[model.Form, ...]:
    """Return the forms that some kind files, in the order in which kinds name them."""
    order = list(dict.fromkeys(form for kind in survey.kinds for form in kind.forms))
    for missing in [form for form in order if form not in files.forms]:
        problems.add(
            "D003", "survey.toml", say("load.kind_without_form", form=missing, meant=tell_meant(missing, files.forms))
        )
    by_short = {ledger.short: ledger for ledger in ledgers}
    return tuple(
        bind_derived_cells(build_form(files.forms[form], problems), by_short) for form in order if form in files.forms
    )


def _twice(files: _Files, survey: raw.RawSurvey, problems: Problems) -> None:
    """Keep a problem for everything of which only one may be called so, and for days that not every year has."""
    refuse_repeats(survey.levels, "survey.toml", problems, "twice")
    refuse_repeats([kind.name for kind in survey.kinds], "survey.toml", problems, "twice")
    refuse_repeats([ledger.id for ledger in files.ledgers], "ledgers/", problems, "twice")
    refuse_repeats([ledger.short for ledger in files.ledgers], "ledgers/", problems, "twice")
    for kind in survey.kinds:
        refuse_repeats([*kind.forms, *kind.levels], "survey.toml", problems, "twice")
    for form in files.forms.values():
        _circles({row.code: row for row in form.rows if row.code}, f"forms/{form.id}.toml", problems)
    for ledger in files.ledgers:
        columns = {column.name: column for column in ledger.columns}
        _circles(columns, f"ledgers/{ledger.id}-{ledger.short}.toml", problems)
    for step in survey.deadlines:
        if step.day > monthrange(2023, step.month)[1]:
            said = say("load.deadline", name=step.name, month=step.month, day=step.day)
            problems.add("D002", "survey.toml", said)


_LEADS_ON = ("part_of", "companion_of", "expected_with", "alternative")
"""Keys of a row or column that name another one."""


def _circles(rows: Mapping[str, raw.RawRow | raw.RawColumn], file: str, problems: Problems) -> None:
    """Keep a problem for every row that leads, by one of these keys, back to itself."""
    for key in _LEADS_ON:
        following = {name: str(getattr(row, key, "")) for name, row in rows.items()}
        for name in rows:
            seen, at = {name}, following[name]
            while at in rows and at not in seen:
                seen.add(at)
                at = following[at]
            if at == name:
                problems.add("D018", file, say("load.circle", name=name, key=key))


def _migration(migration: raw.RawMigration) -> Migration:
    return Migration(
        migration.source,
        {parse_place(old): parse_place(new) for old, new in migration.rename.items()},
        tuple(parse_place(name) for name in migration.drop),
        tuple(parse_place(name) for name in migration.add),
    )


def _build_across(declared: raw.RawAcross, problems: Problems) -> Across:
    refuse_repeats([same.ledger for same in declared.duplicates], ACROSS, problems, "twice")
    refuse_repeats([group.name for group in declared.groups], ACROSS, problems, "twice")
    refuse_repeats([one.what for one in declared.retention], ACROSS, problems, "twice")
    return Across(
        tuple(
            SameThing(same.ledger, same.name, same.id, tuple(same.agree), same.day, same.days, same.alike)
            for same in declared.duplicates
        ),
        tuple(LevelGroup(group.name, tuple(group.levels)) for group in declared.groups),
        tuple(CellRef(*parse_place(text)) for text in declared.staff),
        tuple(CellRef(*parse_place(text)) for text in declared.key_numbers),
        declared.large_change,
        tuple(Retention(one.what, one.years, one.covers, one.source) for one in declared.retention),
    )


def _build_sampling(declared: raw.RawSampling, problems: Problems) -> Sampling:
    for named in (declared.levels, declared.indicators, declared.ledgers):
        refuse_repeats(named, SAMPLING, problems, "twice")
    cells = tuple(CellRef(*parse_place(text)) for text in declared.indicators)
    return Sampling(tuple(declared.levels), cells, tuple(declared.ledgers), declared.ledger_rows)


def _explanations(wanted: raw.RawExplanations) -> Explanations:
    return Explanations(tuple(wanted.stock_phrases), wanted.min_length, tuple(wanted.ditto))
