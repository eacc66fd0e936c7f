"""Numbers, states and spellings, from plain values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import certificate_rules as rules
from exams import numbering

NUMBER = numbering.compose(
    numbering.PATTERN, region="999901", issuer="001", year=2026, category="01", serial=1
)  # 999901 001 2026 01 000001 5
numbers = st.builds(
    lambda issuer, year, serial: numbering.compose(
        numbering.PATTERN,
        region="640221",
        issuer=numbering.issuer_code(issuer),
        year=year,
        category="02",
        serial=serial,
    ),
    st.integers(1, numbering.LAST_ISSUER),
    st.integers(2020, 2099),
    st.integers(1, 999_999),
)


def test_the_number_has_22_characters_in_six_groups():
    assert NUMBER == "9999010012026010000015"
    assert numbering.grouped(NUMBER) == ["999901", "001", "2026", "01", "000001", "5"]
    assert numbering.grouped("示安培007(2026)00001") == ["示安培007(2026)00001"]


@given(numbers, st.integers(0, 20), st.sampled_from(numbering.ALPHABET))
def test_one_wrong_character_is_always_noticed(number, place, other):
    wrong = number[:place] + other + number[place + 1 :]
    assert (numbering.check_character(wrong[:-1]) == wrong[-1]) is (wrong == number)


@given(numbers, st.integers(0, 20), st.integers(0, 20))
def test_any_two_exchanged_are_noticed(number, one, other):
    chars = list(number)
    chars[one], chars[other] = chars[other], chars[one]
    wrong = "".join(chars)
    assert (numbering.check_character(wrong[:-1]) == wrong[-1]) is (wrong == number)


@given(numbers)
def test_a_number_as_printed_is_no_slip(number):
    assert not numbering.is_misread(number)
    assert numbering.normal_number(" ".join(numbering.grouped(number)).lower()) == number


def test_a_number_of_another_shape_is_never_called_a_slip():
    assert not numbering.is_misread("示安培007(2026)00001")
    assert numbering.is_misread(NUMBER[:-1] + "6")


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{region}{year}{serial}", "missing: issuer"),
        ("{issuer}{serial}", "missing: year"),
        ("{issuer}{year}", "missing: serial"),
        ("{issuer}{year}{serial}{county}", "unknown: county"),
        ("{check}{issuer}{year}{serial}", "at the end"),
    ],
)
def test_a_pattern_by_which_two_could_share_a_number_is_refused(pattern, told):
    with pytest.raises(numbering.BadPattern, match=told):
        numbering.compose(pattern, region="999901", issuer="001", year=2026, category="01", serial=1)


def test_issuers_have_three_characters_each_its_own():
    codes = [numbering.issuer_code(position) for position in range(1, numbering.LAST_ISSUER + 1)]
    assert (codes[0], codes[998], codes[999], codes[-1]) == ("001", "999", "A00", "Y99")
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {3}
    with pytest.raises(ValueError, match="three characters"):
        numbering.issuer_code(numbering.LAST_ISSUER + 1)


@pytest.mark.parametrize(
    ("until", "revoked", "on", "told"),
    [
        (date(2029, 11, 23), False, date(2029, 11, 23), "valid"),
        (date(2029, 11, 23), False, date(2029, 11, 24), "expired"),
        (date(2029, 11, 23), True, date(2026, 1, 1), "revoked"),
        (None, False, date(2999, 1, 1), "valid"),
        (None, True, date(2026, 1, 1), "revoked"),
    ],
)
def test_the_state_is_derived(until, revoked, on, told):
    assert rules.state(valid_until=until, revoked=revoked, on=on) == told


def test_the_hash_is_that_of_the_facts_not_of_their_order():
    assert rules.content_hash("1", {"a": "甲", "b": 2}) == rules.content_hash("1", {"b": 2, "a": "甲"})
    assert rules.content_hash("1", {"a": "甲"}) != rules.content_hash("2", {"a": "甲"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("李强", " 李 强 ", True),
        ("阿依古丽·买买提", "阿依古丽•买买提", True),
        ("John Smith", "john smith", True),
        ("李强", "李刚", False),
        ("李强", "", False),
    ],
)
def test_names_are_the_same_however_they_are_typed(one, other, same):
    assert rules.same_name(one, other) is same


def test_days_and_hours_as_a_paper_has_them():
    assert rules.chinese_day(date(2026, 11, 24)) == "二〇二六年十一月二十四日"
    assert rules.chinese_day(date(2030, 10, 1)) == "二〇三〇年十月一日"
    assert rules.chinese_day(date(2026, 2, 28)) == "二〇二六年二月二十八日"
    assert rules.plain_day(date(2026, 1, 5)) == "2026年1月5日"
    told = [rules.hours_text(hours) for hours in (Decimal("24.0"), Decimal("72.5"), Decimal(100), 0, None)]
    assert told == ["24", "72.5", "100", "0", ""]


def test_a_check_code_counts_from_sixteen_characters_on():
    digest = "0123456789abcdef" * 4
    assert rules.same_code("0123 4567 89AB CDEF", digest, 16)
    assert rules.same_code(digest, digest, 16)
    assert not rules.same_code("0123", digest, 16)
    assert not rules.same_code("0123456789abcdee", digest, 16)
