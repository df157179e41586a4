"""What a statistician writes by hand: read every return, stack each form and each ledger, write the stacked tables.

    python -m benchmarks.peers.pandas_loop FOLDER OUT.xlsx PLAN.json openpyxl|calamine

PLAN.json names the sheets and the rows of their headers. No rule is audited, nothing is summed up, no change noticed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd


def stack(folder: Path, plan: dict[str, int], engine: str) -> dict[str, pd.DataFrame]:
    """Return the rows of every sheet of the plan, each with the file that it comes from."""
    found: dict[str, list[pd.DataFrame]] = {sheet: [] for sheet in plan}
    for path in sorted(folder.iterdir()):
        with pd.ExcelFile(path, engine=engine) as book:  # type: ignore[arg-type]
            for header in sorted(set(plan.values())):
                sheets = [sheet for sheet in book.sheet_names if plan.get(str(sheet)) == header]
                for sheet, frame in pd.read_excel(book, sheet_name=sheets, header=header - 1).items():
                    found[str(sheet)].append(frame.dropna(how="all").assign(file=path.name))
    return {sheet: pd.concat(frames, ignore_index=True) for sheet, frames in found.items() if frames}


def write(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write every table into a sheet of its own, with the engine that pandas takes by itself."""
    with pd.ExcelWriter(out) as writer:
        for sheet, table in tables.items():
            table.to_excel(writer, sheet_name=sheet, index=False)


def main() -> None:
    """Read, stack, write."""
    folder, out, plan, engine = sys.argv[1:]
    write(stack(Path(folder), json.loads(Path(plan).read_text(encoding="utf-8")), engine), Path(out))


if __name__ == "__main__":
    main()
