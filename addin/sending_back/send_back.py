"""The whole of sending back: packets and texts are written, then it is put on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from addin.package.opened import digest_file
from addin.package.refusal import NotOpened
from addin.progress import Progress, track
from addin.receiving.acts import Act, ActKind
from addin.recipients import Recipient, group_by_contact
from addin.roster import Roster
from addin.sending_back.contacts import write_group_text, write_texts
from addin.sending_back.open_returns import Chosen, ReturningOfficer, choose_returns
from addin.sending_back.packet import UnitPacket, WrittenPacket, write_packet
from addin.store.acts import UnitStanding, read_standings, record_acts
from addin.store.store import Store
from templates.model import Survey


@dataclass(frozen=True)
class SentBack:
    """What was sent back, and what was not, each with a sentence."""

    written: tuple[WrittenPacket, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class SendBackJob:
    """What is to be sent back, and how."""

    survey: Survey
    year: int | None
    roster: Roster
    store: Store
    folder: Path
    sender: ReturningOfficer
    units: Sequence[str] = ()
    """The codes of units; none means all that are open."""
    password: str = ""


def send_back(job: SendBackJob, progress: Progress | None = None) -> SentBack:
    """Write a packet for each unit, grouped by contact person, then put it on record.

    Raises StoreError, and OSError where the folder cannot be written.
    """
    standings = read_standings(job.store, job.survey.id, job.year)
    chosen = choose_returns(job.survey, job.roster, job.store, standings, job.units, job.sender)
    written, refused = _write_all(job, chosen, progress)
    record_acts(job.store, job.survey.id, job.year, _make_acts(written, standings))
    return SentBack(tuple(written), (*chosen.refused, *refused))


def _write_all(job: SendBackJob, chosen: Chosen, progress: Progress | None) -> tuple[list[WrittenPacket], list[str]]:
    written, refused = list[WrittenPacket](), list[str]()
    recipients = group_by_contact(chosen.packets, lambda packet: packet.unit)
    for recipient in track(recipients, len(recipients), progress):
        folder = job.folder / recipient.folder
        folder.mkdir(parents=True, exist_ok=True)
        here = list(_write(job, recipient, folder, refused))
        if here:
            write_texts(folder, recipient, here)
        written += here
    if written:
        write_group_text(job.folder, written)
    return written, refused


def _write(
    job: SendBackJob, recipient: Recipient[UnitPacket], folder: Path, refused: list[str]
) -> Iterator[WrittenPacket]:
    for packet in recipient.items:
        try:
            yield write_packet(job.survey, packet, folder, job.password)
        except NotOpened as damaged:
            refused.append(f"{packet.unit.name}：{damaged.reason}")


def _make_acts(written: Sequence[WrittenPacket], standings: Mapping[str, UnitStanding]) -> Iterator[Act]:
    for one in written:
        band = one.packet.band
        told = {"by": band.officer, "reason": band.reason, "due": band.due, "round": band.round}
        yield standings[one.packet.unit.code].act(ActKind.SENT_BACK, **told, wrote=digest_file(one.workbook))


def describe_sent_back(done: SentBack) -> dict[str, Any]:
    """Return what ``send-back --json`` prints."""
    return {
        "units": [
            {
                "code": one.slip.code,
                "name": one.slip.name,
                "round": one.slip.band.round,
                "due": one.slip.band.due.isoformat() if one.slip.band.due else None,
                "errors": one.slip.errors,
                "unexplained": one.slip.unexplained,
                "file": str(one.workbook),
                "renewed": one.renewed,
            }
            for one in done.written
        ],
        "refused": list(done.refused),
    }
