"""The number of rules by form, family and severity: writes docs/rules.md.

python -m scripts.rule_table
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from templates.load import list_surveys, load
from templates.model import Severity, Survey

TARGET = Path(__file__).parents[1] / "docs" / "rules.md"

HEAD = """# The rules, counted

Made by `python -m scripts.rule_table`; a test holds it against the definitions. A family is written once, in
`templates/families.toml`; its members grow from attributes of indicators and columns. 'written' are the rules of
`rules/*.toml`. Every rule has examples that pass and examples that fail.
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(section(load(name)) for name in list_surveys())


def section(survey: Survey) -> str:
    """Return the tables of one survey: by form, and by family."""
    examples = sum(len(rule.passing) + len(rule.failing) for rule in survey.rules)
    by_form = Counter((rule.form or "ledgers", rule.severity) for rule in survey.rules)
    by_family = Counter((rule.family or "written", rule.severity) for rule in survey.rules)
    lead = f"\n## {survey.id}\n\n{len(survey.rules)} rules with {examples} examples.\n"
    return lead + table("form", by_form) + table("family", by_family)


def table(first: str, counts: Counter[tuple[str, Severity]]) -> str:
    """Return a table with a line for each name and a column for each severity."""
    severities = list(Severity)
    lines = [f"\n| {first} | {' | '.join(severities)} | all |", "|---|" + "---:|" * (len(severities) + 1)]
    for name in sorted({name for name, _ in counts}):
        row = [counts[name, severity] for severity in severities]
        lines.append(f"| {name} | {' | '.join(str(number) for number in row)} | {sum(row)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
