"""Which function and feature works in which program: writes docs/compatibility.zh-CN.md.

python -m scripts.compatibility
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"
TARGET = ROOT / "docs" / "compatibility.zh-CN.md"

UNSEEN, LOOKED = "unseen", "looked"


def facts() -> dict[str, Any]:
    """Return the features, the limits and the words of the page."""
    return tomllib.loads((CASES / "compatibility.toml").read_text(encoding="utf-8"))


def functions() -> list[dict[str, str]]:
    """Return the functions that workbooks may use."""
    with (CASES / "functions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def page() -> str:
    """Return the whole page."""
    known = facts()
    words = known["page"]
    never = words["never"].format(volatile="、".join(known["volatile"]))
    return "\n".join(
        [
            f"# {words['title']}\n{words['head']}",
            f"## {words['functions']}\n",
            *table(words["function_header"], (line(known, row) for row in functions())),
            f"\n{never}\n",
            f"## {words['features']}\n",
            *table(words["feature_header"], (line(known, row) for row in known["features"])),
            f"\n## {words['limits']}\n\n{words['limits_head']}\n",
            *table(words["limit_header"], (limit(row) for row in known["limits"])),
            "",
            *(f"- {source}：{meaning}。" for source, meaning in known["sources"].items()),
            "",
        ]
    )


def table(header: Sequence[str], lines: Iterator[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    yield from (f"| {' | '.join(cells)} |" for cells in lines)


def line(known: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Return the cells of a function or feature: its name, what is known of each program, the source."""
    words = known["page"]
    excel = [words["documented" if int(row["since"]) <= year else UNSEEN] for year in known["excel"].values()]
    others = [
        words[row[program] if row[program] in (UNSEEN, LOOKED) else "tested"] for program in ("wps", "libreoffice")
    ]
    return [row["name"], *excel, *others, row["source"]]


def limit(row: Mapping[str, Any]) -> list[str]:
    """Return the cells of a limit."""
    return [row["name"], f"{row['limit']:,} {row['measure']}", row["source"]]


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
