"""The demand of the drill: the events of 300 random runs, shuffled, delayed, doubled and sent again in random batches
from several phones, give the same log and the same report data as if each had come at once and in order."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from drills.models import (
    Attendance,
    Drill,
    EvaluationItem,
    EvaluationSection,
    EvaluationSheet,
    EvaluationTemplate,
    ItemScore,
    MselItem,
    Participation,
    RunEvent,
    SheetItem,
    TemplateVersion,
)
from drills.queries.run_log import entries_of, planned_of
from drills.run_rules import clock, conflicts, heads, present, standing, stop
from drills.services.intake import Answer, SentEvent, row_of, take_events
from drills.services.projection import rebuild
from drills.services.run import record
from tests.drills.factories import NOW, make_part
from tests.drills.phones import Phone, make_events, make_ready
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
Role = Participation.Role
GROUPS, RUNS = 10, 30
END = NOW + timedelta(minutes=60)
LONG_AFTER = NOW + timedelta(hours=9)
SKEWS = (0, 1700, -2400, 29_000, 45_000, -8 * 3600_000)  # milliseconds


# ── The drill, once for many runs ────────────────────────────────────────────
@dataclass
class Scene:
    drill: Drill
    director: Any
    parts: dict[str, Participation]
    items: list[MselItem]
    evaluated: list[EvaluationItem]


@pytest.fixture
def scene(organisation_a: Any) -> Scene:
    drill, director = make_ready(organisation_a), UserFactory()
    make_part(drill, Role.DIRECTOR, director)
    roles = {"controller": Role.CONTROLLER, "evaluator": Role.EVALUATOR, "other": Role.EVALUATOR}
    parts = {name: make_part(drill, role, UserFactory()) for name, role in roles.items()}
    parts |= {name: make_part(drill) for name in ("first", "second", "third")}
    parts["group"] = make_part(drill, is_group=True, expected=40)
    items = make_events(drill, 5, 12, 20, 35, None, within_seconds=240)
    items[2].receivers.add(parts["first"])
    return Scene(drill, director, parts, items, evaluation_of(drill, parts["evaluator"], parts["other"]))


def evaluation_of(drill: Drill, *evaluators: Participation) -> list[EvaluationItem]:
    template = EvaluationTemplate.objects.create(key="of-the-run", kind="live", title="评估表")
    version = TemplateVersion.objects.create(template=template, number=1, source="自编", issued_at=NOW)
    section = EvaluationSection.objects.create(version=version, position=1, code="1", title="预警")
    items = [
        EvaluationItem.objects.create(section=section, position=place, code=f"1.{place}", text="及时")
        for place in (1, 2)
    ]
    for part in evaluators:
        sheet = EvaluationSheet.objects.create(drill=drill, evaluator=part)
        SheetItem.objects.bulk_create(SheetItem(sheet=sheet, item=item) for item in items)
    return items


# ── A random run ─────────────────────────────────────────────────────────────
@dataclass
class Run:
    """What people did, told from their own hands: at the console, and on their phones."""

    scene: Scene
    rng: random.Random
    console: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)

    def moment(self, first: float = 0, last: float = 60) -> datetime:
        """To the millisecond, as phones tell time; no two are the same."""
        return NOW + timedelta(milliseconds=self.rng.randrange(round(first * 60_000), round(last * 60_000)))

    def uid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def at_console(self, moment: datetime, kind: str, item: MselItem | None = None, **payload: Any) -> str:
        uid = self.uid()
        self.console.append((moment, kind, {"uid": uuid.UUID(uid), "item": item, "payload": payload}))
        return uid


def make_run(scene: Scene, seed: int) -> Run:
    rng = random.Random(seed)
    run = Run(scene, rng)
    run.at_console(NOW, "startex")
    for name in rng.sample(list(SAYS), 4):
        behind = timedelta(milliseconds=rng.choice(SKEWS))
        phone = Phone(scene.parts[name], behind=behind, uids=run.uid)
        moments = sorted(run.moment(-5, 60) for _one in range(rng.randint(1, 4)))
        for moment in moments:
            rng.choice(SAYS[name])(run, phone, moment)
        run.phones.append(phone)
    stops = [event.uid for phone in run.phones for event in phone.said if event.kind == "stop"]
    direct(run, stops)
    run.console.sort(key=lambda each: each[0])
    return run


def direct(run: Run, stops: list[str]) -> None:
    rng, scene = run.rng, run.scene
    for item in scene.items:
        kind = rng.choice(["inject_released"] * 4 + ["inject_skipped", "inject_delayed", ""])
        if kind:
            run.at_console(run.moment(), kind, item, **({"seconds": 60} if kind == "inject_delayed" else {}))
    for _turn in range(rng.randint(0, 2)):
        run.at_console(run.moment(0, 30), "pause")
        lifted = rng.sample(stops, rng.randint(0, len(stops)))
        run.at_console(run.moment(20, 58), "resume", stops=lifted)
    signed = run.at_console(run.moment(-5, 10), "checkin", part=scene.parts["third"].pk, how="list")
    if rng.random() < 0.4:
        run.at_console(run.moment(30, 60), "correction", of=signed, reason="勾错", decision="taken_back")
    if rng.random() < 0.8:
        run.at_console(END, rng.choice(["endex", "abort"]))


# What each says on his phone.
Said = Callable[[Run, Phone, datetime], Any]


def item_of(run: Run) -> MselItem:
    return run.rng.choice([item for item in run.scene.items if item != run.scene.items[2]])


def score(run: Run, phone: Phone, moment: datetime) -> None:
    seen = [event.uid for event in phone.said if event.kind == "observation"]
    item, value = run.rng.choice(run.scene.evaluated), run.rng.choice(["0", "3", "5", "na"])
    phone.says("score", moment, item=item.pk, value=value, reason="慢" if value == "0" else "", evidence=seen[-2:])


def take_back(run: Run, phone: Phone, moment: datetime) -> None:
    own = [event for event in phone.said if event.kind in {"observation", "headcount", "response", "checkin"}]
    if own:
        phone.says("correction", moment, of=run.rng.choice(own).uid, reason="记错")


def says(kind: str, **payload: Any) -> Said:
    return lambda run, phone, moment: phone.says(kind, moment, **payload)


def says_of_item(kind: str, **payload: Any) -> Said:
    return lambda run, phone, moment: phone.says(kind, moment, about=item_of(run), **payload)


def signs_in(name: str) -> Said:
    return lambda run, phone, moment: phone.says("checkin", moment, part=run.scene.parts[name].pk, how="qr")


def counts(run: Run, phone: Phone, moment: datetime) -> None:
    phone.says("headcount", moment, part=run.scene.parts["group"].pk, count=run.rng.randint(20, 50), basis="counted")


def judges(run: Run, phone: Phone, moment: datetime) -> None:
    phone.says("verdict", moment, about=item_of(run), verdict=run.rng.choice(["done", "partly", "not_done"]))


PLAYS = [says_of_item("ack"), says_of_item("response", text="已通知"), says("stop_ack"), signs_in("first")]
OBSERVES = [says("observation", text="水尺"), score, score, judges, take_back]
SAYS: dict[str, list[Said]] = {
    "first": [*PLAYS, says("stop", text="落石"), take_back],
    "second": [says_of_item("ack"), says_of_item("response", text="收到"), says("stop_ack"), signs_in("second")],
    "group": [counts, counts, take_back],
    "controller": [
        *(signs_in("first"), signs_in("second"), signs_in("third"), counts),
        *(
            says_of_item("inject_released"),
            says_of_item("inject_delayed", seconds=300),
            says("observation", text="到位"),
        ),
    ],
    "evaluator": OBSERVES,
    "other": OBSERVES,
}


# ── How it reaches the server ────────────────────────────────────────────────
Delivery = tuple[datetime, Phone, list[SentEvent]]


def at_once(run: Run) -> list[Delivery]:
    """Each event in the moment it was said."""
    return [(event.device_time + phone.behind, phone, [event]) for phone in run.phones for event in phone.said]


def as_networks_are(run: Run) -> list[Delivery]:
    """In batches of any size and order, late, doubled within a batch and sent again in another; at last everything."""
    rng, sent = run.rng, []
    for phone in run.phones:
        for _batch in range(rng.randint(0, 2)):
            moment = run.moment(-5, 90)
            said = [event for event in phone.said if event.device_time + phone.behind <= moment]
            if said:
                sent.append((moment, phone, rng.choices(said, k=rng.randint(1, len(said) + 2))))
        again = rng.choices(phone.said, k=2) if phone.said else []
        rest = rng.sample(phone.said, len(phone.said)) + again
        cut = rng.randint(0, len(rest))
        last = run.moment(90, 300)
        sent += [(last, phone, part) for part in (rest[:cut], rest[cut:]) if part]
    return sent


def deliver(run: Run, deliveries: list[Delivery]) -> None:
    steps: list[tuple[datetime, int, Any]] = [
        *((moment, 0, (kind, fields)) for moment, kind, fields in run.console),
        *((moment, 1, (phone, events)) for moment, phone, events in deliveries),
    ]
    for moment, from_phone, what in sorted(steps, key=lambda step: step[:2]):
        if from_phone:
            phone, events = what
            receipts = take_events(phone.part, phone.device, events, now=moment)
            assert Answer.REFUSED not in {receipt.verdict for receipt in receipts}, receipts
        else:
            kind, fields = what
            record(run.scene.drill, kind, by=run.scene.director, now=moment, **fields)


# ── What a report would say ──────────────────────────────────────────────────
def outcome(scene: Scene) -> dict[str, Any]:
    drill, log = Drill.objects.get(pk=scene.drill.pk), entries_of(scene.drill)
    items = drill.events.prefetch_related("receivers")
    attended = Attendance.objects.counted().order_by("participation")
    scores = ItemScore.objects.select_related("event").prefetch_related("evidence").order_by("sheet", "item")
    return {
        "log": [{**vars(entry), "recorded_at": None} for entry in log],
        "state": (drill.state, drill.startex_at, drill.endex_at, drill.held_on, drill.counted_at),
        "clock": [clock(log, NOW + timedelta(minutes=minute)) for minute in (10, 25, 40, 60, 300)],
        "items": standing(log, planned_of(items).values(), LONG_AFTER),
        "present": (present(log), heads(log)),
        "stop": stop(log),
        "attendance": list(attended.values_list("participation", "event__uid", "count", "basis", "how", "happened_at")),
        "conflicts": [timeless(conflict) for conflict in conflicts(log)],
        "scores": [
            (one.sheet_id, one.item_id, one.value, one.event.uid, {event.uid for event in one.evidence.all()})
            for one in scores
        ],
    }


def timeless(conflict: Any) -> Any:
    """Without the moment at which the decision reached us."""
    return {**vars(conflict), "decision": conflict.decision and conflict.decision.uid}


def written_in_order(run: Run) -> None:
    """The log as a scribe would have kept it who saw everything, told from once."""
    drill, by = run.scene.drill, run.scene.director
    told_by = drill.participations.get(user=by)
    rows = [
        RunEvent(
            drill=drill, kind=kind, participation=told_by, actor=by, happened_at=moment, recorded_at=moment, **fields
        )
        for moment, kind, fields in run.console
    ]
    for moment, phone, (event,) in at_once(run):
        rows.append(row_of(phone.part, phone.device, drill, event, moment))
    RunEvent.objects.bulk_create(sorted(rows, key=lambda row: row.happened_at))
    rebuild(drill, now=LONG_AFTER)


def outcome_of(run: Run, happen: Callable[[Run], None]) -> dict[str, Any]:
    """In a world of its own."""
    with transaction.atomic():
        happen(run)
        told = outcome(run.scene)
        transaction.set_rollback(True)
    return told


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_network_changes_nothing(scene: Scene, group: int) -> None:
    for seed in range(group * RUNS, (group + 1) * RUNS):
        run = make_run(scene, seed)
        in_order = outcome_of(run, written_in_order)
        assert outcome_of(run, lambda run: deliver(run, as_networks_are(run))) == in_order, f"run {seed}"


def test_each_event_at_once_is_the_log_in_order(scene: Scene) -> None:
    for seed in range(20):
        run = make_run(scene, seed)
        in_order = outcome_of(run, written_in_order)
        assert outcome_of(run, lambda run: deliver(run, at_once(run))) == in_order, f"run {seed}"


def test_nor_does_a_restart_in_the_middle(scene: Scene) -> None:
    for seed in range(10):
        run = make_run(scene, seed)
        with transaction.atomic():
            deliver(run, as_networks_are(run))
            before = outcome(scene)
            Attendance.objects.all().delete()
            ItemScore.objects.all().delete()
            gone = {"startex_at": None, "endex_at": None, "held_on": None, "counted_at": None}
            Drill.objects.filter(pk=scene.drill.pk).update(state=Drill.State.READY, **gone)
            rebuild(scene.drill, now=LONG_AFTER)
            assert outcome(scene) == before, f"run {seed}"
            transaction.set_rollback(True)


def test_the_runs_are_worth_the_name(scene: Scene) -> None:
    """Else the property would hold of nothing: all that can be odd occurs somewhere."""
    kinds, odd, states = set(), set(), set()
    for seed in range(60):
        told = outcome_of(make_run(scene, seed), written_in_order)
        kinds |= {entry["kind"] for entry in told["log"]}
        odd |= {conflict["kind"] for conflict in told["conflicts"]}
        states.add(told["state"][0])
    assert kinds >= {"stop", "pause", "resume", "inject_released", "headcount", "correction", "score", "verdict"}
    assert odd >= {"released_while_paused", "released_twice", "signed_in_twice", "clock_off", "answered_before_release"}
    assert states >= {"running", "paused", "ended", "aborted"}
