"""Conventions that hold by test and not by wish.

- nothing imports the command line; the other directions are import-linter's
- no survey, form, ledger or rule is named in Python
- Chinese text for users stands in the catalogues, not in logic
- every text that code asks the catalogues for is there
- every module says what it is for; no function outgrows a page
- tests share helpers, never each other
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from templates.model import Survey
from templates.words import lookup, topic_words

ROOT = Path(__file__).parents[1]
MODULES = [
    *sorted(ROOT.glob("*.py")),
    *(path for room in ("addin", "generator", "templates") for path in sorted((ROOT / room).rglob("*.py"))),
]
IDS = [str(path.relative_to(ROOT)) for path in MODULES]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

ALLOWED_CHINESE = {
    "generator/formats.py": {"微软雅黑"},  # the name of a font
}
FUNCTION_LIMIT = 60


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def constants(path: Path) -> Iterator[str]:
    """Yield the texts in code that are no docstrings."""
    module = tree(path)
    statements = (node for node in ast.walk(module) if isinstance(node, ast.Expr))
    docstrings = {id(node.value) for node in statements}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_user_text_in_logic(path: Path) -> None:
    found = {text for text in constants(path) if CHINESE.search(text)}
    assert found <= ALLOWED_CHINESE.get(str(path.relative_to(ROOT)), set())


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_survey_is_named_in_python(path: Path, kx: Survey) -> None:
    names = {kx.id, *(form.id for form in kx.forms)}
    names |= {name for ledger in kx.ledgers for name in (ledger.id, ledger.short)}
    names |= {rule.id for rule in kx.rules if not rule.family}
    assert {text for text in constants(path) if text in names} == set()


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_function_outgrows_a_page(path: Path) -> None:
    functions = (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LIMIT} == {}


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_nothing_imports_the_command_line(path: Path) -> None:
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {alias.name for node in imports for alias in node.names} | {getattr(node, "module", "") for node in imports}
    assert "tianbao" not in named


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_every_text_that_is_asked_for_is_there(path: Path) -> None:
    calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    for call in calls:
        if getattr(call.func, "id", "") in ("say", "lookup") and call.args and isinstance(call.args[0], ast.Constant):
            lookup(str(call.args[0].value))


def test_every_catalogue_can_be_read() -> None:
    for path in (ROOT / "templates" / "words").glob("*.toml"):
        assert topic_words(path.stem)


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.stem)
def test_no_test_imports_another(path: Path) -> None:
    imported = {node.module or "" for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}
    assert {module for module in imported if module.rpartition(".")[2].startswith("test_")} == set()
