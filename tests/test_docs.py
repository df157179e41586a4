"""What the documents say is there, is there: links, names of code, commands, ids of lint."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from templates.words import topic_words
from tianbao import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
NAMING = [ROOT / "docs" / "glossary.md", ROOT / "docs" / "life-of-a-cell.md"]
LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)\s]*)?\)")
NAME = re.compile(r"`([A-Z][A-Za-z]+)`|(?<![\w.])((?:[a-z_]+\.)?[a-z_]+\(\))")
PROBLEM = re.compile(r"\bD\d{3}\b")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [target for target, _ in LINK.findall(text) if not (page.parent / target).exists()] == []


def defined() -> set[str]:
    """Return the names of all classes, and of all functions as ``module.name()`` and ``name()``."""
    found: set[str] = set()
    for room in ("addin", "generator", "templates"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found.add(node.name)
                elif isinstance(node, ast.FunctionDef):
                    found |= {f"{node.name}()", f"{path.stem}.{node.name}()"}
    return found


@pytest.mark.parametrize("page", NAMING, ids=[page.name for page in NAMING])
def test_what_is_named_is_defined(page: Path) -> None:
    named = [name or call for name, call in NAME.findall(page.read_text(encoding="utf-8"))]
    known = defined()
    assert named
    assert [name for name in named if name not in known] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_command(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`tianbao ([a-z-]+)", text))
    assert named == set(COMMANDS)


def test_every_problem_of_lint_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "survey-toml.zh-CN.md").read_text(encoding="utf-8")
    listed = {
        f"D{number:03}"
        for first, last in re.findall(r"D(\d{3})(?:—D(\d{3}))?", manual)
        for number in range(int(first), int(last or first) + 1)
    }
    said = {key for key in topic_words("lint") if PROBLEM.fullmatch(key)}
    assert said - listed == set()
