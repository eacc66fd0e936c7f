import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from people import rules, sms
from people.models import Membership, SignInCode, User
from people.permissions import can_issue_code
from records import crypto
from records.services import log
from ui.clock import local

VALID_FOR = timedelta(days=14)
CODE = "people.code"
TOKEN = "people.token"  # noqa: S105  the name of a purpose, not a secret


class BadCode(Exception):
    """Unknown, used, expired, tried too often, or not this person's: never said which."""


class Issued(NamedTuple):
    code: str  # eight characters without a hyphen
    token: str
    expires_at: datetime


@transaction.atomic
def issue_code(person: User, *, by: User | None, now: datetime) -> Issued:
    """A new way in for fourteen days; older ones stop working. `by` None is the installation itself."""
    if by is not None and not may_issue(by, person, now):
        raise PermissionDenied
    SignInCode.objects.open(now).filter(user=person).update(expires_at=now)
    code = "".join(secrets.choice(rules.CODE_ALPHABET) for _ in range(rules.CODE_LENGTH))
    token = secrets.token_urlsafe(16)
    row = SignInCode.objects.create(
        user=person,
        code_hash=crypto.keyed_hash(code, CODE),
        token_hash=crypto.keyed_hash(token, TOKEN),
        expires_at=now + VALID_FOR,
        issued_by=by,
        created_at=now,
    )
    log("people.code_issued", by=by, obj=row, payload={"person": person.pk}, now=now)
    return Issued(code, token, row.expires_at)


def may_issue(by: User, person: User, now: datetime) -> bool:
    memberships = Membership.objects.active(now).filter(user=person).select_related("user", "organisation__division")
    return any(can_issue_code(by, membership) for membership in memberships)


def redeem_code(typed: str, proof: str, *, now: datetime) -> User:
    """The person whose code and phone (or last four of the identity number) these are. A wrong pair costs the code one
    of its five tries; raises BadCode."""
    code_hash = crypto.keyed_hash(rules.normal_typed_code(typed), CODE)
    phone, tail = rules.normal_phone(proof), rules.normal_code(proof)
    for row in SignInCode.objects.open(now).filter(code_hash=code_hash).select_related("user"):
        if proves(row.user, phone, tail):
            return use(row, now=now)
    count_wrong_try(Q(code_hash=code_hash) | holder_by_phone(phone), now=now)
    raise BadCode


def proves(person: User, phone: str, tail: str) -> bool:
    return (phone != "" and phone == person.phone) or (len(tail) == 4 and tail == person.identity_tail)


def holder_by_phone(phone: str) -> Q:
    """A phone names its few holders, so guessing codes for it counts against theirs; four digits name nobody."""
    return Q(user__phone=phone) if rules.is_mobile(phone) else Q(pk__in=[])


def count_wrong_try(which: Q, *, now: datetime) -> None:
    rows: Iterable[int] = list(SignInCode.objects.open(now).filter(which).values_list("pk", flat=True))
    SignInCode.objects.filter(pk__in=rows).update(tries=F("tries") + 1)


def find_token(token: str, *, now: datetime) -> SignInCode | None:
    """What a QR code stands for; looking costs nothing, for chat apps fetch links before anybody taps them."""
    token_hash = crypto.keyed_hash(token, TOKEN)
    return (
        SignInCode.objects.open(now).filter(token_hash=token_hash, user__is_active=True).select_related("user").first()
    )


def redeem_token(token: str, *, now: datetime) -> User:
    row = find_token(token, now=now)
    if row is None:
        raise BadCode
    return use(row, now=now)


@transaction.atomic
def use(row: SignInCode, *, now: datetime) -> User:
    """Whoever comes second finds it used."""
    if not row.user.is_active or not SignInCode.objects.open(now).filter(pk=row.pk).update(used_at=now):
        raise BadCode
    log("people.code_redeemed", by=row.user, obj=row, now=now)
    return row.user


def send_code(person: User, issued: Issued) -> None:
    """The code as a text message to the phone on record."""
    address = settings.PUBLIC_URL + reverse("people:first_sign_in")
    text = _("[%(site)s] Your sign-in code is %(code)s, valid until %(day)s. Open %(address)s") % {
        "site": settings.WAGTAIL_SITE_NAME,
        "code": rules.grouped_code(issued.code),
        "day": local(issued.expires_at).strftime("%Y-%m-%d"),
        "address": address,
    }
    sms.send_sms(person.phone, text)
