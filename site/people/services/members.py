from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from people import rules
from people.models import Membership, Organisation, User
from people.services.identity import identity_fields
from records.services import log


class PersonExists(Exception):
    """Somebody with this identity number has an account already: the same person, to be added as a member."""

    def __init__(self, person: User) -> None:
        super().__init__(person.pk)
        self.person = person


@transaction.atomic
def create_person(
    full_name: str,
    *,
    by: User | None,
    now: datetime,
    phone: str = "",
    email: str = "",
    identity_number: str = "",
    is_demo: bool = False,
) -> User:
    """A new account without a password. Raises PersonExists when the identity number is known."""
    fields = identity_fields(identity_number)
    known = User.objects.filter(identity_hash=fields["identity_hash"]).first() if fields else None
    if known is not None:
        raise PersonExists(known)
    person = User.objects.create_user(
        full_name=rules.normal_name(full_name), phone=phone, email=email, is_demo=is_demo, date_joined=now, **fields
    )
    log("people.person_created", by=by, obj=person, now=now)
    return person


@transaction.atomic
def add_member(
    person: User,
    organisation: Organisation,
    *,
    by: User | None,
    now: datetime,
    category: str = Membership.Category.WORKER,
    employee_number: str = "",
    department: str = "",
    post: str = "",
    starts_on: date | None = None,
) -> Membership:
    membership = Membership.objects.create(
        user=person,
        organisation=organisation,
        category=category,
        employee_number=rules.plain(employee_number),
        department=department,
        post=post,
        starts_on=starts_on or timezone.localdate(now),
    )
    log("people.member_added", by=by, obj=membership, payload={"organisation": organisation.pk}, now=now)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: User | None, now: datetime, ends_on: date | None = None) -> bool:
    """The last day is today unless said otherwise; a membership that has ended already stays as it is (False)."""
    last_day = ends_on or timezone.localdate(now)
    ended = Membership.objects.filter(pk=membership.pk, ends_on__isnull=True).update(ends_on=last_day)
    if ended:
        membership.ends_on = last_day
        log("people.membership_ended", by=by, obj=membership, payload={"ends_on": last_day.isoformat()}, now=now)
    return bool(ended)


@transaction.atomic
def set_password(person: User, password: str, *, by: User | None, now: datetime) -> None:
    """The form has checked the rules; other sessions of the person end with the old password."""
    person.set_password(password)
    person.save(update_fields=["password"])
    log("people.password_changed", by=by, obj=person, now=now)
