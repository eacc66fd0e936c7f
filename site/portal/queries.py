"""What the public pages show beside their own fields, each in a fixed number of queries."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.http import QueryDict
from django.utils import timezone
from wagtail.blocks import StreamValue
from wagtail.models import Page, ReferenceIndex

from campaign.queries import default_entries
from campaign.queries.days import next_day
from duties.models import Article
from exams import rules
from portal import facets, search
from portal.models import (
    GUIDED_KINDS,
    ArticlePage,
    BroughtPiece,
    CasePage,
    EntryIndexPage,
    EntryPage,
    GuidePage,
    HazardTag,
    HazardTopicPage,
    HomePage,
    LibraryPage,
    Piece,
    PosterPage,
    PublicPage,
    QuizPage,
    QuizQuestion,
    RegulationIndexPage,
    RegulationPage,
    TopicIndexPage,
)
from portal.poster_sheet import headline_lines
from ui.context import current_language

READING_SPEED = 300  # Chinese characters a minute, an unhurried reader
SHELF = {"article": ArticlePage, "case": CasePage, "quiz": QuizPage, "poster": PosterPage, "guide": GuidePage}
FOR_READERS = ("articlepage", "casepage", "hazardtopicpage", "quizpage", "posterpage")  # a guide is for whoever goes in
TOLD_IN_WORDS = ("articlepage", "casepage", "hazardtopicpage")
A_SHEET = 20  # pieces a page


def live_pieces(language: str) -> QuerySet[Piece]:
    """Pieces a reader may open, newest first by review or else by publication, with what a list line shows."""
    return (
        Piece.objects.live()
        .filter(locale__language_code=language)
        .select_related("locale")
        .prefetch_related("entries")
        .order_by(Coalesce("reviewed_on", TruncDate("last_published_at")).desc(), "-first_published_at", "-pk")
    )


def pieces_to_pass_on(language: str, query: str) -> QuerySet[Piece]:
    """Pieces with a text of their own; a quiz can only be answered here. With words, those that hold them."""
    told = live_pieces(language).filter(content_type__model__in=TOLD_IN_WORDS)
    return told.filter(pk__in=search.matching(query, language)) if query else told


def pieces_for_readers(language: str) -> QuerySet[Piece]:
    return live_pieces(language).filter(content_type__model__in=FOR_READERS)


@singledispatch
def beside(page: PublicPage, asked: QueryDict) -> dict[str, Any]:
    """What a page shows beside its own fields, by its type; `asked` is the query string."""
    return {}


@beside.register
def beside_piece(piece: Piece, asked: QueryDict) -> dict[str, Any]:
    """The neighbours of a piece, and how long it takes to read."""
    hazards = Piece.hazards.through.objects.filter(piece_id=piece.pk).values("hazardtag_id")
    related = pieces_for_readers(piece.locale.language_code).exclude(pk=piece.pk).filter(hazards__in=hazards).distinct()
    text = piece.searchable_text()
    return {
        "related": related.prefetch_related(None)[:4],
        "minutes": max(1, round(len(text) / READING_SPEED)),
        "entry_list": list(piece.entries.all()),
        "laws": cited_laws(getattr(piece, "body", ())),
    }


@beside.register
def beside_poster(poster: PosterPage, asked: QueryDict) -> dict[str, Any]:
    """The headline in its lines, and the poster whose sheet is printed: one stands in for its other language."""
    return beside_piece(poster, asked) | {
        "headline": headline_lines(poster.headline),
        "hazard": poster.hazards.first(),
        "sheet_pk": poster.alias_of_id or poster.pk,
    }


@beside.register
def beside_guide(guide: GuidePage, asked: QueryDict) -> dict[str, Any]:
    rows = BroughtPiece.objects.filter(guide=guide, piece__live=True).select_related("piece__locale")
    return beside_piece(guide, asked) | {"brought": [row.piece for row in rows.order_by("sort_order")]}


def cited_laws(body: StreamValue | tuple[()]) -> list[RegulationPage]:
    """Pages of the regulations that the text cites."""
    articles = [child.value["article"] for child in body if child.block_type == "law"]
    regulations = {article.regulation_id for article in articles if article}
    pages = RegulationPage.objects.live().filter(locale__language_code=current_language()).select_related("locale")
    return list(pages.filter(regulation__in=regulations)) if regulations else []


@beside.register
def beside_home(home: HomePage, asked: QueryDict) -> dict[str, Any]:
    language, quiz, today = home.locale.language_code, home.quiz, timezone.localdate()
    entry_pages = EntryPage.objects.live().filter(locale_id=home.locale_id).select_related("entry", "locale")
    return {
        "situations": home.situations.select_related("topic__locale"),
        "entry_pages": entry_pages.order_by("entry__order"),
        "newest": live_pieces(language).filter(content_type__model__in=("articlepage", "casepage"))[:6],
        "topics": topics(language),
        "quiz": quiz if quiz and quiz.live else None,
        "next_day": next_day(today),
        "today": today,
    }


def topics(language: str) -> QuerySet[HazardTopicPage]:
    pages = HazardTopicPage.objects.live().filter(locale__language_code=language)
    return pages.select_related("locale").defer("now", "body").order_by("path")


def library_of_articles() -> LibraryPage | None:
    """Where articles are written: the Chinese library; the other languages follow it."""
    return LibraryPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()


@beside.register
def beside_library(library: LibraryPage, asked: QueryDict) -> dict[str, Any]:
    """The library's list with its filters; unknown values are as good as none."""
    pieces = live_pieces(library.locale.language_code).filter(Piece.objects.child_of_q(library))
    chosen = {name: asked.get(name, "") for name in ("kind", "entry", "hazard")}
    if chosen["kind"] in SHELF:
        pieces = pieces.filter(content_type__model=SHELF[chosen["kind"]]._meta.model_name)
    if chosen["entry"]:
        pieces = pieces.filter(entries__code=chosen["entry"])
    if chosen["hazard"]:
        pieces = pieces.filter(hazards__code=chosen["hazard"])
    return {
        "sheet": sheet(pieces.distinct(), asked),
        "chosen": chosen,
        "kinds": [(code, facets.KINDS[code][1]) for code in SHELF],
        "entries": default_entries(),
        "hazards": HazardTag.objects.all(),
        "filtered": any(chosen.values()),
    }


def sheet(items: QuerySet[Any] | list[Any], asked: QueryDict) -> Sheet[Any]:
    return Paginator(items, A_SHEET).get_page(asked.get("page"))


@beside.register
def beside_entry(page: EntryPage, asked: QueryDict) -> dict[str, Any]:
    guides = GuidePage.objects.live().filter(locale_id=page.locale_id, entries=page.entry)
    kinds = [kind for kind, _label in GUIDED_KINDS]
    return {
        "pieces": pieces_for_readers(page.locale.language_code).filter(entries=page.entry),
        "guides": sorted(guides.select_related("locale").defer("body"), key=lambda one: kinds.index(one.venue_kind)),
    }


@beside.register
def beside_entries(page: EntryIndexPage, asked: QueryDict) -> dict[str, Any]:
    pages = EntryPage.objects.child_of(page).live().select_related("entry", "locale")
    return {"entry_pages": pages.order_by("entry__order")}


@beside.register
def beside_topics(page: TopicIndexPage, asked: QueryDict) -> dict[str, Any]:
    return {"topics": topics(page.locale.language_code)}


@beside.register
def beside_regulations(page: RegulationIndexPage, asked: QueryDict) -> dict[str, Any]:
    return {"pages": RegulationPage.objects.child_of(page).live().select_related("regulation", "locale")}


@beside.register
def beside_regulation(page: RegulationPage, asked: QueryDict) -> dict[str, Any]:
    articles = list(page.regulation.articles.order_by("order"))
    return {"articles": articles, "pieces": resting_on(articles, page.locale.language_code)}


def resting_on(articles: list[Article], language: str) -> QuerySet[Piece]:
    """Pieces whose text cites one of the articles: the way back from the law to what was written on it."""
    cited = ContentType.objects.get_for_model(Article)
    rows = ReferenceIndex.objects.filter(to_content_type=cited, to_object_id__in=[str(one.pk) for one in articles])
    pages = rows.filter(base_content_type=ContentType.objects.get_for_model(Page))
    return live_pieces(language).filter(pk__in={int(pk) for pk in pages.values_list("object_id", flat=True)})


@beside.register
def beside_quiz(quiz: QuizPage, asked: QueryDict) -> dict[str, Any]:
    """The quiz as asked, or as answered: the answers travel in the address, nothing is kept of who gave them."""
    rows = quiz.questions.select_related("question__current")  # a preview holds its own, which no table has
    answered = "done" in asked
    lines = [quiz_line(number, row, asked) for number, row in enumerate(rows, start=1)]
    return beside_piece(quiz, asked) | {
        "lines": lines,
        "answered": answered,
        "right_count": sum(line["right"] for line in lines),
        "unanswered": [line["number"] for line in lines if not line["given"]],
    }


def quiz_line(number: int, row: QuizQuestion, asked: QueryDict) -> dict[str, Any]:
    version = row.question.current
    given = positions(asked.getlist(f"q{number}"), len(version.options))
    options = [
        {"position": place, "text": text, "given": place in given, "right": place in version.answer}
        for place, text in enumerate(version.options)
    ]
    return {
        "number": number,
        "name": f"q{number}",
        "version": version,
        "options": options,
        "given": given,
        "right": rules.is_right(given, version.answer),
    }


def positions(values: Iterable[str], count: int) -> list[int]:
    return sorted({int(value) for value in values if value.isdecimal() and int(value) < count})
