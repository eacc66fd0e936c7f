"""Words of equal meaning: how they are cut out of a query, and what an editor may write into a group."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.models import SynonymGroup
from portal.synonyms import Part, meanings, read, words_in

KNOWN = meanings(("煤气、燃气", "煤气中毒、一氧化碳", "着火，起火\n火灾", "fire extinguisher, 灭火器", "120、急救"))


def parts(query: str) -> list[tuple[str, ...]]:
    return [(part.text, *part.equals) for part in read(query, KNOWN).parts]


def test_a_group_is_written_with_commas_or_lines_and_holds_a_word_once() -> None:
    assert words_in("着火、 起火，火灾\n\n失火；着火") == ["着火", "起火", "火灾", "失火"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("煤气", [("煤气", "燃气")]),
        ("煤气泄漏", [("煤气", "燃气"), ("泄漏",)]),
        ("煤气 泄漏", [("煤气", "燃气"), ("泄漏",)]),
        ("厨房煤气中毒", [("厨房",), ("煤气中毒", "一氧化碳")]),  # the longest word, not the 煤气 in it
        ("着火了怎么办", [("着火", "起火", "火灾")]),  # what stands around every question is not insisted on
        ("门口着火该怎么处理", [("门口",), ("着火", "起火", "火灾")]),
        ("地震怎么办", [("地震",)]),
        ("怎么办", []),
        ("可燃气体", []),  # 燃气 is no word there
        ("ＦＩＲＥ  Extinguisher", [("fire extinguisher", "灭火器")]),
        ("拨打120", [("拨打",), ("120", "急救")]),
        ("1200", []),
        ("燃气、一氧化碳", [("燃气", "煤气"), ("一氧化碳", "煤气中毒")]),
        ("山洪", []),
        ("", []),
    ],
)
def test_a_query_is_read_as_the_longest_words_that_are_known(query: str, expected: list[tuple[str, ...]]) -> None:
    assert parts(query) == expected


def test_a_word_of_two_groups_means_what_either_says() -> None:
    assert meanings(("洪水、山洪", "洪水、洪涝"))["洪水"] == ("山洪", "洪涝")


def test_a_reading_tells_its_own_words_from_the_others() -> None:
    reading = read("煤气泄漏", KNOWN)
    assert (reading.own_words, reading.other_words) == (["煤气泄漏", "煤气", "泄漏"], ["燃气"])
    assert reading.parts[0] == Part("煤气", ("燃气",))


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["煤气", "煤气、煤气", "、", "火、着火"])
def test_a_group_needs_two_words_that_can_be_found(words: str) -> None:
    with pytest.raises(ValidationError):
        SynonymGroup(words=words).full_clean()


@pytest.mark.django_db
def test_a_group_is_kept_in_one_way_of_writing() -> None:
    group = SynonymGroup(words=" 着火, 起火\n火灾 ")
    group.full_clean()
    assert group.words == "着火、起火、火灾"


@pytest.mark.django_db
def test_an_editor_writes_a_group_in_the_admin(client_of: Any, editor: Any) -> None:
    client = client_of(editor)
    address = reverse("wagtailsnippets_portal_synonymgroup:add")
    assert "至少两个" in client.post(address, {"words": "着火"}).content.decode()
    client.post(address, {"words": "着火,起火"})
    assert list(SynonymGroup.objects.values_list("words", "key")) == [("着火、起火", "")]
    assert "着火、起火" in client.get(reverse("wagtailsnippets_portal_synonymgroup:list")).content.decode()
