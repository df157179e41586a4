"""A demo of the tiny survey: who takes part in it, and what its workbooks hold."""

from __future__ import annotations

from pathlib import Path

from addin.reading.reader import read
from addin.submission import Submission
from templates.model import Survey


def read_back(survey: Survey, path: Path) -> Submission:
    """Return what stands in a workbook."""
    submission = read(path, surveys=lambda _: survey)
    assert isinstance(submission, Submission), submission
    return submission


def list_left(folder: Path) -> list[str]:
    """Return the files that a demo left, without the originals that its store keeps."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file())
    return sorted(path for path in found if not path.startswith("存档.duckdb.files/"))


TROUPE = """
[roster]
uscc_stem = "13500000DEMA"

[[units]]
code = "1"
name = "甲一（演示）"
kind = "甲类"
level = "市级"

[[units]]
code = "2"
name = "甲二（演示）"
kind = "甲类"
level = "县级"
parent = "1"

[[units]]
code = "3"
name = "乙一（演示）"
kind = "乙类"
level = "市级"
parent = "1"

[[units]]
code = "4"
name = "乙二（演示）"
kind = "乙类"
level = "市级"
parent = "1"

[faults]
"2" = ["no_summary"]
"3" = ["truncated"]
"""
