from datetime import timedelta

import pytest
from django.utils import timezone

from records.models import RateCounter
from records.services import Hit, clear, hit, peek, purge_counters

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=15)


def test_the_try_after_the_limit_is_refused_until_the_window_is_over():
    now = timezone.now()
    tries = [hit("sign-in:a", limit=2, window=WINDOW, now=now + timedelta(minutes=minute)) for minute in (0, 1, 2)]
    assert tries == [Hit(1, True, None), Hit(2, True, None), Hit(3, False, now + WINDOW)]
    assert hit("sign-in:a", limit=2, window=WINDOW, now=now + WINDOW) == Hit(1, True, None)


def test_subjects_do_not_count_for_each_other():
    now = timezone.now()
    hit("sign-in:a", limit=1, window=WINDOW, now=now)
    assert hit("sign-in:b", limit=1, window=WINDOW, now=now).allowed


def test_looking_counts_nothing_and_says_whether_one_more_would_be_allowed():
    now = timezone.now()
    assert peek("a", limit=1, now=now) == Hit(0, True, None)
    hit("a", limit=1, window=WINDOW, now=now)
    assert peek("a", limit=1, now=now) == peek("a", limit=1, now=now) == Hit(1, False, now + WINDOW)
    assert peek("a", limit=1, now=now + WINDOW) == Hit(0, True, None)


def test_a_cleared_subject_begins_anew():
    now = timezone.now()
    hit("a", limit=1, window=WINDOW, now=now)
    clear("a")
    assert hit("a", limit=1, window=WINDOW, now=now).allowed


def test_whose_counter_it_is_can_not_be_read():
    hit("sign-in:13800138000", limit=1, window=WINDOW, now=timezone.now())
    assert "138" + "00138000" not in RateCounter.objects.get().subject


def test_counters_whose_window_is_over_are_forgotten():
    now = timezone.now()
    hit("a", limit=1, window=WINDOW, now=now)
    assert [purge_counters(now), purge_counters(now + WINDOW)] == [0, 1]


def test_a_try_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        hit("a", limit=1, window=WINDOW, now=timezone.now())
