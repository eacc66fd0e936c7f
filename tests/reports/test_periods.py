from datetime import date

import pytest

from reports.periods import Period, year_of


def test_a_year_is_known_as_one() -> None:
    assert (year_of(2026).whole_year, Period(date(2026, 1, 1), date(2026, 12, 30)).whole_year) == (2026, None)


def test_the_months_are_cut_at_the_ends_of_the_period() -> None:
    period = Period(date(2025, 12, 20), date(2026, 2, 10))
    assert list(period.months()) == [
        Period(date(2025, 12, 20), date(2025, 12, 31)),
        Period(date(2026, 1, 1), date(2026, 1, 31)),
        Period(date(2026, 2, 1), date(2026, 2, 10)),
    ]


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends"):
        Period(date(2026, 2, 1), date(2026, 1, 31))
