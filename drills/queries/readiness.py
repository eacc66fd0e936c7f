"""The readiness list as it stands: what the data answers, what people have passed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from drills.models import Drill, MselItem, Participation, ReadinessCheck
from drills.parts_rules import NEEDED, SINGLE
from drills.readiness_rules import COMPUTED, SIGNED, TICKED, Facts, Verdict, verdicts
from drills.starter.readiness import default_lines

#: What a message waits for, or what stands in the table as an expected action of its own.
EXPECTING = Q(kind=MselItem.Kind.EXPECTED_ACTION) | ~Q(expected="")


@dataclass(frozen=True)
class Line:
    check: ReadinessCheck
    how: str
    text: str
    passed: bool
    missing: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        return self.check.mandatory and not self.passed


def has_list(drill: Drill) -> bool:
    """From the first approval on, also while it is changed for the next one."""
    return drill.state not in Drill.DESIGN or bool(drill.number)


def lines_of(drill: Drill) -> list[Line]:
    """In their order. Up to the gate the data answers anew each time; behind it stands what was true when the drill
    passed."""
    open_ = drill.state == Drill.State.APPROVED
    told = verdicts(facts_of(drill)) if open_ else {}
    checks = drill.checks.select_related("passed_by")
    lines = [line_of(check, told.get(check.code)) for check in checks]
    return sorted(lines, key=lambda line: line.how == SIGNED)  # the signature is the last word


def line_of(check: ReadinessCheck, verdict: Verdict | None) -> Line:
    default = default_lines().get(check.code)
    how = default.how if default else TICKED
    text = default.label(get_language() or "") if default else check.text
    if how == COMPUTED and verdict is not None:
        return Line(check, how, text, verdict.passed, tuple(named(check.code, verdict)))
    return Line(check, how, text, check.passed_at is not None)


def named(code: str, verdict: Verdict) -> Iterator[str]:
    """Roles by their names in the language of the page; the rest are words of the drill itself."""
    labels = dict(Participation.Role.choices) if code == "roles" else {}
    for one in verdict.missing:
        yield str(labels.get(one, one)) if one != NO_ACCOUNT else _("the safety officer has no account to sign with")


NO_ACCOUNT = "no account"


def is_signed_line(check: ReadinessCheck) -> bool:
    default = default_lines().get(check.code)
    return default is not None and default.how == SIGNED


def is_computed_line(check: ReadinessCheck) -> bool:
    default = default_lines().get(check.code)
    return default is not None and default.how == COMPUTED


# ── The facts ────────────────────────────────────────────────────────────────
def facts_of(drill: Drill) -> Facts:
    expecting = Q(events__kind=MselItem.Kind.EXPECTED_ACTION) | ~Q(events__expected="")
    objectives = list(drill.objectives.annotate(serving=Count("events", filter=expecting)))
    actions = list(drill.events.filter(EXPECTING).values_list("number", "responsible"))
    return Facts(
        plan_named=drill.plan_version_id is not None,
        objectives=len(objectives),
        without_action=tuple(str(one) for one in objectives if not one.serving),
        actions=len(actions),
        without_responsible=tuple(number for number, responsible in actions if not responsible.strip()),
        roles_missing=roles_missing(drill),
        safety_plan=bool(drill.safety_plan.strip()),
        airspace_approved=not drill.air_ground or bool(drill.airspace_approval.strip()),
    )


def roles_missing(drill: Drill) -> tuple[str, ...]:
    """Nobody has them, or two have what one must have; and a safety officer who could not sign."""
    held = list(drill.participations.filter(role__in=NEEDED).values_list("role", "user"))
    count = {role: sum(one == role for one, _user in held) for role in NEEDED}
    wrong = [role for role in NEEDED if not count[role] or (role in SINGLE and count[role] > 1)]
    signing = [user for role, user in held if role == Participation.Role.SAFETY]
    return (*wrong, *([NO_ACCOUNT] if signing and not any(signing) else []))
