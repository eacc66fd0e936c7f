"""The candidate's pages: list, waiting room, ticket, sitting, take-over, result."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from exams import services
from exams.models import Exam, Sitting
from exams.sitting_rules import Save
from exams.views import room
from people.services.identity import identity_fields
from tests.exams.factories import make_bank, make_candidate, make_published, right_answers

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=")


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


@pytest.fixture
def exam(organisation_a):
    return make_published(make_bank(), organisation=organisation_a)


@pytest.fixture
def candidate(exam, learner):
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    learner.refresh_from_db()
    return make_candidate(exam, learner.memberships.get())


@pytest.fixture
def phone(client_of, learner, candidate):
    """The learner's own browser, which has been to the waiting room."""
    client = client_of(learner)
    assert client.get(url("waiting", candidate.pk)).status_code == 200
    return client


def begin(client, candidate):
    response = client.post(url("start", candidate.pk))
    sitting = Sitting.objects.get(candidate=candidate, state=Sitting.State.OPEN)
    assert response.url == url("sitting", sitting.pk)
    return sitting


def submit(sitting, *, right=True):
    now = timezone.now()
    answers = right_answers(sitting) if right else {}
    saves = [Save(slot, tuple(given), 1, now) for slot, given in answers.items()]
    services.save_answers(sitting.pk, saves, device=sitting.device, epoch=sitting.epoch, now=now)
    services.submit_sitting(sitting, now=now)
    return services.mark_sitting(sitting.pk, now=now)


# ── Before ───────────────────────────────────────────────────────────────────
def test_the_list_names_the_one_next_thing_first(client_of, learner, candidate, organisation_a):
    later = make_published(make_bank("另一个"), title="后天的考试", opens_at=timezone.now() + timedelta(hours=9))
    make_candidate(later, learner.memberships.get())
    rows = client_of(learner).get(url("my_exams")).context["rows"]
    assert [(row["exam"].title, row["next"]) for row in rows] == [("岗前考试", True), ("后天的考试", False)]


def test_drafts_are_not_the_candidates_business(client_of, learner, candidate):
    Exam.objects.filter(pk=candidate.exam_id).update(state=Exam.State.DRAFT, published_at=None)
    client = client_of(learner)
    assert client.get(url("my_exams")).context["rows"] == []
    assert client.get(url("waiting", candidate.pk)).status_code == 404


def test_the_waiting_room_counts_down_to_the_opening(client_of, learner, candidate):
    Exam.objects.filter(pk=candidate.exam_id).update(opens_at=timezone.now() + timedelta(minutes=5))
    client = client_of(learner)
    page = client.get(url("waiting", candidate.pk))
    assert page.context["row"]["coming"]
    assert 0 < page.context["opens_ms"] - page.context["now_ms"] <= 300_000
    assert client.post(url("start", candidate.pk)).url == url("waiting", candidate.pk)
    assert not Sitting.objects.exists()


def test_the_clock_tells_the_servers_time_without_asking_the_database(client):
    with CaptureQueriesContext(connection) as seen:
        told = client.get(url("clock")).json()
    assert set(told) == {"server_time"}
    assert len(seen) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closes_at": timedelta(minutes=-1), "opens_at": timedelta(days=-1)}, "closed on"),
        ({"state": Exam.State.WITHDRAWN}, "withdrawn"),
    ],
)
def test_why_it_cannot_be_sat_is_said(client_of, learner, candidate, change, words):
    now = timezone.now()
    moments = {name: now + value if isinstance(value, timedelta) else value for name, value in change.items()}
    Exam.objects.filter(pk=candidate.exam_id).update(**moments)
    with translation.override("en"):
        page = client_of(learner).get(url("waiting", candidate.pk)).content.decode()
    assert words in page
    assert "data-waiting-start" not in page


# ── During ───────────────────────────────────────────────────────────────────
def test_a_start_leads_to_the_paper_and_a_second_one_to_the_same(phone, candidate):
    sitting = begin(phone, candidate)
    assert begin(phone, candidate) == sitting
    page = phone.get(url("sitting", sitting.pk))
    assert [slot["number"] for slot in page.context["slots"]] == [0, 1, 2, 3, 4]
    assert page.context["token"]


def test_the_paper_never_tells_the_key_or_the_explanation(phone, candidate):
    sitting = begin(phone, candidate)
    html = phone.get(url("sitting", sitting.pk)).content.decode()
    assert "解析" not in html
    assert not re.search(r"\b(answer|key|right|explanation)=", html)
    assert html.count("checked") == 0


def test_the_paper_costs_few_statements_however_long_it_is(phone, candidate):
    sitting = begin(phone, candidate)
    with CaptureQueriesContext(connection) as seen:
        phone.get(url("sitting", sitting.pk))
    assert len(seen) <= 12


def test_what_was_saved_stands_in_the_page_after_a_reload(phone, candidate):
    sitting = begin(phone, candidate)
    given = right_answers(sitting)[0]
    token = phone.get(url("sitting", sitting.pk)).context["token"]
    save = {"slot": 0, "given": given, "revision": 1, "happened_at": timezone.now().isoformat()}
    reply = phone.post(
        url("sitting_save", sitting.pk),
        {"epoch": 1, "saves": [save]},
        content_type="application/json",
        headers={"X-Attempt": token},
    ).json()
    assert reply["receipts"][0]["verdict"] == "accepted"
    slot = phone.get(url("sitting", sitting.pk)).context["slots"][0]
    assert (slot["given_json"], slot["revision"]) == (str(given), 1)
    assert [option["position"] for option in slot["options"] if option["given"]] == given


def test_another_device_is_asked_before_it_takes_over(phone, candidate, client_of, learner):
    sitting = begin(phone, candidate)
    tablet = client_of(learner)
    assert tablet.get(url("waiting", candidate.pk)).context["row"]["other_device"]
    page = tablet.get(url("sitting", sitting.pk))
    assert "exams/room_takeover.html" in [template.name for template in page.templates]
    assert "token" not in page.context
    assert tablet.post(url("take_over", sitting.pk)).url == url("sitting", sitting.pk)
    assert tablet.get(url("sitting", sitting.pk)).context["token"]
    assert "token" not in phone.get(url("sitting", sitting.pk)).context
    sitting.refresh_from_db()
    assert sitting.epoch == 2


def test_a_device_name_that_is_not_of_our_making_is_none(phone, candidate):
    phone.cookies[room.DEVICE] = "x' OR 1=1"
    begin(phone, candidate)
    assert Sitting.objects.get().device != "x' OR 1=1"


def test_a_sitting_of_somebody_else_does_not_exist(phone, candidate, client_of, learner_b, manager_a):
    sitting = begin(phone, candidate)
    for person in (learner_b, manager_a):
        client = client_of(person)
        for name in ("sitting", "result"):
            assert client.get(url(name, sitting.pk)).status_code == 404
        assert client.get(url("waiting", candidate.pk)).status_code == 404
        assert client.post(url("start", candidate.pk)).status_code == 404
        assert client.post(url("take_over", sitting.pk)).status_code == 404
    assert Client().get(url("sitting", sitting.pk)).url.startswith(reverse("account_login"))


# ── After ────────────────────────────────────────────────────────────────────
def test_an_open_sitting_has_no_result_and_a_closed_one_no_paper(phone, candidate):
    sitting = begin(phone, candidate)
    assert phone.get(url("result", sitting.pk)).url == url("sitting", sitting.pk)
    submit(sitting)
    assert phone.get(url("sitting", sitting.pk)).url == url("result", sitting.pk)
    assert phone.post(url("take_over", sitting.pk)).url == url("result", sitting.pk)


def test_the_result_says_points_and_passed_but_never_which_question(phone, candidate):
    sitting = begin(phone, candidate)
    submit(sitting)
    page = phone.get(url("result", sitting.pk))
    assert (page.context["mark"].points, page.context["needed"], page.context["answered"]) == (100, 80, 5)
    assert "题库：第" not in page.content.decode()


def test_who_fails_is_led_to_the_make_up_exam_while_there_is_one(phone, candidate):
    first = begin(phone, candidate)
    submit(first, right=False)
    page = phone.get(url("result", first.pk))
    assert page.context["may_start"]
    assert url("waiting", candidate.pk) in page.content.decode()
    second = begin(phone, candidate)
    assert (second.number, second.paper_id != first.paper_id) == (2, True)
    submit(second, right=False)
    page = phone.get(url("result", second.pk))
    assert (page.context["may_start"], page.context["attempts_left"]) == (False, 0)


def test_the_result_waits_for_the_marking(phone, candidate):
    sitting = begin(phone, candidate)
    services.submit_sitting(sitting, now=timezone.now())
    page = phone.get(url("result", sitting.pk))
    assert page.context["mark"] is None
    assert "data-unmarked" in page.content.decode()


@pytest.mark.parametrize(("total", "percent", "needed"), [(100, 80, 80), (7, 60, 5), (3, 100, 3), (10, 1, 1)])
def test_the_points_needed_are_whole(total, percent, needed):
    from exams.views.standing import points_needed

    assert points_needed(Exam(pass_percent=percent), total) == needed


# ── Tickets ──────────────────────────────────────────────────────────────────
@pytest.fixture
def ticket(candidate):
    tokens = services.issue_tickets([candidate], by=None, now=timezone.now())
    candidate.refresh_from_db()
    return url("ticket", tokens[candidate.pk])


def test_a_ticket_lets_its_holder_into_this_one_exam(ticket, candidate, learner):
    client = Client()
    assert learner.full_name not in client.get(ticket).content.decode()  # masked: it may have been found
    assert client.post(ticket, {"tail": "002x"}).url == url("waiting", candidate.pk)
    sitting = begin(client, candidate)
    assert client.get(url("sitting", sitting.pk)).context["token"]
    submit(sitting)
    assert client.get(url("result", sitting.pk)).status_code == 200
    assert client.get(url("my_exams")).status_code == 302
    assert client.get(reverse("people:home")).status_code == 302


def test_the_last_four_digits_of_the_phone_do_as_well(ticket, candidate, learner):
    assert Client().post(ticket, {"tail": learner.phone[-4:]}).url == url("waiting", candidate.pk)


def test_five_wrong_tries_close_the_ticket_for_a_while(ticket, learner):
    client = Client()
    for _try in range(5):
        assert client.post(ticket, {"tail": "0000"}).context["form"].errors
    assert client.post(ticket, {"tail": learner.phone[-4:]}).context["form"].errors
    assert room.TICKET not in client.session


def test_a_ticket_that_was_replaced_opens_nothing_any_more(ticket, candidate, learner):
    client = Client()
    client.post(ticket, {"tail": learner.phone[-4:]})
    services.issue_tickets([candidate], by=None, now=timezone.now())
    assert client.get(ticket).status_code == 404
    assert client.get(url("waiting", candidate.pk)).status_code == 404


def test_a_ticket_lasts_twelve_hours_on_a_phone(ticket, candidate, learner):
    client = Client()
    client.post(ticket, {"tail": learner.phone[-4:]})
    session = client.session
    session[room.TICKET] = [*session[room.TICKET][:2], int(timezone.now().timestamp()) - 1]
    session.save()
    assert client.get(url("waiting", candidate.pk)).status_code == 404


def test_whoever_is_signed_in_needs_no_digits_for_his_own_ticket(ticket, candidate, phone):
    assert phone.get(ticket).url == url("waiting", candidate.pk)


def test_a_forged_ticket_is_told_so(client):
    assert client.get(url("ticket", "no-such-ticket")).status_code == 404


# ── The pages ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages_without_inline_style_or_script(
    phone, candidate, ticket, language, client_of, learner
):
    pages = []
    with translation.override(language):
        pages += [url("my_exams"), url("waiting", candidate.pk)]
        sitting = begin_in(phone, candidate)
        pages += [url("sitting", sitting.pk), url("waiting", candidate.pk)]
        shown = [(address, phone.get(address)) for address in pages]
        shown += [("take over", client_of(learner).get(url("sitting", sitting.pk)))]
        shown += [("ticket", Client().get(ticket)), ("bad ticket", Client().get(url("ticket", "nonsense")))]
        submit(sitting, right=False)
        shown += [
            ("result", phone.get(url("result", sitting.pk))),
            ("waiting", phone.get(url("waiting", candidate.pk))),
        ]
    for name, page in shown:
        html = page.content.decode()
        assert not INLINE.search(html), name
        assert len(re.findall(r"<h1", html)) == 1, name


def begin_in(client, candidate):
    client.post(url("start", candidate.pk))
    return Sitting.objects.get(candidate=candidate, state=Sitting.State.OPEN)
