"""The public search: a side table with one row a page, kept by publishing, searched by phrases of bigrams, as the
reader typed them or in words of equal meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from portal import fulltext, synonyms
from portal.bigrams import grams, lone_characters, normal, phrases
from portal.fulltext import Terms
from portal.models import Piece, RegulationPage, SearchEntry, SynonymGroup
from portal.synonyms import Meanings, Reading

MOST = 500  # results; nobody turns that many pages
LONGEST_QUERY = 60  # characters; a reader types words, not essays
EXCERPT_BEFORE, EXCERPT_AFTER = 24, 72
NEVER_FIRST = "，。、；：？！）》”’… "  # no line begins with these, and an excerpt is a line


@dataclass(frozen=True)
class Found:
    page: Page
    kind: str
    title: SafeString
    excerpt: SafeString


def index_page(page: Page) -> None:
    """Write what the search knows of a live page; pages that are no reading matter are left out."""
    page = page.specific
    if not isinstance(page, Piece | RegulationPage):
        return
    text = page.searchable_text() if isinstance(page, Piece) else regulation_text(page)
    SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "language": page.locale.language_code,
            "kind": type(page).__name__,
            "title": page.title,
            "text": text,
            "title_grams": grams(page.title),
            "text_grams": grams(text),
        },
    )


def regulation_text(page: RegulationPage) -> str:
    articles = page.regulation.articles.order_by("order")
    return "\n".join(f"{article.label} {article.heading} {article.summary}" for article in articles)


def forget_page(page: Page) -> None:
    SearchEntry.objects.filter(page_id=page.pk).delete()


def read(query: str) -> Reading:
    """The query with what else its words may be called. The groups are read afresh: a new one is heeded at once."""
    query = query[:LONGEST_QUERY]
    return synonyms.read(query, known_words()) if query.strip() else Reading(query)


def known_words() -> Meanings:
    return synonyms.meanings(tuple(SynonymGroup.objects.order_by("pk").values_list("words", flat=True)))


def matching(query: str, language: str) -> list[int]:
    """Ids of the pages that hold every part of the query as it stands, best first, at most MOST."""
    return hits(Reading(query[:LONGEST_QUERY]), language)


def hits(reading: Reading, language: str) -> list[int]:
    """Ids of the pages that hold every part or an equal of it; those that hold the reader's own words first."""
    own, lone = every_phrase(Reading(reading.query)), lone_characters(reading.query)
    if not own:
        newest = with_lone(lone, language).order_by("-pk") if lone else SearchEntry.objects.none()
        return list(newest.values_list("page_id", flat=True)[:MOST])
    found = fulltext.pages(own, language, most=MOST)
    if reading.parts and len(found) < MOST:
        found += fulltext.pages(every_phrase(reading), language, most=MOST - len(found), without=own)
    if not lone:
        return found
    kept = set(with_lone(lone, language).filter(page__in=found).values_list("page_id", flat=True))
    return [page_id for page_id in found if page_id in kept]


def finds(reading: Reading, language: str) -> bool:
    wanted = every_phrase(reading)
    return bool(wanted) and fulltext.any_page(wanted, language)


def every_phrase(reading: Reading) -> Terms:
    return [part.phrases for part in reading.parts] or [[phrase] for phrase in phrases(reading.query)]


def with_lone(characters: list[str], language: str) -> models.QuerySet[SearchEntry]:
    """Single characters, which no pair can find."""
    entries = SearchEntry.objects.filter(language=language)
    for character in characters:
        entries = entries.filter(models.Q(title__contains=character) | models.Q(text__contains=character))
    return entries


def entries_of(page_ids: Iterable[int]) -> list[SearchEntry]:
    """The entries of these pages, in this order."""
    wanted = list(page_ids)
    rows = SearchEntry.objects.filter(page__in=wanted).select_related("page__locale")
    entries = {entry.page_id: entry for entry in rows.defer("title_grams", "text_grams")}
    return [entries[page_id] for page_id in wanted if page_id in entries]


def kind_of(entry: SearchEntry) -> str:
    return str(apps.get_model("portal", entry.kind).kind)


def present(entry: SearchEntry, reading: Reading) -> Found:
    own, others = reading.own_words, reading.other_words
    window = excerpt(entry.text, own, others)
    return Found(entry.page, kind_of(entry), highlight(entry.title, own + others), highlight(window, own + others))


def excerpt(text: str, words: list[str], others: Iterable[str] = ()) -> str:
    """A window of the text around the first word that stands in it, or else around the first of the others."""
    flat = " ".join(text.split())
    plain = normal(flat) if len(normal(flat)) == len(flat) else flat.casefold()
    place = first_place(plain, words)
    start = max(0, (first_place(plain, others) if place < 0 else place) - EXCERPT_BEFORE)
    end = start + EXCERPT_BEFORE + EXCERPT_AFTER
    window = flat[start:end].lstrip(NEVER_FIRST) if start else flat[:end]
    return ("…" if start else "") + window + ("…" if end < len(flat) else "")


def first_place(plain: str, words: Iterable[str]) -> int:
    return min((place for word in words if (place := plain.find(normal(word))) >= 0), default=-1)


def highlight(text: str, words: list[str]) -> SafeString:
    """The text, escaped, with each word marked; of two that begin at the same place the longer."""
    marked = SafeString("")
    plain, at = text.casefold(), 0
    while at < len(text):
        places = ((place, -len(word)) for word in words if (place := plain.find(word.casefold(), at)) >= 0)
        nearest = min(places, default=None)
        if nearest is None or len(plain) != len(text):
            break
        place, end = nearest[0], nearest[0] - nearest[1]
        marked += format_html("{}<mark>{}</mark>", text[at:place], text[place:end])
        at = end
    return marked + format_html("{}", text[at:])
