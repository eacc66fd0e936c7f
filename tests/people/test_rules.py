from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from people import rules

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("code", ["91350100M000100Y43", " 91350100m000100y43 ", "９１３５０１００Ｍ０００１００Ｙ４３"])
def test_the_credit_code_of_the_standard_is_right_in_any_spelling(code: str) -> None:
    assert rules.is_credit_code(code)


def test_every_other_last_character_is_wrong() -> None:
    right = "91350100M000100Y43"
    good = [right[:17] + char for char in rules.CREDIT_ALPHABET if rules.is_credit_code(right[:17] + char)]
    assert good == [right]


def test_any_single_wrong_character_of_a_credit_code_is_found() -> None:
    right = "91350100M000100Y43"
    for place in range(18):
        for char in rules.CREDIT_ALPHABET:
            if char != right[place]:
                assert not rules.is_credit_code(right[:place] + char + right[place + 1 :])


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y433", "9135010OM000100Y43", "9135A100M000100Y43"]
)
def test_wrong_lengths_and_letters_are_no_credit_codes(code: str) -> None:
    assert not rules.is_credit_code(code)


def test_the_weights_are_the_powers_that_the_standards_name() -> None:
    assert [pow(3, place, 31) for place in range(17)] == list(rules.CREDIT_WEIGHTS)
    assert [pow(2, 18 - place, 11) for place in range(1, 18)] == list(rules.IDENTITY_WEIGHTS)


def test_made_credit_codes_are_right() -> None:
    assert all(rules.is_credit_code(rules.make_credit_code("91", "999901", f"{n:08d}")) for n in range(500))


def test_the_identity_number_of_the_standard_is_right() -> None:
    assert rules.is_identity_number("11010519491231002X", today=TODAY)
    assert rules.is_identity_number("11010519491231002x", today=TODAY)


def test_any_single_wrong_digit_of_an_identity_number_is_found() -> None:
    right = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            if digit != right[place]:
                assert not rules.is_identity_number(right[:place] + digit + right[place + 1 :], today=TODAY)


def numbered(first17: str) -> str:
    return first17 + rules.identity_check(first17)


@pytest.mark.parametrize(
    ("born", "right"),
    [
        ("20000229", True),
        ("19000229", False),
        ("20010229", False),
        ("20261123", True),
        ("20261124", False),
        ("20001301", False),
    ],
)
def test_the_birth_date_is_a_real_day_up_to_today(born: str, right: bool) -> None:
    assert rules.is_identity_number(numbered(f"110105{born}002"), today=TODAY) is right


def test_digits_of_other_scripts_are_no_identity_number() -> None:
    assert not rules.is_identity_number("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", today=TODAY)


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("张三", True),
        ("阿依古丽·买买提", True),
        ("阿依古丽•买买提", True),
        ("𠮷田", True),
        ("㛃㛃", True),
        ("张", False),
        ("张3", False),
        ("张_三", False),
        ("·张三", False),
        ("张" * 31, False),
        ("", False),
    ],
)
def test_names(name: str, right: bool) -> None:
    assert rules.is_name(name) is right


def test_names_lose_spaces_and_get_one_kind_of_dot() -> None:
    assert rules.normal_name(" 张 三 ") == "张三"
    assert rules.normal_name("阿依古丽•买买提") == "阿依古丽·买买提"
    assert rules.normal_name("John  Smith") == "John Smith"


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000", "１３８００１３８０００"],
)
def test_mobile_numbers_become_international(typed: str) -> None:
    assert rules.normal_phone(typed) == "+8613800138000"
    assert rules.is_mobile(typed)


@pytest.mark.parametrize("typed", ["12345", "0952-3012345", "23800138000", "1380013800", ""])
def test_other_numbers_are_no_mobiles(typed: str) -> None:
    assert not rules.is_mobile(typed)


def test_landlines_are_phones_too() -> None:
    assert rules.is_phone("0952-3012345")
    assert rules.is_phone("010-12345678-102")
    assert not rules.is_phone("12345")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王*明"),
        ("欧阳清风", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("阿依古丽·买买提", "阿*******"),
        ("欧阳", "欧*"),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert rules.mask_name(name) == masked


def test_masked_numbers() -> None:
    assert rules.mask_identity("640202199001010021") == "6402**********0021"
    assert rules.mask_phone("+8613812345678") == "138****5678"
    assert rules.mask_phone("119") == "***"


def test_code_alphabet_has_nothing_that_looks_alike() -> None:
    assert not set("0O1IL") & set(rules.CODE_ALPHABET)
    assert len(rules.CODE_ALPHABET) == len(set(rules.CODE_ALPHABET)) == 31


@pytest.mark.parametrize("typed", ["abcd-2345", "ABCD 2345", "ａｂｃｄ２３４５", " abcd–2345 "])
def test_typed_codes_are_read_in_any_spelling(typed: str) -> None:
    assert rules.normal_typed_code(typed) == "ABCD2345"


@pytest.mark.parametrize(
    ("organisations", "staff"),
    [([], False), ([1], False), ([1, 1], False), ([1, 2], True), ([None], True), ([1, None], True)],
)
def test_staff_is_who_sees_more_than_one_organisation(organisations: list[int | None], staff: bool) -> None:
    grants = [SimpleNamespace(organisation_id=pk) for pk in organisations]
    assert rules.sees_more_than_one_organisation(grants) is staff


NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("staff", "own_phone", "since_sign_in", "since_seen", "over"),
    [
        (True, False, timedelta(hours=5), timedelta(minutes=30), False),
        (True, False, timedelta(hours=5), timedelta(minutes=30, seconds=1), True),
        (True, True, timedelta(minutes=31), timedelta(minutes=31), True),
        (False, True, timedelta(days=300), timedelta(days=29), False),
        (False, True, timedelta(days=31), timedelta(days=30, seconds=1), True),
        (False, False, timedelta(hours=12), timedelta(hours=1), False),
        (False, False, timedelta(hours=12, seconds=1), timedelta(0), True),
    ],
)
def test_when_a_session_is_over(
    staff: bool, own_phone: bool, since_sign_in: timedelta, since_seen: timedelta, over: bool
) -> None:
    told = rules.session_over(
        staff=staff,
        own_phone=own_phone,
        signed_in_at=NOON - since_sign_in,
        seen_at=NOON - since_seen,
        now=NOON,
        staff_idle=timedelta(minutes=30),
    )
    assert told is over


def test_system_administrator_and_auditor_stay_apart() -> None:
    assert rules.may_combine(["editor", "leader", "system_admin"])
    assert not rules.may_combine(["auditor", "system_admin"])


@pytest.mark.parametrize(("password", "kinds"), [("abc", 1), ("abC", 2), ("abC1", 3), ("abC1-", 4), ("密码", 1)])
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert rules.character_kinds(password) == kinds
