import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from drills.models import Drill, Submission
from drills.queries.submissions import Filter, figures, inbox, waiting_days
from drills.services import submissions as services
from drills.services.submissions import AlreadyDecided, AlreadySubmitted, CannotSubmit, OwnSubmission
from records.models import AuditEntry
from records.spreadsheets import read_workbook
from tests.drills.factories import make_drill
from tests.drills.outcome import LATER, attend, fresh, make_run

pytestmark = pytest.mark.django_db
NEXT_YEAR = datetime.fromisoformat("2027-01-01T00:30:00+08:00")


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a, "reported")


def send(drill: Drill, by: Any, **more: Any) -> Submission:
    return services.submit_drill(drill, by=by, now=LATER, **more)


# ── There and back ───────────────────────────────────────────────────────────
def test_received_with_a_number_of_a_gapless_series(
    organisation_a, organisation_b, manager_a, manager_b, leader
) -> None:
    sent = [send(make_run(organisation_a, "reported"), manager_a) for _ in range(2)]
    sent.append(send(make_run(organisation_b, "closed"), manager_b))
    with pytest.raises(AlreadyDecided):
        services.receive_submission(fresh(services.return_submission(sent[0], reason="缺表", by=leader, now=LATER)),
                                    by=leader, now=LATER)  # fmt: skip
    numbers = [services.receive_submission(one, by=leader, now=LATER).receipt for one in sent[1:]]
    assert numbers == ["HZ2026-0001", "HZ2026-0002"]
    again = services.submit_drill(sent[0].drill, by=manager_a, now=NEXT_YEAR)
    assert services.receive_submission(again, by=leader, now=NEXT_YEAR).receipt == "HZ2027-0001"


def test_a_second_click_sends_and_receives_once(drill, manager_a, leader, drill_officer) -> None:
    submission = send(drill, manager_a)
    with pytest.raises(AlreadySubmitted):
        send(drill, manager_a)
    old = fresh(submission)
    services.receive_submission(submission, by=leader, now=LATER)
    for late in (lambda: services.receive_submission(old, by=drill_officer, now=LATER),
                 lambda: services.return_submission(old, reason="晚了", by=drill_officer, now=LATER)):  # fmt: skip
        with pytest.raises(AlreadyDecided):
            late()
    with pytest.raises(AlreadySubmitted):
        send(drill, manager_a)
    stands = fresh(submission)
    assert (stands.state, stands.decided_by, stands.receipt) == ("received", leader, "HZ2026-0001")
    assert AuditEntry.objects.filter(action="drills.result_received").count() == 1


def test_given_back_with_a_reason_and_sent_again(drill, manager_a, drill_officer, leader) -> None:
    first = send(drill, manager_a)
    services.return_submission(first, reason="缺签到表", by=drill_officer, now=LATER)
    second = send(drill, manager_a, note="已补签到表")
    services.receive_submission(second, by=leader, now=LATER)
    assert list(drill.submissions.order_by("pk").values_list("state", "reason", "note")) == [
        ("returned", "缺签到表", ""), ("received", "", "已补签到表"),
    ]  # fmt: skip


def test_nobody_receives_what_he_sent(bureau, drill_officer, leader) -> None:
    submission = send(make_run(bureau, "reported", level="county"), drill_officer)
    with pytest.raises(OwnSubmission):
        services.receive_submission(submission, by=drill_officer, now=LATER)
    services.receive_submission(submission, by=leader, now=LATER)


@pytest.mark.parametrize("state", ["draft", "ready", "running", "ended", "evaluating", "cancelled", "aborted"])
def test_without_a_result_nothing_is_submitted(organisation_a, manager_a, state) -> None:
    with pytest.raises(CannotSubmit):
        send(make_drill(organisation_a, state=state), manager_a)


def test_a_simple_record_is_submitted_a_withdrawn_one_is_not(organisation_a, manager_a) -> None:
    send(make_run(organisation_a, "reported", entry="simple"), manager_a)
    gone = make_run(organisation_a, "reported", entry="simple", withdrawn_at=LATER, withdrawn_reason="重复")
    with pytest.raises(CannotSubmit):
        send(gone, manager_a)


# ── The box ──────────────────────────────────────────────────────────────────
def test_each_state_shows_as_many_as_its_figure_says(
    organisation_a, organisation_b, manager_a, leader, township_south
) -> None:
    sent = [send(make_run(place, "reported"), manager_a) for place in (organisation_a, organisation_a, organisation_b)]
    services.receive_submission(sent[1], by=leader, now=LATER)
    for wanted in (Filter(), Filter(township=township_south.pk), Filter(q="乙煤业"), Filter(q="没有")):
        told = figures(leader, wanted)
        for state in Submission.State.values:
            shown = inbox(leader, Filter(state, wanted.township, wanted.q))
            assert shown.count() == getattr(told, state)
    assert list(inbox(leader, Filter(township=township_south.pk))) == [sent[2]]


def test_people_and_heads_stand_apart(drill, manager_a, leader) -> None:
    attend(drill)
    attend(drill)
    attend(drill, heads=30)
    attend(drill, heads=12)
    attend(drill, "observer", heads=99)
    send(drill, manager_a)
    (row,) = inbox(leader, Filter())
    assert (row.named, row.heads) == (2, 42)


def test_waiting_is_counted_in_days_of_the_county(drill, manager_a) -> None:
    submission = services.submit_drill(drill, by=manager_a, now=datetime.fromisoformat("2026-11-30T16:30:00+00:00"))
    assert waiting_days(submission, date(2026, 12, 3)) == 2


def test_the_box_is_the_bureaus(
    drill, manager_a, officer_north, supervisor, auditor, drill_officer, leader, client_of
) -> None:
    submission = send(drill, manager_a)
    for who in (manager_a, officer_north, supervisor, auditor):
        client = client_of(who)
        assert client.get(url("inbox")).status_code == 404
        assert client.get(url("submission", submission.pk)).status_code == 404
        assert client.post(url("submission_receive", submission.pk)).status_code == 404
        assert client.post(url("submission_return", submission.pk), {"reason": "xxxx"}).status_code == 404
        assert client.post(url("inbox_export")).status_code == 404
    assert fresh(submission).state == "sent"
    for who in (drill_officer, leader):
        assert client_of(who).get(url("inbox")).status_code == 200


def test_in_the_browser_received_given_back_and_printed(drill, manager_a, leader, learner_b, client_of) -> None:
    unit, bureau = client_of(manager_a), client_of(leader)
    unit.post(url("submit", drill.pk), {"note": ""})
    unit.post(url("submit", drill.pk), {"note": ""})
    (first,) = drill.submissions.all()
    assert bureau.post(url("submission_return", first.pk), {"reason": "缺"}).status_code == 200  # says more, please
    bureau.post(url("submission_return", first.pk), {"reason": "缺少签到表"})
    assert "缺少签到表" in unit.get(url("documents", drill.pk)).content.decode()
    unit.post(url("submit", drill.pk), {"note": "已补"})
    second = drill.submissions.get(state="sent")
    bureau.post(url("submission_receive", second.pk))
    bureau.post(url("submission_receive", second.pk))
    answer = unit.get(url("receipt", second.pk))
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "HZ2026-0001" in text.replace(" ", "") or "HZ" in text
    assert "【演练】" in text
    assert client_of(learner_b).get(url("receipt", second.pk)).status_code == 404
    assert unit.get(url("receipt", first.pk)).status_code == 404  # none was given


def test_the_workbook_holds_what_the_box_shows(drill, organisation_b, manager_a, manager_b, leader, client_of) -> None:
    attend(drill, heads=30)
    send(drill, manager_a)
    send(make_run(organisation_b, "reported"), manager_b)
    answer = client_of(leader).post(url("inbox_export") + "?q=甲化工")
    (sheet,) = read_workbook(answer.content)
    _title, _as_of, head, *body = sheet.rows
    assert (len(head), len(body)) == (15, 1)
    assert (body[0][1], body[0][8], body[0][9]) == (drill.marked_title, 0, 30)


def test_the_box_asks_as_often_for_one_as_for_many(
    organisation_a, manager_a, leader, client_of, django_assert_max_num_queries
) -> None:
    for _number in range(8):
        send(make_run(organisation_a, "reported"), manager_a)
    client = client_of(leader)
    client.get(url("inbox"))
    with django_assert_max_num_queries(18):
        client.get(url("inbox"))


def test_a_wrong_filter_filters_nothing(drill, manager_a, leader, client_of) -> None:
    send(drill, manager_a)
    client = client_of(leader)
    for query in ("?state=nonsense", "?township=abc", "?township=99999999", "?page=77", "?q=%00"):
        assert client.get(url("inbox") + query).status_code == 200


def test_waits_longest_stands_first(organisation_a, manager_a, leader) -> None:
    late, early = (make_run(organisation_a, "reported") for _ in range(2))
    services.submit_drill(late, by=manager_a, now=LATER + timedelta(days=1))
    services.submit_drill(early, by=manager_a, now=LATER)
    assert [row.drill for row in inbox(leader, Filter())] == [early, late]
