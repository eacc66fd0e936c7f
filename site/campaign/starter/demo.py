"""Venues and two years of activities in the fictional county, so that matrix, ledger and review have something to show.
Written in bulk: nothing here needs more than a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from campaign.models import (
    Activity,
    ActivityDecision,
    ActivityMaterial,
    ActivityVersion,
    PlannedVisit,
    Target,
    Venue,
    VenueKind,
)
from campaign.numbering import next_activity_number
from campaign.queries.schemes import default_entries
from campaign.services.told import Told, columns, given
from campaign.starter.demo_content import STORIES, VENUES, DemoStory, DemoVenue
from people.models import Division, User
from people.starter.cast import ACCOUNTS
from people.starter.demo import find_account, home_of
from people.starter.places import COUNTY
from records.starter import Outcome, sync
from ui.clock import local_day

State, How = Activity.State, Activity.How
ACTIVITIES: Final = 60
EVERY: Final = 12  # days from one activity to the next: sixty of them are two years
YOUNGEST: Final = 3  # days before the day of loading
WAITING: Final = 4  # the youngest ones nobody has reviewed yet
RETURNED: Final = 4  # the place of the one that was given back
CORRECTED: Final = 9  # the place of the one whose correction waits
LATE: Final = 7  # every seventh was written from paper
TARGETS: Final = {
    "enterprise": 6,
    "school": 4,
    "office": 2,
    "community": 4,
    "village": 6,
    "family": 3,
    "public_place": 4,
}


class Cast(NamedTuple):
    """Who records in which township, and who reviews."""

    recorders: Mapping[str, User]  # by the code of the township or county
    reviewer: User
    second: User  # a leader, who reviews too


@dataclass
class Written:
    """One activity on its way into the tables."""

    activity: Activity
    version: ActivityVersion
    materials: Mapping[str, int]
    decision: ActivityDecision | None


def load_demo() -> list[Outcome]:
    """Once; what somebody did with it since is his."""
    now = timezone.now()

    def find() -> Any:
        return Activity.objects.filter(uid=uid_of(0)).first()

    return [
        sync(
            "campaign.demo",
            {"name": VENUES[0].name},
            find=find,
            read=lambda _held: {"name": VENUES[0].name},
            write=lambda held, _shipped: held or write_all(now),
        )
    ]


def uid_of(place: int) -> Any:
    return uuid5(NAMESPACE_URL, f"campaign.demo:{place}")


@transaction.atomic
def write_all(now: datetime) -> Activity:
    cast = demo_cast()
    venues = write_venues(cast, now)
    rows = {place: told_at(place, venues, cast, now) for place in reversed(range(ACTIVITIES))}  # the oldest first
    save(list(rows.values()))
    correct_one(rows[CORRECTED], now)
    write_targets(local_day(now).year)
    plan_visits(venues, cast, now)
    return rows[0].activity


def demo_cast() -> Cast:
    recorders = {"999901201": "officer_north", "999901102": "officer_south", "999901101": "editor", COUNTY: "editor"}
    users = {code: account(key) for code, key in recorders.items()}
    return Cast(users, account("training_officer"), account("leader"))


def account(key: str) -> User:
    found = next((find_account(one) for one in ACCOUNTS if one.key == key), None)
    assert found is not None, key
    return found


# ── Venues ───────────────────────────────────────────────────────────────────
def write_venues(cast: Cast, now: datetime) -> list[Venue]:
    divisions = {one.code: one for one in Division.objects.filter(code__startswith=COUNTY)}
    made = [venue_of(row, divisions[row.division], cast, now - timedelta(days=800)) for row in VENUES]
    known = {
        (one.division_id, one.kind, one.name): one for one in Venue.objects.filter(division__in=divisions.values())
    }
    Venue.objects.bulk_create([one for one in made if key_of(one) not in known])
    return [known.get(key_of(one), one) for one in made]


def key_of(venue: Venue) -> tuple[int, str, str]:
    return venue.division_id, venue.kind, venue.name


def venue_of(row: DemoVenue, division: Division, cast: Cast, now: datetime) -> Venue:
    return Venue(
        name=row.name,
        kind=row.kind,
        division=division,
        organisation=home_of(row.home) if row.home else None,
        households=row.households,
        address=row.address,
        created_by=cast.recorders[row.division[:9]],
        created_at=now,
    )


# ── Activities ───────────────────────────────────────────────────────────────
def told_at(place: int, venues: list[Venue], cast: Cast, now: datetime) -> Written:
    """The place counts back from today; each venue in turn, but the last of the list are reached by nobody."""
    venue = venues[(place * 7) % (len(venues) - 6)]
    stories = STORIES[VenueKind(venue.kind)]
    story = stories[place // 5 % len(stories)]
    day = local_day(now) - timedelta(days=YOUNGEST + place * EVERY)
    begun = datetime.combine(day, day_time(9 + place % 6, 30), timezone.get_default_timezone())
    late = place > RETURNED and place % LATE == 0
    recorded = begun + timedelta(days=12 if late else 0, hours=4)
    return written(place, told_of(story, venue, begun, place), cast, recorded, now, How.PAPER if late else How.DIRECT)


def told_of(story: DemoStory, venue: Venue, begun: datetime, place: int) -> Told:
    households = 12 + place % 20 if story.form == "visit" else 0
    people = story.people + place % 9 * 5
    materials = {"leaflet": people // 10 * 10, "board": place % 3 * 2, "banner": place % 2}
    return Told(
        venue=venue,
        form=story.form,
        starts_at=begun,
        minutes=story.minutes,
        persons=people,
        basis=story.basis,
        households=households,
        consulted=people // 6 if story.form == "advice" else 0,
        hazards=story.hazards,
        theme_day=theme_of(local_day(begun)),
        words=story.words,
        materials=materials,
        held_by=venue.organisation,
        in_charge=account_name(venue),
    )


def account_name(venue: Venue) -> str:
    return {"999901201": "周立", "999901102": "吴静"}.get(venue.division.code[:9], "孙悦")


def theme_of(day: date) -> str:
    """As the year's calendar has them."""
    if day.month == 5 and 8 <= day.day <= 18:
        return "全国防灾减灾日"
    return {6: "安全生产月", 11: "消防宣传月"}.get(day.month, "")


def written(place: int, told: Told, cast: Cast, recorded: datetime, now: datetime, how: str) -> Written:
    recorded = min(recorded, now)
    by = cast.recorders[told.venue.division.code[:9]]
    activity = Activity(
        uid=uid_of(place),
        number=next_activity_number(recorded),
        how=how,
        created_by=by,
        created_at=recorded,
        received_at=recorded,
    )
    version = ActivityVersion(activity=activity, serial=1, recorded_at=recorded, recorded_by=by, **columns(told))
    decision = decision_on(place, activity, version, cast, min(recorded + timedelta(days=2), now))
    return Written(activity, version, given(told.materials), decision)


def decision_on(
    place: int, activity: Activity, version: ActivityVersion, cast: Cast, at: datetime
) -> ActivityDecision | None:
    if place < WAITING:
        return None
    refused = place == RETURNED
    activity.state = State.RETURNED if refused else State.APPROVED
    return ActivityDecision(
        activity=activity,
        version=version,
        verdict="return" if refused else "approve",
        reason="人次与签到表不一致，请核对后重新提交。" if refused else "",
        by=cast.second if refused else cast.reviewer,
        at=at,
    )


def save(rows: list[Written]) -> None:
    Activity.objects.bulk_create([row.activity for row in rows])
    ActivityVersion.objects.bulk_create([row.version for row in rows])
    for row in rows:
        row.activity.current = row.version
    Activity.objects.bulk_update([row.activity for row in rows], ["current"])
    ActivityMaterial.objects.bulk_create(
        ActivityMaterial(version=row.version, kind=kind, count=count)
        for row in rows
        for kind, count in row.materials.items()
    )
    ActivityDecision.objects.bulk_create([row.decision for row in rows if row.decision])


def correct_one(row: Written, now: datetime) -> None:
    """Its correction waits for review, while what was approved goes on counting."""
    version = ActivityVersion.objects.get(pk=row.version.pk)
    version.pk, version._state.adding = None, True
    version.serial, version.persons = 2, version.persons + 18
    version.reason, version.recorded_at = "补计后到的村民18人", now - timedelta(days=1)
    version.save()
    Activity.objects.filter(pk=row.activity.pk).update(current=version, state=State.SUBMITTED)


# ── Targets and plan ─────────────────────────────────────────────────────────
def write_targets(year: int) -> None:
    towns = Division.objects.filter(code__startswith=COUNTY, level=Division.Level.TOWNSHIP)
    codes = set(default_entries().values_list("code", flat=True))
    Target.objects.bulk_create(
        [
            Target(division=town, entry=code, year=one, count=count)
            for town in towns
            for code, count in TARGETS.items()
            for one in (year - 1, year)
            if code in codes
        ],
        ignore_conflicts=True,
    )


def plan_visits(venues: list[Venue], cast: Cast, now: datetime) -> None:
    """The next weeks: some of those that nobody has reached."""
    today = local_day(now)
    PlannedVisit.objects.bulk_create(
        PlannedVisit(
            venue=venue,
            planned_on=today + timedelta(days=5 + 6 * place),
            note="与村（居）联合开展",
            made_by=cast.recorders[venue.division.code[:9]],
            made_at=now,
        )
        for place, venue in enumerate(venues[-4:])
    )
