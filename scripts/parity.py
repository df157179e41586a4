"""The long run of tests/parity/test_parity.py: as many seeded returns as one likes, over every kind of unit and level.

.venv/bin/python -m scripts.parity 10000
.venv/bin/python -m scripts.parity 500 --first 20000 --survey tests/surveys/mini
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from templates.load import list_surveys, load
from templates.model import Survey
from tests.parity.run import Tally, run, shares
from tests.support.office import Office, missing


def compare(survey: Survey, returns: int, first: int) -> list[Tally]:
    """Run ``returns`` seeds per kind and say what came of each level."""
    tallies = []
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        for kind, level, seeds in shares(survey, -(-returns // len(survey.kinds))):
            moved = range(first + seeds.start, first + seeds.stop)
            tallies.append(run(office, survey, kind, level, moved, Path(folder)))
            tally = tallies[-1]
            told = f"{tally.returns} returns, {tally.statuses:,} statuses, {len(tally.differences)} differences"
            print(f"{kind} {level}: {told}", flush=True)
            for line in tally.differences[:20]:
                print(f"  {line}")
    return tallies


def main() -> None:
    """Compare, and end with 1 where the engines differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("returns", type=int, help="how many returns, over all kinds together")
    parser.add_argument("--first", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--survey", default=list_surveys()[0], help="an installed survey, or a folder")
    asked = parser.parse_args()
    if reason := missing():
        sys.exit(reason)
    folder = Path(asked.survey)
    tallies = compare(load(folder if folder.is_dir() else asked.survey), asked.returns, asked.first)
    sys.exit(int(any(tally.differences for tally in tallies)))


if __name__ == "__main__":
    main()
