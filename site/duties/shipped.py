"""The rulebook as shipped: data files beside this module, read into the fields of our models."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from duties.rules import article_label, split_row_key

FOLDER: Final = Path(__file__).parent / "rulebook"
Row = dict[str, Any]

SOURCED: Final[Row] = {"effective_from": None, "effective_to": None, "source": "", "note": ""}
REGULATION: Final[Row] = SOURCED | {"title": "", "document_number": "", "issuer": "", "summary": ""}
ARTICLE: Final[Row] = SOURCED | {"number": None, "label": "", "order": 0}
RULE: Final[Row] = SOURCED | {
    "subject_kind": "organisation",
    "industry_tags": [],
    "values": {},
    "region": "",
    "cite": "",
    "replaces": "",
}
REGULATION_NEEDS: Final = frozenset({"key", "short_title", "title_en", "level", "verified"})
ARTICLE_NEEDS: Final = frozenset({"heading", "summary", "verified"})
RULE_NEEDS: Final = frozenset(
    {"key", "kind", "subject", "subject_en", "matter", "matter_en", "trigger", "status", "level", "verified"}
)


class RulebookError(ValueError):
    """A data file that cannot be what its author meant: it names the file and the row."""


@dataclass(frozen=True)
class Rulebook:
    """Rows by row key, in the order in which they can be written: what is referred to comes first."""

    regulations: dict[str, Row]
    articles: dict[str, Row]
    rules: dict[str, Row]


def read_rulebook(folder: Path = FOLDER) -> Rulebook:
    book = Rulebook({}, {}, {})
    for path in sorted((folder / "regulations").glob("*.toml")):
        _take_regulation(book, path)
    for path in sorted((folder / "rules").glob("*.toml")):
        for rule in tomllib.loads(path.read_text("utf-8")).get("rules", []):
            _take_rule(book, _complete(rule, RULE, RULE_NEEDS, path), path)
    return book


def _take_regulation(book: Rulebook, path: Path) -> None:
    table = tomllib.loads(path.read_text("utf-8"))
    articles = table.pop("articles", [])
    regulation = _complete(table, REGULATION, REGULATION_NEEDS, path)
    if regulation["key"] != path.stem:
        raise RulebookError(f"{path.name}: its key is {regulation['key']}, its name should be the same")
    book.regulations[regulation["key"]] = regulation
    for row_key, article in _articles(regulation, articles, path):
        if row_key in book.articles:
            raise RulebookError(f"{path.name}: {row_key} stands there twice")
        book.articles[row_key] = article


def _articles(regulation: Row, tables: Iterable[Row], path: Path) -> Iterator[tuple[str, Row]]:
    for place, table in enumerate(tables, start=1):
        article = _complete(table, ARTICLE | {"source": regulation["source"]}, ARTICLE_NEEDS, path)
        number = article["number"]
        if bool(number) == bool(article["label"]):
            raise RulebookError(f"{path.name}: article {place} needs a number or else a label")
        article["order"] = number or place
        article["label"] = article_label(number) if number else article["label"]
        yield f"{regulation['key']}:{number or article['label']}", article | {"regulation": regulation["key"]}


def _take_rule(book: Rulebook, rule: Row, path: Path) -> None:
    if rule["key"] in book.rules:
        raise RulebookError(f"{path.name}: {rule['key']} stands there twice")
    if rule["replaces"] and rule["replaces"] not in book.rules:
        raise RulebookError(f"{path.name}: {rule['key']} replaces {rule['replaces']}, which must stand before it")
    if rule["cite"] and rule["cite"] not in book.regulations | book.articles:
        regulation, article = split_row_key(rule["cite"])
        raise RulebookError(f"{path.name}: {rule['key']} cites {regulation} {article}, which no file holds")
    book.rules[rule["key"]] = rule


def _complete(table: Row, defaults: Row, needs: frozenset[str], path: Path) -> Row:
    """The row with every field, so that two readings of it can be compared."""
    name = table.get("key") or table.get("number") or table.get("label")
    if missing := needs - table.keys():
        raise RulebookError(f"{path.name}: {name} lacks {', '.join(sorted(missing))}")
    if unknown := table.keys() - needs - defaults.keys():
        raise RulebookError(f"{path.name}: {name} has unknown fields {', '.join(sorted(unknown))}")
    return defaults | table
