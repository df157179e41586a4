"""The product's source, measured: what other modules import, what classes are called, how long functions are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("addin", "generator", "templates")


@cache
def sources() -> dict[str, ast.Module]:
    """Return the product's modules by dotted name."""
    paths = [ROOT / "tianbao.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
    return {_dotted(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported_functions() -> set[tuple[str, str]]:
    """Return the functions, by module and name, that another module imports or asks that module for."""
    own = {(module, name) for module, tree in sources().items() for name in _functions(tree)}
    asked = {wanted for module, tree in sources().items() for wanted in _wanted(tree) if wanted[0] != module}
    return own & asked


def class_names() -> Iterator[tuple[str, str]]:
    """Yield every class of the product: its name and its module."""
    for module, tree in sources().items():
        if module.startswith(ROOMS):
            yield from ((node.name, module) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def function_lengths() -> list[int]:
    """Return the lines of every function and method, the shortest first."""
    nodes = (node for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes)


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _functions(tree: ast.Module) -> Iterator[str]:
    return (node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def _wanted(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a module imports by name, and what it asks of modules that it imports whole."""
    whole: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name
                whole[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in whole:
            yield whole[node.value.id], node.attr
