"""Whatever is generated asks nothing of a spreadsheet program that is not known to be there.

Every formula of every kind of generated file is read from its XML parts: cells, defined names, conditional formats,
data validations. ``cases/functions.csv`` and ``cases/compatibility.toml`` say what may be used and how that is known;
docs/compatibility.zh-CN.md is made from them, and from nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from generator.lock import Lock
from scripts.compatibility import LOOKED, ROOT, TARGET, UNSEEN, facts, functions, page
from templates.model import Survey
from tests.support.every_kind import write_every_kind
from tests.support.parts import Formula, Parts, plain

FACTS = facts()
LIMITS = {row["key"]: row["limit"] for row in FACTS["limits"]}
CONFINED = ("validation", "colour")
"""Where Excel takes no array constants, unions and intersections, and single cells of other sheets only by name."""


@pytest.fixture(scope="module")
def files(kx: Survey, mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> list[Parts]:
    """The parts of one generated file of every kind."""
    paths = write_every_kind(tmp_path_factory.mktemp("files"), [kx, mini], lock)
    return [Parts(path) for path in paths if path.suffix == ".xlsx"]


@pytest.fixture(scope="module")
def formulas(files: list[Parts]) -> list[Formula]:
    """Every different formula of them all, with the first place where it stands."""
    found: dict[tuple[str, str], Formula] = {}
    for parts in files:
        for formula in parts.formulas():
            found.setdefault((formula.use, formula.text), formula)
    return list(found.values())


def test_a_formula_is_taken_apart() -> None:
    formula = Formula("", "cell", """IF(A1="OFFSET(""x"")",SUM(1,MAX('a(b'!B2)),{1,2})+ROUND((1),0)""")
    assert list(formula.calls()) == [("IF", ()), ("SUM", ("IF",)), ("MAX", ("IF", "SUM")), ("ROUND", ())]
    assert formula.constants == ['OFFSET("x")']
    assert _arguments(formula.bare) == 3


@pytest.mark.parametrize(
    ("use", "text", "limits"),
    [
        ("cell", "ABS(" * 64 + "1" + ")" * 64, []),
        ("cell", "ABS(" * 65 + "1" + ")" * 65, ["nesting"]),
        ("cell", '"' + "x" * 256 + '"', ["text_constant"]),
        ("cell", "1+" * 4096 + "1", ["formula"]),
        ("cell", "SUM(" + "1," * 255 + "1)", ["arguments"]),
        ("validation", '"' + "x" * 255 + '"', []),
        ("validation", '"' + "x" * 256 + '"', ["validation"]),
    ],
)
def test_limits_are_measured(use: str, text: str, limits: list[str]) -> None:
    assert [limit for _, limit, _ in too_much(Formula("", use, text))] == limits


def test_every_use_of_formulas_was_read(formulas: list[Formula]) -> None:
    uses = Counter(formula.use for formula in formulas)
    assert min(uses[use] for use in ("cell", "name", "colour", "validation")) > 20, uses


def test_the_functions_are_those_of_the_table(formulas: list[Formula]) -> None:
    used = {name for formula in formulas for name, _ in formula.calls()}
    listed = {row["name"] for row in functions()}
    assert (used - listed, listed - used) == (set(), set()), "mend functions.csv, then python -m scripts.compatibility"
    assert not listed & set(FACTS["volatile"])


def test_the_features_are_those_of_the_table(files: list[Parts], formulas: list[Formula]) -> None:
    marks = {row["mark"] for row in FACTS["features"]}
    used = set().union(*(parts.features() for parts in files))
    within = {mark for mark in marks if ": " in mark}
    assert (used - marks, marks - within - used) == (set(), set()), (
        "mend compatibility.toml, then scripts.compatibility"
    )
    unseen = {mark for mark in within if not any(_within(mark, formula) for formula in formulas)}
    assert unseen == set()


def _within(mark: str, formula: Formula) -> bool:
    use, _, text = mark.partition(": ")
    return formula.use == use and text in formula.text


def test_formulas_stay_within_limits(formulas: list[Formula]) -> None:
    assert [found for formula in formulas for found in too_much(formula)] == []


def too_much(formula: Formula) -> Iterator[tuple[str, str, str]]:
    """Yield the limits that a formula exceeds."""
    measured = {
        "formula": len(formula.text),
        "nesting": max((len(around) + 1 for _, around in formula.calls()), default=0),
        "arguments": _arguments(formula.bare),
    }
    if formula.use == "validation":
        measured["validation"] = len(formula.text) - 2 * formula.text.startswith('"')
    else:
        measured["text_constant"] = max((len(text) for text in formula.constants), default=0)
    for key, size in measured.items():
        if size > LIMITS[key]:
            yield formula.part, key, formula.text


def _arguments(bare: str) -> int:
    """Return the most arguments that any function is given; an array's commas count for one more at most."""
    most, open_ = 0, [0]
    for char in bare:
        if char in "({":
            open_.append(0)
        elif char in ")}":
            most = max(most, open_.pop() + 1)
        elif char == ",":
            open_[-1] += 1
    return most


def test_nothing_is_newer_than_excel_2010(formulas: list[Formula]) -> None:
    """No function of later versions, no structured reference, no other file, no error left by a broken reference."""
    newer = re.compile(r"_xl|\[|#REF!|@")
    assert [(formula.part, formula.text) for formula in formulas if newer.search(formula.bare)] == []


def test_no_formula_needs_array_entry(files: list[Parts], formulas: list[Formula]) -> None:
    """None is entered as one; and within SUMPRODUCT nothing that before Excel 365 sees one value of an array only."""
    assert {kind for parts in files for kind in parts.features() if kind.startswith("f ")} == set()
    wrong = set(FACTS["no_arrays_inside"])
    found = [f.part for f in formulas if any(name in wrong and "SUMPRODUCT" in around for name, around in f.calls())]
    assert found == []


def test_validations_and_colours_keep_to_what_excel_takes_there(formulas: list[Formula]) -> None:
    """As in MS-OI29500 §3.2.3.1.2 and §3.2.3.1.3."""
    wrong = []
    for formula in formulas:
        if formula.use not in CONFINED:
            continue
        listed = formula.validates == "list"
        whole_range = listed and re.fullmatch(r"''!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+", formula.bare)
        if "{" in formula.bare or ("!" in formula.bare and not whole_range):
            wrong.append((formula.part, formula.text))
    assert wrong == []


def test_words_beside_cells_fit(files: list[Parts]) -> None:
    keys = {"prompt": "prompt", "promptTitle": "prompt_title", "error": "error", "errorTitle": "error_title"}
    wrong = [
        (parts.file, name, text)
        for parts in files
        for validation in parts.elements("dataValidation")
        for name, key in keys.items()
        if len(text := validation.get(name, "")) > LIMITS[key]
    ]
    assert wrong == []


def test_names_are_names(files: list[Parts]) -> None:
    """Sheet names without what Excel forbids there; defined names that are no cell addresses."""
    sheets = [element.get("name", "") for parts in files for element in parts.elements("sheet")]
    assert [name for name in sheets if len(name) > LIMITS["sheet_name"] or re.search(r"[\\/?*\[\]:]|^'|'$", name)] == []
    defined = {element.get("name", "") for parts in files for element in parts.elements("definedName")}
    right = re.compile(r"(_xlnm\.)?[A-Za-z_][A-Za-z0-9_.]*")
    cells = re.compile(r"(?i)[A-Z]{1,3}\d+|R\d*C\d*|R|C")
    wrong = {
        name for name in defined if not right.fullmatch(name) or cells.fullmatch(name) or len(name) > LIMITS["name"]
    }
    assert wrong == set()


def test_counts_are_sane(files: list[Parts]) -> None:
    counts = Counter[str]()
    for parts in files:
        for _, sheet in parts.sheets():
            tags = Counter(plain(element.tag) for element in sheet.iter())
            counts |= Counter(hyperlinks=tags["hyperlink"], colours=tags["cfRule"])
        styles = Counter({plain(element.tag): len(element) for element in parts.styles})
        counts |= Counter(formats=styles["cellXfs"], number_formats=styles["numFmts"])
    assert min(counts.values()) > 1
    assert {key: count for key, count in counts.items() if count > LIMITS[key]} == {}


def test_the_page_is_made_from_the_table() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run python -m scripts.compatibility"


def test_every_source_is_named() -> None:
    cited = {row["source"] for row in (*functions(), *FACTS["features"], *FACTS["limits"])}
    assert {source for source in cited if not source.startswith(tuple(FACTS["sources"]))} == set()
    assert {source for source in FACTS["sources"] if not any(row.startswith(source) for row in cited)} == set()


@pytest.mark.parametrize("row", [*functions(), *FACTS["features"]], ids=lambda row: row["name"])
def test_what_is_said_to_be_tested_is_tested(row: dict[str, str]) -> None:
    for program in ("wps", "libreoffice"):
        if row[program] in (UNSEEN, LOOKED):
            continue
        path, _, test = row[program].partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")
