"""What the workbook of each kind of unit and level weighs, and how long LibreOffice takes to open and recalculate it.

.venv/bin/python -m benchmarks.kinds            prints the second table of docs/performance.md
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from addin.sending.zero import make_complete_zero
from benchmarks.line import YEAR, median
from generator.strict import Lock
from generator.unit.workbook import build
from templates.content import Identity
from templates.load import list_surveys, load
from templates.model import Survey, UnitKind
from tests.support.office import Office, missing, open_document


def weigh(office: Office, survey: Survey, kind: UnitKind, level: str, path: Path) -> str:
    """Return one row of the table: an all-zero, complete return of that kind and level."""
    identity = Identity(survey.id, survey.version, survey.hash, YEAR, "1", "演示单位", kind.name, level)
    build(path, survey, identity, Lock.of("x"), make_complete_zero(survey, identity))
    start = time.perf_counter()
    document = open_document(office.desktop, path)
    opening = time.perf_counter() - start
    recalculating = median(document.calculateAll, runs=5)
    document.close(True)
    size = path.stat().st_size / 1000
    return f"| {kind.name} | {level} | {size:,.0f} | {opening:.2f} | {recalculating:.2f} |"


def main() -> None:
    """Print the table."""
    if reason := missing():
        raise SystemExit(reason)
    print("| kind | level | kB | open s | recalculate s |\n|---|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, Office() as office:
        for name in list_surveys():
            survey = load(name)
            for kind in survey.kinds:
                for level in kind.levels:
                    print(weigh(office, survey, kind, level, Path(folder) / "unit.xlsx"))


if __name__ == "__main__":
    main()
