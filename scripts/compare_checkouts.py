"""Two checkouts of the program read the same returns: do findings, states and totals come out the same?

    python -m scripts.compare_checkouts OLD NEW [--count 200] [--work FOLDER] [--returns FOLDER] [--own]

OLD and NEW are folders of two checkouts (``git worktree add``). The older one makes mixed returns once (see
``scripts/mixed_returns.py``; ``--returns`` takes a folder that an earlier run has left), and both run ``validate
--json``, ``merge --json --store`` and the same merge again, out of the store. Everything that was said is compared as
complete lists, in order; each difference is printed, and the exit code is 1 where there is any. In a ``--work`` folder
that is kept, what an unchanged OLD said is kept too.

What differs by nature: a newer program whose rooms of writing changed takes these workbooks for another version's, says
so in one remark, and does not tell their locked cells one by one. Such files are listed by themselves, their other
findings compared. ``--own`` lets each checkout read workbooks of its own making instead, with the same contents and the
same deeds, and so compares what is found of tampering too, but for damaged files, whose bytes differ.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

Told = dict[str, Any]
"""An object of JSON."""

MAKER: Final = "scripts/mixed_returns.py"
OTHER_VERSION: Final = "tamper.generation"
TAMPERING: Final = "tamper."
_LINES: Final = 40
"""So many lines of one difference are shown."""


@dataclass(frozen=True)
class Checkout:
    """One version of the program, and where it puts what it makes."""

    name: str
    folder: Path
    work: Path

    def run(self, *arguments: str, refused: Sequence[int] = (2,)) -> str:
        """Run a Python program in this checkout; return what it printed. Ends the comparison where it refuses."""
        environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "TIANBAO_CACHE": str(self.work / f"cache-{self.name}"),
        }
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.work, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode < 0 or done.returncode in refused or "Traceback" in done.stderr:
            sys.exit(f"{self.name}: {' '.join(arguments)[:300]}\n{done.stderr[-4000:]}")
        return done.stdout

    def tell(self, command: str, *arguments: str, refused: Sequence[int] = (2,)) -> Any:
        """Return the JSON that a command of this checkout printed."""
        return json.loads(self.run("-m", "tianbao", command, *arguments, "--json", refused=refused))

    def find_commit(self) -> str:
        """Return the commit of a checkout without changes of its own, else ``""``."""
        asked = (("status", "--porcelain"), ("rev-parse", "HEAD"))
        changed, commit = (
            subprocess.run(["git", "-C", str(self.folder), *one], capture_output=True, text=True, check=True).stdout
            for one in asked
        )
        return "" if changed.strip() else commit.strip()

    def make(self, folder: Path, count: int, seed: int, survey: str, workers: int) -> None:
        """Make mixed returns: by this checkout's own maker, where it has one."""
        own = self.folder / MAKER
        maker = own if own.exists() else Path(__file__).parents[1] / MAKER
        options = ["--count", str(count), "--seed", str(seed), "--survey", survey, "--workers", str(workers)]
        self.run(str(maker), str(folder), *options, refused=(1, 2))


@dataclass
class Comparison:
    """What was compared, and what came out differently."""

    differences: list[str] = field(default_factory=list)
    by_nature: list[str] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    """How often a finding of a rule is only on one side: ``-`` old, ``+`` new."""

    def compare(self, what: str, old: Any, new: Any) -> None:
        """Compare two values of JSON."""
        self.compared[what.partition(" ")[0]] += 1
        if old != new:
            self.differences.append(f"{what}\n" + "\n".join(_differing(old, new)))


def _differing(old: Any, new: Any) -> Iterator[str]:
    """Yield lines that say in what two values differ."""
    before, after = (
        [json.dumps(one, ensure_ascii=False) for one in value] if _is_plain(value) else list(_flatten(value))
        for value in (old, new)
    )
    lines = [line for line in unified_diff(before, after, "old", "new", lineterm="", n=0) if line[:2] != "@@"][2:]
    yield from (f"    {line[:400]}" for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield f"    ... {len(lines) - _LINES} lines more"


def _is_plain(value: Any) -> bool:
    """Return whether a value is a list that reads best an entry a line."""
    return isinstance(value, list) and not any(isinstance(one, dict) and "totals" in one for one in value)


def _flatten(value: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each single value, with the way to it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield f"{path}: {json.dumps(value, ensure_ascii=False)}"
        return
    for key, one in inner:
        yield from _flatten(one, f"{path}/{key}")


# --- files one by one ------------------------------------------------------------------------------------------------


def compare_files(found: Comparison, old: list[Told], new: list[Told], left_out: set[str]) -> dict[str, bool]:
    """Compare what ``validate`` says of each file.

    Return the files that only the newer program takes for another version's, and whether their state can be the same:
    it cannot where what the older one says of tampering is the only error.
    """
    strangers: dict[str, bool] = {}
    found.compare("files of validate", _names(old, left_out), _names(new, left_out))
    after = {Path(one["file"]).name: one for one in new}
    for before in old:
        name = Path(before["file"]).name
        if name in left_out or name not in after:
            continue
        here, there = _findings(before), _findings(after[name])
        if OTHER_VERSION in _rules(there) and OTHER_VERSION not in _rules(here):
            strangers[name] = _has_error(here) == _has_error(_untampered(here))
            found.by_nature.append(f"{name}: {_told_apart(here, there)}")
            here, there = _untampered(here), _untampered(there)
        found.rules += _excess(here, there)
        found.compare(f"findings of {name}", here, there)
        if strangers.get(name, True):
            found.compare(f"status of {name}", *[_without(one, "file", "findings") for one in (before, after[name])])
    return strangers


def _names(told: list[Told], left_out: set[str]) -> list[str]:
    return [name for one in told if (name := Path(one["file"]).name) not in left_out]


def _findings(file: Told) -> list[Told]:
    found: list[Told] = file["findings"]
    return found


def _has_error(findings: list[Told]) -> bool:
    return any(finding["severity"] == "error" for finding in findings)


def _rules(findings: list[Told]) -> list[str]:
    return [finding["rule"] for finding in findings]


def _untampered(findings: list[Told]) -> list[Told]:
    return [finding for finding in findings if not finding["rule"].startswith(TAMPERING)]


def _told_apart(old: list[Told], new: list[Told]) -> str:
    """Return what each program says of tampering."""
    told = (sorted(rule for rule in _rules(side) if rule.startswith(TAMPERING)) for side in (old, new))
    before, after = (dict(Counter(rules)) for rules in told)
    return f"old {before}, new {after}"


def _excess(old: list[Told], new: list[Told]) -> Counter[str]:
    sides = [Counter(json.dumps(one, sort_keys=True) for one in side) for side in (old, new)]
    lost, gained = sides[0] - sides[1], sides[1] - sides[0]
    signed = [("-", one) for one in lost.elements()] + [("+", one) for one in gained.elements()]
    return Counter(f"{sign} {json.loads(one)['rule']}" for sign, one in signed)


def _without(told: Told, *names: str) -> Told:
    return {name: value for name, value in told.items() if name not in names}


# --- all of them together --------------------------------------------------------------------------------------------


def compare_merges(found: Comparison, what: str, old: Told, new: Told, strangers: Container[str]) -> None:
    """Compare what ``merge --json`` says, unit by unit, file by file, total by total."""
    found.compare(f"{what}: parts told", sorted(old), sorted(new))
    known = {"units": "code", "files": "file"}
    for part, key in known.items():
        after = {one[key]: one for one in new[part]}
        found.compare(f"{what}: {part} in order", [one[key] for one in old[part]], [one[key] for one in new[part]])
        for before in old[part]:
            now = after.get(before[key])
            if now is None:
                continue
            if _concerns(before, strangers) and before != now:
                shown = f"{what}: {before[key]}: {_shorten(before, now)}"
                found.by_nature.append(shown)
                before, now = _counted(before), _counted(now)  # noqa: PLW2901
            found.compare(f"{part} {what} {before[key]}", before, now)
    for part in sorted(old.keys() & new.keys() - known.keys()):
        found.compare(f"{part} {what}", old[part], new[part])


def _concerns(unit: Told, strangers: Container[str]) -> bool:
    return any(Path(name).name in strangers for name in unit.get("files", ()))


def _counted(unit: Told) -> Told:
    """Return a unit without the numbers and words that remarks about tampering go into."""
    return _without(unit, "warnings", "errors", "reason")


def _shorten(old: Told, new: Told) -> str:
    return "; ".join(f"{name}: {old[name]!r} → {new.get(name)!r}" for name in old if old[name] != new.get(name))


# --- the whole -------------------------------------------------------------------------------------------------------


def run_both(found: Comparison, sides: Sequence[tuple[Checkout, Path]], left_out: set[str]) -> None:
    """Let each checkout read its folder of returns, and compare what they say.

    A return that counts only for the program that does not look into its tampering is left out of the merges, and told.
    """
    old, new = (_ask(checkout, returns, left_out, _validate) for checkout, returns in sides)
    strangers = compare_files(found, old["validate"], new["validate"], left_out)
    changed = {name for name, same in strangers.items() if not same}
    found.by_nature += [f"{name}: left out of the merges, its only error is of tampering" for name in sorted(changed)]
    old, new = (_ask(checkout, returns, left_out | changed, _merge_twice) for checkout, returns in sides)
    for what in old:
        compare_merges(found, what, old[what], new[what], strangers)


Ask = Callable[[Checkout, Path, set[str]], Told]


def _ask(checkout: Checkout, returns: Path, left_out: set[str], ask: Ask) -> Told:
    """Return what a checkout says of the returns; of an unchanged commit it is asked once."""
    commit = checkout.find_commit()
    named = sha256(json.dumps([str(returns), sorted(left_out)]).encode()).hexdigest()[:12]
    kept = checkout.work / f"told-{ask.__name__.strip('_')}-{named}-{commit}.json"
    if commit and kept.exists():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    told = ask(checkout, returns, left_out)
    if commit:
        kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return told


def _validate(checkout: Checkout, returns: Path, left_out: set[str]) -> Told:
    told = {"validate": checkout.tell("validate", *_files(returns, left_out), refused=())}
    _show(checkout, "validate")
    return told


def _merge_twice(checkout: Checkout, returns: Path, left_out: set[str]) -> Told:
    """Merge into a new store, and again out of it."""
    for path in _results(checkout, returns):
        path.unlink(missing_ok=True)
    told = {}
    for what in ("merge", "merge again"):
        told[what] = _merge(checkout, returns, left_out)
        _show(checkout, what)
    return told


def _show(checkout: Checkout, what: str) -> None:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime
    print(f"{checkout.name} {what}: {seconds:,.0f} processor seconds so far", file=sys.stderr, flush=True)


def _files(place: Path, left_out: set[str]) -> list[str]:
    return [str(path) for path in sorted((place / "returns").iterdir()) if path.name not in left_out]


def _merge(checkout: Checkout, place: Path, left_out: set[str]) -> Told:
    out, store = _results(checkout, place)
    places = ["--roster", str(place / "roster.csv"), "--out", str(out), "--store", str(store)]
    told: Told = checkout.tell("merge", *_files(place, left_out), *places)
    return told


def _results(checkout: Checkout, place: Path) -> tuple[Path, Path]:
    out, store = (checkout.work / f"{checkout.name}-{place.name}{ending}" for ending in (".xlsx", ".duckdb"))
    return out, store


def report(found: Comparison, left_out: set[str]) -> int:
    """Print what came out; return the exit code."""
    if found.by_nature:
        print(f"\nBy nature ({OTHER_VERSION}: another version's workbook is told once), {len(found.by_nature)} places:")
        print("\n".join(f"  {line}" for line in found.by_nature))
    if left_out:
        print(f"\nLeft out, {len(left_out)} damaged files: their bytes differ by the making.")
    if found.rules:
        print("\nFindings on one side only (- old, + new):")
        print("\n".join(f"  {count:5} {rule}" for rule, count in found.rules.most_common()))
    if found.differences:
        print(f"\n{len(found.differences)} differences:")
        print("\n".join(found.differences))
    print(f"\n{sum(found.compared.values()):,} comparisons, {len(found.differences)} differences")
    return int(bool(found.differences))


def compare(asked: argparse.Namespace, work: Path) -> int:
    """Make what is to be read, let both read it, and report."""
    old, new = Checkout("old", asked.old.resolve(), work), Checkout("new", asked.new.resolve(), work)
    sides, left_out, found = [], set(), Comparison()
    for checkout in (old, new):
        place = work / (f"mixed-{checkout.name}" if asked.own else "mixed")
        if asked.returns and not (asked.own and checkout is new):
            place = asked.returns.resolve()
        if not (place / "sorts.json").exists():
            checkout.make(place, asked.count, asked.seed, asked.survey, asked.workers)
        sides.append((checkout, place))
    if asked.own:
        sorts = json.loads((sides[0][1] / "sorts.json").read_text(encoding="utf-8"))
        left_out = {name for name, sort in sorts.items() if sort.startswith("damaged")}
    run_both(found, sides, left_out)
    return report(found, left_out)


def main() -> None:
    """Compare, and end with 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--count", type=int, default=200, help="how many returns are made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survey", default="kx2023", help="an installed survey, or a folder")
    parser.add_argument("--workers", type=int, default=2, help="how many programs make returns")
    parser.add_argument("--work", type=Path, help="a folder that is kept: returns and stores stay in it")
    parser.add_argument("--returns", type=Path, help="a folder of scripts.mixed_returns, instead of making one")
    parser.add_argument("--own", action="store_true", help="each checkout reads workbooks of its own making")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        work = (asked.work or Path(passing)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        sys.exit(compare(asked, work))


if __name__ == "__main__":
    main()
