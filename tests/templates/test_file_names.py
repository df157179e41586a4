"""Names of generated files: a row for each way in which a name goes wrong, and names that would be one file."""

from __future__ import annotations

import pytest

from templates.file_names import FILE_NAME_BYTES, make_safe_name, tell_apart

NAMES = [
    ("甲县科协", "甲县科协"),
    ("a/b\\c", "a-b-c"),
    ('a:*?"<>|b', "ab"),
    ("\u202e甲县\u2066科协\u200b\ufeff", "甲县科协"),
    ("甲\n县\r\t科\x00协\x7f\x85\u2028", "甲县科协"),
    ("甲\ud83d县\udcff\ufffe", "甲县"),
    (" 甲县　. ", "甲县"),
    ("...", ""),
    ("CON", "_CON"),
    ("con.xlsx", "_con.xlsx"),
    ("NUL .x", "_NUL .x"),
    ("COM¹.甲", "_COM¹.甲"),
    ("ｌｐｔ３", "_ｌｐｔ３"),
    ("CONSOLE-1.xlsx", "CONSOLE-1.xlsx"),
    ("很" * 100, "很" * 60),
    ("𠮷" * 100, "𠮷" * 45),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_good_on_any_system(text: str, name: str) -> None:
    assert make_safe_name(text) == name


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["1-甲.xlsx", "2-甲.xlsx"], ["1-甲.xlsx", "2-甲.xlsx"]),
        (["a1-甲.xlsx", "A1-甲.xlsx"], ["a1-甲.xlsx", "A1-甲（2）.xlsx"]),
        (["1-2-3.xlsx", "1-2-3.xlsx", "1-2-3.xlsx"], ["1-2-3.xlsx", "1-2-3（2）.xlsx", "1-2-3（3）.xlsx"]),
        (["é.xlsx", "e\u0301.xlsx"], ["é.xlsx", "e\u0301（2）.xlsx"]),
        (["甲.xlsx", "甲.xlsx", "甲（2）.xlsx"], ["甲.xlsx", "甲（2）.xlsx", "甲（2）（2）.xlsx"]),
    ],
)
def test_no_two_names_are_one_file(names: list[str], told: list[str]) -> None:
    assert tell_apart(names) == told


def test_a_numbered_name_is_no_longer_than_file_systems_take() -> None:
    longest = "很" * 83 + ".xlsx"
    again = tell_apart([longest, longest])[1]
    assert again.endswith("（2）.xlsx")
    assert len(again.encode()) <= FILE_NAME_BYTES
