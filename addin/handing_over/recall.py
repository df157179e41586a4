"""A merge out of the store alone: what stood for each unit, audited again, with what people did about it.

Nothing is read from files and nothing decided anew, so a store that was restored elsewhere yields the very same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from addin.auditing.audit import audit
from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, Merged, Role, UnitOutcome
from addin.roster import ReportingUnit
from addin.store.acts import UnitStanding, read_standings
from addin.store.against_former import compare_with_former
from addin.store.recall import recall_returns
from addin.store.rosters import read_merged_roster
from addin.store.store import Store
from addin.submission import Submission
from templates.model import Survey


def recall_merge(store: Store, survey: Survey, year: int, moment: datetime) -> Merged:
    """Return how the units stand by the store, as of ``moment``.

    Units are as the roster of the last merge has them. A store that an older program wrote keeps none: there they are
    as their own returns have them, and what never reported has a name only. What came within a result of the level
    below has no numbers here. Raises StoreError where a return is not what was
    put in, or goes by definitions that the ones at hand do not know.
    """
    standings = read_standings(store, survey.id, year)
    returns = recall_returns(store, survey, standings.values())
    roster = read_merged_roster(store, survey.id, year)
    listed = {unit.code: unit for unit in roster.units} if roster else {}
    codes = dict.fromkeys((*(code for code in listed if code in standings), *standings))
    units = [_make_outcome(standings[code], returns.get(code), listed.get(code), survey) for code in codes]
    sent = [unit for unit in units if unit.submission is not None]
    judged = audit(survey, year, [unit.submission for unit in sent if unit.submission is not None]) if sent else []
    findings = {unit.code: tuple(found) for unit, found in zip(sent, judged, strict=True)}
    audited = tuple(unit.judged(findings[unit.code]) if unit.code in findings else unit for unit in units)
    return compare_with_former(store, Merged(survey, year, audited, (), moment))


def _make_outcome(
    standing: UnitStanding, submission: Submission | None, listed: ReportingUnit | None, survey: Survey
) -> UnitOutcome:
    if submission is None:
        unit = listed or ReportingUnit(standing.code, standing.name, "", "", "", "")
        part = unit.kind in survey.kind and survey.kind[unit.kind].part
        return UnitOutcome(unit, part=part, acts=standing.acts)
    identity = submission.identity
    unit = listed or ReportingUnit(
        standing.code, standing.name, identity.uscc, identity.kind, identity.level, identity.region, identity.parent
    )
    file = FileOutcome(standing.file, Role.COUNTED, FileStatus.OK, digest=standing.sha256, identity=identity)
    part = survey.kind[identity.kind].part
    told = replace(submission, file=standing.file)
    return UnitOutcome(unit, (file,), told, part=part, undecided=standing.undecided, acts=standing.acts)
