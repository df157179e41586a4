"""The command line: one short function per command. It wires, says and exits; it computes nothing.

Exit codes: 0 fine, 1 findings of severity error, 2 could not do it (one clear sentence, never a traceback).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from addin import report
from addin.auditing.audit import audit
from addin.auditing.proof import prove
from addin.composing.compose import Composed, compose
from addin.composing.gather import ComposeError, gather
from addin.composing.trace import as_json as composed_json
from addin.composing.trace import save_trace
from addin.demo import DemoError
from addin.demo import demo as make_demo
from addin.dispatch import Prior, dispatch, keep_password, previous_values
from addin.fill import FillError, fill, read_data, render
from addin.finding import Finding
from addin.merging.consolidate import write_summary
from addin.merging.merge import merge as merge_returns
from addin.merging.peek import survey_of
from addin.merging.rollup import Rollup, as_json
from addin.prefill import PrefillError, read_prefill
from addin.reading.reader import installed, read
from addin.ribbon import press
from addin.roster import Roster, RosterError, read_roster
from addin.roster_check import tell
from addin.roster_check.make import due_day, make_forms
from addin.roster_check.merge import merge_checks
from addin.submission import FileStatus, Refusal, Submission
from generator.addin_file import build_addin, installed_program, keep_program_path
from generator.roster_sheet import new_roster
from generator.strict import Lock
from templates.expand import Problem
from templates.lint import lint
from templates.load import SURVEYS, SurveyError, available, load
from templates.model import Severity, Survey
from templates.words import lookup, say

FINDINGS, REFUSED = 1, 2
DEFAULT_SURVEY: str = lookup("cli.default_survey")

out = Console()
err = Console(stderr=True)
app = typer.Typer(
    help=say("cli.about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
survey_app = typer.Typer(help=say("cli.survey_about"), no_args_is_help=True)
roster_app = typer.Typer(help=say("cli.roster_about"), no_args_is_help=True)
check_app = typer.Typer(help=say("cli.roster_check_about"), no_args_is_help=True)
addin_app = typer.Typer(help=say("cli.addin_about"), no_args_is_help=True)
app.add_typer(survey_app, name="survey")
app.add_typer(roster_app, name="roster")
app.add_typer(addin_app, name="addin")
roster_app.add_typer(check_app, name="check")


def refuse(sentence: str) -> NoReturn:
    """Say why it could not be done, and end."""
    err.print(sentence, style="bold red", markup=False, highlight=False)
    raise typer.Exit(REFUSED)


def survey_named(name: str) -> Survey:
    """Return the installed survey, or refuse."""
    if name not in available():
        refuse(say("cli.refused.unknown_survey", survey=name, known="、".join(available())))
    try:
        return installed(name)
    except SurveyError:
        refuse(say("cli.refused.definitions", survey=name))


def survey_behind(paths: list[Path], named: str | None) -> Survey:
    """Return the survey that is named, else the one that the returns belong to; refuse where a path is missing."""
    for path in paths:
        if not path.exists():
            refuse(say("cli.refused.no_such_file", path=path))
    found = named or survey_of(paths)
    if found is None:
        refuse(say("cli.merge.no_survey"))
    return survey_named(found)


def roster_in(path: Path, survey: Survey) -> Roster:
    """Return the roster, or refuse with every problem; doubts are said and passed."""
    try:
        roster = read_roster(path, survey)
    except RosterError as error:
        refuse("\n".join(str(problem) for problem in error.problems))
    if roster.warnings:
        err.print(say("cli.roster.warnings", count=len(roster.warnings)), style="yellow")
        for doubt in roster.warnings:
            err.print(f"  {doubt}", markup=False, highlight=False)
    return roster


@app.command(help=lookup("cli.generate.help"))
def generate(
    year: Annotated[int, typer.Option(help=say("cli.generate.year"))],
    roster: Annotated[Path, typer.Option(help=say("cli.generate.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("cli.generate.out"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
    previous: Annotated[Path | None, typer.Option(help=say("cli.generate.previous"))] = None,
    password: Annotated[str, typer.Option(help=say("cli.generate.password"))] = "",
    prefill: Annotated[Path | None, typer.Option(help=say("cli.generate.prefill"))] = None,
) -> None:
    """Write one protected workbook per unit of the roster."""
    definitions = survey_named(survey)
    units = roster_in(roster, definitions)
    imported = _imported(prefill, units, definitions) if prefill else {}
    secret = password or secrets.token_urlsafe(9)
    prior = previous_values(previous, definitions, year - 1) if previous else {}
    if previous:
        found = "previous_found" if prior else "previous_none"
        err.print(say(f"cli.generate.{found}", count=len(prior), year=year - 1, folder=previous))
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say("cli.generate.working"), total=len(units.units))
        try:
            lock = Lock.of(secret)
            written = dispatch(units, definitions, year, folder, lock, prior, lambda _: bar.advance(task), imported)
            kept = keep_password(folder, secret)
        except OSError as error:
            refuse(say("cli.refused.no_folder", path=folder, reason=error.strerror))
    out.print(say("cli.generate.done", count=len(written), folder=folder))
    out.print(say("cli.generate.password_kept", file=kept))


def _imported(path: Path, units: Roster, survey: Survey) -> dict[str, Prior]:
    """Return the values to put in beforehand; what could not be put in is said, all of it."""
    try:
        found = read_prefill(path, units, survey)
    except PrefillError as error:
        refuse(str(error))
    for warning in found.warnings:
        err.print(warning, style="yellow", markup=False, highlight=False, soft_wrap=True)
    err.print(say("prefill.done", cells=found.cells, units=len(found.values), warnings=len(found.warnings)))
    return found.values


@app.command("fill", help=lookup("cli.fill.help"))
def fill_command(
    workbook: Annotated[Path, typer.Argument(help=say("cli.fill.workbook"))],
    data: Annotated[Path, typer.Argument(help=say("cli.fill.data"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.fill.out"))],
) -> None:
    """Put values from another system into a workbook."""
    submission = _readable(workbook)
    try:
        filled = fill(submission, read_data(data))
        render(submission, workbook, target)
    except FillError as error:
        refuse("\n".join(error.problems))
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=target, reason=error.strerror))
    for remark in filled.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False)
    if submission.findings:
        err.print(say("fill.kept", count=len(submission.findings)), style="yellow")
    out.print(say("fill.done", cells=filled.cells, file=target), markup=False, soft_wrap=True)


def _readable(path: Path) -> Submission:
    result = read(path)
    if isinstance(result, Refusal):
        refuse(f"{path.name}：{result.reason}")
    return result


@app.command(help=lookup("cli.validate.help"))
def validate(
    files: Annotated[list[Path], typer.Argument(help=say("cli.validate.files"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.validate.json"))] = False,
    survey: Annotated[str | None, typer.Option(help=say("cli.validate.survey"))] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.validate.year"))] = None,
) -> None:
    """Audit workbooks and list every finding."""
    judged: list[report.Judged] = []
    with Progress(console=err, transient=True, disable=len(files) < 5) as bar:
        for path in bar.track(files, description=say("cli.validate.working")):
            judged.append(_judge(read(path, survey=survey, year=year)))
    if as_json:
        print(json.dumps([report.as_json(one) for one in judged], ensure_ascii=False, indent=1))
    else:
        for one in judged:
            _show(one)
    raise typer.Exit(report.exit_code(judged))


def _judge(result: Submission | Refusal) -> report.Judged:
    if isinstance(result, Refusal):
        return report.Judged(result.file, result.identity, result.status, result.reason, ())
    findings = tuple(audit(result.survey, result.identity.year, [result])[0])
    faulty = any(finding.severity is Severity.ERROR for finding in findings)
    status = FileStatus.HAS_ERRORS if faulty else FileStatus.OK
    return report.Judged(result.file, result.identity, status, "", findings)


def _show(judged: report.Judged) -> None:
    out.rule(f"{Path(judged.file).name}" + (f"　{judged.identity.name}" if judged.identity else ""), align="left")
    if not judged.status.readable:
        out.print(judged.reason, style="bold red", markup=False, highlight=False)
        return
    if judged.findings:
        out.print(_table(judged.findings))
    elif judged.status is FileStatus.OK:
        out.print(say("cli.validate.fine"), style="green")
    out.print(say("cli.validate.count", **report.counts(judged.findings)))


def _table(findings: Iterable[Finding]) -> Table:
    table = Table(pad_edge=False)
    for heading in lookup("cli.validate.columns"):
        table.add_column(heading, overflow="fold")
    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
    for finding in findings:
        severity = lookup("cli.validate.severity")[finding.severity.value]
        explained = say("cli.validate.explained") if finding.explanation else ""
        cells = (severity, finding.cell, finding.message + explained, finding.hint)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells), style=colours[finding.severity])
    return table


@app.command(help=lookup("cli.merge.help"))
def merge(
    paths: Annotated[list[Path], typer.Argument(help=say("cli.merge.paths"))],
    roster: Annotated[Path, typer.Option(help=say("cli.merge.roster"))],
    target: Annotated[Path, typer.Option("--out", help=say("cli.merge.out"))],
    survey: Annotated[str | None, typer.Option(help=say("cli.merge.survey"))] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.merge.year"))] = None,
    include_faulty: Annotated[bool, typer.Option(help=say("cli.merge.include_faulty"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.merge.json"))] = False,
) -> None:
    """Merge returned workbooks into one 汇总.xlsx."""
    definitions = survey_behind(paths, survey)
    units = roster_in(roster, definitions)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say("cli.merge.working"), total=None)
        merged = merge_returns(
            paths,
            units,
            definitions,
            year=year,
            include_faulty=include_faulty,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    rollup = Rollup.of(merged)
    try:
        write_summary(merged, rollup, target)
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=target, reason=error.strerror))
    if json_too:
        print(json.dumps(as_json(merged, rollup), ensure_ascii=False, indent=1))
    else:
        for line in report.merged_lines(merged, target):
            out.print(line, markup=False)
    raise typer.Exit(FINDINGS if any(unit.errors for unit in merged.units) else 0)


@app.command("compose", help=lookup("cli.compose.help"))
def compose_command(
    parts: Annotated[list[Path], typer.Argument(help=say("cli.compose.parts"))],
    unit: Annotated[Path, typer.Option(help=say("cli.compose.unit"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.compose.out"))],
    trace: Annotated[Path | None, typer.Option(help=say("cli.compose.trace"))] = None,
    strict: Annotated[bool, typer.Option(help=say("cli.compose.strict"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.compose.json"))] = False,
) -> None:
    """Compose workbooks of parts into the one return of their parent."""
    _keep_apart([target, *([trace] if trace else [])], [unit, *parts])
    try:
        composed = compose(*gather(unit, parts), strict=strict)
        if trace:
            save_trace(composed, trace)
        render(composed.submission, unit, target)
    except ComposeError as error:
        refuse("\n".join(error.problems))
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=error.filename or target, reason=error.strerror))
    judged = _judge(_readable(target))
    _say_composed(composed, judged, target, trace, json_too=json_too)
    raise typer.Exit(report.exit_code([judged]))


def _keep_apart(written: list[Path], read_from: list[Path]) -> None:
    """Refuse to write over a workbook that is read, or one result over the other."""
    taken = {path.resolve() for path in read_from}
    for path in written:
        if path.resolve() in taken:
            refuse(say("cli.refused.same_file", path=path))
        taken.add(path.resolve())


def _say_composed(
    composed: Composed, judged: report.Judged, target: Path, trace: Path | None, *, json_too: bool
) -> None:
    counts = report.counts(judged.findings)
    for remark in composed.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if json_too:
        found = composed_json(composed) | {"errors": counts["errors"], "warnings": counts["warnings"]}
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    done = say("compose.done", parts=len(composed.parts), file=target, **counts)
    out.print(done, markup=False, soft_wrap=True)
    if trace:
        out.print(say("compose.traced", file=trace), markup=False, soft_wrap=True)


@app.command(help=lookup("cli.demo.help"))
def demo(
    folder: Annotated[Path, typer.Option("--out", help=say("cli.demo.out"))] = Path("demo-output"),
    survey: Annotated[str, typer.Option(help=say("cli.demo.survey"))] = DEFAULT_SURVEY,
    year: Annotated[int, typer.Option(help=say("cli.demo.year"))] = 2024,
) -> None:
    """Run the whole line once on made-up units."""
    definitions = survey_named(survey)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say("cli.demo.working"), total=None)
        try:
            result = make_demo(
                definitions,
                folder,
                year=year,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except (DemoError, RosterError) as error:
            refuse(str(error))
        except OSError as error:
            refuse(say("cli.refused.no_folder", path=folder, reason=error.strerror))
    for line in result.tour:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@survey_app.command("list", help=say("cli.survey.list"))
def survey_list() -> None:
    """List the installed surveys."""
    for name in available():
        out.print(f"{name}　{survey_named(name).title}")


@survey_app.command("lint", help=lookup("cli.survey.lint"))
def survey_lint(survey: Annotated[str, typer.Argument(help=say("cli.survey.id"))] = "") -> None:
    """Check definitions: everything that is wrong, at once."""
    codes = [_lint(Path(survey) if Path(survey).is_dir() else SURVEYS / survey)] if survey else []
    codes = codes or [_lint(SURVEYS / name) for name in available()]
    raise typer.Exit(max(codes))


def _lint(folder: Path) -> int:
    survey, problems = _linted(folder)
    for problem in problems:
        kind = "info" if problem.severity is Severity.INFO else "error"
        style = "blue" if kind == "info" else "red"
        out.print(f"{say(f'cli.survey.{kind}')} {problem}", style=style, markup=False, highlight=False)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if survey is None or errors:
        infos = len(problems) - errors
        out.print(say("cli.survey.problems", survey=folder.name, errors=errors, infos=infos))
        return REFUSED if survey is None else FINDINGS
    examples = sum(len(rule.passing) + len(rule.failing) for rule in survey.rules)
    sizes = {"forms": len(survey.forms), "ledgers": len(survey.ledgers), "rules": len(survey.rules)}
    out.print(say("cli.survey.clean", survey=survey.id, examples=examples, **sizes), style="green")
    return 0


def _linted(folder: Path) -> tuple[Survey | None, list[Problem]]:
    """Return the survey, if it loads, and every problem of its definitions."""
    try:
        survey = load(folder)
    except SurveyError as error:
        return None, error.problems.found
    return survey, [*lint(survey), *prove(survey)]


@roster_app.command("new", help=lookup("cli.roster.new"))
def roster_new(
    path: Annotated[Path, typer.Argument(help=say("cli.roster.file"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
) -> None:
    """Write an empty roster to fill in."""
    if path.exists():
        refuse(say("cli.refused.exists", path=path))
    try:
        new_roster(path, survey_named(survey))
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=path, reason=error.strerror))
    out.print(say("cli.roster.done", file=path))


@check_app.command("make", help=lookup("cli.roster_check.make"))
def roster_check_make(
    year: Annotated[int, typer.Option(help=say("cli.generate.year"))],
    roster: Annotated[Path, typer.Option(help=say("cli.generate.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("cli.roster_check.folder"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
    password: Annotated[str, typer.Option(help=say("cli.generate.password"))] = "",
) -> None:
    """Write one 名录核定表 per unit of the roster."""
    definitions = survey_named(survey)
    units = roster_in(roster, definitions)
    secret = password or secrets.token_urlsafe(9)
    if due_day(definitions, year) is None:
        err.print(say("roster_check.said.no_due", step=say("roster_check.step")), style="yellow")
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say("roster_check.said.working_make"), total=len(units.units))
        try:
            written = make_forms(units, definitions, year, folder, Lock.of(secret), lambda _: bar.advance(task))
            kept = keep_password(folder, secret)
        except OSError as error:
            refuse(say("cli.refused.no_folder", path=folder, reason=error.strerror))
    out.print(say("roster_check.said.made", count=len(written), folder=folder))
    out.print(say("cli.generate.password_kept", file=kept))


@check_app.command("merge", help=lookup("cli.roster_check.merge"))
def roster_check_merge(
    paths: Annotated[list[Path], typer.Argument(help=say("cli.roster_check.paths"))],
    roster: Annotated[Path, typer.Option(help=say("cli.roster_check.roster"))],
    target: Annotated[Path, typer.Option("--out", help=say("cli.roster_check.out"))],
    survey: Annotated[str | None, typer.Option(help=say("cli.merge.survey"))] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.merge.year"))] = None,
    drop_withdrawn: Annotated[bool, typer.Option("--drop-withdrawn", help=say("cli.roster_check.drop"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.merge.json"))] = False,
) -> None:
    """Read the answers back and write the new roster."""
    if target.resolve() == roster.resolve():
        refuse(say("cli.refused.same_file", path=target))
    definitions = survey_behind(paths, survey)
    units = roster_in(roster, definitions)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say("roster_check.said.working_merge"), total=None)
        check = merge_checks(
            paths,
            units,
            definitions,
            year=year,
            drop_withdrawn=drop_withdrawn,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    try:
        tell.write_roster(check, definitions, target)
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=target, reason=error.strerror))
    if json_too:
        print(json.dumps(tell.as_json(check), ensure_ascii=False, indent=1))
    else:
        for line in tell.lines(check, target):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(FINDINGS if check.open else 0)


@addin_app.command("build", help=lookup("cli.addin.build"))
def addin_build(
    path: Annotated[Path, typer.Argument(help=say("cli.addin.file"))] = Path("tianbao.xlam"),
) -> None:
    """Write the add-in, and beside it where this program is."""
    program = installed_program()
    try:
        build_addin(path)
        note = keep_program_path(path, program) if program else None
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=path, reason=error.strerror))
    except UnicodeError:
        refuse(say("cli.addin.odd_path", program=program))
    out.print(say("cli.addin.done", file=path), markup=False, soft_wrap=True)
    if note:
        out.print(say("cli.addin.noted", file=note), markup=False, soft_wrap=True)
    else:
        err.print(say("cli.addin.no_program"), style="yellow", markup=False)


@addin_app.command("press", help=lookup("cli.addin.press"))
def addin_press(
    button: Annotated[str, typer.Argument(help=say("cli.addin.button"))],
    book: Annotated[str, typer.Option(help=say("cli.addin.book"))] = "",
    window: Annotated[int, typer.Option(help=say("cli.addin.window"))] = 0,
    pipe: Annotated[str, typer.Option(envvar="TIANBAO_PIPE", help=say("cli.addin.pipe"))] = "",
) -> None:
    """Do in the open workbook what a button of the ribbon does."""
    if sentence := press(button, book or None, window or None, pipe or None):
        refuse(sentence)


if __name__ == "__main__":
    app()
