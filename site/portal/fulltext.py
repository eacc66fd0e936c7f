"""The full-text index of the two databases: how it is made, and how it is asked for phrases of tokens.

Tokens are letters and digits (`portal.bigrams`), so there is nothing to escape in them.
"""

from django.db import connection

SQLITE_INDEX = """
CREATE VIRTUAL TABLE IF NOT EXISTS portal_search_index USING fts5(
    title_grams, text_grams, content='portal_searchentry', content_rowid='id');
CREATE TRIGGER IF NOT EXISTS portal_search_added AFTER INSERT ON portal_searchentry BEGIN
    INSERT INTO portal_search_index(rowid, title_grams, text_grams)
    VALUES (new.id, new.title_grams, new.text_grams); END;
CREATE TRIGGER IF NOT EXISTS portal_search_removed AFTER DELETE ON portal_searchentry BEGIN
    INSERT INTO portal_search_index(portal_search_index, rowid, title_grams, text_grams)
    VALUES ('delete', old.id, old.title_grams, old.text_grams); END;
CREATE TRIGGER IF NOT EXISTS portal_search_changed AFTER UPDATE ON portal_searchentry BEGIN
    INSERT INTO portal_search_index(portal_search_index, rowid, title_grams, text_grams)
    VALUES ('delete', old.id, old.title_grams, old.text_grams);
    INSERT INTO portal_search_index(rowid, title_grams, text_grams)
    VALUES (new.id, new.title_grams, new.text_grams); END;
"""
# CROSS JOIN keeps the order of the tables. Sorted by its hidden column, the index hands over the best and no more: the
# entries behind them are all that is looked up.
SQLITE_MATCH = """
SELECT page_id, portal_searchentry.id AS number, rank FROM portal_search_index
CROSS JOIN portal_searchentry ON portal_searchentry.id = portal_search_index.rowid
WHERE portal_search_index MATCH %(terms)s AND rank MATCH 'bm25(8.0, 1.0)' AND language = %(language)s
"""
SQLITE_BEST = "rank"

VECTOR = (
    "(setweight(to_tsvector('simple', portal_searchentry.title_grams), 'A') || "
    "setweight(to_tsvector('simple', left(portal_searchentry.text_grams, 200000)), 'B'))"
)
POSTGRES_INDEX = f"CREATE INDEX IF NOT EXISTS portal_search_index ON portal_searchentry USING gin ({VECTOR})"
POSTGRES_MATCH = f"""
SELECT page_id, id AS number, -ts_rank({VECTOR}, wanted) AS rank
FROM portal_searchentry, to_tsquery('simple', %(terms)s) AS wanted
WHERE {VECTOR} @@ wanted AND language = %(language)s
"""  # noqa: S608  constants only
# Not a part of `wanted`: with a negation in it ts_rank tells nothing apart.
POSTGRES_NOT = f"AND NOT {VECTOR} @@ to_tsquery('simple', %(without)s)"
POSTGRES_BEST = "rank, number DESC"
BEST = "SELECT page_id FROM ({match} ORDER BY {best} LIMIT {most:d}) AS found ORDER BY rank, number DESC"
ANY = "SELECT page_id FROM ({match} LIMIT 1) AS found"

Phrase = list[str]  # tokens side by side
Terms = list[list[Phrase]]  # all of these, each as any of its phrases


def ensure_index() -> None:
    """Full-text tables are no models: made after every migrate, harmless when they stand."""
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(POSTGRES_INDEX)
        else:
            for statement in SQLITE_INDEX.split(";\nCREATE"):
                cursor.execute(statement if statement.lstrip().startswith("CREATE") else f"CREATE{statement}")


def pages(wanted: Terms, language: str, *, most: int, without: Terms | None = None) -> list[int]:
    """Ids of the pages that hold all of it, but not all of `without`: best first, by the database's own ranking."""
    return best_of(terms(wanted), language, most, without=terms(without or []))


def any_page(wanted: Terms, language: str) -> bool:
    """Whether there is one, without sorting what there is."""
    match = POSTGRES_MATCH if is_postgres() else SQLITE_MATCH
    return bool(run(ANY.format(match=match), terms=terms(wanted), language=language))


def titled(any_of: list[Phrase], language: str, *, most: int, half: bool = False) -> list[int]:
    """Ids of the pages with one of the phrases in the title; `half`: the last token may be the beginning of one."""
    return best_of(in_title(any_of, half=half), language, most)


def best_of(asked: str, language: str, most: int, *, without: str = "") -> list[int]:
    match, best = (POSTGRES_MATCH, POSTGRES_BEST) if is_postgres() else (SQLITE_MATCH, SQLITE_BEST)
    if without and is_postgres():
        match += POSTGRES_NOT
    elif without:
        asked = f"({asked}) NOT ({without})"
    return run(BEST.format(match=match, best=best, most=most), terms=asked, without=without, language=language)


def run(statement: str, **asked: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [page_id for (page_id,) in cursor.fetchall()]


def terms(wanted: Terms) -> str:
    if is_postgres():
        return " & ".join(f"({' | '.join(spanned(one) for one in any_of)})" for any_of in wanted)
    return " AND ".join(f"({' OR '.join(quoted(one) for one in any_of)})" for any_of in wanted)


def in_title(any_of: list[Phrase], *, half: bool) -> str:
    if is_postgres():
        weighed = ([f"{token}:A" for token in one[:-1]] + [f"{one[-1]}:{'*' * half}A"] for one in any_of)
        return " | ".join(map(spanned, weighed))
    return f"title_grams : ({' OR '.join(quoted(one) + ' *' * half for one in any_of)})"


def quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase) + '"'


def spanned(phrase: Phrase) -> str:
    return f"({' <-> '.join(phrase)})"


def is_postgres() -> bool:
    return bool(connection.vendor == "postgresql")
