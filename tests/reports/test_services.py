from datetime import datetime, timedelta
from typing import Any

import pytest

from records.models import AuditEntry
from reports import queries, services
from reports.figures import FIGURES
from reports.models import SavedReport
from reports.sentences import restored, values
from tests.reports.conftest import NOW, counted, held, lens

LATER = datetime.fromisoformat("2026-11-26T09:00:00+08:00")


@pytest.fixture
def final(year: Any, cast: dict[str, Any]) -> SavedReport:
    return services.freeze_figures(lens(cast["leader"]), title="2026年度", by=cast["leader"], now=NOW)


def test_a_late_record_changes_todays_figure_of_last_month_and_not_the_final_one(
    final: SavedReport, cast: dict[str, Any], organisation_a: Any
) -> None:
    late = held(organisation_a, "2026-10-15", recorded="2026-11-25", hazard="gas")
    counted(late, 12)
    today = lens(cast["leader"], known_at=LATER)
    october = [month for month in today.period.months() if month.first.month == 10]
    assert values(today.narrowed(period=october[0]))["drills"] == 1
    assert SavedReport.objects.get().figures["drills"]["value"] == 3
    assert list(queries.recorded_since(final, cast["leader"], LATER)) == [late]


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_final_figure_keeps_its_rows(final: SavedReport, name: str) -> None:
    figure, keys = FIGURES[name], queries.frozen_keys(final, name)
    rows = queries.frozen_rows(figure, final, keys)
    assert [row.pk for row in rows] == keys
    weights = [getattr(row, figure.weight) if figure.weight else 1 for row in rows]
    assert sum(weights) == final.figures[name]["value"]


def test_each_kind_of_drill_in_the_sentence_has_its_rows(final: SavedReport, year: Any) -> None:
    assert queries.frozen_keys(final, "drills", "flood") == [year.summer.pk, year.county.pk]
    assert queries.frozen_keys(final, "drills", "chemicals") == [year.spring.pk]
    with pytest.raises(KeyError):
        queries.frozen_keys(final, "drills", "earthquake")


def test_the_sentences_are_kept_as_printed(final: SavedReport, cast: dict[str, Any]) -> None:
    assert restored(final.sentences)[0].text.startswith("先后开展洪水内涝、危险化学品等应急演练3场次")
    assert [entry.action for entry in AuditEntry.objects.all()] == ["reports.figures_frozen"]


def test_what_is_withdrawn_later_is_told_beside_it(final: SavedReport, year: Any) -> None:
    year.spring.withdrawn_at, year.spring.withdrawn_reason = LATER, "entered twice"
    year.spring.save()
    assert list(queries.withdrawn_since(final)) == [year.spring]
    assert queries.frozen_keys(final, "drills") == [year.spring.pk, year.summer.pk, year.county.pk]


def test_the_same_rows_give_the_same_hash(year: Any, cast: dict[str, Any]) -> None:
    first = services.freeze_figures(lens(cast["leader"]), title="one", by=cast["leader"], now=NOW)
    again = services.freeze_figures(lens(cast["leader"]), title="two", by=cast["leader"], now=NOW + timedelta(hours=1))
    assert first.figures_hash == again.figures_hash
