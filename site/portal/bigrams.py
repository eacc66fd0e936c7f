"""Chinese text as overlapping pairs of characters: a phrase of pairs matches exactly where the substring stands.

Pairs are written in hexadecimal, so that neither database's tokeniser nor its locale has a say in what a word is.
"""

import re
import unicodedata
from itertools import pairwise

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")


def grams(text: str) -> str:
    """Tokens in reading order, for the index: pairs of a Chinese run, whole words of other scripts."""
    return " ".join(token for run in RUN.findall(normal(text)) for token in run_tokens(run))


def phrases(query: str) -> list[list[str]]:
    """One phrase a blank-separated part of the query; all have to match. A lone Chinese character gives none."""
    parts = ([token for run in RUN.findall(part) for token in run_tokens(run)] for part in normal(query).split())
    return [phrase for phrase in parts if phrase]


def lone_characters(query: str) -> list[str]:
    """Single Chinese characters, which pairs cannot find."""
    return [part for part in normal(query).split() if len(part) == 1 and IS_HAN.match(part)]


def run_tokens(run: str) -> list[str]:
    if not IS_HAN.match(run):
        return [run]
    return [f"x{ord(left):x}y{ord(right):x}" for left, right in pairwise(run)]


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
