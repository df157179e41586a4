"""Other spellings of the same workbook: whatever XML allows, and whatever Office Open XML allows for the same cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Final
from xml.sax.saxutils import escape, unescape

from scripts.fuzz.book import (
    ATTRIBUTE,
    STRINGS,
    Book,
    NotHere,
    any_cell,
    attributes_of,
    cells_in,
    has_value,
    name_of,
    with_attribute,
)
from scripts.fuzz.mutators import Meaning, Stage, register
from scripts.fuzz.payloads import write_cell

_SPOTS: Final = 4
_SPACES: Final = (" ", "\n", "\t", "  ", "\r\n", " \n ")
_BETWEEN: Final = re.compile(r"</?(?:row|c|sheetData|v|f|is|si|sst|r|rPr|worksheet|mergeCells|cols|sheets)\b[^>]*>")
_TEXTUAL: Final = ("t", "v", "f", "x:t", "x:v", "x:f", "formula", "formula1", "definedName")
_ENTITIES: Final = {"&quot;": '"', "&apos;": "'"}


def _any(tokens: list[str], random: Random, wanted: Callable[[int], bool], most: int = _SPOTS) -> list[int]:
    """Return some of the tokens that are wanted, by number. Raises NotHere without any."""
    found = [number for number in range(len(tokens)) if wanted(number)]
    if not found:
        raise NotHere("token")
    return sorted(random.sample(found, min(len(found), random.randint(1, most))))


def _texts(tokens: list[str], random: Random) -> list[int]:
    """Return some of the texts that count: those of values, formulas, strings and names."""
    return _any(
        tokens, random, lambda n: n > 0 and not tokens[n].startswith("<") and name_of(tokens[n - 1]) in _TEXTUAL
    )


def _tags(tokens: list[str], random: Random) -> list[int]:
    return _any(tokens, random, lambda n: bool(re.match(r"<\w", tokens[n])) and "=" in tokens[n])


def _each(
    book: Book, random: Random, where: Callable[[list[str], Random], list[int]], change: Callable[[str], str]
) -> None:
    """Change some tokens of some part."""
    part = book.any_part(random)
    tokens = book.tokens(part)
    for number in where(tokens, random):
        tokens[number] = change(tokens[number])
    book.put_tokens(part, tokens)


# --- tags ------------------------------------------------------------------------------------------------------------


@register(Stage.LOCAL, Meaning.SAME)
def attributes_in_another_order(book: Book, random: Random) -> None:
    """Shuffle the attributes of tags."""

    def shuffle(tag: str) -> str:
        said = ["".join(found) for found in ATTRIBUTE.findall(tag)]
        head, end = tag[: tag.index(said[0])] if said else tag, "/>" if tag.endswith("/>") else ">"
        random.shuffle(said)
        return head + "".join(said) + end if said else tag

    _each(book, random, _tags, shuffle)


@register(Stage.LOCAL, Meaning.SAME)
def other_quotes(book: Book, random: Random) -> None:
    """Put attributes into other quotation marks."""
    _each(book, random, _tags, _quoted_otherwise)


def _quoted_otherwise(tag: str) -> str:
    return re.sub(r"=\"([^\"']*)\"", r"='\1'", tag)


@register(Stage.LOCAL, Meaning.SAME)
def spaces_in_tags(book: Book, random: Random) -> None:
    """Put white space wherever a tag may have it."""

    def spread(tag: str) -> str:
        end = "/>" if tag.endswith("/>") else ">"
        body = re.sub(
            ATTRIBUTE, lambda f: f"{random.choice(_SPACES)}{f[2]}{random.choice(('=', ' =', '= '))}{f[4]}", tag
        )
        return body.removesuffix(end) + random.choice(("", " ", "\n")) + end

    _each(book, random, _tags, spread)


@register(Stage.LOCAL, Meaning.SAME)
def spaces_in_closing_tags(book: Book, random: Random) -> None:
    """Put white space into closing tags."""

    def where(tokens: list[str], random: Random) -> list[int]:
        return _any(tokens, random, lambda n: tokens[n].startswith("</"))

    _each(book, random, where, lambda tag: tag[:-1] + random.choice(_SPACES) + ">")


@register(Stage.LOCAL, Meaning.SAME)
def spaces_between_tags(book: Book, random: Random) -> None:
    """Put white space between tags."""
    _insert_between(book, random, lambda: random.choice(_SPACES))


@register(Stage.LOCAL, Meaning.SAME)
def comments_between_tags(book: Book, random: Random) -> None:
    """Put comments and processing instructions between tags, such as look like cells."""
    said = ("<!---->", '<!-- <c r="E9"><v>9</v></c> -->', "<?odd <v>?>", "<!-- </sheetData> -->", "<!--a-->\n<?b?>")
    _insert_between(book, random, lambda: random.choice(said))


def _insert_between(book: Book, random: Random, what: Callable[[], str]) -> None:
    part = book.any_sheet(random) if random.random() < 0.7 else book.any_part(random)
    tokens = book.tokens(part)
    spots = _any(tokens, random, lambda n: n > 0 and _may_stand_between(tokens[n - 1], tokens[n]))
    for number in reversed(spots):
        tokens.insert(number, what())
    book.put_tokens(part, tokens)


def _may_stand_between(before: str, after: str) -> bool:
    """Whether between two tags nothing is text that counts."""
    if not (_BETWEEN.fullmatch(before) and after.startswith("<")):
        return False
    return before.endswith("/>") or before.startswith("</") or name_of(before) not in _TEXTUAL


@register(Stage.LOCAL, Meaning.SAME)
def opened_and_closed(book: Book, random: Random) -> None:
    """Spell out tags that close themselves."""

    def where(tokens: list[str], random: Random) -> list[int]:
        return _any(tokens, random, lambda n: bool(re.match(r"<\w", tokens[n])) and tokens[n].endswith("/>"), 40)

    _each(book, random, where, lambda tag: f"{tag[:-2].rstrip()}></{name_of(tag)}>")


@register(Stage.LOCAL, Meaning.SAME)
def unknown_attributes(book: Book, random: Random) -> None:
    """Give cells and rows attributes that say nothing."""
    said = (
        'cm="1"',
        'ph="1"',
        'vm="0"',
        'xmlns:odd="urn:odd" odd:r="Z9"',
        'xmlns:q="urn:q" q:t="s"',
        'xml:space="preserve"',
    )

    def where(tokens: list[str], random: Random) -> list[int]:
        return _any(tokens, random, lambda n: name_of(tokens[n]) in ("c", "row") and "=" in tokens[n])

    part = book.any_sheet(random)
    tokens = book.tokens(part)
    for number in where(tokens, random):
        end = "/>" if tokens[number].endswith("/>") else ">"
        tokens[number] = f"{tokens[number].removesuffix(end)} {random.choice(said)}{end}"
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.SAME)
def extensions_in_cells(book: Book, random: Random) -> None:
    """Put extension lists, which hold what newer programs know, into cells and rows."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    spots = _any(tokens, random, lambda n: tokens[n] in ("</c>", "</row>"))
    for number in reversed(spots):
        tokens.insert(
            number, '<extLst><ext uri="{1}" xmlns:odd="urn:odd"><odd:v>9</odd:v><odd:c r="E9">8</odd:c></ext></extLst>'
        )
    book.put_tokens(part, tokens)


# --- texts -----------------------------------------------------------------------------------------------------------


@register(Stage.LOCAL, Meaning.SAME)
def references_to_characters(book: Book, random: Random) -> None:
    """Write characters by their numbers."""

    def refer(text: str) -> str:
        spots = [n for n, char in enumerate(text) if char not in "&;#" and not _inside_entity(text, n)]
        if not spots:
            return text
        spot = random.choice(spots)
        code = ord(text[spot])
        spelled = random.choice((f"&#{code};", f"&#x{code:x};", f"&#x{code:X};", f"&#{code:07d};", f"&#x{code:06x};"))
        return text[:spot] + spelled + text[spot + 1 :]

    _each(book, random, _texts, refer)


def _inside_entity(text: str, at: int) -> bool:
    start = text.rfind("&", 0, at)
    return start >= 0 and ";" not in text[start:at]


@register(Stage.LOCAL, Meaning.SAME)
def references_in_attributes(book: Book, random: Random) -> None:
    """Write characters of attributes by their numbers."""

    def refer(tag: str) -> str:
        values = [found for found in ATTRIBUTE.finditer(tag) if len(found[4]) > 2 and "&" not in found[4]]
        if not values:
            return tag
        found = random.choice(values)
        at = found.start(4) + 1
        return f"{tag[:at]}&#{ord(tag[at])};{tag[at + 1 :]}"

    _each(book, random, _tags, refer)


@register(Stage.LOCAL, Meaning.SAME)
def character_data(book: Book, random: Random) -> None:
    """Write texts as character data, or a piece of them."""

    def wrap(text: str) -> str:
        plain = unescape(text, _ENTITIES)
        if ("&" in plain and "&#" in text) or "]]>" in plain or not plain:
            return text
        cut, end = sorted((random.randint(0, len(plain)), random.randint(0, len(plain))))
        middle = f"<![CDATA[{plain[cut:end]}]]>"
        return escape(plain[:cut]) + middle + escape(plain[end:])

    _each(book, random, _texts, wrap)


@register(Stage.LOCAL, Meaning.SAME)
def comments_in_texts(book: Book, random: Random) -> None:
    """Put comments and processing instructions into texts."""

    def cut(text: str) -> str:
        spots = [n for n in range(len(text) + 1) if not _inside_entity(text, n)]
        spot = random.choice(spots)
        return text[:spot] + random.choice(("<!--9-->", "<?x 9?>", "<!-- </v> -->")) + text[spot:]

    _each(book, random, _texts, cut)


@register(Stage.LOCAL, Meaning.SAME)
def escaped_characters(book: Book, random: Random) -> None:
    """Write characters of strings as Excel escapes those that XML does not have."""
    tokens = book.tokens(STRINGS)

    def where(tokens: list[str], random: Random) -> list[int]:
        return [
            n for n in _texts(tokens, random) if "&" not in tokens[n] and "_" not in tokens[n] and len(tokens[n]) < 9000
        ]

    for number in where(tokens, random):
        text = tokens[number]
        spot = random.randrange(len(text))
        if ord(text[spot]) > 0xFFFF:
            continue
        tokens[number] = f"{text[:spot]}_x{ord(text[spot]):04X}_{text[spot + 1 :]}"
    book.put_tokens(STRINGS, tokens)


# --- addresses -------------------------------------------------------------------------------------------------------


@register(Stage.LOCAL, Meaning.SAME)
def other_addresses(book: Book, random: Random) -> None:
    """Spell addresses in small letters, or absolute."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    cells = list(cells_in(tokens))
    if not cells:
        raise NotHere("cell")
    for cell in random.sample(cells, min(len(cells), _SPOTS)):
        column, row = re.sub(r"\d", "", cell.address), re.sub(r"\D", "", cell.address)
        spelled = random.choice(
            (f"{column.lower()}{row}", f"${column}${row}", f"{column}${row}", f"${column.lower()}{row}")
        )
        tokens[cell.start] = tokens[cell.start].replace(f'r="{cell.address}"', f'r="{spelled}"')
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.SAME)
def missing_addresses(book: Book, random: Random) -> None:
    """Leave addresses out where a cell lies right of the one before it."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    spots = [two for one, two in pairwise(cells_in(tokens)) if _is_right_of(one.address, two.address)]
    if not spots:
        raise NotHere("neighbours")
    for cell in random.sample(spots, min(len(spots), random.randint(1, 30))):
        tokens[cell.start] = with_attribute(tokens[cell.start], "r", None)
    book.put_tokens(part, [token.replace("<c>", "<c>") for token in tokens])


def _is_right_of(one: str, other: str) -> bool:
    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415 - only this mutator needs it

    if not one or not other:
        return False
    (row, column), (next_row, next_column) = coordinate_to_tuple(one), coordinate_to_tuple(other)
    return (row, column + 1) == (next_row, next_column)


@register(Stage.LOCAL, Meaning.SAME)
def missing_row_numbers(book: Book, random: Random) -> None:
    """Leave out the numbers of rows that follow the one before them."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    rows = [n for n, token in enumerate(tokens) if name_of(token) == "row"]
    numbers = [int(attributes_of(tokens[n]).get("r", "0")) for n in rows]
    spots = [rows[i + 1] for i, (one, two) in enumerate(pairwise(numbers)) if two == one + 1]
    if not spots:
        raise NotHere("rows")
    for number in random.sample(spots, min(len(spots), _SPOTS)):
        tokens[number] = with_attribute(tokens[number], "r", None)
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.SAME)
def telling_rows(book: Book, random: Random) -> None:
    """Give rows attributes that programs give them."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    said = (
        ("spans", "1:16384"),
        ("thickBot", "1"),
        ("collapsed", "0"),
        ("outlineLevel", "0"),
        ("hidden", "false"),
        ("ph", "1"),
    )
    for number in _any(tokens, random, lambda n: name_of(tokens[n]) == "row"):
        name, value = random.choice(said)
        if name not in attributes_of(tokens[number]):
            tokens[number] = with_attribute(tokens[number], name, value)
    book.put_tokens(part, tokens)


# --- values ----------------------------------------------------------------------------------------------------------


@register(Stage.LOCAL, Meaning.SAME)
def other_spelling_of_numbers(book: Book, random: Random) -> None:
    """Spell numbers in another way that is the same number."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, lambda cell: has_value(cell) and "t" not in attributes_of(cell[0]))
    where = tokens.index("<v>", at.start) + 1
    number = tokens[where]
    ways = [f" {number}\n", f"0{number}", f"{number}E0", f"{number}e+00", f"\t{number}"]
    ways += [f"{number}.0", f"{number}.", f"+{number}", f"{number}0E-1"] if number.isdecimal() else []
    spelled = random.choice(ways)
    if not number.lstrip("-").replace(".", "").isdecimal() or (number.startswith("-") and spelled[0] in "0+"):
        raise NotHere("number")
    tokens[where] = spelled
    tokens[at.start] = with_attribute(tokens[at.start], "t", random.choice((None, "n")))
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.SAME)
def other_places_of_texts(book: Book, random: Random) -> None:
    """Write texts of the table into their cells, whole or in runs."""
    part = book.any_sheet(random)
    tokens, table = book.tokens(part), _table(book)
    at = any_cell(tokens, random, lambda cell: attributes_of(cell[0]).get("t") == "s" and "<v>" in cell)
    text = table[int(tokens[tokens.index("<v>", at.start) + 1])]
    if text is None:
        raise NotHere("plain text")
    tag = '<t xml:space="preserve">'
    cut = 0 if "&" in text or "_x" in text else random.randint(0, len(text))
    runs = f'<r>{tag}{text[:cut]}</t></r><r><rPr><b/><sz val="9"/></rPr>{tag}{text[cut:]}</t></r>'
    guide = '<rPh sb="0" eb="1"><t>拼音</t></rPh><phoneticPr fontId="1"/>'
    type, inner = random.choice(
        (
            ("inlineStr", f"<is>{tag}{text}</t></is>"),
            ("inlineStr", f"<is>{runs}{guide}</is>"),
            ("str", f'<v xml:space="preserve">{text}</v>'),
        )
    )
    write_cell(tokens, at, type, inner)
    book.put_tokens(part, tokens)


def _table(book: Book) -> list[str | None]:
    """Return the string table as it is spelled; None for an item that is no single text."""
    items = re.findall(r"<si>(.*?)</si>|<si/>", book.text(STRINGS), re.DOTALL)
    found = [re.fullmatch(r"<t(?: xml:space=\"preserve\")?>([^<]*)</t>", item) for item in items]
    return [match[1] if match else None for match in found]


@register(Stage.LOCAL, Meaning.SAME)
def rich_strings(book: Book, random: Random) -> None:
    """Write an item of the string table in runs, with phonetic guides."""
    items = list(re.finditer(r"<si><t(?: xml:space=\"preserve\")?>([^<&]+)</t></si>", book.text(STRINGS)))
    if not items:
        raise NotHere("item")
    found = random.choice(items)
    cut = random.randint(0, len(found[1]))
    if "_x" in found[1]:
        raise NotHere("plain text")
    first, last = (f'<r><t xml:space="preserve">{text}</t></r>' for text in (found[1][:cut], found[1][cut:]))
    guide = random.choice(("", '<rPh sb="0" eb="1"><t>a</t></rPh>', '<phoneticPr fontId="1"/>', "<extLst/>"))
    text = book.text(STRINGS)
    book.put(STRINGS, f"{text[: found.start()]}<si>{first}{last}{guide}</si>{text[found.end() :]}")


@register(Stage.LOCAL, Meaning.SAME)
def doubled_strings(book: Book, random: Random) -> None:
    """Put a text into the table a second time and refer to that."""
    part = book.any_sheet(random)
    tokens, table = book.tokens(part), _table(book)
    at = any_cell(tokens, random, lambda cell: attributes_of(cell[0]).get("t") == "s" and "<v>" in cell)
    where = tokens.index("<v>", at.start) + 1
    text = table[int(tokens[where])]
    if text is None:
        raise NotHere("plain text")
    again = f'<si><t xml:space="preserve">{text}</t></si></sst>'
    book.put(STRINGS, book.text(STRINGS).replace("</sst>", again))
    tokens[where] = str(len(table))
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.SAME)
def shared_formulas(book: Book, random: Random) -> None:
    """Share a formula that is written out once, as Excel spells formulas alone."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random, lambda cell: "<f>" in cell)
    where = tokens.index("<f>", at.start)
    number = random.choice((0, 3, 900))
    tokens[where] = random.choice(
        (f'<f t="shared" ref="{at.address}" si="{number}">', '<f t="normal">', '<f ca="1">', '<f xml:space="preserve">')
    )
    book.put_tokens(part, tokens)
