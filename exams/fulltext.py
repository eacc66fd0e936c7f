"""The full-text index over the versions of questions, in either database, and the rows that hold a phrase.

Tokens are letters and digits (`records.bigrams`), so there is nothing to escape in them."""

from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from records.bigrams import searched

SQLITE_TABLE = "SELECT 1 FROM sqlite_master WHERE name = 'exams_version_index'"
SQLITE_INDEX = """CREATE VIRTUAL TABLE exams_version_index USING fts5(
    grams, content='exams_questionversion', content_rowid='id')"""
SQLITE_FILL = "INSERT INTO exams_version_index(exams_version_index) VALUES ('rebuild')"
SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS exams_version_added AFTER INSERT ON exams_questionversion BEGIN
    INSERT INTO exams_version_index(rowid, grams) VALUES (new.id, new.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS exams_version_removed AFTER DELETE ON exams_questionversion BEGIN
    INSERT INTO exams_version_index(exams_version_index, rowid, grams) VALUES ('delete', old.id, old.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS exams_version_changed AFTER UPDATE OF grams ON exams_questionversion BEGIN
    INSERT INTO exams_version_index(exams_version_index, rowid, grams) VALUES ('delete', old.id, old.grams);
    INSERT INTO exams_version_index(rowid, grams) VALUES (new.id, new.grams); END""",
)
VECTOR = "to_tsvector('simple', exams_questionversion.grams)"
POSTGRES_INDEX = f"CREATE INDEX IF NOT EXISTS exams_version_index ON exams_questionversion USING gin ({VECTOR})"
SQLITE_MATCH = "SELECT rowid FROM exams_version_index WHERE exams_version_index MATCH %s"
POSTGRES_MATCH = f"SELECT id FROM exams_questionversion WHERE {VECTOR} @@ to_tsquery('simple', %s)"  # noqa: S608  constants only


def ensure_index(**kwargs: Any) -> None:
    """Full-text tables are no models: made after every migrate, harmless when they stand."""
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(POSTGRES_INDEX)
            return
        if not cursor.execute(SQLITE_TABLE).fetchone():
            cursor.execute(SQLITE_INDEX)
            cursor.execute(SQLITE_FILL)
        for statement in SQLITE_TRIGGERS:  # lost whenever a migration makes the table anew
            cursor.execute(statement)


def asked(words: str) -> str:
    """What the index is asked; "" where there is nothing in the words to look for."""
    return (" & " if is_postgres() else " AND ").join(written(phrase) for phrase in searched(words))


def written(phrase: list[str]) -> str:
    """Tokens side by side. A word or number of letters and digits may be left unfinished; `x` begins what stands for
    Chinese characters, of which half a token would find nonsense."""
    unfinished = not phrase[-1].startswith("x")
    if is_postgres():
        return f"({' <-> '.join(phrase)}{':*' * unfinished})"
    return '"' + " ".join(phrase) + '"' + " *" * unfinished


def versions_with(words: str) -> RawSQL | None:
    """A subquery of the versions that hold the words; None where there is nothing to look for."""
    terms = asked(words)
    return RawSQL(POSTGRES_MATCH if is_postgres() else SQLITE_MATCH, [terms]) if terms else None  # noqa: S611


def is_postgres() -> bool:
    return bool(connection.vendor == "postgresql")
