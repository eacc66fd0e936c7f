"""Many rows at once: PostgreSQL takes a stream of them ten times faster than one long INSERT."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)


def insert_many(objects: Sequence[Row]) -> list[Row]:
    """Like `bulk_create`, in the caller's transaction; every object has its key afterwards."""
    if not objects:
        return []
    if connection.vendor != "postgresql":
        return type(objects[0])._default_manager.bulk_create(objects)
    with transaction.atomic(), connection.cursor() as cursor:
        give_keys(cursor, objects)
        stream(cursor, objects)
    for one in objects:
        one._state.adding, one._state.db = False, connection.alias
    return list(objects)


def give_keys(cursor: Any, objects: Sequence[models.Model]) -> None:
    meta = objects[0]._meta
    assert meta.pk is not None
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [meta.db_table, meta.pk.column, len(objects)],
    )
    for one, (key,) in zip(objects, cursor.fetchall(), strict=True):
        one.pk = key


def stream(cursor: Any, objects: Sequence[models.Model]) -> None:
    meta, quote = objects[0]._meta, connection.ops.quote_name
    fields = meta.concrete_fields
    columns = ", ".join(quote(field.column or "") for field in fields)
    names = [field.attname for field in fields]
    with cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as target:
        for one in objects:
            target.write_row([getattr(one, name) for name in names])
