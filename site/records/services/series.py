from django.db import connection
from django.db.transaction import TransactionManagementError

NEXT = """
INSERT INTO records_numberseries AS kept (name, last) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET last = kept.last + 1
RETURNING last
"""


def next_number(series: str) -> int:
    """The next number of a gapless series, from 1: a rollback gives it back, and others wait until it is known."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("next_number belongs in the transaction that uses the number")
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series])
        ((number,),) = cursor.fetchall()
    return number
