"""The lines of the readiness list that the data answers for itself, told from plain values: no queries, no clock, no
Django."""

from collections.abc import Mapping
from dataclasses import dataclass

# How a line is passed.
COMPUTED, TICKED, SIGNED = "computed", "ticked", "signed"

# The codes of the computed lines.
PLAN, OBJECTIVES, ACTIONS, RESPONSIBLES = "plan", "objectives", "actions", "responsibles"
ROLES, SAFETY_PLAN, AIRSPACE = "roles", "safety_plan", "airspace"
COMPUTED_CODES = frozenset({PLAN, OBJECTIVES, ACTIONS, RESPONSIBLES, ROLES, SAFETY_PLAN, AIRSPACE})


@dataclass(frozen=True)
class Facts:
    """What a drill has, as far as its readiness asks."""

    plan_named: bool
    objectives: int
    without_action: tuple[str, ...]  # objectives that no expected action serves
    without_responsible: tuple[str, ...]  # numbers of expected actions that nobody answers for
    roles_missing: tuple[str, ...]
    safety_plan: bool
    airspace_approved: bool
    actions: int = 0


@dataclass(frozen=True)
class Verdict:
    passed: bool
    missing: tuple[str, ...] = ()  # what stands in the way, by name


def verdicts(facts: Facts) -> Mapping[str, Verdict]:
    """By code. A list of nothing is no proof: without an objective no objective has its action."""
    return {
        PLAN: Verdict(facts.plan_named),
        OBJECTIVES: Verdict(facts.objectives > 0),
        ACTIONS: Verdict(facts.objectives > 0 and not facts.without_action, facts.without_action),
        RESPONSIBLES: Verdict(facts.actions > 0 and not facts.without_responsible, facts.without_responsible),
        ROLES: Verdict(not facts.roles_missing, facts.roles_missing),
        SAFETY_PLAN: Verdict(facts.safety_plan),
        AIRSPACE: Verdict(facts.airspace_approved),
    }
