"""What to write to each contact person about what was sent back, and what to tell a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from addin.recipients import Recipient
from addin.sending_back.packet import UnitPacket, WrittenPacket
from generator.sent_back.slip import ReturnBand
from templates.file_names import make_safe_name
from templates.words import lookup, say

CODES = 10
"""So many codes of a form are named."""


def write_texts(folder: Path, recipient: Recipient[UnitPacket], written: Sequence[WrittenPacket]) -> Path:
    """Write what to tell the person into his folder, and return the file. Raises OSError."""
    name = recipient.contact or say("sent_back.paste.anyone")
    first = written[0].slip
    about = {"contact": name, "survey": first.survey, "year": first.year, "due": _word_due(first.band)}
    lines = [say("sent_back.paste.person", **about), *map(_word_unit, written)]
    lines.append(say("sent_back.paste.person_end", contact=_word_officer(first.band)))
    path = folder / make_safe_name(say("sent_back.paste.person_file", contact=make_safe_name(name, 90)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_group_text(folder: Path, written: Sequence[WrittenPacket]) -> Path:
    """Write what to tell a group: no unit is named in it, and no value. Raises OSError."""
    first = written[0].slip
    told = say(
        "sent_back.paste.group",
        survey=first.survey,
        year=first.year,
        count=len(written),
        due=_word_due(first.band),
        contact=_word_officer(first.band),
    )
    path = folder / say("sent_back.paste.group_file")
    path.write_text(told + "\n", encoding="utf-8")
    return path


def _word_unit(written: WrittenPacket) -> str:
    slip = written.slip
    forms = name_places(written.packet.list_places())
    return say(
        "sent_back.paste.person_unit",
        name=slip.name,
        code=slip.code,
        round=slip.band.round,
        counts=slip.counts,
        where=say("sent_back.paste.where", forms=forms) if forms else "",
        file=written.workbook.name,
    )


def name_places(places: Iterable[tuple[str, str, str]]) -> str:
    """Return forms with their codes, and ledgers, without any value."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for form, ledger, code in places:
        if (form or ledger) and code not in found[form, ledger]:
            found[form, ledger].append(code)
    join = str(lookup("sent_back.paste.forms_join"))
    return join.join(_name_place(form, ledger, codes) for (form, ledger), codes in found.items())


def _name_place(form: str, ledger: str, codes: list[str]) -> str:
    if ledger:
        return say("sent_back.paste.ledger", ledger=ledger)
    listed = str(lookup("sent_back.paste.codes_join")).join(filter(None, codes[:CODES]))
    if len(codes) > CODES:
        listed = say("sent_back.paste.codes_more", codes=listed, count=len(codes))
    return say("sent_back.paste.form", form=form, codes=listed) if listed else form


def _word_due(band: ReturnBand) -> str:
    return say("sent_back.paste.due", due=band.shown_due) if band.due else say("sent_back.paste.due_soon")


def _word_officer(band: ReturnBand) -> str:
    told = {"officer": band.officer, "phone": band.phone}
    return say("sent_back.paste.officer", **told) if band.officer or band.phone else ""
