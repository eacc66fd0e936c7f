"""A county with two years of activities, made by chance from a seed, as its people would make them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from campaign.models import (
    Activity,
    ActivityDecision,
    ActivityMaterial,
    ActivityVersion,
    Entry,
    Scheme,
    Target,
    Venue,
    VenueKind,
)
from campaign.queries.schemes import scheme_of
from campaign.rules import after, how_of
from campaign.services import Told, correct_activity, record_activity, review, withdraw
from campaign.services.told import columns
from people.models import Division
from ui.clock import local_day

Form, Basis = ActivityVersion.Form, ActivityVersion.Basis
REGISTERED = datetime(2024, 1, 1, tzinfo=UTC)
MATERIALS = ("leaflet", "booklet", "board", "banner", "film", "gift")


def make_places(county: Division, townships: int, villages: int = 3) -> list[Division]:
    """Townships, their villages, and the county itself."""
    found = [county]
    for town in range(townships):
        code = f"{county.code}{town + 301:03d}"
        township = county.add_child(code=code, name=f"第{town}乡", level="township")
        found.append(township)
        found += [
            township.add_child(code=f"{code}{village + 201}", name=f"{town}-{village}村", level="village")
            for village in range(villages)
        ]
    return found


def make_venues(chance: Random, places: list[Division], count: int, by: Any) -> list[Venue]:
    """Some opened or closed within the year, some were entered late, some lie in no township."""
    return Venue.objects.bulk_create(
        Venue(
            name=f"场所{number}",
            kind=chance.choice(VenueKind.values),
            division=chance.choice(places),
            households=chance.choice([None, 80, 240, 600]),
            opened_on=chance.choice([None, None, None, date(2026, 4, 1)]),
            closed_on=chance.choice([None, None, None, None, date(2026, 9, 30)]),
            created_by=by,
            created_at=chance.choice([REGISTERED, REGISTERED, datetime(2026, 8, 1, tzinfo=UTC)]),
        )
        for number in range(count)
    )


def make_second_version() -> Scheme:
    """Half-way through the year: hospitals go to the communities, and offices are no entry any more."""
    first = Scheme.objects.get(key="qijin_safety", version=1)
    second = Scheme.objects.create(
        key="qijin_safety", version=2, name="新七进", name_en="New", source="…", active_from=date(2026, 7, 1)
    )
    for entry in first.entries.exclude(code="office"):
        kinds = [kind for kind in entry.kinds if kind != "hospital"]
        kinds += ["hospital"] if entry.code == "community" else []
        Entry.objects.create(
            scheme=second,
            code=entry.code,
            name=entry.name,
            name_en=entry.name_en,
            order=entry.order,
            kinds=kinds,
            by_households=entry.by_households,
        )
    return second


def make_targets(chance: Random, places: list[Division], scheme: Scheme) -> None:
    towns = [place for place in places if place.level == "township"]
    Target.objects.bulk_create(
        Target(division=town, entry=entry.code, year=year, count=chance.randint(1, 20))
        for town in towns
        for entry in scheme.entries.all()
        for year in (2025, 2026)
        if chance.random() < 0.7
    )


def chance_told(chance: Random, venue: Venue, starts_at: datetime) -> Told:
    return Told(
        venue=venue,
        form=chance.choice(Form.values),
        starts_at=starts_at,
        minutes=chance.choice([None, 30, 90]),
        persons=chance.randint(0, 300),
        basis=chance.choice(Basis.values),
        households=chance.choice([0, 0, 0, chance.randint(1, 60)]),
        consulted=chance.choice([0, chance.randint(1, 30)]),
        hazards=tuple(chance.sample(["flood", "gas", "ebike"], chance.randint(0, 2))),
        materials={kind: chance.randint(0, 200) for kind in MATERIALS if chance.random() < 0.3},
    )


class ByServices:
    """Every move by the service that people use."""

    def record(self, told: Told, by: Any, now: datetime, uid: UUID) -> Activity:
        return record_activity(told, uid=uid, by=by, now=now).activity

    def correct(self, activity: Activity, told: Told, by: Any, now: datetime) -> None:
        correct_activity(activity, told, reason="核对后更正", by=by, now=now)

    def decide(self, activity: Activity, verdict: str, reason: str, by: Any, now: datetime) -> None:
        review(activity, verdict=verdict, reason=reason, by=by, now=now)

    def withdraw(self, activity: Activity, by: Any, now: datetime) -> None:
        withdraw(activity, reason="重复录入", by=by, now=now)

    def save(self) -> None:
        """Done already."""


class InBulk:
    """The same rows as the services write, all at once: thousands of them in a second."""

    def __init__(self) -> None:
        self.activities: list[Activity] = []
        self.versions: list[ActivityVersion] = []
        self.materials: list[ActivityMaterial] = []
        self.decisions: list[ActivityDecision] = []
        self.schemes: dict[date, Scheme] = {}

    def record(self, told: Told, by: Any, now: datetime, uid: UUID) -> Activity:
        number = f"KP{told.starts_at.year}-B{len(self.activities):04d}"
        over = told.starts_at + timedelta(minutes=told.minutes or 0)
        activity = Activity(
            uid=uid, number=number, how=how_of(over, now), created_by=by, created_at=now, received_at=now
        )
        self.activities.append(activity)
        self.add_version(activity, told, 1, "", by, now)
        return activity

    def correct(self, activity: Activity, told: Told, by: Any, now: datetime) -> None:
        before = activity.current
        assert before is not None
        self.add_version(activity, replace(told, scheme=before.scheme), before.serial + 1, "核对后更正", by, now)
        activity.state = after(activity.state, "correct")

    def decide(self, activity: Activity, verdict: str, reason: str, by: Any, now: datetime) -> None:
        version = activity.current
        self.decisions.append(
            ActivityDecision(activity=activity, version=version, verdict=verdict, reason=reason, by=by, at=now)
        )
        activity.state = after(activity.state, verdict)

    def withdraw(self, activity: Activity, by: Any, now: datetime) -> None:
        self.decide(activity, "withdraw", "重复录入", by, now)

    def add_version(self, activity: Activity, told: Told, serial: int, reason: str, by: Any, now: datetime) -> None:
        known = told if told.scheme else replace(told, scheme=self.scheme_on(local_day(told.starts_at)))
        version = ActivityVersion(
            activity=activity, serial=serial, reason=reason, recorded_at=now, recorded_by=by, **columns(known)
        )
        self.versions.append(version)
        given = [ActivityMaterial(version=version, kind=kind, count=n) for kind, n in told.materials.items() if n]
        self.materials += given
        activity.current = version

    def scheme_on(self, day: date) -> Scheme:
        if day not in self.schemes:
            self.schemes[day] = scheme_of(day)
        return self.schemes[day]

    def save(self) -> None:
        for activity in self.activities:
            activity.current = None
        Activity.objects.bulk_create(self.activities)
        ActivityVersion.objects.bulk_create(self.versions)
        ActivityMaterial.objects.bulk_create(self.materials)
        ActivityDecision.objects.bulk_create(self.decisions)
        newest = ActivityVersion.objects.filter(activity=OuterRef("pk")).order_by("-serial").values("pk")[:1]
        Activity.objects.filter(current=None).update(current=Subquery(newest))


class Story:
    """What becomes of one activity. `clock` is the moment of the last move."""

    def __init__(self, chance: Random, venues: list[Venue], recorder: Any, reviewer: Any, hand: Any) -> None:
        self.chance, self.venues, self.recorder, self.reviewer = chance, venues, recorder, reviewer
        self.hand = hand

    def happen(self, starts_at: datetime) -> Activity:
        chance = self.chance
        told = chance_told(chance, chance.choice(self.venues), starts_at)
        self.clock = starts_at + timedelta(days=chance.choice([0, 0, 1, 3, 40]), hours=chance.randint(2, 20))
        uid = UUID(int=chance.getrandbits(128))
        activity: Activity = self.hand.record(told, self.recorder, self.clock, uid)
        if chance.random() < 0.08:
            return activity  # nobody has looked at it yet
        if chance.random() < 0.1:
            self.decide(activity, "return", "照片不清")
            told = self.correct(activity, told)
        self.decide(activity, "approve")
        if chance.random() < 0.15:
            self.correct(activity, told)
            if chance.random() < 0.7:
                self.decide(activity, chance.choice(["approve", "approve", "return"]), "再核对")
        if chance.random() < 0.05:
            self.hand.withdraw(activity, self.reviewer, self.later())
        return activity

    def later(self) -> datetime:
        self.clock += timedelta(hours=self.chance.randint(1, 300))
        return self.clock

    def decide(self, activity: Activity, verdict: str, reason: str = "") -> None:
        self.hand.decide(activity, verdict, reason, self.reviewer, self.later())

    def correct(self, activity: Activity, told: Told) -> Told:
        """Other numbers, and now and then another venue or day."""
        other = replace(
            told,
            persons=told.persons + 1,
            households=self.chance.choice([0, told.households, 7]),
            venue=self.chance.choice([told.venue, told.venue, self.chance.choice(self.venues)]),
            starts_at=self.chance.choice([told.starts_at, told.starts_at, told.starts_at - timedelta(days=9)]),
        )
        self.hand.correct(activity, other, self.recorder, self.later())
        return other


def make_year(chance: Random, story: Story, year: int, count: int) -> None:
    begin = datetime(year, 1, 1, tzinfo=UTC)
    for _number in range(count):
        story.happen(begin + timedelta(minutes=chance.randrange(364 * 24 * 60)))
    story.hand.save()
