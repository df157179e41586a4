"""The command: so many cases of a seed, in programs of their own, and what came of them."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from scripts.fuzz.cases import make_case
from scripts.fuzz.judge import Judge
from scripts.fuzz.originals import load_survey, open_original, write_returns
from scripts.fuzz.runner import run
from scripts.fuzz.summary import Summary
from templates.model import Survey


def main() -> None:
    """Run, print what came of it, and end with 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz", description=__doc__)
    parser.add_argument(
        "--survey", default="mini", help="an installed survey, or a folder; mini is the tiny one of the tests"
    )
    parser.add_argument("--cases", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=1, help="other cases for another seed")
    parser.add_argument("--workers", type=int, default=2, help="programs side by side")
    parser.add_argument("--files", type=Path, help="a folder with good returns to begin with, instead of made-up ones")
    parser.add_argument("--mutators", nargs="*", default=[], help="only these")
    parser.add_argument("--only", metavar="SEED:CASE", help="one case in this program; --keep writes its file")
    parser.add_argument("--keep", type=Path, help="where to write the file of --only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        survey = load_survey(asked.survey)
        files = sorted(asked.files.glob("*.xlsx")) if asked.files else write_returns(survey, Path(folder))
        if asked.only:
            sys.exit(show_case(asked.survey, files, asked.only, asked.mutators, asked.keep, Path(folder)))
        refuse_bad_originals(survey, files, Path(folder))
        numbers = range(asked.first, asked.first + asked.cases)
        summary = Summary(asked.survey, asked.seed)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):  # what came of the cases until then is told
            run(asked.survey, files, asked.seed, numbers, asked.mutators, asked.workers, summary)
    print(summary)
    sys.exit(int(bool(summary.failures)))


def refuse_bad_originals(survey: Survey, files: list[Path], folder: Path) -> None:
    """End where a return to begin with is none that can be read."""
    for path in files:
        try:
            Judge(open_original(path, survey), folder / "case.xlsx").read_before  # noqa: B018
        except ValueError as error:
            sys.exit(f"{path}: {error}")


def show_case(survey: str, files: list[Path], only: str, mutators: list[str], keep: Path | None, folder: Path) -> int:
    """Judge one case here, print it, and return 1 where it fails."""
    seed, number = map(int, only.split(":"))
    originals = [open_original(path, load_survey(survey)) for path in files]
    case = make_case(originals, seed, number, mutators)
    if keep:
        keep.write_bytes(case.data)
    verdict = Judge(case.original, folder / "case.xlsx").judge(case)
    print(
        f"{case.original.name}: {', '.join(case.mutators)}; {verdict.state}; {verdict.second}; {verdict.seconds:.2f} s"
    )
    for failure in verdict.failures:
        print(f"  {failure}")
    return int(bool(verdict.failures))


if __name__ == "__main__":
    main()
