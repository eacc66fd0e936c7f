"""What is offered while a reader types, and where a search found nothing: titles, and words the search knows.

Asked at every pause of the typing: a few look-ups in the index and not one row written, so that nothing is counted or
kept of who types what, and a limit by address would cost more than the answer.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import addresses, fulltext, search
from portal.bigrams import HAN, IS_HAN, grams, lone_characters, normal
from portal.models import SearchEntry
from portal.synonyms import Meanings, read
from portal.templatetags.portal import content_language

MOST, MOST_WORDS = 8, 3
NEAR_TITLES, NEAR_ENOUGH = 4, 0.28
SHARED_ENOUGH = 1 / 3  # of the query's pairs, in a title
ENOUGH = re.compile(rf"[{HAN}]|[^\W_]{{2}}")  # one Chinese character, or two letters or digits


@dataclass(frozen=True)
class Suggestion:
    text: str
    url: str
    kind: str
    language: str  # of the text, where it is not the page's own


def while_typing(typed: str, language: str) -> list[Suggestion]:
    """At most MOST: first words that find something, then titles that hold what is typed."""
    typed = " ".join(typed[: search.LONGEST_QUERY].split())
    if not ENOUGH.search(typed):
        return []
    known = search.known_words()
    words = [word for word in as_written(known) if normal(typed) in normal(word)]
    words.sort(key=lambda word: (not normal(word).startswith(normal(typed)), len(word)))
    offered = [word_offer(word) for word in finding(words, known, language)]
    return [*offered, *map(title_offer, titles_holding(typed, language))][:MOST]


def instead_of(query: str, language: str) -> list[Suggestion]:
    """For a search without a hit: words that look like the query, and titles that share the most with it."""
    known = search.known_words()
    alike = {word: likeness(query, word) for word in as_written(known)}
    words = sorted((word for word, how in alike.items() if how >= NEAR_ENOUGH), key=lambda word: -alike[word])
    offered = [word_offer(word) for word in finding(words, known, language)]
    return [*offered, *map(title_offer, titles_near(query, language))]


def as_written(known: Meanings) -> list[str]:
    return list(dict.fromkeys(word for others in known.values() for word in others))


def finding(words: list[str], known: Meanings, language: str) -> list[str]:
    """The first MOST_WORDS that lead somewhere; of words that find the same, one."""
    groups = {frozenset([normal(word), *map(normal, known[normal(word)])]): word for word in reversed(words)}
    first = [word for word in words if word in groups.values()][:MOST_WORDS]
    return [word for word in first if search.finds(read(word, known), language)]


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how many characters and pairs of them two words share."""
    mine, theirs = pieces(one), pieces(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def pieces(text: str) -> set[str]:
    plain = "".join(normal(text).split())
    return {*plain, *map("".join, pairwise(plain))}


def titles_holding(typed: str, language: str) -> list[SearchEntry]:
    """The last word may be half typed; of a single Chinese character there is no pair to look up."""
    tokens = grams(typed).split()
    if tokens:
        half = not IS_HAN.match(normal(typed)[-1])
        return search.entries_of(fulltext.titled([tokens], language, most=MOST, half=half))
    rows = SearchEntry.objects.filter(language=language)
    for character in lone_characters(typed):
        rows = rows.filter(title__contains=character)
    return search.entries_of(rows.order_by(Length("title"), "-pk").values_list("page_id", flat=True)[:MOST])


def titles_near(query: str, language: str) -> list[SearchEntry]:
    wanted = set(grams(query).split())
    if not wanted:
        return []
    found = search.entries_of(fulltext.titled([[token] for token in wanted], language, most=3 * NEAR_TITLES))
    shared = {entry.pk: len(wanted & set(grams(entry.title).split())) / len(wanted) for entry in found}
    near = [entry for entry in found if shared[entry.pk] >= SHARED_ENOUGH]
    return sorted(near, key=lambda entry: -shared[entry.pk])[:NEAR_TITLES]


def word_offer(word: str) -> Suggestion:
    return Suggestion(word, f"{reverse('portal:search')}?{urlencode({'q': word})}", _("Search"), "")


def title_offer(entry: SearchEntry) -> Suggestion:
    page = entry.page
    return Suggestion(entry.title, addresses.address(page), search.kind_of(entry), content_language(page))
