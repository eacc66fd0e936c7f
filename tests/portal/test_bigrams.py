from hypothesis import given
from hypothesis import strategies as st

from portal.bigrams import grams, lone_characters, phrases

HAN_TEXT = st.text(st.sampled_from("消防灭火器燃气，。山洪ab "), max_size=30)


def holds(text: str, query: str) -> bool:
    """Whether the tokens of the query's phrase stand side by side in the text's tokens."""
    tokens = grams(text).split()
    return all(
        any(tokens[start : start + len(phrase)] == phrase for start in range(len(tokens))) for phrase in phrases(query)
    )


def test_a_run_of_three_characters_is_two_pairs() -> None:
    assert grams("灭火器") == "x706dy706b x706by5668"


def test_words_of_other_scripts_stay_whole_and_lose_case_and_width() -> None:
    assert grams("用AED急救，Ｘ光") == "aed x6025y6551 x"


def test_a_query_of_two_words_gives_two_phrases() -> None:
    assert phrases("山洪 转移") == [["x5c71y6d2a"], ["x8f6cy79fb"]]


def test_a_lone_character_is_told_apart() -> None:
    assert (phrases("火"), lone_characters("火 灭火")) == ([], ["火"])


@given(HAN_TEXT, st.text(st.sampled_from("消防灭火器燃气山洪"), min_size=2, max_size=5))
def test_a_phrase_of_pairs_matches_exactly_where_the_substring_stands(text: str, word: str) -> None:
    assert holds(text, word) == (word in text)
