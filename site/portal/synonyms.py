"""Words of equal meaning: which of them stand in a query, and what it may be asked as instead. Words in, words out.

A known word is cut out of a run of Chinese as well: the longest at every place, unless a single character is left
beside it, for then it is a piece of another word (燃气 in 可燃气体).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from portal.bigrams import IS_HAN, grams, normal

SEPARATORS = re.compile(r"[、，,；;\r\n]+")
# What people put around the word they mean, and how they ask; the wider search does not insist on it.
FILLERS = re.compile("(?:发生|遇到|预防|防止|防|遇|被|有|要|该|的|了|着|时|后|吗|呢|啊|呀)+")
ASKING = re.compile("(?:了|着|时|后)?(?:应该|该|要)?(?:怎么办|怎么做|怎么处理|如何处理|怎么|怎样|如何)(?:呢|啊|呀)?$")

Meanings = Mapping[str, tuple[str, ...]]  # a word as the search reads it → the other words of its groups, as written


@dataclass(frozen=True)
class Part:
    """A piece of the query, all of which have to stand in a text: it, or one of its equals."""

    text: str
    equals: tuple[str, ...] = ()

    @property
    def phrases(self) -> list[list[str]]:
        return [grams(word).split() for word in (self.text, *self.equals)]


@dataclass(frozen=True)
class Reading:
    """What the reader typed, and its parts where there is more to search than just that."""

    query: str
    parts: tuple[Part, ...] = ()

    @property
    def own_words(self) -> list[str]:
        return list(dict.fromkeys([*self.query.split(), *(part.text for part in self.parts)]))

    @property
    def other_words(self) -> list[str]:
        return list(dict.fromkeys(word for part in self.parts for word in part.equals))


def words_in(text: str) -> list[str]:
    """The words of a group as an editor writes them, each once."""
    found: dict[str, str] = {}
    for word in SEPARATORS.split(text):
        spaced = " ".join(word.split())
        found.setdefault(normal(spaced), spaced)
    return [word for word in found.values() if word]


def is_findable(word: str) -> bool:
    """A single Chinese character is no pair, and signs are no words."""
    return bool(grams(word))


@lru_cache(maxsize=4)
def meanings(groups: tuple[str, ...]) -> Meanings:
    """A word that stands in two groups means what either says. Worked out once for the same groups, however often they
    are read."""
    known: dict[str, dict[str, None]] = {}
    for group in groups:
        words = [word for word in words_in(group) if is_findable(word)]
        for word in words:
            known.setdefault(normal(word), {}).update(dict.fromkeys(other for other in words if other != word))
    return {word: tuple(others) for word, others in known.items() if others}


def read(query: str, known: Meanings) -> Reading:
    text = " ".join(normal(query).split())
    parts = tuple(cut(text, known))
    return Reading(query, parts if ASKING.search(text) or any(part.equals for part in parts) else ())


def cut(text: str, known: Meanings) -> Iterator[Part]:
    """Known words, and between them what has to stand beside them."""
    longest = max(map(len, known), default=0)
    start = at = 0
    while at < len(text):
        word = word_at(text, at, known, longest)
        if not word:
            at += 1
            continue
        yield from between(text[start:at])
        yield Part(word, known[word])
        start = at = at + len(word)
    yield from between(text[start:])


def word_at(text: str, at: int, known: Meanings, longest: int) -> str:
    if not is_border(text, at):
        return ""
    ends = range(min(len(text), at + longest), at, -1)
    words = (text[at:end] for end in ends if is_border(text, end))
    return next((word for word in words if word in known and stands_free(text, at, at + len(word))), "")


def is_border(text: str, at: int) -> bool:
    """Not within a number or a word of letters."""
    return not (0 < at < len(text) and is_letter(text[at - 1]) and is_letter(text[at]))


def is_letter(character: str) -> bool:
    return character.isalnum() and not IS_HAN.match(character)


def stands_free(text: str, start: int, end: int) -> bool:
    """Whether no single character is left over beside the word, but for what is always left over."""
    before, after = text[:start].rpartition(" ")[2], text[end:].partition(" ")[0]
    return all(len(rest) != 1 or not IS_HAN.match(rest) or FILLERS.fullmatch(rest) for rest in (before, after))


def between(text: str) -> Iterator[Part]:
    pieces = (ASKING.sub("", piece) for piece in text.split())
    return (Part(piece) for piece in pieces if is_findable(piece) and not FILLERS.fullmatch(piece))
