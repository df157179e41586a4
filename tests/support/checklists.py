"""Items of a checklist, as a survey declares them."""

from __future__ import annotations

ITEM = """
[[items]]
id = "{id}"
form = "{form}"
codes = {codes}
kinds = {kinds}
levels = {levels}
text = "{text}"
source = "制度"
options = {options}
"""


def an_item(
    id: str = "Q1",
    form: str = "M1",
    codes: str = '["06"]',
    kinds: str = "[]",
    levels: str = "[]",
    text: str = "与账面一致。",
    options: str = '["1 一致", "2 不适用"]',
) -> str:
    """Return one item as TOML."""
    return ITEM.format(id=id, form=form, codes=codes, kinds=kinds, levels=levels, text=text, options=options)
