import pytest
from django.test import RequestFactory
from django.utils.translation import override

from ui.context import house
from ui.registry import PART_NAMES, HouseParts


@pytest.fixture(autouse=True)
def own_address(settings):
    settings.PUBLIC_URL = "https://safety.example.test"


def page(path, language="zh-hans", **headers):
    with override(language):
        found = house(RequestFactory().get(path, headers=headers))["house"]
        assert found["other"]  # lazy: told here, in the language of the page
        return found | {"alternates": list(found["alternates"])}


def test_a_page_knows_itself_in_both_languages():
    found = page("/styleguide/?q=1")
    assert [(one.html_lang, one.url, one.current) for one in found["alternates"]] == [
        ("zh-Hans", "https://safety.example.test/styleguide/", True),
        ("en", "https://safety.example.test/en/styleguide/", False),
    ]
    assert found["other"].path == "/en/styleguide/?q=1"
    assert found["lang"] == "zh-Hans"


def test_the_english_page_leads_back_to_chinese():
    found = page("/en/styleguide/", "en")
    assert (found["lang"], found["other"].path, found["other"].label) == ("en", "/styleguide/", "中文")


def test_the_canonical_address_has_no_query():
    assert page("/styleguide/?elder=1")["canonical"] == "https://safety.example.test/styleguide/"


def test_large_print_is_asked_for_in_the_address_and_keeps_the_rest_of_it():
    assert page("/styleguide/?elder=1")["elder"] is True
    assert page("/styleguide/")["elder"] is False
    found = page("/styleguide/?q=a&q=b&elder=1")
    assert (found["elder_on"], found["elder_off"]) == ("?q=a&q=b&elder=1", "?q=a&q=b&elder=0")


def test_wechat_is_known_by_its_name():
    assert page("/", user_agent="Mozilla/5.0 MicroMessenger/8.0.50")["is_wechat"] is True
    assert page("/", user_agent="Mozilla/5.0 Chrome/120")["is_wechat"] is False


def test_the_context_itself_asks_the_database_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        house(RequestFactory().get("/styleguide/"))


def test_a_part_nobody_supplies_is_empty():
    parts = HouseParts()
    assert {name: parts.make(name, RequestFactory().get("/")) for name in PART_NAMES} == PART_NAMES


def test_a_part_with_a_wrong_name_is_refused():
    with pytest.raises(LookupError, match="sidebar"):
        HouseParts().add("sidebar", lambda request: ())
