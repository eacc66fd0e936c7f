"""Wagtail's own search box in the admin, taught Chinese: characters in place, pairs appended, on both databases.

modelsearch has no tokeniser hook, so its indexer's `prepare_value` is wrapped once and its compilers are subclassed.
"""

import re
from importlib import import_module
from typing import Any

from django.db import connection
from modelsearch.query import And, Boost, Not, Or, Phrase, PlainText, SearchQuery

from portal.bigrams import HAN

RUN = re.compile(rf"[{HAN}]+")


def pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def for_index(text: str) -> str:
    """Single characters where they stand, for phrases; all pairs at the end, for words."""
    appended = [pair for run in RUN.findall(text) for pair in pairs(run)]
    spaced = RUN.sub(lambda run: f" {' '.join(run[0])} ", text)
    return " ".join([spaced, *appended])


def for_words(text: str) -> str:
    return RUN.sub(lambda run: f" {' '.join(pairs(run[0]) or run[0])} ", text).strip()


def for_phrase(text: str) -> str:
    return RUN.sub(lambda run: f" {' '.join(run[0])} ", text).strip()


def rewrite(query: SearchQuery | str) -> SearchQuery:
    match query:
        case str():
            return PlainText(for_words(query))
        case PlainText():
            return PlainText(for_words(query.query_string), operator=query.operator)
        case Phrase():
            return Phrase(for_phrase(query.query_string))
        case Not():
            return Not(rewrite(query.subquery))
        case Boost():
            return Boost(rewrite(query.subquery), query.boost)
        case And() | Or():
            return type(query)([rewrite(part) for part in query.subqueries])
        case _:
            return query


def chinese(compiler: type) -> type:
    class ChineseCompiler(compiler):  # type: ignore[misc]  # the base differs by database
        def __init__(self, queryset: Any, query: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(queryset, rewrite(query), *args, **kwargs)

    return ChineseCompiler


def wrap_indexer(indexer: Any) -> None:
    if hasattr(indexer, "stock_prepare_value"):
        return
    indexer.stock_prepare_value = stock = indexer.prepare_value
    indexer.prepare_value = lambda self, value: for_index(value) if isinstance(value, str) else stock(self, value)


def SearchBackend(params: dict[str, Any]) -> Any:
    """The name Wagtail looks for: the database's own backend with Chinese compilers."""
    module, prefix = ("postgres", "Postgres") if connection.vendor == "postgresql" else ("sqlite", "SQLite")
    vendor = import_module(f"modelsearch.backends.database.{module}.{module}")
    wrap_indexer(vendor.ObjectIndexer)
    compilers = {
        "query_compiler_class": chinese(getattr(vendor, f"{prefix}SearchQueryCompiler")),
        "autocomplete_query_compiler_class": chinese(getattr(vendor, f"{prefix}AutocompleteQueryCompiler")),
    }
    return type("ChineseSearchBackend", (getattr(vendor, f"{prefix}SearchBackend"),), compilers)(params)
