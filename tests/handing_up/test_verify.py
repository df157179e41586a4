"""Every alteration of a package is told: of a file, the list, the page, the store; and a forged whole by the paper."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from addin.handing_up.manifest import Manifest, digest_about, restore_manifest, spell_manifest, spell_readable
from addin.handing_up.verify import NoPackage, verify_package
from addin.package.opened import digest_file
from addin.store.store import Store
from addin.store.versions import LockedVersion, list_locked_versions
from generator.handed_up.seal import digest_without_seal
from tests.support.handed_up import hand_up_city
from tests.support.returns import YEAR

JIA, BING = "汇总_files/001-甲单位.xlsx", "汇总_files/003-丙单位.xlsx"
PAGE, LIST = "数据报送审批单.docx", "清单.json"

Change = Callable[[Path], None]


def at(name: str, change: Change) -> Change:
    """Return what changes one file of the package."""
    return lambda folder: change(folder / name)


def in_turn(*changes: Change) -> Change:
    """Return what does several changes."""

    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


def append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b" ")


def edit(old: str, new: str) -> Change:
    """Return what replaces one text in a file."""

    def change(path: Path) -> None:
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    return change


def rename(folder: Path) -> None:
    (folder / JIA).rename(folder / "甲.xlsx")


def swap(folder: Path) -> None:
    """Let two units' files change their names."""
    (folder / JIA).rename(folder / "x")
    (folder / BING).rename(folder / JIA)
    (folder / "x").rename(folder / BING)


def edit_list(change: Callable[[dict[str, Any]], None]) -> Change:
    """Return what changes the manifest as data."""

    def write(folder: Path) -> None:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        change(told)
        (folder / LIST).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    return write


def find_listed(told: dict[str, Any], path: str) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    return next(file for file in told["files"] if file["path"] == path)


def set_unit(key: str, value: object) -> Change:
    return edit_list(lambda told: told["version"]["units"][0].update({key: value}))


def edit_page(path: Path) -> None:
    """Change a number on the page."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name).replace(b"900,000", b"990,000") for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


CHANGED, MISSING, ADDED = "「{}」的内容被改动", "缺少「{}」", "多出「{}」，清单里没有"
SEAL = "「清单.json」被改动：按它的内容算出的校验码是"
READABLE = "「清单.txt」与清单不符，被改动"
WHAT = "「清单.json」里制度、程序、文件说明被改动"

ALTERATIONS: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda _folder: None, []),
    "a unit's file changed": (at(JIA, append), [CHANGED.format(JIA)]),
    "汇总 changed": (at("汇总.xlsx", append), [CHANGED.format("汇总.xlsx")]),
    "a document changed": (at("统计资料保密告知.docx", append), [CHANGED.format("统计资料保密告知.docx")]),
    "the page changed": (at(PAGE, edit_page), [CHANGED.format(PAGE)]),
    "a unit's file removed": (at(JIA, Path.unlink), [MISSING.format(JIA)]),
    "the page removed": (at(PAGE, Path.unlink), [MISSING.format(PAGE)]),
    "a file added": (at("多的.xlsx", append), [ADDED.format("多的.xlsx")]),
    "a file added below": (at("汇总_files/多的.xlsx", append), [ADDED.format("汇总_files/多的.xlsx")]),
    "a file renamed": (
        rename,
        [f"「{JIA}」被改名为「甲.xlsx」"],
    ),
    "two files swapped": (swap, [CHANGED.format(JIA), CHANGED.format(BING)]),
    "one file removed, another added": (
        in_turn(at(JIA, Path.unlink), at("x.xlsx", append)),
        [MISSING.format(JIA), ADDED.format("x.xlsx")],
    ),
    "the readable list changed": (at("清单.txt", edit("计入 3 家", "计入 4 家")), [READABLE]),
    "the readable list removed": (at("清单.txt", Path.unlink), [MISSING.format("清单.txt")]),
    "the code in the list": (edit_list(lambda told: told.update(seal="AAAA-BBBB-CCCC-DDDD")), [SEAL]),
    "a digest in the list": (
        edit_list(lambda told: find_listed(told, "名录与核实情况.xlsx").update(sha256="0" * 64)),
        ["「清单.json」前后不一致：名录与核实情况.xlsx", CHANGED.format("名录与核实情况.xlsx"), READABLE],
    ),
    "order of the files": (
        edit_list(lambda told: told["files"].reverse()),
        [WHAT, "「清单.json」里的次序被改动", READABLE],
    ),
    "order of the digests": (
        edit_list(lambda told: told["version"].update(enclosed=dict(reversed(told["version"]["enclosed"].items())))),
        [SEAL, READABLE],
    ),
    "who": (edit_list(lambda told: told["version"].update(by="李某")), [SEAL, READABLE]),
    "the survey": (edit_list(lambda told: told["survey"].update(version="9")), [WHAT, READABLE]),
    "spot checks": (edit_list(lambda told: told.update(checks="抽查 10 家")), [WHAT, READABLE]),
    "a unit's content": (set_unit("content", "x"), [SEAL, READABLE]),
    "a unit's state": (set_unit("state", "accepted"), [SEAL, READABLE]),
    "a unit counted no more": (set_unit("place", "left_out"), [SEAL, READABLE]),
    "a unit removed from the list": (edit_list(lambda told: told["version"]["units"].pop(0)), [SEAL, READABLE]),
    "a total": (
        edit_list(lambda told: told["version"]["totals"]["M1"].update({"09": 990000.0})),
        ["「清单.json」读不出来（"],
    ),
    "no JSON": (at(LIST, edit("{", "[")), ["「清单.json」读不出来（"]),
    "another's JSON": (edit_list(dict.clear), ["「清单.json」读不出来（"]),
}


@pytest.mark.parametrize("change", ALTERATIONS)
def test_every_alteration_is_told(packed: Path, change: str) -> None:
    alter, expected = ALTERATIONS[change]
    alter(packed / "上报")
    found = [one.told for one in verify_package(packed / "上报").altered]
    assert [told[: len(want)] for told, want in zip(found, expected, strict=True)] == expected


# --- a whole that was forged -----------------------------------------------------------------------------------------


def forge(folder: Path, change: Callable[[LockedVersion], LockedVersion] = lambda one: one, drop: str = "") -> None:
    """Make all of the package fit again after a change, as somebody with this program could."""
    told = json.loads((folder / LIST).read_text(encoding="utf-8"))
    manifest = restore_manifest(told)
    old = manifest.seal
    files = tuple(replace(file, sha256=digest_file(folder / file.path)) for file in manifest.files if file.path != drop)
    manifest = replace(manifest, files=files, version=change(manifest.version))
    manifest = _bind(folder, manifest, old)
    with zipfile.ZipFile(folder / PAGE) as package:
        parts = {name: package.read(name).replace(old.encode(), manifest.seal.encode()) for name in package.namelist()}
    with zipfile.ZipFile(folder / PAGE, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    listed = [replace(file, sha256=digest_file(folder / file.path)) for file in manifest.files]
    manifest = replace(manifest, files=tuple(listed))
    (folder / LIST).write_text(spell_manifest(manifest), encoding="utf-8")
    (folder / "清单.txt").write_bytes(spell_readable(manifest).encode())


def _bind(folder: Path, manifest: Manifest, old: str) -> Manifest:
    enclosed = {file.path: file.sha256 for file in manifest.files}
    enclosed[PAGE] = digest_without_seal(folder / PAGE, old)
    enclosed[LIST] = digest_about(manifest)
    return replace(manifest, version=replace(manifest.version, enclosed=enclosed))


def drop_unit(version: LockedVersion) -> LockedVersion:
    return replace(version, units=version.units[1:])


def raise_total(version: LockedVersion) -> LockedVersion:
    return replace(version, totals={"M1": {**version.totals["M1"], "09": 990000.0}})


FORGED: dict[str, tuple[Change, list[str]]] = {
    "汇总": (
        in_turn(at("汇总.xlsx", append), forge),
        [],
    ),
    "a unit removed": (
        in_turn(at(JIA, Path.unlink), lambda folder: forge(folder, drop_unit, JIA)),
        ["甲单位（001）在存档第 1 版里有，包里没有"],
    ),
    "a total": (
        lambda folder: forge(folder, raise_total),
        ["汇总数与存档里第 1 版不同：M1!09"],
    ),
    "the page": (
        in_turn(at(PAGE, edit_page), forge),
        [],
    ),
}


@pytest.mark.parametrize("change", FORGED)
def test_a_forged_whole_is_told_by_the_paper_and_by_the_store(packed: Path, change: str) -> None:
    folder, store = packed / "上报", Store(packed / "S.duckdb")
    [version] = list_locked_versions(store, "mini", YEAR)
    alter, expected = FORGED[change]
    alter(folder)
    assert verify_package(folder).is_sound
    [paper] = verify_package(folder, version.seal).altered
    assert paper.told.startswith(f"审批单上的校验码 {version.seal} 与这个包的 ")
    *found, last = [one.told for one in verify_package(folder, store=store).altered]
    assert found == expected
    assert last.startswith(f"存档里第 1 版的校验码是 {version.seal}，这个包是 ")


def test_paper_and_store_that_fit(packed: Path) -> None:
    store = Store(packed / "S.duckdb")
    [version] = list_locked_versions(store, "mini", YEAR)
    assert verify_package(packed / "上报", version.seal.lower().replace("-", " "), store).altered == ()


def test_another_package_with_this_paper(packed: Path) -> None:
    [version] = list_locked_versions(Store(packed / "S.duckdb"), "mini", YEAR)
    hand_up_city(packed, name="又一次")
    assert [one.what for one in verify_package(packed / "又一次", version.seal).altered] == ["paper"]


def test_a_store_without_the_version_or_with_an_edited_one(packed: Path) -> None:
    store = Store(packed / "S.duckdb")
    with duckdb.connect(store.path) as connection:
        connection.execute(
            "UPDATE events SET details = replace(details::VARCHAR, '张某', '李某') WHERE what = 'locked'"
        )
    assert [one.what for one in verify_package(packed / "上报", store=store).altered] == ["store_edited"]
    with duckdb.connect(store.path) as connection:
        connection.execute("DELETE FROM events WHERE what = 'locked'")
    assert [one.told for one in verify_package(packed / "上报", store=store).altered] == ["存档里没有第 1 版"]


def test_what_is_no_package(packed: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "none", packed / "returns"):
        with pytest.raises(NoPackage, match="不是报送包"):
            verify_package(folder)


def test_a_package_may_be_copied_and_moved(packed: Path, tmp_path: Path) -> None:
    shutil.copytree(packed / "上报", tmp_path / "别处")
    assert verify_package(tmp_path / "别处").is_sound
