"""What one unit gets: its workbook with the officer's words, a page of paper, a receipt where it was made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from addin.finding import Finding
from addin.repairing.repair import repair, save_receipt
from addin.roster import ReportingUnit, name_workbook
from addin.sending_back.slips import make_slip, mark_unseen, needs_renewal
from addin.submission import Submission
from generator.sent_back.page import write_page
from generator.sent_back.slip import ReturnBand, Slip
from generator.sent_back.workbook import NoResults, write_sent_back
from generator.temporary import temporary_folder
from templates.model import Survey


@dataclass(frozen=True)
class UnitPacket:
    """What is sent back to a unit, before it is written."""

    unit: ReportingUnit
    received: Path
    """The unit's file, as it came."""
    submission: Submission
    findings: tuple[Finding, ...]
    band: ReturnBand

    @property
    def workbook(self) -> str:
        """The name of the workbook."""
        return name_workbook(self.unit, "sent_back.file")

    def list_places(self) -> Iterator[tuple[str, str, str]]:
        """Yield form, ledger and code of everything that is open."""
        for finding in self.findings:
            if finding.pending or finding.hold:
                yield finding.form, finding.ledger, finding.code


@dataclass(frozen=True)
class WrittenPacket:
    """What was written for a unit."""

    packet: UnitPacket
    slip: Slip
    workbook: Path
    renewed: bool
    """The unit's own file was no more to be mended: the workbook is a fresh one, with a receipt beside it."""


def write_packet(survey: Survey, packet: UnitPacket, folder: Path, password: str = "") -> WrittenPacket:
    """Write the files of a packet into ``folder``.

    ``password`` protects a workbook that is made anew where no password of the received one is left. Raises OSError,
    and NotOpened where the received file cannot be made anew either.
    """
    slip = make_slip(survey, packet.submission, packet.findings, packet.band)
    target = folder / packet.workbook
    renewed = _write_workbook(survey, packet, slip, target, password)
    write_page(folder / name_workbook(packet.unit, "sent_back.slip_file"), slip, renewed=renewed)
    return WrittenPacket(packet, slip, target, renewed)


def _write_workbook(survey: Survey, packet: UnitPacket, slip: Slip, target: Path, password: str) -> bool:
    """Write the workbook; return whether it is a fresh one."""
    if not needs_renewal(packet.submission, packet.findings):
        marks = mark_unseen(packet.submission.layout(survey), packet.findings)
        try:
            write_sent_back(packet.received, target, slip, marks)
        except NoResults:
            pass
        else:
            return False
    with temporary_folder(target.parent) as folder:
        fresh = Path(folder, target.name)
        repaired = repair(survey, packet.submission, packet.received, fresh, password)
        write_sent_back(fresh, target, slip)
    save_receipt(repaired, target.with_name(name_workbook(packet.unit, "sent_back.receipt_file")))
    return True
