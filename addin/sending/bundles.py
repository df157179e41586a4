"""What is mailed out, a bundle for each contact person: workbooks, a notice with a receipt, words to paste.

A bundle is a folder, or one encrypted archive (AES-256, which 7-Zip, WinRAR, Bandizip and others open) whose password
stands in a file that stays in the house.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.progress import Progress, track
from addin.recipients import Recipient, group_by_contact
from addin.sending.dispatch import Dispatched
from generator.files import MODE
from generator.mail_notice import MailNotice, write_notice
from generator.sent_back.slip import show_day
from generator.temporary import temporary_folder
from templates.file_names import make_safe_name
from templates.model import Survey
from templates.words import lookup, say

PASSWORD_BYTES: Final = 9
"""Twelve characters: nobody guesses them, and somebody can read them out over the telephone."""


@dataclass(frozen=True)
class Mail:
    """What all bundles of one mailing have in common."""

    survey: Survey
    year: int
    officer: str = ""
    phone: str = ""
    encrypted: bool = False


def write_bundles(
    folder: Path, mail: Mail, dispatched: Sequence[Dispatched], progress: Progress | None = None
) -> list[Path]:
    """Write a bundle for each contact person into ``folder`` and return them; passwords stand in a file beside.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recipients = group_by_contact(dispatched, lambda one: one.unit)
    bundles, passwords = [], []
    for recipient in track(recipients, len(recipients), progress):
        if mail.encrypted:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            bundles.append(_write_archive(folder, mail, recipient, password))
            passwords.append((bundles[-1].name, password))
        else:
            bundles.append(_write_folder(folder / recipient.folder, mail, recipient))
    if passwords:
        _keep_passwords(folder / str(lookup("mail.password_file")), passwords)
    return bundles


def _write_folder(folder: Path, mail: Mail, recipient: Recipient[Dispatched]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for one in recipient.items:
        shutil.copyfile(one.path, folder / one.path.name)
    notice = _draw_up_notice(mail, recipient)
    write_notice(folder / str(lookup("mail.notice_file")), notice)
    text = folder / make_safe_name(say("mail.paste_file", contact=make_safe_name(str(notice.values["contact"]), 90)))
    text.write_text("\n".join(_word_message(mail, notice)) + "\n", encoding="utf-8")
    return folder


def _write_archive(folder: Path, mail: Mail, recipient: Recipient[Dispatched], password: str) -> Path:
    import pyzipper  # noqa: PLC0415  # loads a library of ciphers, which few runs need

    archive = folder / f"{recipient.folder}.zip"
    with temporary_folder(folder) as beside:
        inside = _write_folder(beside / recipient.folder, mail, recipient)
        packed = beside / archive.name
        with pyzipper.AESZipFile(packed, "w", encryption=pyzipper.WZ_AES, compression=pyzipper.ZIP_STORED) as opened:
            opened.setpassword(password.encode())
            for path in sorted(inside.iterdir()):
                opened.write(path, f"{recipient.folder}/{path.name}")
        packed.chmod(MODE)
        packed.replace(archive)
    return archive


def _draw_up_notice(mail: Mail, recipient: Recipient[Dispatched]) -> MailNotice:
    """Return the notice of one person; the day is the earliest of those of the person's units."""
    days = [due for one in recipient.items if (due := mail.survey.find_due_day(mail.year, one.unit.level))]
    return MailNotice(
        survey=mail.survey.title,
        year=mail.year,
        contact=recipient.contact,
        due=show_day(min(days)) if days else "",
        sender=lookup("mail.gap").join(filter(None, (mail.officer, mail.phone))),
        workbooks=tuple((one.unit.code, one.unit.name, one.path.name) for one in recipient.items),
    )


def _word_message(mail: Mail, notice: MailNotice) -> list[str]:
    words = lookup("mail.paste")
    return [
        words["opening" if notice.due else "opening_soon"].format(**notice.values),
        *(words["unit"].format(code=code, name=name, file=file) for code, name, file in notice.workbooks),
        *([words["encrypted"]] if mail.encrypted else []),
        words["end_by" if notice.sender else "end"].format(**notice.values),
    ]


def _keep_passwords(path: Path, passwords: Sequence[tuple[str, str]]) -> None:
    """Write the passwords for the officer's eyes only."""
    path.touch(MODE)
    path.chmod(MODE)
    lines = [str(lookup("mail.password_head")), *(f"{archive}\t{password}" for archive, password in passwords)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
