"""Brings the shipped rulebook into the database; what an editor changed or deleted stays as he left it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction

from duties.models import Article, DutyRule, Regulation
from duties.shipped import ARTICLE, ARTICLE_NEEDS, REGULATION, REGULATION_NEEDS, RULE, RULE_NEEDS, Row, read_rulebook
from records.starter import Outcome, sync


@transaction.atomic
def load_rulebook() -> list[Outcome]:
    book, held = read_rulebook(), Held()
    return [
        *held.sync_regulations(book.regulations),
        *held.sync_articles(book.articles),
        *held.sync_rules(book.rules),
    ]


class Held:
    """What the database holds, read once, so that a few hundred rows need no query each to be found."""

    def __init__(self) -> None:
        self.regulations = {row.key: row for row in Regulation.objects.all()}
        self.articles = {row.row_key: row for row in Article.objects.select_related("regulation")}
        links = ("regulation", "article__regulation", "replaces")
        self.rules = {row.key: row for row in DutyRule.objects.select_related(*links)}

    # ── Regulations ──────────────────────────────────────────────────────────
    def sync_regulations(self, shipped: dict[str, Row]) -> Iterator[Outcome]:
        for key, row in shipped.items():
            find = partial(self.regulations.get, key)
            yield sync(f"duties.regulation:{key}", row, find=find, read=read_regulation, write=self.write_regulation)

    def write_regulation(self, held: Regulation | None, row: Row) -> Regulation:
        regulation = fill(held or Regulation(), row)
        self.regulations[regulation.key] = regulation
        return regulation

    # ── Articles ─────────────────────────────────────────────────────────────
    def sync_articles(self, shipped: dict[str, Row]) -> Iterator[Outcome]:
        for key, row in shipped.items():
            if row["regulation"] not in self.regulations:
                yield Outcome.KEPT  # an editor deleted the regulation: its articles stay away with it
                continue
            find = partial(self.articles.get, key)
            yield sync(f"duties.article:{key}", row, find=find, read=read_article, write=self.write_article)

    def write_article(self, held: Article | None, row: Row) -> Article:
        article = fill(held or Article(), row | {"regulation": self.regulations[row["regulation"]]})
        self.articles[article.row_key] = article
        return article

    # ── Rules ────────────────────────────────────────────────────────────────
    def sync_rules(self, shipped: dict[str, Row]) -> Iterator[Outcome]:
        for key, row in shipped.items():
            find = partial(self.rules.get, key)
            yield sync(f"duties.rule:{key}", row, find=find, read=read_rule, write=self.write_rule)

    def write_rule(self, held: DutyRule | None, row: Row) -> DutyRule:
        """A source that an editor deleted is left empty: the rule's own words still name it."""
        article = self.articles.get(row["cite"])
        links = {
            "article": article,
            "regulation": article.regulation if article else self.regulations.get(row["cite"].partition(":")[0]),
            "replaces": self.rules.get(row["replaces"]),
        }
        fields = {name: value for name, value in row.items() if name != "cite"}
        rule = fill(held or DutyRule(), fields | links)
        self.rules[rule.key] = rule
        return rule


def fill(thing: Any, fields: Row) -> Any:
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save()
    return thing


def read_regulation(regulation: Regulation) -> Row:
    return take(regulation, REGULATION.keys() | REGULATION_NEEDS)


def read_article(article: Article) -> Row:
    return take(article, ARTICLE.keys() | ARTICLE_NEEDS) | {"regulation": article.regulation.key}


def read_rule(rule: DutyRule) -> Row:
    links = {"cite": cited(rule), "replaces": rule.replaces.key if rule.replaces else ""}
    return take(rule, (RULE.keys() | RULE_NEEDS) - links.keys()) | links


def cited(rule: DutyRule) -> str:
    if rule.article:
        return rule.article.row_key
    return rule.regulation.key if rule.regulation else ""


def take(thing: Any, names: set[str] | frozenset[str]) -> Row:
    return {name: getattr(thing, name) for name in names}
