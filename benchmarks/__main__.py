"""The bench: ``make bench``, or a part of it.

    python -m benchmarks                                   everything, tables printed
    python -m benchmarks --only merge --units 200          one table, one size
    python -m benchmarks --write                           into docs/performance.md, between the markers

What is measured, and how, is said in docs/performance.md. Made-up returns stay in ``--folder`` for the next run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import auditing, commands, growth, kinds, merging, reading, writing
from benchmarks.bench import MEASURES, Bench
from benchmarks.clock import ROOT
from benchmarks.returns import DISTINCT, Returns
from benchmarks.tables import keep_for_later, put_into_page

MODULES = (commands, writing, kinds, reading, merging, auditing, growth)
"""They put their measurements into the register."""


def read_arguments() -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help=f"names, joined by commas: {', '.join(MEASURES)}")
    parser.add_argument("--units", default="50,200", help="how many returns are merged and generated: 50,200,1000")
    parser.add_argument("--rounds", type=int, default=5, help="how often what is compared takes turns")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="where made-up returns are kept")
    parser.add_argument("--distinct", type=int, default=DISTINCT, help="how many returns of a sort are made up")
    parser.add_argument("--before", type=Path, help="a file for what is measured: before.toml of a later version")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, and write where it is asked for: each table as soon as it is there."""
    asked = read_arguments()
    names = [name.strip() for name in asked.only.split(",") if name.strip()] or list(MEASURES)
    if unknown := [name for name in names if name not in MEASURES]:
        raise SystemExit(f"{', '.join(unknown)}: there is {', '.join(MEASURES)}")
    units = tuple(int(count) for count in asked.units.split(","))
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(Returns(asked.folder, _tell, asked.distinct), Path(work), units, asked.rounds)
        for name in names:
            for table in MEASURES[name](bench):
                print(f"\n### {table.name}\n\n{table.show()}\n", flush=True)
                if asked.write:
                    put_into_page([table])
            if asked.before:
                keep_for_later(asked.before)


if __name__ == "__main__":
    main()
