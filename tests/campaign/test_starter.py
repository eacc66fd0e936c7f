from datetime import date

import pytest

from campaign.models import Entry, Scheme, VenueKind
from campaign.queries.schemes import active_schemes, scheme_of
from campaign.starter import schemes
from records.starter import Outcome


@pytest.mark.django_db
def test_the_schemes_are_loaded_once_and_never_edited() -> None:
    assert set(schemes.load()) == {Outcome.CREATED}
    Entry.objects.filter(code="school").update(name="进校园", kinds=["school", "site"])
    assert set(schemes.load()) == {Outcome.UNCHANGED}
    assert set(Entry.objects.filter(code="school").values_list("name", flat=True)) == {"进校园"}


@pytest.mark.django_db
def test_the_seven_entries_stand_in_their_order() -> None:
    schemes.load()
    codes = Entry.objects.filter(scheme__key="qijin_safety").values_list("code", flat=True)
    assert list(codes) == ["enterprise", "school", "office", "community", "village", "family", "public_place"]


@pytest.mark.django_db
def test_a_scheme_that_was_loaded_before_entries_knew_their_kinds_learns_them() -> None:
    schemes.load()
    Entry.objects.update(kinds=[], by_households=False)
    Scheme.objects.update(active_from=None)
    assert set(schemes.load()) == {Outcome.UPDATED}
    enterprise = Entry.objects.get(scheme__key="qijin_safety", code="enterprise")
    assert enterprise.kinds == ["enterprise", "site"]
    assert list(active_schemes(date(2026, 1, 1)).values_list("key", flat=True)) == ["qijin_safety", "wujin_safety"]


@pytest.mark.django_db
def test_every_kind_of_venue_belongs_to_exactly_one_of_the_seven_entries() -> None:
    schemes.load()
    kinds = [kind for entry in Entry.objects.filter(scheme__key="qijin_safety") for kind in entry.kinds]
    assert sorted(kinds) == sorted(VenueKind.values)


@pytest.mark.django_db
def test_a_scheme_without_a_first_day_is_in_force_on_no_day() -> None:
    schemes.load()
    assert set(Scheme.objects.active(date(2026, 5, 1)).values_list("key", flat=True)) == {
        "qijin_safety",
        "wujin_safety",
    }


@pytest.mark.django_db
def test_of_two_versions_the_newer_is_in_force_from_its_day_on_and_the_older_before() -> None:
    schemes.load()
    newer = Scheme.objects.create(
        key="qijin_safety", version=2, name="七进", name_en="Seven", source="…", active_from=date(2026, 7, 1)
    )
    assert scheme_of(date(2026, 7, 1)) == newer
    assert scheme_of(date(2026, 6, 30)).version == 1
    assert scheme_of(date(1999, 1, 1)).version == 1
