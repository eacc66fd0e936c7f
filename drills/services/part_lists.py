"""Parts pasted from a worksheet: a verdict for each line first, and only then the good ones are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from drills.models import Drill, Participation
from drills.parts_rules import LONGEST, Line, count_meant, plain, read_lines, role_meant
from drills.services.parts import fault_of, hold_parts, told
from people.models import Membership, Organisation, User
from records.services import log


@dataclass(frozen=True)
class Verdict:
    """What a line would become, or why it becomes nothing."""

    line: Line
    part: Participation | None
    reason: str = ""

    @property
    def good(self) -> bool:
        return self.part is not None


class CountChanged(Exception):
    """Somebody changed the parts meanwhile: other lines are good now than those shown."""


@transaction.atomic
def take_list(drill: Drill, text: str, *, expected: int, by: Any, now: datetime) -> int:
    """Write the good lines, if they are as many as were shown. Raises CountChanged; then nothing was written."""
    hold_parts(drill)
    parts = [verdict.part for verdict in judge_list(drill, text, by=by, now=now) if verdict.part is not None]
    if len(parts) != expected:
        raise CountChanged
    for part in parts:
        part.save()
        log("drills.part_added", by=by, obj=part, payload=told(part), now=now)
    return len(parts)


def judge_list(drill: Drill, text: str, *, by: Any, now: datetime) -> list[Verdict]:
    """Each line in the light of the parts there are and of the good lines before it. Who is meant is never guessed:
    only the one member of a unit who bears this name gets the part with his account."""
    return Judge(drill, by=by, now=now).all(read_lines(text))


class Bad(Exception):
    """The reason why a line becomes nothing."""


class Judge:
    def __init__(self, drill: Drill, *, by: Any, now: datetime) -> None:
        self.drill, self.by, self.now = drill, by, now
        taking = [one.organisation for one in drill.taking_part.select_related("organisation")]
        self.units = {plain(one.name): one for one in (drill.organisation, *taking)}
        self.roles = {str(label): value for value, label in Participation.Role.choices}
        self.parts = list(drill.participations.all())

    def all(self, lines: Sequence[Line]) -> list[Verdict]:
        self.people = self.members(lines)
        return [self.judge(line) for line in lines]

    def members(self, lines: Sequence[Line]) -> dict[tuple[int, str], list[User]]:
        """Who is called so, by unit and name; nobody beyond the scope of whoever pastes."""
        here = Membership.objects.visible_to(self.by).active(self.now).filter(organisation__in=self.units.values())
        found: dict[tuple[int, str], list[User]] = {}
        for one in here.filter(user__full_name__in={line.name for line in lines}).select_related("user"):
            found.setdefault((one.organisation_id, one.user.full_name), []).append(one.user)
        return found

    def judge(self, line: Line) -> Verdict:
        try:
            part = self.part_of(line)
        except Bad as bad:
            return Verdict(line, None, str(bad))
        if fault := fault_of(part, self.parts):
            return Verdict(line, None, fault)
        self.parts.append(part)
        return Verdict(line, part)

    def part_of(self, line: Line) -> Participation:
        self.check_cells(line)
        role, unit = role_meant(line.role, self.roles), self.unit_of(line)
        if role is None:
            raise Bad(_("There is no such role: %(role)s") % {"role": line.role} if line.role else _("Name the role."))
        part = Participation(drill=self.drill, organisation=unit, role=role, team=line.team, site=line.site)
        if line.count:
            part.is_group, part.name, part.expected = True, line.name, self.count_of(line)
        elif user := self.user_of(line, unit):
            part.user = user
        else:
            part.name = line.name
        return part

    def check_cells(self, line: Line) -> None:
        if not line.name:
            raise Bad(_("The name is missing."))
        if line.beyond:
            raise Bad(_("More cells than columns: name, unit, role, team, post, number of people."))
        if max(len(cell) for cell in (line.name, line.team, line.site)) > LONGEST:
            raise Bad(_("A cell is longer than 60 characters."))

    def unit_of(self, line: Line) -> Organisation:
        if not line.unit:
            return self.drill.organisation
        if plain(line.unit) not in self.units:
            raise Bad(_("This unit does not take part: add it first, by its full name."))
        return self.units[plain(line.unit)]

    def user_of(self, line: Line, unit: Organisation) -> User | None:
        found = self.people.get((unit.pk, line.name), [])
        if len(found) > 1:
            raise Bad(_("Several people of the unit bear this name: look the right one up instead."))
        return found[0] if found else None

    def count_of(self, line: Line) -> int:
        count = count_meant(line.count)
        if count is None:
            raise Bad(_("This is no number of people: %(cell)s") % {"cell": line.count})
        return count
