"""Stems that are nearly alike: found among many, never across what only looks long."""

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from exams.near_rules import ALIKE, SHORTEST, near_pairs, pairs_of

STEM = "生产经营单位的主要负责人对本单位的安全生产工作全面负责"


def test_a_word_more_or_less_is_near_and_another_question_is_not() -> None:
    known = ["发现火灾应当立即拨打火警电话119", STEM]
    new = [STEM + "吗", "有限空间作业前应当先通风再检测", STEM.replace("全面", "全部")]
    assert near_pairs(known, new) == {0: 1, 2: 1}


def test_a_row_is_near_the_row_before_it_and_not_the_one_behind() -> None:
    assert near_pairs([], [STEM, "别的事情和它没有关系", STEM + "。"]) == {2: -1}


def test_the_most_alike_is_named() -> None:
    assert near_pairs([STEM + "一二三", STEM + "一"], [STEM]) == {0: 1}


def test_what_is_too_short_is_near_nothing() -> None:
    assert near_pairs(["先做什么"], ["先做什么"]) == {}
    assert near_pairs([""], ["", ""]) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙丁戊", min_size=SHORTEST, max_size=14), max_size=14), st.integers(0, 8))
def test_no_near_text_is_missed(texts: list[str], first: int) -> None:
    known, new = texts[:first], texts[first:]

    def near(one: str, other: str) -> bool:
        a, b = pairs_of(one), pairs_of(other)
        return len(a & b) * 100 >= len(a | b) * ALIKE

    found = near_pairs(known, new)
    for place, text in enumerate(new):
        assert (place in found) == any(near(text, other) for other in [*known, *new[:place]])


def test_ten_thousand_beside_a_hundred_thousand_take_seconds() -> None:
    dice = random.Random(7)
    common = [chr(0x4E00 + number) for number in range(600)]
    words = ["".join(dice.choices(common, k=2)) for _ in range(3000)]
    known = ["".join(dice.choices(words, k=12)) for _ in range(100_000)]
    new = [text[:-1] + "否" for text in known[:10_000]]
    began = time.process_time()
    found = near_pairs(known, new)
    assert time.process_time() - began < 30  # a few seconds on an idle machine
    assert sum(found.get(place) == place for place in range(len(new))) > 9_900
