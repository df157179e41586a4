"""What a killed run leaves is cleared away by the next, and what a living program works on is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.files import write_beside, write_together
from generator.temporary import is_temporary, make_folder, new_temporary, sweep, temporary_folder

ROOT = Path(__file__).parents[2]
OWNER = """
import sys, time
from pathlib import Path
from generator.temporary import make_folder, new_temporary
place = Path(sys.argv[1])
new_temporary(place, ".xlsx").write_text("half")
(make_folder(place) / "part").write_text("half")
print("made", flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program at work that has a temporary file and a temporary folder."""
    started = subprocess.Popen(
        [sys.executable, "-c", OWNER, tmp_path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with started:
        assert started.stdout is not None
        started.stdout.readline()
        yield started
        started.kill()


def names(folder: Path) -> list[str]:
    """Return what lies in the folder."""
    return sorted(path.name for path in folder.iterdir())


def test_what_a_living_program_works_on_stays(owner: subprocess.Popen[bytes], tmp_path: Path) -> None:
    before = names(tmp_path)
    sweep.cache_clear()
    sweep(tmp_path)
    assert (len(before), names(tmp_path)) == (2, before)
    assert all(is_temporary(name) for name in before)


@pytest.mark.parametrize("write", ["file", "folder", "together", "beside"])
def test_what_a_killed_program_left_goes(write: str, owner: subprocess.Popen[bytes], tmp_path: Path) -> None:
    owner.kill()
    owner.wait()
    assert len(names(tmp_path)) == 2
    sweep.cache_clear()
    if write == "file":
        new_temporary(tmp_path, ".xlsx").unlink()
    elif write == "folder":
        with temporary_folder(tmp_path):
            pass
    elif write == "together":
        with write_together(tmp_path) as together:
            (together / "a.txt").write_text("whole")
    else:
        with write_beside(tmp_path / "a.txt") as beside:
            beside.write_text("whole")
    assert names(tmp_path) == (["a.txt"] if write in ("together", "beside") else [])


LEFT = [
    ("this one's process has another owner now", "{computer}-{living}-1000000000-x", False),
    ("there is no such process", "{computer}-999999999-1000000000-x", False),
    ("a living owner", "{computer}-{living}-{now}-x", True),
    ("ourselves", "{computer}-{own}-1000000000-x", True),
    ("another computer", "00000000-999999999-1000000000-x", True),
    ("not ours", "something", True),
]


@pytest.mark.parametrize(("_what", "name", "stays"), LEFT, ids=[what for what, *_ in LEFT])
def test_whose_a_name_is(_what: str, name: str, stays: bool, owner: subprocess.Popen[bytes], tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    computer = make_folder(place).name.split("-")[1]
    for path in place.iterdir():
        path.rmdir()
    values = {"computer": computer, "living": owner.pid, "own": os.getpid(), "now": int(time.time())}
    left = place / (".tianbao-" + name.format(**values))
    left.write_text("half")
    sweep.cache_clear()
    sweep(place)
    assert left.exists() is stays


def test_files_come_together_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    with pytest.raises(RuntimeError), write_together(folder) as together:
        (together / "a.txt").write_text("half")
        raise RuntimeError
    assert names(tmp_path) == []
    with write_together(folder) as together:
        (together / "a.txt").write_text("whole")
        (together / "b.txt").write_text("whole")
    assert names(folder) == ["a.txt", "b.txt"]
