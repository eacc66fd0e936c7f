"""What the database knows of the people in a batch of rows: a fixed number of queries, however many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from people import rules
from people.importers.roster import Row
from people.models import Membership, Organisation, RoleGrant, User
from people.models.periods import day_of
from people.services.identity import PURPOSE
from records import crypto


@dataclass(frozen=True)
class Unit:
    """An organisation; without `pk` one that the rows make."""

    pk: int | None
    name: str
    credit_code: str


@dataclass
class Facts:
    own: Unit | None  # the only organisation that a manager's rows may belong to
    hashes: dict[str, str] = field(default_factory=dict)  # identity number → keyed hash
    units: dict[str, Unit] = field(default_factory=dict)  # by credit code
    unit_names: dict[str, list[Unit]] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)  # by keyed hash
    members: dict[tuple[int, int], Membership] = field(default_factory=dict)  # by person and organisation
    numbers: dict[tuple[int, str], Membership] = field(default_factory=dict)  # by organisation and employee number
    elsewhere: dict[int, set[int]] = field(default_factory=dict)  # person → organisations
    in_office: set[int] = field(default_factory=set)  # people with a role

    def keeps_phone(self, person: User, unit: Unit) -> bool:
        """A phone opens an account, so no import changes it for somebody with a role, and no organisation's import for
        somebody who belongs to another one as well."""
        if person.pk in self.in_office or person.is_superuser:
            return True
        return self.own is not None and bool(self.elsewhere.get(person.pk, set()) - {unit.pk})


def load_facts(rows: Sequence[Row], own: Organisation | None, now: datetime) -> Facts:
    facts = Facts(unit_of(own) if own else None)
    facts.hashes = {row.identity: crypto.keyed_hash(row.identity, PURPOSE) for row in rows if row.identity}
    load_units(facts, rows)
    load_people(facts, now)
    load_members(facts, rows, now)
    return facts


def unit_of(organisation: Organisation) -> Unit:
    return Unit(organisation.pk, organisation.name, organisation.credit_code or "")


def load_units(facts: Facts, rows: Iterable[Row]) -> None:
    if facts.own:
        return
    codes = {row.credit_code for row in rows if row.credit_code}
    names = {row.organisation for row in rows if row.organisation and not row.credit_code}
    for organisation in Organisation.objects.filter(Q(credit_code__in=codes) | Q(name__in=names)).order_by("pk"):
        unit = unit_of(organisation)
        if unit.credit_code:
            facts.units[unit.credit_code] = unit
        facts.unit_names.setdefault(unit.name, []).append(unit)


def load_people(facts: Facts, now: datetime) -> None:
    found = User.objects.filter(identity_hash__in=facts.hashes.values()).only(*PERSON)
    facts.people = {person.identity_hash or "": person for person in found}


PERSON = ("full_name", "phone", "identity_hash", "is_superuser")
MEMBER = (
    "user_id", "organisation_id", "employee_number", "department", "post", "category", "hired", "starts_on", "ends_on",
)  # fmt: skip


def load_members(facts: Facts, rows: Iterable[Row], now: datetime) -> None:
    inside = [facts.own.pk] if facts.own else [unit.pk for units in facts.unit_names.values() for unit in units]
    people = {person.pk: person for person in facts.people.values()}
    current = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day_of(now))).order_by("pk")
    for member in current.filter(user__in=people).only(*MEMBER):
        member.user = people[member.user_id]  # loaded already: no join, no second object
        note_member(facts, member)
    numbers = {row.employee_number for row in rows if row.employee_number}
    if numbers:
        holders = current.filter(organisation__in=inside, employee_number__in=numbers).exclude(user__in=people)
        for member in holders.select_related("user").only(*MEMBER, *(f"user__{name}" for name in PERSON)):
            note_member(facts, member)
    seen: set[Any] = {*people, *(person for person, _unit in facts.members)}
    facts.in_office = set(RoleGrant.objects.active(now).filter(user__in=seen).values_list("user", flat=True))


def note_member(facts: Facts, member: Membership) -> None:
    facts.members[member.user_id, member.organisation_id] = member
    facts.elsewhere.setdefault(member.user_id, set()).add(member.organisation_id)
    if member.employee_number:
        facts.numbers[member.organisation_id, member.employee_number] = member


def same_unit(known: str, told: str) -> bool:
    """One of the names within the other: 示例化工 in 示例化工有限责任公司."""
    short, long = sorted((rules.plain(known), rules.plain(told)), key=len)
    return bool(short) and short in long
