"""What came of all cases, as a table, and every kind of failure with a line that shows it again."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

_EXAMPLES: Final = 3


@dataclass(frozen=True)
class Line:
    """What a worker says of one case."""

    number: int
    mutators: tuple[str, ...]
    state: str
    second: str
    seconds: float
    megabytes: float
    failures: tuple[str, ...]


@dataclass
class Summary:
    """Counts per mutator and in all."""

    survey: str
    seed: int
    cases: int = 0
    states: Counter[str] = field(default_factory=Counter)
    seconds_: Counter[str] = field(default_factory=Counter)
    by_mutator: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[float, int] = (0.0, -1)
    failures: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: Line) -> None:
        """Count a case."""
        self.cases += 1
        self.states[line.state] += 1
        self.seconds_[line.second] += 1
        for name in line.mutators:
            self.by_mutator[name][line.state] += 1
        self.slowest = max(self.slowest, (line.seconds, line.number))
        self.largest = max(self.largest, (line.megabytes, line.number))
        for failure in line.failures:
            found = self.failures[kind_of(failure, line.mutators)]
            found.append((line.number, failure))
            if len(found) == 1:
                print(self._again(line.number, failure), file=sys.stderr, flush=True)

    def __str__(self) -> str:
        states = sorted(self.states)
        rows = [f"{'':32}" + "".join(f"{state:>16}" for state in states)]
        for name, counts in sorted(self.by_mutator.items()):
            rows.append(f"{name:32}" + "".join(f"{counts[state]:>16,}" for state in states))
        rows.append(f"{'all cases':32}" + "".join(f"{self.states[state]:>16,}" for state in states))
        told = ", ".join(f"{name} {count:,}" for name, count in self.seconds_.most_common() if name)
        rows += ["", f"{self.cases:,} cases of {self.survey}, seed {self.seed}", f"second reader: {told}"]
        slow, large = self.slowest, self.largest
        rows.append(f"slowest {slow[0]:.2f} s (case {slow[1]}), largest {large[0]:.0f} MB (case {large[1]})")
        rows.append(f"failures: {sum(map(len, self.failures.values())):,} of {len(self.failures)} kinds")
        for kind, found in sorted(self.failures.items(), key=lambda item: -len(item[1])):
            rows.append(f"\n{len(found):,} × {kind}")
            rows += [self._again(number, failure) for number, failure in found[:_EXAMPLES]]
        return "\n".join(rows)

    def _again(self, number: int, failure: str) -> str:
        return f"  python -m scripts.fuzz --survey {self.survey} --only {self.seed}:{number}   # {failure}"


def kind_of(failure: str, mutators: tuple[str, ...]) -> str:
    """Return a failure without what differs from case to case."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|\d+", "#", failure)
    if failure.startswith(("crash", "died")):
        return bare[:160]
    return (
        f"{bare.split('…')[0][:60]} [{' + '.join(mutators)}]"
        if len(mutators) == 1
        else f"{bare.split('…')[0][:60]} [several]"
    )
