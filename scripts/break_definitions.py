"""Spoil every key of every file of a survey in turn, and see that lint tells each and falls over none.

    python -m scripts.break_definitions tests/surveys/mini
    python -m scripts.break_definitions templates/surveys/kx2023 --share 0.01 --seed 3

What passes lint is made into workbooks, so a line that begins with D041 or D042 is something that no check foresaw.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from addin.auditing.proof import check_definitions
from tests.support.mutated import Mutation, mutations

UNFORESEEN = ("D041", "D042")


def main() -> None:
    """Print what no check foresaw, and how often each problem was told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="how much of all mutations is tried")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = mutations(asked.folder)
    chosen = Random(asked.seed).sample(found, round(len(found) * asked.share))
    with TemporaryDirectory(prefix="tianbao-") as folder:
        told = tell(chosen, shutil.copytree(asked.folder, Path(folder, asked.folder.name)))
    print(f"{len(chosen)} of {len(found)}: {dict(sorted(told.items()))}")
    sys.exit(any(told[id] for id in UNFORESEEN))


def tell(chosen: list[Mutation], folder: Path) -> Counter[str]:
    """Return how many of the mutations were told by each id; ``""`` counts those that do no harm."""
    told: Counter[str] = Counter()
    for mutation in chosen:
        path = folder / mutation.file
        before = path.read_bytes()
        path.write_text(mutation.text, encoding="utf-8")
        _, problems = check_definitions(folder)
        path.write_bytes(before)
        ids = {problem.id for problem in problems if problem.severity == "error"}
        told.update(ids or [""])
        for problem in problems:
            if problem.id in UNFORESEEN:
                print(problem.id, mutation, problem.message)
    return told


if __name__ == "__main__":
    main()
