from typing import Any

from tests.access.matrix import SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

OFFICE = SIGNED_IN - {"learner"}
FREEZING = only("leader", "drill_officer", "manager_a", "manager_b", "officer_north", "officer_south", "supervisor")
COUNTY = frozenset(COUNTY_PARTS)


def title(scene: Any) -> dict[str, Any]:
    return {"title": "2026"}


def kept(scene: Any) -> list[Any]:
    return [scene.saved_report.pk]


RULES: Rules = {
    "reports:drill_ledger": (Rule(OFFICE),),
    "reports:drill_ledger_export": (Rule(OFFICE, method="post"),),
    "reports:drill_figures": (Rule(OFFICE),),
    "reports:year": (Rule(OFFICE),),
    "reports:rows": (Rule(OFFICE, lambda scene: ["drills"]),),
    "reports:freeze": (Rule(FREEZING, data=title),),
    # Frozen by the manager of A: his own and the county's.
    "reports:saved": (Rule(COUNTY | {"manager_a"}, kept),),
    "reports:saved_rows": (Rule(COUNTY | {"manager_a"}, lambda scene: [*kept(scene), "drills"]),),
}
