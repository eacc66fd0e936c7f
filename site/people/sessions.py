"""What a session carries about its own length; the decision itself is `rules.session_over`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from people import rules

SIGNED_IN = "signed_in_at"
SEEN = "seen_at"
OWN_PHONE = "own_phone"
CHOOSE = "may_choose_password"  # [user pk, until]: set by a one-time code


@dataclass(frozen=True)
class Terms:
    staff: bool
    own_phone: bool
    signed_in_at: datetime
    seen_at: datetime


def begin(session: Any, *, staff: bool, now: datetime) -> None:
    """At sign-in. Only a learner's own phone keeps its cookie when the browser closes."""
    session[SIGNED_IN] = session[SEEN] = int(now.timestamp())
    own_phone = bool(session.get(OWN_PHONE)) and not staff
    session.set_expiry(int(rules.OWN_PHONE_DAYS.total_seconds()) if own_phone else 0)


def terms(session: Any, *, staff: bool, now: datetime) -> Terms:
    """A session that does not say when it began began now."""
    stamp = int(now.timestamp())
    return Terms(
        staff,
        bool(session.get(OWN_PHONE)),
        datetime.fromtimestamp(session.get(SIGNED_IN, stamp), UTC),
        datetime.fromtimestamp(session.get(SEEN, stamp), UTC),
    )


def with_work(terms: Terms, worked_at: datetime | None) -> Terms:
    """A long job that somebody asked for and waits for is activity of his: nobody is signed out over it."""
    return replace(terms, seen_at=max(terms.seen_at, worked_at)) if worked_at else terms


def touch(session: Any, *, now: datetime) -> None:
    session.setdefault(SIGNED_IN, int(now.timestamp()))
    session[SEEN] = int(now.timestamp())
