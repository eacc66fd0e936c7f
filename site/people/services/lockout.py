"""Wrong passwords are counted in rows, so every process and every restart sees the same count."""

from datetime import datetime, timedelta

from people import rules
from records.services import clear, hit, log, peek

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 50
CODES_PER_ADDRESS = 20


class LockedOut(Exception):
    """Too many wrong tries for what was typed or from where; holds for a right password too."""

    def __init__(self, retry_at: datetime | None) -> None:
        super().__init__()
        self.retry_at = retry_at


def account_key(login: str, organisation: str = "") -> str:
    """What was typed, in one spelling, whether or not such an account exists."""
    typed = rules.normal_phone(login) if rules.is_mobile(login) else rules.plain(login).casefold()
    return f"sign-in:{typed}|{rules.plain(organisation).casefold()}"


def lock_of(account: str) -> str:
    return f"locked:{account}"


def sign_ins_from(address: str) -> str:
    return f"sign-in-from:{address}"


def codes_from(address: str) -> str:
    return f"code-from:{address}"


def admit(account: str, address: str, *, now: datetime) -> None:
    """Take one of the account's five tries before the password is looked at, so that parallel tries count too."""
    for subject, limit in ((lock_of(account), 1), (sign_ins_from(address), PER_ADDRESS)):
        verdict = peek(subject, limit=limit, now=now)
        if not verdict.allowed:
            raise LockedOut(verdict.retry_at)
    mine = hit(account, limit=PER_ACCOUNT, window=WINDOW, now=now)
    if not mine.allowed:
        raise LockedOut(mine.retry_at)


def failed(account: str, address: str, *, now: datetime) -> None:
    """The fifth failure locks for a whole quarter of an hour from now, however slowly the first four came."""
    hit(sign_ins_from(address), limit=PER_ADDRESS, window=WINDOW, now=now)
    locked = not peek(account, limit=PER_ACCOUNT, now=now).allowed
    if locked:
        hit(lock_of(account), limit=1, window=WINDOW, now=now)
    log("people.locked_out" if locked else "people.sign_in_failed", now=now)


def succeeded(account: str) -> None:
    clear(account)


def admit_code(address: str, *, now: datetime) -> None:
    verdict = peek(codes_from(address), limit=CODES_PER_ADDRESS, now=now)
    if not verdict.allowed:
        raise LockedOut(verdict.retry_at)


def code_failed(address: str, *, now: datetime) -> None:
    hit(codes_from(address), limit=CODES_PER_ADDRESS, window=WINDOW, now=now)
    log("people.code_failed", now=now)
