"""Good rows into the database, some thousand at a time: a handful of statements a batch, one line in the audit log."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction

from people.importers.roster import Row
from people.models import Division, Membership, Organisation, User
from people.models.periods import day_of
from people.services.identity import identity_fields
from people.services.rosters.facts import Unit
from people.services.rosters.judging import FIELDS, GOOD, Judged, Verdict, judge_rows
from records.bulk import insert_many
from records.services import log

KINDS = {"9": Organisation.Kind.ENTERPRISE, "11": Organisation.Kind.OFFICE}  # by how the credit code begins
DATED = {"post", "category"}  # duties depend on them since when: another one is another row


class NoCounty(Exception):
    """There is no county to put a new organisation into."""


@dataclass
class Outcome:
    counts: Counter[str] = field(default_factory=Counter)
    people: list[int] = field(default_factory=list)  # accounts made


def batch_size() -> int:
    """On SQLite writers wait for each other, so nobody may hold it for long."""
    return 500 if connection.vendor == "sqlite" else 2_000


@transaction.atomic
def commit_batch(rows: Sequence[Row], own: Organisation | None, *, by: User | None, now: datetime) -> Outcome:
    """Judged anew, so that what changed since the check is not overwritten: such rows count as errors."""
    judged = judge_rows(rows, own, now)
    good = [one for one in judged if one.verdict in GOOD]
    outcome = Outcome(Counter(one.verdict for one in judged))
    units = make_units(good)
    made = make_people([one for one in good if one.person is None], now)
    outcome.people = [person.pk for person in made]
    change_people(good)
    joined, changed = write_members(good, units, set(outcome.people), day_of(now))
    if outcome.counts[Verdict.NEW] or outcome.counts[Verdict.CHANGED]:
        payload = {
            "rows": dict(outcome.counts),
            "people": outcome.people,
            "joined": joined,
            "changed": changed,
            "organisations": [unit.pk for unit in units.values()],
        }
        log("people.roster_imported", by=by, obj=own, payload=payload, now=now)
    return outcome


# ── Organisations ────────────────────────────────────────────────────────────
def make_units(judged: Iterable[Judged]) -> dict[str, Organisation]:
    wanted = {one.unit.credit_code: one.unit for one in judged if one.unit and one.unit.pk is None}
    if not wanted:
        return {}
    county = Division.objects.filter(level=Division.Level.COUNTY).order_by("path").first()
    if county is None:
        raise NoCounty
    made = Organisation.objects.bulk_create(
        Organisation(name=unit.name, credit_code=unit.credit_code, kind=kind_of(unit), division=county)
        for unit in wanted.values()
    )
    return {organisation.credit_code or "": organisation for organisation in made}


def kind_of(unit: Unit) -> str:
    fits = (kind for start, kind in KINDS.items() if unit.credit_code.startswith(start))
    return next(fits, Organisation.Kind.OTHER)


# ── People ───────────────────────────────────────────────────────────────────
def make_people(judged: Sequence[Judged], now: datetime) -> list[User]:
    """Accounts that only a one-time code opens; the random end keeps their sessions and reset links apart."""
    people = [
        User(
            full_name=one.row.name,
            phone=one.row.phone,
            password=UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30),
            date_joined=now,
            **identity_fields(one.row.identity),
        )
        for one in judged
    ]
    made = insert_many(people)
    for one, person in zip(judged, made, strict=True):
        one.person = person
    return made


def change_people(judged: Iterable[Judged]) -> None:
    phones, numbered = [], []
    for one in judged:
        told = {name for name, _old, _new in one.differences}
        person = one.person
        assert person is not None
        if "phone" in told:
            person.phone = one.row.phone
            phones.append(person)
        if "identity" in told:
            for name, value in identity_fields(one.row.identity).items():
                setattr(person, name, value)
            numbered.append(person)
    User.objects.bulk_update(phones, ["phone"], batch_size=500)
    User.objects.bulk_update(numbered, ["identity_hash", "identity_encrypted", "identity_tail"], batch_size=500)


# ── Memberships ──────────────────────────────────────────────────────────────
def write_members(
    judged: Iterable[Judged], units: dict[str, Organisation], made: set[int], today: date
) -> tuple[list[int], dict[int, list[str]]]:
    """Who joined, and which fields of whose membership changed."""
    new, edited, ended = [], [], []
    changed: dict[int, list[str]] = {}
    for one in judged:
        if one.member is None:
            new.append(new_member(one, units, made, today))
            continue
        told = {name for name, _old, _new in one.differences} & set(FIELDS)
        if not told:
            continue
        changed[one.member.pk] = sorted(told)
        if told & DATED and one.member.starts_on < today:
            ended.append(one.member.pk)
            new.append(next_member(one, told, today))
        else:
            edited.append(filled(one.member, one.row, told))
    # Ended before the new ones begin: one open row a person, one employee number an organisation.
    Membership.objects.filter(pk__in=ended).update(ends_on=today - timedelta(days=1))
    Membership.objects.bulk_update(edited, FIELDS, batch_size=500)
    joined = insert_many(new)
    return [member.pk for member in joined], changed


def new_member(one: Judged, units: dict[str, Organisation], made: set[int], today: date) -> Membership:
    """From the day of hiring where that is known to the day; whoever was known before, perhaps here, from today."""
    assert one.unit is not None
    assert one.person is not None
    hired = one.row.hired
    exact = len(hired) == 10 and one.person.pk in made
    starts_on = min(date.fromisoformat(hired), today) if exact else today
    organisation = one.unit.pk or units[one.unit.credit_code].pk
    return filled(Membership(user=one.person, organisation_id=organisation, starts_on=starts_on), one.row, FIELDS)


def next_member(one: Judged, told: Iterable[str], today: date) -> Membership:
    old: Any = one.member
    kept = {name: getattr(old, name) for name in ("user_id", "organisation_id", "ends_on", *FIELDS)}
    return filled(Membership(starts_on=today, **kept), one.row, told)


def filled(member: Membership, row: Row, names: Iterable[str]) -> Membership:
    for name in names:
        if told := row.values.get(name, ""):
            setattr(member, name, told)
    return member
