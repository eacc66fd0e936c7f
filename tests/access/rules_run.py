"""The console is for whoever runs the drill; who watches over the organisation reads, who plays sees nothing of it. The
wire of the phones asks for a card and for nothing else; tests/drills/test_wire.py has its contents."""

import uuid
from collections.abc import Callable
from typing import Any

from drills.tokens import part_token
from tests.access.matrix import NOBODY, NOTHING, Rule, Rules
from tests.access.rules_drills import HOLDS_A, LOOKS_AT_A, empty, pk_of, reason, under

Data = Callable[[Any], dict[str, Any]]


def on(*names: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk for name in names]


def sent(**fields: Any) -> Data:
    return lambda scene: dict(fields)


def delay(scene: Any) -> dict[str, Any]:
    return {"seconds": "60", "uid": str(uuid.uuid4())}


def note(scene: Any) -> dict[str, Any]:
    return {"text": "警戒带已设置", "uid": str(uuid.uuid4())}


def ticks(scene: Any) -> dict[str, Any]:
    return {"parts": [str(scene.run_part.pk)]}


def decision(scene: Any) -> dict[str, Any]:
    return {"uid": str(scene.run_sign_in.uid), "decision": "stands", "reason": "是他本人"}


def posted(arguments: Callable[[Any], list[Any]], data: Data = empty, who: frozenset[str] = HOLDS_A) -> Rule:
    return Rule(who, arguments, method="post", data=data)


def card(scene: Any) -> list[Any]:
    return [part_token(scene.run_part)]


def forged(scene: Any) -> list[Any]:
    return [f"{scene.run_part.pk}.1~forged"]


def photo(token: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    return lambda scene: [*token(scene), uuid.uuid4()]


LIVE, STOPPED = pk_of("run_live"), pk_of("run_stopped")
RULES: Rules = {
    "drills:console": (
        Rule(LOOKS_AT_A, LIVE),
        Rule(LOOKS_AT_A, pk_of("run_over")),
        Rule(NOBODY, pk_of("drill_a")),  # approved, not ready: nothing to run yet
        Rule(NOBODY, pk_of("drill_draft")),
    ),
    "drills:console_live": (Rule(LOOKS_AT_A, LIVE), Rule(NOBODY, pk_of("drill_a"))),
    "drills:run_start": (posted(pk_of("run_ready")),),
    "drills:run_pause": (posted(LIVE),),
    "drills:run_resume": (posted(STOPPED),),
    "drills:run_end": (Rule(HOLDS_A, LIVE, data=sent(sure="on")), Rule(NOBODY, pk_of("run_over"))),
    "drills:run_abort": (
        Rule(HOLDS_A, LIVE, data=sent(why="weather", reason="雷雨大风")),
        Rule(NOBODY, pk_of("run_over")),
    ),
    "drills:run_stop": (posted(LIVE, sent(text=""), LOOKS_AT_A),),
    "drills:run_stop_ack": (
        posted(on("run_stopped", "run_stopped_part")),
        posted(on("run_stopped", "run_part"), who=NOBODY),  # of another drill
    ),
    "drills:run_note": (posted(LIVE, note),),
    "drills:run_release": (
        posted(under("run_live", "run_next")),
        posted(under("run_live", "drill_item"), who=NOBODY),  # of another drill
    ),
    "drills:run_delay": (posted(under("run_live", "run_next"), delay),),
    "drills:run_skip": (posted(under("run_live", "run_next"), reason),),
    "drills:run_amend": (
        Rule(HOLDS_A, under("run_live", "run_next"), data=sent(text="一小时80毫米", reason="实况")),
        Rule(NOBODY, under("run_live", "drill_item")),
    ),
    "drills:run_ack": (
        posted(on("run_live", "run_released", "run_part")),
        posted(on("run_live", "run_released", "run_stopped_part"), who=NOBODY),
    ),
    "drills:run_sign_in": (
        Rule(HOLDS_A, LIVE, data=ticks),
        Rule(HOLDS_A, pk_of("run_over")),
    ),
    "drills:run_heads": (
        posted(under("run_live", "run_group"), sent(count="38", basis="counted")),
        posted(under("run_live", "run_part"), sent(count="38", basis="counted"), NOBODY),  # one person
    ),
    "drills:run_log": (Rule(LOOKS_AT_A, LIVE), Rule(NOBODY, pk_of("drill_draft"))),
    "drills:run_log_export": (posted(pk_of("run_over"), who=LOOKS_AT_A),),
    "drills:merge": (Rule(LOOKS_AT_A, pk_of("run_over")),),
    "drills:merge_decide": (posted(pk_of("run_over"), decision),),
    # The card is the key: what it opens has no cast. A forged one opens nothing.
    "drills:field_events": (
        Rule(NOBODY, card, method="post", refusal="400"),
        Rule(NOBODY, forged, method="post", refusal=NOTHING),
    ),
    "drills:field_photo": (
        Rule(NOBODY, photo(card), method="post", refusal="400"),
        Rule(NOBODY, photo(forged), method="post", refusal=NOTHING),
    ),
    "drills:field_poll": (Rule(NOBODY, forged, refusal=NOTHING),),
}
