"""Damage to the structure of parts: what no program writes, and whoever edits a file by hand may."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from scripts.fuzz.book import (
    ATTRIBUTE,
    STRINGS,
    STYLES,
    TYPES,
    WORKBOOK,
    WORKBOOK_RELATIONS,
    Book,
    NotHere,
    any_cell,
    attributes_of,
    cells_in,
    has_formula,
    name_of,
    with_attribute,
)
from scripts.fuzz.mutators import Meaning, Stage, register
from scripts.fuzz.payloads import write_cell

_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_ADDRESSES: Final = (
    "XFD1048576", "xfd1048576", "XFE1", "A1048577", "A0", "A01", "1A", "A", "1", "", " ", "A1:B2", "$A$1", "Sheet!A1",
    "ZZZZZZZZ1", "A99999999999", "A-1", "Ａ1", "A１", "A1 ", " B2", "R1C1", "aA10", "ÀA1", "\u0130A1", "A\n1",
)  # fmt: skip
_ROWS: Final = ("0", "-1", "1048576", "1048577", "99999999999", "1.0", "1e1", "x", "", " 7 ", "007", "３", "+3", "2")
_VALUES: Final = (
    "",
    "0",
    "1",
    "-1",
    "true",
    "TRUE",
    "2",
    "99999999999",
    "x",
    "1.5",
    " 1",
    "\ud800",
    "&#0;",
    "a" * 5000,
)
_INSIDE: Final = (
    "<v><b>7</b></v>", "<v>7</v><v>8</v>", "<f>1</f><f>2</f><v>3</v>", "<is><t>a</t></is><v>7</v>", "7", "<t>7</t>",
    "<v>7</v><f>1+1</f>", "<is><t>a<b>c</b></t></is>", "<is><is><t>a</t></is></is>", "<is><r><r><t>a</t></r></r></is>",
    "<v>7<!-- --></v>", "<is><t>a</t><t>b</t></is>", "<is>a</is>", "<v xmlns=\"urn:x\">7</v>", "<is/>", "<is><t/></is>",
    "<o:v xmlns:o=\"urn:x\">7</o:v>", "<v><![CDATA[7]]></v>", "<v>7</v>x", "<V>7</V>", "<c><v>7</v></c>",
    "<is><rPh><t>a</t></rPh></is>", "<is><r><rPr><t>a</t></rPr></r></is>", "<is><phoneticPr><t>a</t></phoneticPr></is>",
)  # fmt: skip
_ODD_BYTES: Final = (
    b"\0", b"\x0b", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"&nbsp;", b"&#0;", b"&#xD800;",
    b"&#x110000;", b"&", b"&amp", b"<", b">", b"]]>", b"<![CDATA[", b"-->", b"<?", b"\r", b"\xc2\x85", b"\xe2\x80\xa8",
    b"&#13;", b"&lt;v&gt;",
)  # fmt: skip
_ITEMS: Final = (
    "", "<si/>", "<si><t/></si>", "<si><t>另</t></si>", "{0}{0}", "<si>{0}</si>", "<si><t>a<b>c</b>d</t></si>",
    "<t>9</t>", "<si><r><t>a</t></r>b<r><t>c</t></r></si>", "<x>{0}</x>",
    "<si><rPh><t>x</t></rPh><t>y</t></si>", "<si>裸</si>",
    "<si><t>a</t><t>b</t></si>", '<si xmlns="urn:x"><t>a</t></si>', "<si><t>" + "长" * 32768 + "</t></si>",
)  # fmt: skip
_ENDLESS: Final = ('<mergeCell ref="A1:XFD1048576"/>', " ", "<c/>", "x", "<!-- -->", "<row/>")
_AROUND: Final = (
    (f'<mc:AlternateContent xmlns:mc="{_COMPATIBILITY}"><mc:Choice Requires="x14">',
     "</mc:Choice></mc:AlternateContent>"),
    ('<o:x xmlns:o="urn:x">', "</o:x>"), ("<row>", "</row>"), ("<sheetData>", "</sheetData>"), ("<c>", "</c>"),
    ("<extLst>", "</extLst>"), ("<!--", "-->"), ("<v>", "</v>"), ("<is><t>", "</t></is>"),
)  # fmt: skip


@register(Stage.LOCAL, Meaning.ANY)
def odd_address(book: Book, random: Random) -> None:
    """Give a cell an odd address, or that of another cell."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random)
    others = [cell.address for cell in cells_in(tokens)]
    address = random.choice(_ADDRESSES) if random.random() < 0.6 else random.choice(others)
    tokens[at.start] = with_attribute(tokens[at.start], "r", address)
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def odd_row(book: Book, random: Random) -> None:
    """Give a row an odd number, or that of another row, or none."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    rows = [n for n, token in enumerate(tokens) if name_of(token) == "row"]
    if not rows:
        raise NotHere("row")
    value = None if random.random() < 0.2 else random.choice(_ROWS)
    at = random.choice(rows)
    tokens[at] = with_attribute(tokens[at], "r", value)
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def odd_row_attribute(book: Book, random: Random) -> None:
    """Hide a row in one of the ways there are, or say odd things about it."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    rows = [n for n, token in enumerate(tokens) if name_of(token) == "row"]
    if not rows:
        raise NotHere("row")
    name = random.choice(("hidden", "ht", "customFormat", "s", "zeroHeight", "spans", "customHeight"))
    at, value = random.choice(rows), random.choice((*_VALUES[:-1], "0.01", "1E-5", "nan", "inf", "0x1", "1_0"))
    tokens[at] = with_attribute(tokens[at], name, value.replace("\ud800", "?"))
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def cell_moved(book: Book, random: Random) -> None:
    """Take a cell out of its place and put it in elsewhere, or put it in twice."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at, to = any_cell(tokens, random), any_cell(tokens, random)
    cell = tokens[at.start : at.end]
    if random.random() < 0.5 and to.start > at.start:
        tokens[to.end : to.end] = cell
        del tokens[at.start : at.end]
    else:
        tokens[to.end : to.end] = cell
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def rows_out_of_order(book: Book, random: Random) -> None:
    """Put a row in another place."""
    part = book.any_sheet(random)
    rows = list(re.finditer(r"<row [^>]*(?:/>|>.*?</row>)", book.text(part), re.DOTALL))
    if len(rows) < 2:
        raise NotHere("rows")
    one, other = sorted(random.sample(range(len(rows)), 2))
    text, first, last = book.text(part), rows[one], rows[other]
    middle = text[first.end() : last.start()]
    book.put(part, text[: first.start()] + last[0] + middle + first[0] + text[last.end() :])


@register(Stage.LOCAL, Meaning.ANY)
def odd_cell(book: Book, random: Random) -> None:
    """Put into a cell what no cell has."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    type = random.choice((None, None, "s", "str", "inlineStr", "b", "e", "d"))
    write_cell(tokens, any_cell(tokens, random), type, random.choice(_INSIDE))
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def wrapped(book: Book, random: Random) -> None:
    """Put something around a cell or a row."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    before, after = random.choice(_AROUND)
    at = any_cell(tokens, random)
    start, end = at.start, at.end
    if random.random() < 0.4:
        start = max(n for n in range(start) if name_of(tokens[n]) == "row")
        end = tokens.index("</row>", start) + 1
    tokens[start:end] = [before, *tokens[start:end], after]
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def attribute_lost_or_doubled(book: Book, random: Random) -> None:
    """Take an attribute out, put it in twice, or change its value."""
    part = book.any_part(random)
    tokens = book.tokens(part)
    tags = [n for n, token in enumerate(tokens) if ATTRIBUTE.search(token) and not token.startswith(("<!", "<?"))]
    if not tags:
        raise NotHere("attribute")
    at = random.choice(tags)
    found = random.choice(list(ATTRIBUTE.finditer(tokens[at])))
    value = random.choice(_VALUES).replace("\ud800", "?")
    new = random.choice(
        ("", found[0] * 2, f'{found[1]}{found[2]}="{value}"', f'{found[1]}{found[2].upper()}="{value}"')
    )
    tokens[at] = tokens[at].replace(found[0], new, 1)
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def token_lost_or_moved(book: Book, random: Random) -> None:
    """Take a tag or a text out, put it in twice, or exchange two."""
    part = book.any_part(random)
    tokens = book.tokens(part)
    one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    way = random.randrange(3)
    if way == 0:
        del tokens[one]
    elif way == 1:
        tokens.insert(other, tokens[one])
    else:
        tokens[one], tokens[other] = tokens[other], tokens[one]
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def odd_characters(book: Book, random: Random) -> None:
    """Put odd bytes and entities into a part."""
    part = book.any_part(random)
    data = book.parts[part]
    odd = random.choice(_ODD_BYTES)
    spot = random.randrange(len(data) + 1)
    book.parts[part] = data[:spot] + odd + data[spot:]


@register(Stage.LOCAL, Meaning.ANY)
def flipped_characters(book: Book, random: Random) -> None:
    """Change bytes of a part; the zip is whole."""
    part = book.any_part(random)
    changed = bytearray(book.parts[part])
    for _ in range(random.choice((1, 1, 2, 5))):
        changed[random.randrange(len(changed))] = random.choice((random.randrange(256), *b"<>/\"'=& 019Acv"))
    book.parts[part] = bytes(changed)


@register(Stage.LOCAL, Meaning.ANY)
def odd_shared_formula(book: Book, random: Random) -> None:
    """Share formulas in odd ways: without an origin, one number twice, over other areas, as arrays and tables."""
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    formula = random.choice(
        ("", "A1+1", "$A1*B$2", 'SUM(A1:B2)&"A1"', "'A1'!A1", "XFD1048576+1", "A1.5", "LOG10(2)", "1E3+E3")
    )
    for _ in range(random.randint(1, 3)):
        at = any_cell(tokens, random, has_formula if random.random() < 0.5 else lambda _: True)
        said = {
            "t": random.choice(("shared", "shared", "shared", "array", "dataTable", "normal", "x")),
            "si": random.choice(("0", "0", "1", "", "-1", "x", "99999999999")),
            "ref": random.choice((at.address, "A1", "A1:XFD1048576", "x", "")),
        }
        spelled = "".join(f' {name}="{value}"' for name, value in said.items() if random.random() < 0.85)
        write_cell(
            tokens, at, random.choice((None, "str")), f"<f{spelled}>{random.choice((formula, formula, ''))}</f><v>5</v>"
        )
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def huge_things(book: Book, random: Random) -> None:
    """Nest deeply, repeat endlessly, write texts that no cell holds."""
    part = random.choice((book.any_sheet(random), STRINGS, WORKBOOK, STYLES))
    text = book.text(part)
    count = random.choice((60, 70, 3000, 200_000))
    columns = (f'<col min="1" max="{16384 + n % 3}" hidden="1"/>' for n in range(min(count, 3000)))
    nested = ("<r>" * count + "</r>" * count, "<row>" * count + "</row>" * count, "".join(columns))
    what = random.choice((*nested, *(one * count for one in _ENDLESS)))
    spots = [
        found.end()
        for found in re.finditer(r"<(?:sheetData|row|c|v|is|si|t|cols|mergeCells|sheets|cellXfs)\b[^>/]*>", text)
    ]
    spot = random.choice(spots or [text.rfind("</")])
    book.put(part, text[:spot] + what + text[spot:])


@register(Stage.LOCAL, Meaning.ANY)
def document_type(book: Book, random: Random) -> None:
    """Begin a part with a document type, entities in it."""
    part = book.any_part(random)
    declared = (
        '<!DOCTYPE x [<!ENTITY a "9"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    )
    text = book.text(part)
    head = text.find("?>") + 2 if text.startswith("<?xml") else 0
    body = text[head:].replace("<v>", "<v>&c;", 1) if random.random() < 0.7 else text[head:]
    book.put(part, text[:head] + declared + body)


@register(Stage.LOCAL, Meaning.ANY)
def string_table_changed(book: Book, random: Random) -> None:
    """Take an item out of the table, put one in, change one, nest one."""
    text = book.text(STRINGS)
    items = list(re.finditer(r"<si>.*?</si>|<si/>", text, re.DOTALL))
    if not items:
        raise NotHere("items")
    found = random.choice(items)
    new = random.choice(_ITEMS).replace("{0}", found[0])
    book.put(STRINGS, text[: found.start()] + new + text[found.end() :])


# --- around the cells ------------------------------------------------------------------------------------------------


@register(Stage.LOCAL, Meaning.ANY)
def frame_changed(book: Book, random: Random) -> None:
    """Change what stands around a sheet's cells: data twice, merged ranges, columns, protection."""
    part = book.any_sheet(random)
    text = book.text(part)
    ranges = random.choice(("A1:C3", "a1:$c$3", "A1:XFD1048576", "C3:A1", "A1", "x", "", "E1:E99", "A1:B2 C3:D4"))
    ways = (
        lambda: text.replace("</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{ranges}"/></mergeCells>'),
        lambda: text.replace(
            "</sheetData>", '</sheetData><sheetData><row r="9"><c r="E9"><v>9</v></c></row></sheetData>'
        ),
        lambda: text.replace(
            "<sheetData>", '<x><sheetData><row r="9"><c r="E9"><v>9</v></c></row></sheetData></x><sheetData>'
        ),
        lambda: text.replace("<sheetData>", '<cols><col min="1" max="99" hidden="1"/></cols><sheetData>'),
        lambda: text.replace("<sheetData>", '<cols><col min="x" max="99999999" width="0"/></cols><sheetData>'),
        lambda: re.sub(r"<sheetProtection [^>]*>", "", text),
        lambda: re.sub(r"<(dataValidations|conditionalFormatting)\b.*?</\1>", "", text, count=1, flags=re.DOTALL),
        lambda: text.replace("<worksheet", "<chartsheet").replace("</worksheet", "</chartsheet"),
        lambda: text.replace("<sheetData>", "<!-- <sheetData> -->").replace("</sheetData>", ""),
        lambda: text.replace("sheetData>", "SheetData>"),
        lambda: text.replace("spreadsheetml/2006/main", "spreadsheetml/2006/other"),
        lambda: text + random.choice(("x", "<x/>", "\n", "<!-- -->", text)),
    )
    book.put(part, random.choice(ways)())


@register(Stage.LOCAL, Meaning.ANY)
def sheet_list_changed(book: Book, random: Random) -> None:
    """Rename, hide, exchange, double or take out sheets; change names and the workbook's settings."""
    text = book.text(WORKBOOK)
    tags = re.findall(r"<sheet [^>]*>", text)
    names = re.findall(r"<definedName [^>]*>[^<]*</definedName>", text)
    if not tags or not names:
        raise NotHere("sheets")
    tag, other, name = random.choice(tags), random.choice(tags), random.choice(names)
    title = random.choice(
        ("改名", "Sheet1", attributes_of(other).get("name", "").upper(), "", "x" * 99, "a&amp;b", "M1 ", "m1")
    )
    state = random.choice(("hidden", "veryHidden", "visible", "x"))
    ways = (
        lambda: text.replace(tag, with_attribute(tag, "name", title)),
        lambda: text.replace(tag, with_attribute(tag, "state", state)),
        lambda: text.replace(tag, with_attribute(tag, "r:id", attributes_of(other).get("r:id"))),
        lambda: text.replace(tag, random.choice(("", tag * 2, other + tag))),
        lambda: text.replace(
            name, random.choice(("", name * 2, re.sub(r"\$\d+<", "$1048000<", name), name.replace("$", "")))
        ),
        lambda: re.sub(r"<workbookPr", '<workbookPr date1904="1"', text),
        lambda: re.sub(r"<workbookProtection[^>]*>", "", text),
        lambda: text.replace("<sheets>", '<sheets><x:sheet xmlns:x="urn:x" name="q" r:id="rId1"/>'),
    )
    book.put(WORKBOOK, random.choice(ways)())


@register(Stage.LOCAL, Meaning.ANY)
def relations_changed(book: Book, random: Random) -> None:
    """Let relationships lead elsewhere: to nothing, outside, to one part twice, to another kind."""
    part = random.choice((WORKBOOK_RELATIONS, "_rels/.rels"))
    text = book.text(part)
    tags = re.findall(r"<Relationship [^>]*>", text)
    if not tags:
        raise NotHere("relations")
    tag, other = random.choice(tags), random.choice(tags)
    target = random.choice(
        (
            "gone.xml",
            "http://x/y",
            "",
            "../../../etc/passwd",
            "/",
            attributes_of(other).get("Target", ""),
            "xl\\x",
            "%2e/x",
        )
    )
    ways = (
        with_attribute(tag, "Target", target), tag * 2, "",
        with_attribute(tag, "TargetMode", random.choice(("External", "Internal", "x"))),
        with_attribute(tag, "Type", random.choice(("x", "", attributes_of(other).get("Type", "")))),
        with_attribute(tag, "Id", random.choice(("", attributes_of(other).get("Id", "")))),
        f'{tag}<Relationship Id="odd" Type="{attributes_of(other).get("Type", "")}" Target="{target}"/>',
    )  # fmt: skip
    book.put(part, text.replace(tag, random.choice(ways)))


@register(Stage.LOCAL, Meaning.ANY)
def types_changed(book: Book, random: Random) -> None:
    """Say of parts that they are of another type."""
    text = book.text(TYPES)
    tag = random.choice(re.findall(r"<(?:Default|Override) [^>]*>", text))
    types = (
        "x",
        "",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    )
    new = random.choice(
        ("", tag * 2, with_attribute(tag, "ContentType", random.choice(types)), with_attribute(tag, "PartName", "/x"))
    )
    book.put(TYPES, text.replace(tag, new))


@register(Stage.LOCAL, Meaning.ANY)
def styles_changed(book: Book, random: Random) -> None:
    """Take styles out, unlock some, show numbers as days, or give cells styles that are not there."""
    if random.random() < 0.5:
        text = book.text(STYLES)
        ways = (
            re.sub(r"<cellXfs.*?</cellXfs>", "", text, flags=re.DOTALL), text.replace('locked="0"', 'locked="false"'),
            text.replace('locked="0"', 'locked="1"'), text.replace('numFmtId="0"', 'numFmtId="14"'),
            text.replace("<xf ", "<xf/><xf ", 1),
            text.replace('formatCode="', 'formatCode="yyyy'), text.replace('numFmtId="', 'numFmtId="９'),
        )  # fmt: skip
        book.put(STYLES, random.choice(ways))
        return
    part = book.any_sheet(random)
    tokens = book.tokens(part)
    at = any_cell(tokens, random)
    style = random.choice(("0", "1", "9", "999999", "9999999", "-1", "x", "", " 2", "２", "1.0"))
    tokens[at.start] = with_attribute(tokens[at.start], "s", style)
    book.put_tokens(part, tokens)


@register(Stage.LOCAL, Meaning.ANY)
def lost_part(book: Book, random: Random) -> None:
    """Leave a part out, or put another one in its place."""
    name = random.choice(list(book.parts))
    if random.random() < 0.5:
        del book.parts[name]
    else:
        book.parts[name] = random.choice((b"", b"<x/>", b"\0", random.choice(list(book.parts.values()))))
