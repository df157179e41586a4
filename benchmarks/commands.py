"""Starting: what a command costs before it has done anything, and one return validated; many validated at once."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench import Bench, measures
from benchmarks.clock import run_command
from benchmarks.returns import DEMO, list_files
from benchmarks.tables import Table, compare_with, show_before, show_ms, show_ratio

HELP, VALIDATE = "tianbao --help", "tianbao validate, one return"
MANY = 50


@measures("start")
def measure_start(bench: Bench) -> Iterator[Table]:
    """Whole processes, start to end."""
    path = bench.returns.one(DEMO)
    run_command("validate", path, cache=bench.cache)
    contenders = {
        HELP: bench.command("--help"),
        VALIDATE: bench.command("validate", path),
        "python -c pass": bench.python("-c", "pass"),
        "python -c 'import pandas, openpyxl'": bench.python("-c", "import pandas, openpyxl"),
    }
    found = bench.race("start", contenders)
    rows = list(compare_with(found, HELP, "start"))
    yield Table("start", ["process", "ms", "beside --help", "before, ms"], rows)


@measures("validate")
def measure_validate(bench: Bench) -> Iterator[Table]:
    """``validate`` of one return and of fifty: a further file costs what lies between."""
    files = list(list_files(bench.returns.folder(DEMO, MANY)))
    found = bench.race("validate", {
        "1": bench.command("validate", "--json", files[0]),
        str(MANY): bench.command("validate", "--json", *files),
    }, rounds=max(1, bench.rounds // 2))  # fmt: skip
    further = (found[str(MANY)] - found["1"]) / (MANY - 1)
    seconds = {"one return": found["1"], f"{MANY} returns, each": found[str(MANY)] / MANY, "a further return": further}
    rows = [
        [name, show_ms(taken), show_ratio(taken / found["1"]), show_before("validate", name, taken)]
        for name, taken in seconds.items()
    ]
    yield Table("validate", ["validate --json", "ms", "of one by itself", "before, ms"], rows)
