"""The pages of figures, as those see them who answer for them."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports import services
from reports.models import SavedReport
from tests.reports.conftest import NOW, held, lens

WHEN = "?first=2026-01-01&last=2026-12-31"
LINK = re.compile(r'<a href="([^"]+)">(\d+)</a>')


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return str(response.content.decode())


@pytest.mark.parametrize("name", ["leader", "officer_north", "manager_a"])
def test_every_figure_of_the_sentences_opens_to_as_many_rows_as_it_says(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client], name: str
) -> None:
    client = client_of(cast[name])
    text = html(client, reverse("reports:year") + WHEN).partition('class="report-text"')[2].partition("</div>")[0]
    links = LINK.findall(text)
    assert len(links) >= 6
    for url, number in links:
        page = html(client, url.replace("&amp;", "&"))
        if "/rows/heads/" in url:
            weights = re.findall(
                r'class="num" data-label="[^"]*">(?:<span>)?(?:<span class="meta">约</span> )?(\d+)', page
            )
            assert sum(map(int, weights)) == int(number)
        else:
            assert page.count("<tr>") - 1 == int(number), url


def test_the_ledger_tells_each_drill_once_and_its_totals(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client], django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast["leader"])
    client.get(reverse("reports:drill_ledger") + WHEN)
    with django_assert_max_num_queries(40):
        page = html(client, reverse("reports:drill_ledger") + WHEN)
    assert page.count("<tr>") == 1 + 3
    assert "录入滞后（天）" in page


def test_more_drills_ask_no_more_queries(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client], organisation_a: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(cast["leader"])

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            html(client, reverse("reports:drill_ledger") + WHEN)
        return len(seen)

    asked()
    few = asked()
    for day in ("2026-08-01", "2026-08-02", "2026-08-03"):
        held(organisation_a, day)
    assert asked() == few


def test_the_workbook_is_what_is_shown_with_title_and_signatures(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client]
) -> None:
    answer = client_of(cast["manager_a"]).post(reverse("reports:drill_ledger_export") + WHEN)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "应急演练台账"
    assert rows[1][0].startswith("统计期：2026-01-01 至 2026-12-31；数据截至：")
    assert rows[2][0].startswith("填表人：____________    审核人：____________")
    assert rows[3][0] == "共 2 场次；实名参演 3 人次（2 人），另点数 40 人次"
    assert (rows[4][0], rows[4][1], rows[4][-1]) == ("序号", "演练名称", "更正（次）")
    assert [row[1] for row in rows[5:7]] == [year.spring.title, year.summer.title]
    assert (rows[7][0], rows[7][10], rows[7][11]) == ("合计", 3, 40)


def test_a_wrong_filter_is_told_and_filters_nothing(cast: dict[str, Any], client_of: Callable[[Any], Client]) -> None:
    page = html(client_of(cast["leader"]), reverse("reports:year") + "?first=2026-05-01&last=2026-01-01")
    assert "截止日期早于起始日期。" in page
    page = html(client_of(cast["leader"]), reverse("reports:drill_ledger") + "?hazard=dragon&division=99999")
    assert "有误的条件没有生效" in page


def test_an_officer_cannot_look_into_the_other_township(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client], organisation_a: Any
) -> None:
    client = client_of(cast["officer_south"])
    page = html(client, reverse("reports:drill_ledger") + WHEN + f"&organisation={organisation_a.pk}")
    assert year.spring.title not in page


def test_making_final_once_and_reading_it_again(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client]
) -> None:
    client = client_of(cast["leader"])
    answer = client.post(reverse("reports:freeze") + WHEN, {"title": "2026年度演练与培训"})
    saved = SavedReport.objects.get()
    assert answer["Location"] == reverse("reports:saved", args=[saved.pk])
    page = html(client, answer["Location"])
    assert "定稿后没有补录" in page
    for url, _number in LINK.findall(page.partition('class="report-text"')[2].partition("</div>")[0]):
        html(client, url)


def test_a_final_report_is_its_makers_and_the_countys(
    year: Any, cast: dict[str, Any], client_of: Callable[[Any], Client]
) -> None:
    saved = services.freeze_figures(lens(cast["manager_a"]), title="甲", by=cast["manager_a"], now=NOW)
    url = reverse("reports:saved", args=[saved.pk])
    seen = {
        name: client_of(cast[name]).get(url).status_code
        for name in ("manager_a", "manager_b", "leader", "officer_north")
    }
    assert seen == {"manager_a": 200, "manager_b": 404, "leader": 200, "officer_north": 404}


def test_a_figure_that_does_not_exist_is_not_found(cast: dict[str, Any], client_of: Callable[[Any], Client]) -> None:
    assert client_of(cast["leader"]).get(reverse("reports:rows", args=["gold"])).status_code == 404
