"""The audit: nanoseconds for each rule and unit, from one return to a thousand; and what its parts take of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.evaluate import judge
from addin.auditing.stacked import judge_all
from addin.auditing.structure import check_structure
from addin.submission import Submission
from addin.tampering.examine import read_examined
from benchmarks.bench import Bench, measures
from benchmarks.clock import spend
from benchmarks.returns import DEMO, YEAR, list_files
from benchmarks.tables import Table, show_before
from templates.model import Survey

UNITS = (1, 10, 100, 1000)
WHOLE, RULES = "audit, findings with their words", "rules alone, arrays at hand"
EACH = "the same, one rule after the other"
GATHERING = "entries and ledger rows into arrays"
STRUCTURE = "structural checks, arrays at hand"


def read_alike(bench: Bench) -> list[Submission]:
    """Return read returns of one kind: their units have the same rules."""
    found = [read_examined(path) for path in list_files(bench.returns.folder(DEMO, bench.returns.distinct))]
    read = [one for one in found if isinstance(one, Submission)]
    return [one for one in read if one.identity.kind == read[0].identity.kind]


def race_audit(bench: Bench, survey: Survey, given: Sequence[Submission], count: int) -> dict[str, float]:
    """Return nanoseconds a rule and unit, of the whole audit and of the rules alone."""
    returns = list(islice(cycle(given), count))
    kind = given[0].identity.kind
    rules = survey.rules_of(kind)
    batch = gather(survey, returns)
    judge_all(batch, kind)  # what is worked out of ledgers is so when a rule first asks for it
    check_structure(batch)
    contenders = {
        WHOLE: spend(lambda: audit(survey, YEAR, returns)),
        GATHERING: spend(lambda: gather(survey, returns)),
        STRUCTURE: spend(lambda: check_structure(batch)),
        RULES: spend(lambda: judge_all(batch, kind)),
        EACH: spend(lambda: [judge(rule, batch) for rule in rules]),
    }
    found = bench.race(f"audit of {count}", contenders)
    return {name: taken / len(rules) / count * 1e9 for name, taken in found.items()}


def gather(survey: Survey, returns: Sequence[Submission]) -> Batch:
    """Return the returns as arrays, with all forms and all columns of ledgers."""
    batch = Batch(survey, YEAR, returns)
    for form in survey.forms_of(returns[0].identity.kind):
        batch.entries.gather(form.id, "now")
        batch.entries.gather(form.id, "prior")
    for ledger in survey.ledgers:
        for column in ledger.columns:
            batch.rows(ledger.short).column(column.name)
    return batch


@measures("audit")
def measure_audit(bench: Bench) -> Iterator[Table]:
    """The audit and its parts, for each number of units."""
    survey, given = bench.returns.survey, read_alike(bench)
    found = {count: race_audit(bench, survey, given, count) for count in UNITS}
    rows = []
    for name in (WHOLE, GATHERING, STRUCTURE, RULES, EACH):
        cells = [f"{found[count][name]:,.0f}" for count in UNITS]
        before = [show_before("audit", f"{name}, {count}", found[count][name] / 1e9) for count in UNITS]
        rows += [[name, *cells], [f"{name}, before", *before]] if any(before) else [[name, *cells]]
    note = f"{len(survey.rules_of(given[0].identity.kind))} rules apply to these units."
    yield Table("audit", ["ns a rule and unit", *(f"{count:,} units" for count in UNITS)], rows, [note])
