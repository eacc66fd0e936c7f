from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from duties.models import Article, DutyRule, Regulation
from duties.rules import split_row_key


class UnknownSource(LookupError):
    """A row key that no regulation or article answers to."""

    def __init__(self, row_key: str, why: str) -> None:
        super().__init__(f"{row_key}: {why}")
        self.row_key = row_key


def find_source(row_key: str) -> Regulation | Article:
    """The article of "order-3:13", the regulation of "mem-6"; UnknownSource says which half is missing."""
    return find_sources([row_key])[row_key]


def find_sources(row_keys: Iterable[str]) -> dict[str, Regulation | Article]:
    """All of them in two queries, in the order asked; UnknownSource for the first that does not exist."""
    wanted = {row_key: _split(row_key) for row_key in row_keys}
    held = Regulation.objects.filter(key__in={key for key, _name in wanted.values()}).prefetch_related("articles")
    regulations = {regulation.key: regulation for regulation in held}
    return {row_key: _pick(row_key, regulations.get(key), name) for row_key, (key, name) in wanted.items()}


def _split(row_key: str) -> tuple[str, str]:
    try:
        return split_row_key(row_key)
    except ValueError as error:
        raise UnknownSource(row_key, "write regulation:article, as in order-3:13, or the regulation alone") from error


def _pick(row_key: str, regulation: Regulation | None, article_name: str) -> Regulation | Article:
    if regulation is None:
        raise UnknownSource(row_key, "the rulebook has no such regulation")
    if not article_name:
        return regulation
    for article in regulation.articles.all():
        if article_name in (str(article.number), article.label):
            return article
    raise UnknownSource(row_key, f"{regulation.short_title} has no article {article_name} in the rulebook")


@dataclass(frozen=True)
class Doubt:
    """A row of the rulebook that nobody has checked yet, and what is to be checked."""

    row: Regulation | Article | DutyRule
    key: str
    name: str
    reason: str


def unverified() -> list[Doubt]:
    """Regulations first, then articles, then rules: who settles a regulation often settles its rows."""
    regulations = Regulation.objects.unverified()
    articles = Article.objects.unverified().select_related("regulation")
    rules = DutyRule.objects.unverified()
    return [
        *(Doubt(row, row.key, str(row), row.note) for row in regulations),
        *(Doubt(row, row.row_key, str(row), row.note) for row in articles),
        *(Doubt(row, row.key, row.about(), row.note) for row in rules),
    ]


@dataclass(frozen=True)
class Coverage:
    """What the rulebook holds of one regulation; `regulation` is None for the rules that no text sets."""

    regulation: Regulation | None
    articles: int
    articles_verified: int
    rules: int
    rules_verified: int


def coverage() -> list[Coverage]:
    """A row for each regulation by key, last the rules without one: three queries."""
    articles, rules = _tally(Article), _tally(DutyRule)
    regulations: dict[int | None, Regulation | None] = {row.pk: row for row in Regulation.objects.all()}
    if None in rules:
        regulations[None] = None
    return [Coverage(row, *articles.get(pk, (0, 0)), *rules.get(pk, (0, 0))) for pk, row in regulations.items()]


def _tally(model: type[Article] | type[DutyRule]) -> dict[int | None, tuple[int, int]]:
    """How many rows a regulation has, and how many of them are verified."""
    counted = model.objects.order_by().values_list("regulation")
    return {
        pk: (every, checked)
        for pk, every, checked in counted.annotate(Count("pk"), checked=Count("pk", filter=Q(verified=True)))
    }


def rules_citing(row_key: str) -> list[DutyRule]:
    """The duties that rest on this article, or on the whole regulation: "who must do this"."""
    source = find_source(row_key)
    wanted = Q(article=source) if isinstance(source, Article) else Q(regulation=source)
    return list(DutyRule.objects.filter(wanted).select_related("regulation", "article__regulation"))
