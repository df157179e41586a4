"""The checks that are no rules, as the registry has them: writes docs/checks.md.

python -m scripts.check_table
"""

from __future__ import annotations

from pathlib import Path

from templates.checks import FindingKind, Leaves, Room, load_checks
from templates.words import lookup

TARGET = Path(__file__).parents[1] / "docs" / "checks.md"

HEAD = """# The checks that are no rules

Made by `python -m scripts.check_table` from `templates/words/checks.toml`; a test holds the page against it, and every
id has a case (`tests/auditing/test_every_check.py`, `tests/tampering/test_tampering.py`). Rules come from the survey:
[rules.md](rules.md) counts them, `tianbao survey handbook` prints them. Ids are never reused. `{…}` stands for what is
quoted; `{label}` is a cell of a form as messages name it, such as 28「举办…次数」.

*In the workbook* is where the unit sees the same while it fills: a row of 审核, with the colour of the cell and the
message beside it, or only the message beside the cell. *Not known* is what reading leaves open: a value that rules may
not use, a text that no formula takes, a sheet or a part of it.
"""

ROOMS = {
    Room.READER: "Found by reading a workbook",
    Room.STRUCTURE: "Found by the audit, whatever the survey's rules",
    Room.TAMPERING: "Found by comparing a workbook with the one that was mailed out",
    Room.ENGINE: "Found where the program itself fails",
}

LEAVES = {
    None: "",
    Leaves.VALUE: "value",
    Leaves.COLUMN: "value, and what is counted over the column",
    Leaves.TEXT: "a text",
    Leaves.SHEET: "sheet",
    Leaves.PART: "part of a sheet",
    Leaves.NAME: "",
}


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(section(room, title) for room, title in ROOMS.items())


def section(room: Room, title: str) -> str:
    """Return the table of what one room finds."""
    head = (
        f"\n## {title}\n\n| id | severity | message | hint | in the workbook | not known |\n|---|---|---|---|---|---|\n"
    )
    return head + "".join(line(kind) for kind in load_checks().values() if kind.found_by is room)


def line(kind: FindingKind) -> str:
    """Return the row of one check."""
    cells = (f"`{kind.id}`", kind.severity.value, kind.message, kind.hint, shown(kind), LEAVES[kind.leaves])
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def shown(kind: FindingKind) -> str:
    """Return where the workbook itself says it."""
    if kind.live in ("", "beside"):
        return "beside the cell" if kind.live else ""
    return str(lookup("workbook.audit")[kind.live]).format(sheet="…", name="…")


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
