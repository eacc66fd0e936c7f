"""The public search: what is found and in which order, words of equal meaning, what narrows the hits."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.models import Entry, Scheme
from campaign.queries import DEFAULT_SCHEME
from portal import fulltext, search
from portal.models import ArticlePage, HazardTag, MissedSearch, SearchEntry, SynonymGroup
from portal.synonyms import Reading
from tests.portal.factories import make_article, make_home, make_library

# Twenty words of two to five characters, each inside a sentence, none at its edge.
SENTENCES = {
    "燃气": "厨房里闻到燃气味先关阀门",
    "山洪": "听说山洪要来就往两侧高处走",
    "灭火器": "先把灭火器的插销拔下来再压把手",
    "有限空间": "下到有限空间里面之前先通风",
    "一氧化碳": "炉子烧不透会冒出一氧化碳把人毒倒",
    "受伤": "有人受伤了就赶快打电话",
    "避险": "村里的避险路线画在墙上",
    "应急包": "把应急包放在门口顺手的地方",
    "粉尘爆炸": "车间积灰会引起粉尘爆炸伤到很多人",
    "触电": "看见有人触电不能用手去拉",
    "防溺水": "暑假里的防溺水提醒贴在河边",
    "滑坡": "山上裂缝变大可能要滑坡就快走",
    "安全出口": "进商场先找两个安全出口再逛",
    "踩踏": "人挤的时候防止踩踏要抱住胸口",
    "心肺复苏": "旁边的人马上做心肺复苏不要停",
    "充电": "电动车不能在楼道里充电过夜",
    "烟筒": "装炉子先看烟筒是不是通到外面",
    "值班": "夜里值班电话响了马上接",
    "疏散演练": "学校每个月组织疏散演练一次",
    "雷电": "在野外碰上雷电不站在树下面",
}


@pytest.fixture
def library(db: None):
    fulltext.ensure_index()
    return make_library(make_home())


@pytest.fixture
def shelf(library):
    return {word: make_article(library, f"第 {n} 篇", text) for n, (word, text) in enumerate(SENTENCES.items())}


def test_each_of_twenty_words_is_found_inside_its_sentence(shelf) -> None:
    found = {word: search.matching(word, "zh-hans") for word in SENTENCES}
    assert found == {word: [page.pk] for word, page in shelf.items()}


def test_all_twenty_are_found_as_well_when_each_has_words_of_equal_meaning(shelf) -> None:
    for word in SENTENCES:
        SynonymGroup.objects.create(words=f"{word}、另一种说法")
    found = {word: search.hits(search.read(word), "zh-hans") for word in SENTENCES}
    assert found == {word: [page.pk] for word, page in shelf.items()}


def test_a_word_across_a_full_stop_is_not_found(library) -> None:
    make_article(library, "标题", "先关阀。门外等人")
    assert search.matching("阀门", "zh-hans") == []


def test_a_title_outranks_a_text(library) -> None:
    in_text = make_article(library, "甲", "这里提到燃气两个字")
    in_title = make_article(library, "燃气安全", "别的话")
    assert search.matching("燃气", "zh-hans") == [in_title.pk, in_text.pk]


def test_two_words_must_both_stand_there(library) -> None:
    both = make_article(library, "甲", "山洪来了，马上转移")
    make_article(library, "乙", "山洪来了")
    assert search.matching("山洪 转移", "zh-hans") == [both.pk]


def test_a_single_character_is_found_too(library) -> None:
    page = make_article(library, "甲", "水火无情")
    assert search.matching("火", "zh-hans") == [page.pk]


def test_a_single_character_beside_a_word_must_stand_there_too(library, django_assert_num_queries) -> None:
    pages = [make_article(library, "甲", f"山洪来了{n}，水火无情") for n in range(3)]
    make_article(library, "乙", "山洪来了")
    with django_assert_num_queries(2):
        assert sorted(search.matching("山洪 火", "zh-hans")) == [page.pk for page in pages]


def test_a_changed_page_is_found_by_its_new_words_only(library) -> None:
    page = make_article(library, "甲", "旧的说法")
    page.body = [("paragraph", "<p>新的讲法</p>")]
    page.save_revision().publish()
    assert [search.matching(word, "zh-hans") for word in ("说法", "讲法")] == [[], [page.pk]]


def test_a_withdrawn_or_deleted_page_is_forgotten(library) -> None:
    withdrawn, deleted = make_article(library, "甲", "燃气一"), make_article(library, "乙", "燃气二")
    withdrawn.unpublish()
    deleted.delete()
    assert (SearchEntry.objects.count(), search.matching("燃气", "zh-hans")) == (0, [])


@pytest.mark.parametrize(
    "query", ["", "   ", '"', "AND OR NOT", "*", "燃气)", "' OR 1=1 --", "\\", "a" * 500, "&|!:<->"]
)
def test_no_query_breaks_the_search(shelf, client: Client, query: str) -> None:
    assert client.get("/search/", {"q": query}).status_code == 200


def test_the_excerpt_shows_the_word_marked_and_the_rest_escaped() -> None:
    text = "前" * 60 + "<b>燃气</b>" + "后" * 100
    window = search.excerpt(text, ["燃气"])
    assert window.startswith("…")
    assert "燃气" in window
    assert search.highlight("先<关>燃气阀", ["燃气"]) == "先&lt;关&gt;<mark>燃气</mark>阀"


def test_the_longer_of_two_words_is_marked() -> None:
    assert search.highlight("煤气中毒", ["煤气", "煤气中毒"]) == "<mark>煤气中毒</mark>"


# ── Words of equal meaning ───────────────────────────────────────────────────
@pytest.fixture
def gas(library) -> list[ArticlePage]:
    """Three articles on the same, in three words; one on something else."""
    SynonymGroup.objects.create(words="煤气、燃气、液化气")
    make_article(library, "丁", "山洪来了")
    return [
        make_article(library, "甲", "闻到煤气味，泄漏了先关阀门"),
        make_article(library, "燃气安全", "燃气泄漏，打开门窗"),
        make_article(library, "丙", "液化气烧完再换瓶"),
    ]


def ids(pages: list[ArticlePage]) -> list[int]:
    return [page.pk for page in pages]


def test_a_word_finds_its_equals_after_itself(gas) -> None:
    own, title, text = ids(gas)
    assert search.hits(search.read("煤气"), "zh-hans") == [own, title, text]
    assert search.hits(search.read("液化气"), "zh-hans") == [text, title, own]


def test_a_word_inside_a_run_finds_its_equals_beside_the_rest(gas) -> None:
    assert search.hits(search.read("燃气泄漏"), "zh-hans") == ids([gas[1], gas[0]])
    assert search.hits(search.read("煤气 门窗"), "zh-hans") == ids([gas[1]])
    assert search.hits(search.read("煤气泄漏了怎么办"), "zh-hans") == ids([gas[1], gas[0]])


def test_how_one_asks_need_not_stand_in_the_text(gas) -> None:
    assert search.hits(search.read("山洪来了怎么办"), "zh-hans") == search.matching("山洪", "zh-hans")
    assert search.hits(search.read("怎么办"), "zh-hans") == []


def test_the_page_says_what_else_was_searched_and_marks_it(gas, client: Client) -> None:
    answer = client.get("/search/", {"q": "煤气"})
    html = answer.content.decode()
    assert answer.context["others"] == ["燃气", "液化气"]
    assert "也找了：燃气、液化气" in html
    assert 'href="?q=%E7%85%A4%E6%B0%94&amp;exact=1"' in html
    assert "<mark>燃气</mark>安全" in html


def test_exact_finds_the_word_itself_and_leads_back(gas, client: Client) -> None:
    answer = client.get("/search/", {"q": "煤气", "exact": "1", "page": "1"})
    assert [one.page.pk for one in answer.context["found"]] == [gas[0].pk]
    assert answer.context["other_way"] == "?q=%E7%85%A4%E6%B0%94"
    assert "也找燃气、液化气" in answer.content.decode()


def test_an_exact_search_in_vain_is_no_gap_of_the_library(gas, client: Client) -> None:
    SynonymGroup.objects.create(words="沼气、瓦斯、燃气")
    client.get("/search/", {"q": "沼气", "exact": "1"})
    assert not MissedSearch.objects.exists()
    assert client.get("/search/", {"q": "沼气"}).context["hits"] == 1


def test_without_a_word_of_equal_meaning_nothing_is_said(gas, client: Client) -> None:
    answer = client.get("/search/", {"q": "山洪", "exact": "1"})
    assert (answer.context["others"], answer.context["exact"], answer.context["hits"]) == ([], False, 1)


def test_the_reading_is_cut_to_the_longest_query(library) -> None:
    assert search.read("煤" * 99) == Reading("煤" * search.LONGEST_QUERY)


# ── What narrows the hits ────────────────────────────────────────────────────
@pytest.fixture
def marked(library) -> list[ArticlePage]:
    """Gas at home and at school, a flood at home."""
    scheme = Scheme.objects.create(key=DEFAULT_SCHEME, version=1, name="七进", name_en="Seven")
    home, school = (
        Entry.objects.create(scheme=scheme, code=code, name=name, name_en=code, order=order)
        for order, (code, name) in enumerate([("family", "进家庭"), ("school", "进学校")])
    )
    gas, flood = (HazardTag.objects.get_or_create(code=code)[0] for code in ("gas", "flood"))
    pages = []
    for title, entry, hazard in (("甲", home, gas), ("乙", school, gas), ("丙", home, flood)):
        page = make_article(library, title, "先关阀门")
        page.entries, page.hazards = [entry], [hazard]
        page.save_revision().publish()
        pages.append(page)
    return pages


def shown(client: Client, **asked: str) -> dict[str, list[tuple[str, int, bool]]]:
    facets = client.get("/search/", {"q": "阀门"} | asked).context["facets"]
    return {facet.name: [(one.label, one.count, one.chosen) for one in facet.choices] for facet in facets}


def found(client: Client, **asked: str) -> list[str]:
    return sorted(one.page.title for one in client.get("/search/", {"q": "阀门"} | asked).context["found"])


def test_each_choice_tells_how_many_hits_it_leaves(marked, client: Client) -> None:
    assert shown(client) == {
        "kind": [("文章", 3, False)],
        "entry": [("进家庭", 2, False), ("进学校", 1, False)],
        "hazard": [("洪水内涝", 1, False), ("燃气", 2, False)],
    }


def test_a_choice_narrows_the_hits_and_the_counts_of_the_others(marked, client: Client) -> None:
    assert found(client, hazard="gas") == ["乙", "甲"]
    assert found(client, hazard="gas", entry="family") == ["甲"]
    assert shown(client, hazard="gas")["entry"] == [("进家庭", 1, False), ("进学校", 1, False)]
    assert shown(client, hazard="gas")["hazard"] == [("洪水内涝", 1, False), ("燃气", 2, True)]


def test_a_choice_can_be_taken_away_again_and_begins_at_the_first_sheet(marked, client: Client) -> None:
    asked = {"q": "阀门", "hazard": "gas", "entry": "family", "page": "1"}
    facets = {facet.name: facet for facet in client.get("/search/", asked).context["facets"]}
    (chosen,) = [one for one in facets["hazard"].choices if one.chosen]
    assert chosen.query == "?q=%E9%98%80%E9%97%A8&entry=family"
    assert (facets["kind"].is_open, facets["hazard"].is_open) == (True, True)


def test_what_nobody_knows_is_as_good_as_nothing_chosen(marked, client: Client) -> None:
    assert found(client, kind="poem", entry="moon", hazard="'--") == ["丙", "乙", "甲"]


def test_a_choice_that_leaves_nothing_leads_back_to_everything(marked, client: Client) -> None:
    answer = client.get("/search/", {"q": "阀门", "kind": "quiz", "exact": "1"})
    assert (answer.context["found"], answer.context["hits"]) == ([], 3)
    assert answer.context["everything"] == "?q=%E9%98%80%E9%97%A8&exact=1"
    assert not MissedSearch.objects.exists()


def test_the_queries_of_a_search_do_not_grow_with_its_hits(marked, library, client: Client) -> None:
    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/search/", {"q": "阀门", "hazard": "gas"}).status_code == 200
        return len(asked)

    SynonymGroup.objects.create(words="阀门、开关")
    few = cost()
    for number in range(12):
        page = make_article(library, f"第 {number} 篇", "先关阀门")
        page.hazards = [HazardTag.objects.get(code="gas")]
        page.save_revision().publish()
    assert (cost(), few <= 10) == (few, True)
