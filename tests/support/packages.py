"""Small .xlsx packages written part by part, for reading in every spelling."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_TYPES = (
    DECLARATION + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="0"><protection locked="0"/></xf></cellXfs></styleSheet>'
)


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Return a part of relationships: type and target by id."""
    lines = [
        f'<Relationship Id="{id}" Type="{OFFICE_RELATIONS}/{kind}" Target="{target}"/>'
        for id, (kind, target) in targets.items()
    ]
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE_RELATIONS}">{"".join(lines)}</Relationships>'


def worksheet(data: str, *, before: str = "", after: str = "") -> str:
    """Return a sheet part in the usual spelling: ``data`` are its rows."""
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def strings(*items: str) -> str:
    """Return a string table of items, each the XML inside its ``si``."""
    return f'{DECLARATION}<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def parts_of(sheets: Mapping[str, str], table: str = "", workbook: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook with these sheet parts by sheet name."""
    targets = {f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)}
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1))
    others = {"rIdS": ("styles", "styles.xml")} | ({"rIdT": ("sharedStrings", "sharedStrings.xml")} if table else {})
    book = (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE_RELATIONS}">{workbook}<sheets>{listed}</sheets>'
        "</workbook>"
    )
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relationships(targets | others),
        "xl/styles.xml": _STYLES,
        **({"xl/sharedStrings.xml": table} if table else {}),
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), start=1)},
    }


def replaced_part(parts: Mapping[str, str | bytes], part: str, old: str, new: str) -> dict[str, str | bytes]:
    """Return the parts with one text exchanged in one of them, which has to hold it."""
    text = parts[part]
    if not isinstance(text, str) or old not in text:
        raise ValueError(f"{part}: {old}")
    return {**parts, part: text.replace(old, new)}


def pack(parts: Mapping[str, str | bytes]) -> bytes:
    """Return the parts as the bytes of a zip."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


def one_sheet(xml: str, table: str = "", workbook: str = "") -> bytes:
    """Return a workbook with one sheet, called ``S``."""
    return pack(parts_of({"S": xml}, table, workbook))
