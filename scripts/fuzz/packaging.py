"""Other spellings of whole parts and of the package: prefixes, encodings, targets, the order of members."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from scripts.fuzz.book import STRINGS, STYLES, TYPES, WORKBOOK, WORKBOOK_RELATIONS, Book, NotHere
from scripts.fuzz.mutators import Meaning, Stage, register

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml"
_ENCODINGS: Final = ("utf-8-bom", "utf-16-bom", "utf-16", "iso-8859-1", "US-ASCII", "utf-8")
_LINE: Final = ("\n", "\r\n", "\n  ", "\n\t")


@register(Stage.WHOLE, Meaning.SAME)
def prefixed_names(book: Book, random: Random) -> None:
    """Give the elements of a part a prefix."""
    part = random.choice((book.any_sheet(random), STRINGS, STYLES, WORKBOOK))
    prefix, text = random.choice(("x", "main", "S", "数")), book.text(part)
    if f'xmlns="{_MAIN}"' not in text:
        raise NotHere("namespace")
    text = text.replace(f'xmlns="{_MAIN}"', f'xmlns:{prefix}="{_MAIN}"')
    book.put(part, re.sub(r"<(/?)(\w+)(?=[\s/>])", rf"<\1{prefix}:\2", text))


@register(Stage.WHOLE, Meaning.SAME)
def prefixed_relations(book: Book, random: Random) -> None:
    """Give the elements of relationships a prefix, and another one to the ids that refer to them."""
    text = book.text(WORKBOOK_RELATIONS)
    book.put(WORKBOOK_RELATIONS, re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1p:\2", text).replace("xmlns=", "xmlns:p="))
    workbook = book.text(WORKBOOK)
    if random.random() < 0.5:
        book.put(WORKBOOK, re.sub(r"(?<=\s)r:id(?=\s*=)", "rel:id", re.sub(r"xmlns:r(?=\s*=)", "xmlns:rel", workbook)))


@register(Stage.WHOLE, Meaning.SAME)
def strict_namespaces(book: Book, random: Random) -> None:
    """Use the namespaces of Strict Open XML, everywhere or in one part."""
    parts = list(book.parts) if random.random() < 0.7 else [book.any_part(random)]
    for part in parts:
        if part.endswith((".xml", ".rels")):
            text = book.text(part).replace(_MAIN, f"{_STRICT}/spreadsheetml/main")
            book.put(part, text.replace(_RELATIONS, f"{_STRICT}/officeDocument/relationships"))


@register(Stage.WHOLE, Meaning.SAME)
def pretty_printed(book: Book, random: Random) -> None:
    """Put every tag of a sheet on a line of its own, but for those that hold text."""
    part, line = book.any_sheet(random), random.choice(_LINE)
    tokens = book.tokens(part)
    spaced = []
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else ""
        holds_text = re.match(r"<(\w+:)?(t|v|f|formula\w*|odd\w+)\b", before) and not before.endswith("/>")
        between = before.startswith("<") and token.startswith("<") and not before.startswith("<?xml")
        inside_text = token.startswith(("<!", "<?")) or before.startswith(("<!", "<?"))
        spaced.append((line if between and not holds_text and not inside_text else "") + token)
    book.put_tokens(part, spaced)


@register(Stage.WHOLE, Meaning.SAME)
def all_quotes_changed(book: Book, random: Random) -> None:
    """Put all attributes of a part into other quotation marks."""
    part = book.any_part(random)
    tags = (
        re.sub(r"=\"([^\"']*)\"", r"='\1'", token) if token.startswith("<") else token for token in book.tokens(part)
    )
    book.put_tokens(part, list(tags))


@register(Stage.WHOLE, Meaning.SAME)
def other_encoding(book: Book, random: Random) -> None:
    """Write a part in another encoding."""
    book.encodings[book.any_part(random)] = random.choice(_ENCODINGS)


@register(Stage.WHOLE, Meaning.SAME)
def other_declaration(book: Book, random: Random) -> None:
    """Begin a part in another way."""
    part = book.any_part(random)
    heads = ("", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="utf-8" standalone="no" ?>\n\n', "<!-- x -->\n")
    book.put(part, random.choice(heads) + re.sub(r"^<\?xml.*?\?>\s*", "", book.text(part)))


@register(Stage.WHOLE, Meaning.SAME)
def stated_namespaces(book: Book, random: Random) -> None:
    """Declare namespaces where nobody needs them."""
    part = book.any_sheet(random)
    said = random.choice((f' xmlns="{_MAIN}"', ' xmlns:odd="urn:odd"', f' xmlns:x="{_MAIN}"'))
    text = book.text(part)
    spots = [found.end() for found in re.finditer(r"<(?:row|c|v|f)(?=[ >])", text)]
    if not spots:
        raise NotHere("tag")
    spot = random.choice(spots)
    book.put(part, text[:spot] + said + text[spot:])


# --- the package -----------------------------------------------------------------------------------------------------


@register(Stage.WHOLE, Meaning.SAME)
def other_targets(book: Book, random: Random) -> None:
    """Spell the targets of relationships from the root, with detours, or in capitals."""
    ways = (r'Target="/xl/\1"', r'Target="./\1"', r'Target="../xl/\1"', r'Target="worksheets/../\1"')
    text = book.text(WORKBOOK_RELATIONS)
    spelled = re.sub(r'Target="(?!/|&#)([^"]+)"', random.choice(ways), text)  # a reference may spell the first stroke
    book.put(WORKBOOK_RELATIONS, spelled)


@register(Stage.WHOLE, Meaning.SAME)
def other_part_names(book: Book, random: Random) -> None:
    """Spell the names of parts in another case than those who refer to them."""
    change = random.choice((str.upper, str.title, lambda name: name.replace("sheet", "SHEET")))
    book.parts = {change(name) if name != TYPES else name: data for name, data in book.parts.items()}


@register(Stage.WHOLE, Meaning.SAME)
def other_relation_ids(book: Book, random: Random) -> None:
    """Give relationships other ids, in another order."""
    lead = random.choice(("R", "_", "Re", "关系"))
    workbook, count = re.subn(r'r:id="rId(\d+)"', rf'r:id="{lead}\1"', book.text(WORKBOOK))
    tokens, related = re.subn(r'Id="rId(\d+)"', rf'Id="{lead}\1"', book.text(WORKBOOK_RELATIONS))
    tags = re.findall(r"<Relationship [^>]*/>", tokens)
    if count != workbook.count(":id") or not related == tokens.count("Target") == len(tags):
        raise NotHere("ids in one spelling")
    shuffled = random.sample(tags, len(tags))
    book.put(WORKBOOK, workbook)
    first, last = tokens.index(tags[0]), tokens.rindex(tags[-1]) + len(tags[-1])
    book.put(WORKBOOK_RELATIONS, tokens[:first] + "".join(shuffled) + tokens[last:])


@register(Stage.WHOLE, Meaning.SAME)
def other_order_of_parts(book: Book, random: Random) -> None:
    """Put the members of the zip into another order."""
    names = list(book.parts)
    random.shuffle(names)
    book.parts = {name: book.parts[name] for name in names}


@register(Stage.WHOLE, Meaning.SAME)
def more_parts(book: Book, random: Random) -> None:
    """Add parts that programs add."""
    for name in random.sample(
        ("xl/calcChain.xml", "xl/printerSettings/printerSettings1.bin", "docProps/thumbnail.wmf"), 2
    ):
        book.parts[name] = b"\0" * 40


@register(Stage.WHOLE, Meaning.SAME)
def sheets_in_other_parts(book: Book, random: Random) -> None:
    """Exchange the names of two sheets' parts, and who refers to them."""
    parts = list(book.sheets().values())
    if len(parts) < 2:
        raise NotHere("sheets")
    one, other = random.sample(parts, 2)
    if any(name.startswith("xl/worksheets/_rels") for name in book.parts):
        raise NotHere("sheets without relations")
    book.parts[one], book.parts[other] = book.parts[other], book.parts[one]
    first, second = one.removeprefix("xl/"), other.removeprefix("xl/")
    swapped, text = {first: second, second: first}, book.text(WORKBOOK_RELATIONS)
    if first not in text or second not in text:
        raise NotHere("targets in one spelling")
    book.put(WORKBOOK_RELATIONS, re.sub(r"worksheets/\w+\.xml", lambda found: swapped.get(found[0], found[0]), text))


@register(Stage.WHOLE, Meaning.SAME)
def default_types(book: Book, random: Random) -> None:
    """Say the types of parts in another order, names in another case."""
    text = book.text(TYPES)
    tags = re.findall(r"<(?:Default|Override) [^>]*/>", text)
    if len(tags) != text.count("ContentType="):
        raise NotHere("types in one spelling")
    first, last = text.index(tags[0]), text.rindex(tags[-1]) + len(tags[-1])
    random.shuffle(tags)
    book.put(TYPES, text[:first] + "".join(tags) + text[last:])
