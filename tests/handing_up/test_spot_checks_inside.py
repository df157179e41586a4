"""Spot checks go up with the package: none, drawn, and checked."""

from __future__ import annotations

import json
from pathlib import Path

from addin.handing_up.checks import read_spot_checks
from addin.store.store import Store
from tests.support.command import run
from tests.support.handed_up import hand_up_city, list_paths
from tests.support.returns import MINI, YEAR
from tests.support.spot_checks import fill


def test_what_was_drawn_and_found(city: Path) -> None:
    store = Store(city / "S.duckdb")
    assert read_spot_checks(store, "mini", YEAR).told == "没有抽样复核"
    asked = ["--store", store.path, "--survey", MINI.folder]
    drawn = run("sample", *asked, "--seed", 7, "--out", city / "复核", "--share", 1, "--risk", 0)
    assert drawn.exit_code == 0, drawn.output
    drawn_only = "抽取 3 家，另重点核查 0 家（种子 7），没有收到复核结果，见「复核抽样记录.xlsx」"
    assert read_spot_checks(store, "mini", YEAR).told == drawn_only
    sheets = [path for path in sorted((city / "复核").glob("*.xlsx")) if path.name[:3] in ("001", "002", "003")]
    for path in sheets:
        fill(path, {("M1", "09"): (1.0, "发票", "赵某")} if path.name.startswith("001") else {})
    read = run("sample", "read", *sheets, *asked)
    assert read.exit_code in (0, 1), read.output
    found = read_spot_checks(store, "mini", YEAR)
    assert found.results is not None
    cells = found.results["cells"]
    told = f"{cells['checked']} 格，不符 1 格，差错率 {cells['rate']:.2%}，见「复核抽样记录.xlsx」"
    assert found.told == f"抽取 3 家，另重点核查 0 家（种子 7）；复核 3 家 {told}"
    done = hand_up_city(city)
    assert [path for path in list_paths(city / "上报") if path.startswith("复核")] == [
        "复核抽样记录.xlsx",
        "复核记录.json",
    ]
    kept = json.loads((city / "上报" / "复核记录.json").read_text(encoding="utf-8"))
    assert [event["what"] for event in kept] == ["sampled", "spot_checked"]
    assert "赵某" not in json.dumps(kept, ensure_ascii=False), "whoever checked stays in the house"
    assert "赵某" in json.dumps(found.events, ensure_ascii=False)
    assert f"复核：{found.told}" in (city / "上报" / "清单.txt").read_text(encoding="utf-8")
    assert done.version.number == 1
