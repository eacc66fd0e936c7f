from typing import Any

from tests.access.matrix import EVERYBODY, NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}


def of_learner(scene: Any) -> list[Any]:
    return [scene.certificate.pk]


def of_learner_b(scene: Any) -> list[Any]:
    return [scene.certificate_b.pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "score corrected"}


FILE = (Rule(SEES_A | {"learner"}, of_learner), Rule(SEES_B, of_learner_b))
RULES: Rules = {
    "exams:my_certificates": (Rule(SIGNED_IN),),
    "exams:certificate_list": (Rule(SIGNED_IN - {"learner"}),),
    "exams:certificate_detail": (*FILE, Rule(NOBODY, lambda scene: [10**9])),
    "exams:certificate_pdf": FILE,
    "exams:certificate_png": FILE,
    # A by his own organisation; B by the bureau, which nobody revokes for it.
    "exams:certificate_revoke": (
        Rule(only("manager_a", "training_officer", "exam_officer"), of_learner, data=reason),
        Rule(only("training_officer", "exam_officer"), of_learner_b, data=reason),
    ),
    "exams:verify": (Rule(EVERYBODY),),
    "exams:verify_token": (
        Rule(EVERYBODY, lambda scene: [scene.certificate.token]),
        Rule(NOBODY, lambda scene: ["no-such-token"], refusal="404"),
    ),
}
