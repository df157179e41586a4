"""Names that people write differently: which are alike, which only look so, and that very many cost little."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.summary.likeness import CROWD, contradict, pair_alike, pair_within, spell_names
from templates.spelling import make_name_key, make_name_keys
from tests.support.figures import as_array

PLACES = frozenset({"渝中区", "渝中", "渝北区", "渝北"})


@given(st.lists(st.text()))
def test_many_names_are_spelt_as_each_by_itself(texts: list[str]) -> None:
    assert make_name_keys(texts) == [make_name_key(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("第十届　科技（活动）周", "第十届科技活动周"),
        ("《山地·农业》研讨会", "山地农业研讨会"),
        ("2024年度重庆科普大会", "重庆科普大会"),
        ("2023年重庆科普大会", "2023年重庆科普大会"),
        ("ＡＩ－Day", "aiday"),
        ("2024年", ""),
    ],
)
def test_what_tells_nothing_apart_is_left_out(text: str, spelt: str) -> None:
    assert spell_names([text], 2024) == [spelt]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("人工智能与制造业融合研讨会", "人工智能与制造业融合学术研讨会", True),
        ("人工智能与制造业融合研讨会", "人工智能与制造融合研讨会", True),
        ("重庆市科技活动周启动仪式", "重庆科技活动周启动仪式", True),
        ("医学会", "药学会", False),
        ("临江机械科技馆", "沿山机械科技馆", False),
        ("年会", "大会", False),
        ("", "年会", False),
    ],
)
def test_names_are_alike(one: str, other: str, alike: bool) -> None:
    left, right = pair_alike([one, other], 0.75)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == ([(0, 1)] if alike else [])


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("第十届年会", "第10届年会", False),
        ("第二十一届年会", "第21届年会", False),
        ("第一百零二次例会", "第102次例会", False),
        ("第十届年会", "第十一届年会", True),
        ("第十届年会", "年会", False),  # one that says less contradicts nothing
        ("渝中区科技工作者日座谈会", "渝北区科技工作者日座谈会", True),
        ("渝中区座谈会", "渝中座谈会", False),
        ("渝中区座谈会", "座谈会", False),
    ],
)
def test_a_number_or_a_place_tells_names_apart(one: str, other: str, differ: bool) -> None:
    assert contradict(one, other, PLACES) is contradict(other, one, PLACES) is differ


def test_what_a_crowd_has_pairs_nobody() -> None:
    """In a large block everybody has neighbours, and where large blocks tell nothing they are left out."""
    blocks = as_array([0] * (CROWD + 1) + [1, 1])
    members = as_array(range(CROWD + 3))
    left, _ = pair_within(blocks, members, skip_crowds=True)
    assert left.tolist() == [CROWD + 1]
    assert len(pair_within(blocks, members)[0]) == CROWD * (CROWD + 1) // 2 + 1 - 1


def test_a_common_ending_makes_no_names_alike() -> None:
    random = Random(5)
    stems = {"".join(chr(0x4E00 + random.randrange(3000)) for _ in range(3)) for _ in range(2000)}
    names = [f"{stem}科学技术协会" for stem in stems]
    assert pair_alike(names, 0.75)[0].tolist() == []
