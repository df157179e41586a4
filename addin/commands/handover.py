"""``handover``: everything for the next officer in one folder, and the proof that it can be restored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.acts import AsJson, AskedSurvey, print_sentence
from addin.commands.outputs import refuse_folder
from addin.commands.shared import FINDINGS, refuse, refuse_unwritable, say_json, show_progress
from addin.commands.store import open_store, refuse_unusable_store
from addin.handing_over.check import check_handover, describe_check
from addin.handing_over.handover import HandoverJob, hand_over
from addin.handing_over.manifest import HandoverManifest, HandoverRefused, describe_manifest
from addin.keys import KeyRefused
from templates.words import say

Paths = list[Path] | None


def handover(
    store: Annotated[Path | None, typer.Option("--store", help=say("handover.command.store"))] = None,
    folder: Annotated[Path | None, typer.Option("--out", help=say("handover.command.out"))] = None,
    by: Annotated[str, typer.Option("--by", help=say("handover.command.by"))] = "",
    to: Annotated[str, typer.Option("--to", help=say("handover.command.to"))] = "",
    key: Annotated[Paths, typer.Option("--key", help=say("handover.command.key"))] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help=say("handover.command.with_keys"))] = False,
    passwords: Annotated[Paths, typer.Option("--password-file", help=say("handover.command.password_file"))] = None,
    include: Annotated[Paths, typer.Option("--include", help=say("handover.command.include"))] = None,
    survey: AskedSurvey = None,
    check: Annotated[Path | None, typer.Option("--check", help=say("handover.command.check"))] = None,
    json_too: AsJson = False,
) -> None:
    """Hand over to the next officer, or check a handover."""
    if check is not None and store is None and folder is None:
        _check(check, json_too=json_too)
        return
    if check is not None or store is None or folder is None:
        refuse(say("handover.refused.which"))
    files = [*(key or ()), *(passwords or ()), *(include or ())]
    for path in files:
        if not path.exists():
            refuse(say("cli.refused.no_such_file", path=path))
    refuse_folder(folder)
    _hand_over(store, folder, (by, to, survey or ""), (key, passwords, include), with_keys=with_keys, json_too=json_too)


def _hand_over(
    store: Path,
    folder: Path,
    told: tuple[str, str, str],
    paths: tuple[Paths, Paths, Paths],
    *,
    with_keys: bool,
    json_too: bool,
) -> None:
    by, to, survey = (text.strip() for text in told)
    keys, passwords, include = (tuple(some or ()) for some in paths)
    job = HandoverJob(open_store(store), folder, by, to, survey, keys, with_keys, passwords, include)
    try:
        with refuse_unusable_store(), refuse_unwritable(folder), show_progress(say("handover.command.working")):
            manifest = hand_over(job)
    except (HandoverRefused, KeyRefused) as error:
        refuse(str(error))
    _say(manifest, folder, json_too=json_too)
    raise typer.Exit(FINDINGS if any(one.missing for one in manifest.rounds) else 0)


def _say(manifest: HandoverManifest, folder: Path, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_manifest(manifest) | {"code": manifest.code})
        return
    print_sentence(say("handover.told.done", folder=folder, count=len(manifest.files), code=manifest.code))
    for one in manifest.rounds:
        if one.missing:
            print_sentence(say("handover.told.missing", title=one.title, year=one.year or "", reason=one.missing))
    print_sentence(say("handover.told.list", file=folder / say("handover.files.list")))


def _check(folder: Path, *, json_too: bool) -> None:
    try:
        with show_progress(say("handover.command.checking")) as progress:
            checked = check_handover(folder, progress)
    except HandoverRefused as error:
        refuse(str(error))
    if json_too:
        say_json(describe_check(checked))
    else:
        print_sentence(
            say("handover.told.code", code=checked.manifest.code, by=checked.manifest.by, at=checked.manifest.at)
        )
        for proof in checked.proofs:
            print_sentence(proof.sentence)
        print_sentence(say("handover.told.holds" if checked.holds else "handover.told.fails"))
    raise typer.Exit(0 if checked.holds else FINDINGS)
