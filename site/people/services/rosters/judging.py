"""The verdict on each row: what importing it would do. Asks nothing of its own, so that check and import agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from people import rules
from people.importers.roster import Problem, Row
from people.models import Membership, Organisation, User
from people.services.rosters.facts import Facts, Unit, load_facts, same_unit

BATCH = 2_000  # rows whose people are asked for at once
FIELDS = ("department", "post", "category", "employee_number", "hired")  # of a membership


class Verdict(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    DUPLICATE = "duplicate", _("Duplicate")
    ERROR = "error", _("Error")


GOOD = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED)
Difference = tuple[str, str, str]  # field, as it is, as the row says


@dataclass(slots=True)
class Judged:
    row: Row
    verdict: str = Verdict.ERROR
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unit: Unit | None = None
    person: User | None = None
    member: Membership | None = None


class Refusal(Exception):
    def __init__(self, code: str, **about: Any) -> None:
        super().__init__(code)
        self.problem: Problem = (code, about)


def judge_rows(rows: Sequence[Row], own: Organisation | None, now: datetime) -> list[Judged]:
    """In the order of the rows. `own` is the only organisation that the rows may belong to; None is the bureau."""
    units: dict[str, Unit] = {}  # that these rows make, by credit code
    judged = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        facts = load_facts([row for row in batch if not row.problems and not row.duplicate], own, now)
        facts.units = {**units, **facts.units}
        judged += [judge(row, facts) for row in batch]
        units = {code: unit for code, unit in facts.units.items() if unit.pk is None}
    return judged


def judge(row: Row, facts: Facts) -> Judged:
    if row.problems:
        return Judged(row, Verdict.ERROR, row.problems)
    if row.duplicate:
        return Judged(row, Verdict.DUPLICATE, [row.duplicate])
    try:
        unit = unit_of_row(row, facts)
        return judge_person(row, unit, facts)
    except Refusal as refusal:
        return Judged(row, Verdict.ERROR, [refusal.problem])


# ── Whose row ────────────────────────────────────────────────────────────────
def unit_of_row(row: Row, facts: Facts) -> Unit:
    if facts.own:
        return own_unit(row, facts.own)
    if not row.credit_code:
        named = facts.unit_names.get(row.organisation, [])
        if len(named) != 1:
            raise Refusal("credit_code_missing", name=row.organisation)
        return named[0]
    known = facts.units.get(row.credit_code)
    if known is None:
        return new_unit(row, facts)
    if row.organisation and not same_unit(known.name, row.organisation):
        raise Refusal("organisation_name", known=known.name, name=row.organisation)
    return known


def own_unit(row: Row, own: Unit) -> Unit:
    if row.credit_code:
        other = row.credit_code != own.credit_code
    else:
        other = bool(row.organisation) and rules.plain(row.organisation) != rules.plain(own.name)
    if other:
        raise Refusal("other_organisation", name=row.organisation or row.credit_code)
    return own


def new_unit(row: Row, facts: Facts) -> Unit:
    if not row.organisation:
        raise Refusal("organisation_name_missing")
    facts.units[row.credit_code] = Unit(None, row.organisation, row.credit_code)
    return facts.units[row.credit_code]


# ── Who ──────────────────────────────────────────────────────────────────────
def judge_person(row: Row, unit: Unit, facts: Facts) -> Judged:
    holder = facts.numbers.get((unit.pk, row.employee_number)) if unit.pk and row.employee_number else None
    person = facts.people.get(facts.hashes.get(row.identity, ""))
    if person is None and holder:
        person = person_by_number(row, holder)
    if person is None:
        return Judged(row, Verdict.NEW, unit=unit)
    if rules.normal_name(person.full_name) != row.name:
        raise Refusal("other_name")
    if holder and holder.user_id != person.pk:
        raise Refusal("employee_number_taken")
    member = facts.members.get((person.pk, unit.pk)) if unit.pk else None
    differences = [*person_differences(row, person, unit, facts), *member_differences(row, member)]
    verdict = Verdict.NEW if member is None else Verdict.CHANGED if differences else Verdict.UNCHANGED
    return Judged(row, verdict, [], differences, unit, person, member)


def person_by_number(row: Row, holder: Membership) -> User:
    """Who has the employee number; nobody is taken for somebody else on the number alone."""
    if row.identity and holder.user.identity_hash:
        raise Refusal("number_other_person")
    if rules.normal_name(holder.user.full_name) != row.name:
        raise Refusal("number_other_name")
    return holder.user


def person_differences(row: Row, person: User, unit: Unit, facts: Facts) -> Iterable[Difference]:
    if row.identity and not person.identity_hash:
        yield "identity", "", row.identity[-4:]
    if row.phone and row.phone != person.phone and not facts.keeps_phone(person, unit):
        yield "phone", person.phone, row.phone


def member_differences(row: Row, member: Membership | None) -> Iterable[Difference]:
    """An empty cell says nothing, so it takes nothing away."""
    if member is None:
        return
    for name in FIELDS:
        told, known = row.values.get(name, ""), getattr(member, name)
        if told and told != known and not (name == "hired" and known.startswith(told)):  # 2019 unsays no 2019-07
            yield name, known, told
