import pytest

from records.crypto import decrypt, encrypt, keyed_hash
from records.errors import Damaged


def test_what_was_encrypted_comes_back():
    assert decrypt(encrypt("身份证 110101199001011234", "people.identity"), "people.identity").endswith("1234")


def test_the_same_text_never_looks_the_same():
    assert encrypt("x", "a") != encrypt("x", "a")


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(position: int):
    data = bytearray(encrypt("text", "a"))
    data[position] ^= 1
    with pytest.raises(Damaged):
        decrypt(bytes(data), "a")


def test_another_purpose_opens_nothing():
    with pytest.raises(Damaged):
        decrypt(encrypt("text", "a"), "b")


def test_half_of_it_opens_nothing():
    with pytest.raises(Damaged):
        decrypt(encrypt("text", "a")[:10], "a")


def test_hashes_differ_by_purpose_and_by_installation(settings):
    before = keyed_hash("13800138000", "limit")
    assert len(before) == 64
    assert before == keyed_hash("13800138000", "limit") != keyed_hash("13800138000", "other")
    settings.DATA_KEY = bytes(range(32))
    assert keyed_hash("13800138000", "limit") != before
