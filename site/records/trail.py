"""Who is asking, for whatever is logged while a request is answered."""

from contextvars import ContextVar
from typing import NamedTuple


class Trail(NamedTuple):
    request_id: str = ""
    address: str = ""  # whole: for limits; what is kept is masked


NOBODY = Trail()
current: ContextVar[Trail] = ContextVar("trail", default=NOBODY)
