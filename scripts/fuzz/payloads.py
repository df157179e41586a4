"""What a unit, or whoever edits its file, may put into cells: other numbers, texts, formulas, in odd spellings too."""

from __future__ import annotations

from random import Random
from typing import Final
from xml.sax.saxutils import escape

from scripts.fuzz.book import Book, CellAt, NotHere, any_cell, attributes_of, has_formula, has_value, with_attribute
from scripts.fuzz.mutators import Meaning, Stage, register

_NUMBERS: Final = (
    "0", "7", "-3", "12.5", "1E3", "1e-7", "1E+400", "1E-400", "9" * 15, "9" * 16, "9" * 400, "915001121234567890",
    "1_0", "nan", "inf", "-inf", "infinity", "0x10", "１２", "1,234", "1 2", "--1", "+5", "007", ".5", "5.", "1e", "e5",
    "", " ", "\t8\n", "8\u00a0", "٣", "1d5", "1e1000000000", "true", "#N/A", "2024-05-05", "0.1", "299.99999999999994",
    "-0", "4.9E-324", "1.7976931348623157E308", "45000.5", "2958466", "1E15", "999999999999999.5",
)  # fmt: skip
_TEXTS: Final = (
    "", " ", "甲", "12", " 12 ", "１２", "1 有", "1/2", "9" * 400, "<r>&</r>", "=1+1", "_x000D_", "a_x0041_b",
    "_x0000_", "_xD800_", "line\nbreak", "\u200b", "\u202e反", "😀", "e\u0301", "#N/A", "TRUE", "'5", "长" * 300,
    "x" * 32767, "x" * 32768, "2024-05-05", "]]>", "_x005F_x000D_", "\ufeff", "a\tb", "  前后  ",
)  # fmt: skip
_FORMULAS: Final = (
    "1+1", "SUM(A1:A9)", "A1", "1/0", "", "#REF!", "HYPERLINK(\"x\")", "'别的表'!A1", "A1&\"<\"", "x" * 9000, "@A1",
    "[1]Sheet1!A1", "INDEX(A1:B2,1,1)", "TRUE()", "1.0", "_xlfn.CONCAT(A1)",
)  # fmt: skip
_TYPES: Final = ("n", "s", "str", "b", "e", "d", "inlineStr", "x", "", "N", " n", "S")


def write_cell(tokens: list[str], at: CellAt, type: str | None, inner: str) -> None:
    """Put other contents into a cell; address and style stay."""
    tag = with_attribute(tokens[at.start], "t", type)
    tokens[at.start : at.end] = [f"{tag.removesuffix('/>').removesuffix('>')}>", inner, "</c>"]


def _text(value: str) -> str:
    return escape(value)


@register(Stage.PAYLOAD, Meaning.ANY)
def another_digit(book: Book, random: Random) -> None:
    """Change one digit of a number."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, lambda cell: has_value(cell) and "t" not in attributes_of(cell[0]))
    where = tokens.index("<v>", at.start) + 1
    spots = [number for number, char in enumerate(tokens[where]) if char.isdigit()]
    if not spots:
        raise NotHere("digit")
    spot = random.choice(spots)
    tokens[where] = tokens[where][:spot] + random.choice("0123456789") + tokens[where][spot + 1 :]
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def odd_number(book: Book, random: Random) -> None:
    """Put an odd number into a cell."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    write_cell(tokens, any_cell(tokens, random), None, f"<v>{_text(random.choice(_NUMBERS))}</v>")
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def odd_text(book: Book, random: Random) -> None:
    """Put a text into a cell, in one of the ways a file has for it."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    text = _text(random.choice(_TEXTS))
    type, inner = random.choice(
        (
            ("inlineStr", f'<is><t xml:space="preserve">{text}</t></is>'),
            ("str", f"<v>{text}</v>"),
            ("e", f"<v>{text}</v>"),
        )
    )
    write_cell(tokens, any_cell(tokens, random), type, inner)
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def odd_formula(book: Book, random: Random) -> None:
    """Put a formula into a cell, with or without a result."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    formula, result = _text(random.choice(_FORMULAS)), random.choice(("", "<v>5</v>", "<v></v>", "<v/>"))
    type = random.choice((None, None, "str", "e", "b"))
    write_cell(tokens, any_cell(tokens, random), type, f"<f>{formula}</f>{result}")
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def other_type(book: Book, random: Random) -> None:
    """Say of a value that it is of another type."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, has_value)
    tokens[at.start] = with_attribute(tokens[at.start], "t", random.choice(_TYPES))
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def other_string(book: Book, random: Random) -> None:
    """Refer to another text of the table, or to one that is not there."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, lambda cell: attributes_of(cell[0]).get("t") == "s" and "<v>" in cell)
    where = tokens.index("<v>", at.start) + 1
    tokens[where] = random.choice(("0", "1", "5", "60", "999999", "-1", "1.0", "1E1", " 3 ", "+2", "３", "", "03"))
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def emptied_cell(book: Book, random: Random) -> None:
    """Take out what stands in a cell."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    write_cell(
        tokens, any_cell(tokens, random, lambda cell: len(cell) > 1), None, random.choice(("", "<v/>", "<v></v>"))
    )
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def constant_for_formula(book: Book, random: Random) -> None:
    """Put a constant in place of a formula."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    write_cell(tokens, any_cell(tokens, random, has_formula), None, f"<v>{random.randrange(1000)}</v>")
    book.put_tokens(part, tokens)


@register(Stage.PAYLOAD, Meaning.ANY)
def other_formula(book: Book, random: Random) -> None:
    """Change a character of a formula."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, has_formula)
    where = tokens.index("<f>", at.start) + 1
    spot = random.randrange(len(tokens[where]))
    tokens[where] = tokens[where][:spot] + random.choice("019AZ$!,()") + tokens[where][spot + 1 :]
    book.put_tokens(part, tokens)
