from typing import Any

from drills.tokens import part_token
from tests.access.matrix import EVERYBODY, NOBODY, Rule, Rules
from tests.access.rules_drills import HOLDS_A, HOLDS_COUNTY, empty, pk_of, under


def card(scene: Any) -> list[Any]:
    return [part_token(scene.player_part)]


def replaced(scene: Any) -> list[Any]:
    scene.player_part.epoch += 1
    token = part_token(scene.player_part)
    scene.player_part.epoch -= 1
    return [token]


def chosen(scene: Any) -> dict[str, Any]:
    return {"which": "all", "size": "8"}


def epoch(scene: Any) -> dict[str, Any]:
    return {"epoch": str(scene.player_part.epoch)}


def page_of_a_card() -> tuple[Rule, ...]:
    """The card is the key, whoever holds it."""
    return (Rule(EVERYBODY, card), Rule(NOBODY, replaced, refusal="404"))


RULES: Rules = {
    # They hold nobody's data, and a phone asks for them without a session.
    "drills:service_worker": (Rule(EVERYBODY),),
    "drills:trust": (Rule(EVERYBODY),),
    "drills:authority": (Rule(NOBODY, refusal="404"),),  # no certificate is made where the suite runs
    "drills:field": page_of_a_card(),
    "drills:field_pack": page_of_a_card(),
    "drills:field_check": page_of_a_card(),
    # JSON: without a body it is malformed, whoever sends it; tests/drills/test_devices.py sends it well.
    "drills:field_ready": (
        Rule(NOBODY, card, method="post", refusal="400"),
        Rule(NOBODY, replaced, method="post", refusal="404"),
    ),
    "drills:cards": (
        Rule(HOLDS_A, pk_of("drill_a")),
        Rule(HOLDS_COUNTY, pk_of("drill_county")),
        Rule(HOLDS_A, pk_of("drill_draft")),  # says that there is nothing yet
    ),
    "drills:cards_print": (Rule(HOLDS_A, pk_of("drill_a"), method="post", data=chosen),),
    "drills:cards_sheets": (Rule(HOLDS_A, pk_of("drill_a")), Rule(NOBODY, pk_of("drill_draft"))),
    "drills:card": (Rule(HOLDS_A, under("drill_a", "player_part")), Rule(NOBODY, under("drill_county", "player_part"))),
    "drills:card_print": (Rule(HOLDS_A, under("drill_a", "player_part"), method="post", data=empty),),
    "drills:card_reissue": (
        Rule(HOLDS_A, under("drill_a", "player_part"), method="post", data=epoch),
        Rule(NOBODY, under("drill_county", "player_part"), method="post", data=empty),
    ),
}
