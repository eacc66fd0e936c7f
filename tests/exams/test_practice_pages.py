"""The pages of practice, with plain forms: no script runs here."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams.models import MockExam, PracticeAnswer, Question, QuestionBank
from records.models import AuditEntry
from tests.exams.factories import make_bank, make_published, make_question

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=")
KEY = "解析：密钥在此。"  # what the factory writes as an explanation
RUBRIC = [{"text": "先断电", "share": 1}]
KINDS: dict[str, dict[str, Any]] = {
    "single": {"asked": {}, "right": {"given": "1"}},
    "multiple": {"asked": {}, "right": {"given": ["0", "2"]}},
    "true_false": {"asked": {"answer": [0]}, "right": {"given": "0"}},
    "fill": {
        "asked": {"stem": "火警电话是____。", "options": [], "answer": [{"accept": ["119"]}]},
        "right": {"given-0": " １１９ "},
    },
    "ordering": {
        "asked": {"options": ["断电", "验电", "接地"], "answer": [0, 1, 2]},
        "right": {"given-0": "1", "given-1": "2", "given-2": "3"},
    },
    "matching": {
        "asked": {"options": {"left": ["红", "黄"], "right": ["警告", "禁止"]}, "answer": [1, 0]},
        "right": {"given-0": "1", "given-1": "0"},
    },
}


def url(name: str, *args: Any) -> str:
    return reverse(f"exams:{name}", args=args)


@pytest.fixture
def bank() -> QuestionBank:
    bank = QuestionBank.objects.create(name="练习题库", open_for_practice=True)
    make_question(bank, "single", 1)
    return bank


@pytest.fixture
def at_home(client_of: Any, learner: Any) -> Client:
    signed_in: Client = client_of(learner)
    return signed_in


def fields(page: Any) -> dict[str, Any]:
    return {"version": page.context["shown"].version.pk, "key": page.context["key"]}


def only(bank: QuestionBank, kind: str) -> Question:
    bank.questions.update(retired_at=timezone.now())
    return make_question(bank, kind, 9, **KINDS[kind]["asked"])


# ── One question a page ──────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_with_plain_fields(kind: str, bank: QuestionBank, at_home: Client) -> None:
    only(bank, kind)
    ask = url("practice_ask", bank.pk)
    page = at_home.get(ask)
    assert KEY not in page.content.decode()
    assert not INLINE.search(page.content.decode())
    answered = at_home.post(ask, fields(page) | KINDS[kind]["right"], follow=True)
    assert PracticeAnswer.objects.get().right is True
    assert KEY in answered.content.decode()
    assert not INLINE.search(answered.content.decode())
    assert answered.context["onward"]["next"].startswith(ask)


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_not_know_sees_the_key_and_gets_it_again(kind: str, bank: QuestionBank, at_home: Client) -> None:
    question = only(bank, kind)
    ask = url("practice_ask", bank.pk)
    answered = at_home.post(ask, fields(at_home.get(ask)) | {"unknown": "1"}, follow=True)
    assert KEY in answered.content.decode()
    assert [row.question for row in at_home.get(url("practice_wrong")).context["page"].object_list] == [question]
    assert at_home.get(url("practice_wrong_ask")).context["shown"].version == question.current


def test_an_essay_is_judged_by_who_wrote_it(bank: QuestionBank, at_home: Client) -> None:
    bank.questions.update(retired_at=timezone.now())
    make_question(bank, "essay", 2, options=[], answer=RUBRIC)
    ask = url("practice_ask", bank.pk)
    answered = at_home.post(ask, fields(at_home.get(ask)) | {"given": "先断电，再验电"}, follow=True)
    assert "先断电" in answered.content.decode()
    judge = url("practice_judge", PracticeAnswer.objects.get().pk)
    assert judge in answered.content.decode()
    after = at_home.post(judge, {"right": "no"}, follow=True)
    assert judge not in after.content.decode()
    assert len(at_home.get(url("practice_wrong")).context["page"].object_list) == 1


def test_the_same_page_sent_twice_answers_once(bank: QuestionBank, at_home: Client) -> None:
    ask = url("practice_ask", bank.pk)
    sent = fields(at_home.get(ask)) | {"given": "1"}
    assert at_home.post(ask, sent).url == at_home.post(ask, sent).url
    assert PracticeAnswer.objects.count() == 1


def test_nothing_chosen_is_asked_again_and_not_counted(bank: QuestionBank, at_home: Client) -> None:
    ask = url("practice_ask", bank.pk)
    page = at_home.get(ask)
    again = at_home.post(ask, fields(page))
    assert again.status_code == 422
    assert again.context["problem"]
    assert fields(again) == fields(page)
    only(bank, "ordering")
    twice = fields(at_home.get(ask)) | {"given-0": "1", "given-1": "1", "given-2": "3"}
    assert at_home.post(ask, twice).context["problem"]
    assert not PracticeAnswer.objects.exists()


FORGED: list[dict[str, Any]] = [{"given": "7"}, {"given": "x"}, {"given": ["0", "1"]}, {"key": "x"}, {"version": "x"}]


@pytest.mark.parametrize("given", FORGED)
def test_what_no_page_sends_is_refused(given: dict[str, Any], bank: QuestionBank, at_home: Client) -> None:
    ask = url("practice_ask", bank.pk)
    assert at_home.post(ask, fields(at_home.get(ask)) | given).status_code == 400
    assert not PracticeAnswer.objects.exists()


def test_once_an_exam_asks_it_neither_answer_nor_key_is_to_be_had(bank: QuestionBank, at_home: Client) -> None:
    ask, now = url("practice_ask", bank.pk), timezone.now()
    page = at_home.get(ask)
    kept = at_home.post(ask, fields(page) | {"given": "1"}).url
    assert KEY in at_home.get(kept).content.decode()
    make_published(bank, now=now, parts=[("single", 1, 100)])
    assert KEY not in at_home.get(kept).content.decode()
    assert at_home.post(ask, fields(page) | {"given": "0"}).url == ask
    assert at_home.get(ask).templates[0].name == "exams/practice_none.html"
    assert PracticeAnswer.objects.count() == 1


# ── Choosing ─────────────────────────────────────────────────────────────────
def test_the_choice_is_counted_and_kept_from_question_to_question(bank: QuestionBank, at_home: Client) -> None:
    make_question(bank, "multiple", 1)
    Question.objects.filter(key="multiple-1").update(chapter="第一章")
    page = at_home.get(url("practice_bank", bank.pk), {"chapter": "第一章"})
    assert page.context["total"] == 1
    ask = url("practice_ask", bank.pk) + "?chapter=第一章"
    answered = at_home.post(ask, fields(at_home.get(ask)) | {"given": ["0", "2"]}, follow=True)
    following = at_home.get(answered.context["onward"]["next"])
    assert following.context["shown"].version.kind == "multiple"
    assert at_home.get(url("practice_ask", bank.pk), {"kind": "essay"}).templates[0].name == "exams/practice_none.html"
    assert at_home.get(url("practice_bank", bank.pk), {"kind": "nonsense"}).context["total"] == 2


def test_empty_pages_say_what_will_stand_there(at_home: Client) -> None:
    for name in ("practice", "practice_wrong", "practice_wrong_ask"):
        assert "empty" in at_home.get(url(name)).content.decode()


def test_practice_is_found_from_tasks_exams_and_home(bank: QuestionBank, at_home: Client) -> None:
    for page in (reverse("learning:tasks"), url("my_exams")):
        assert f'href="{url("practice")}"' in at_home.get(page).content.decode()
    assert url("practice_bank", bank.pk) in at_home.get(url("practice")).content.decode()


def test_the_home_page_asks_as_many_statements_of_three_banks_as_of_one(at_home: Client, bank: QuestionBank) -> None:
    counts = []
    for number in (1, 3):
        for extra in range(number):
            more = make_bank(f"题库{extra}", single=2)
            QuestionBank.objects.filter(pk=more.pk).update(open_for_practice=True)
        with CaptureQueriesContext(connection) as statements:
            at_home.get(url("practice"))
        counts.append(len(statements))
    assert counts[0] == counts[1]


# ── Mock exams ───────────────────────────────────────────────────────────────
@pytest.fixture
def mixed(bank: QuestionBank) -> QuestionBank:
    for kind, told in KINDS.items():
        make_question(bank, kind, 5, **told["asked"])
    make_question(bank, "essay", 5, options=[], answer=RUBRIC)
    return bank


def begin(client: Client, bank: QuestionBank, **counts: int) -> MockExam:
    client.post(url("mock_new", bank.pk), counts | {"minutes": 30})
    return MockExam.objects.get(handed_in_at=None)


def test_a_mock_exam_of_all_kinds_is_saved_handed_in_and_explained(mixed: QuestionBank, at_home: Client) -> None:
    mock = begin(at_home, mixed, **dict.fromkeys(["multiple", "fill", "ordering", "matching", "essay"], 1))
    page = at_home.get(url("mock_exam", mock.pk))
    assert KEY not in page.content.decode()
    assert not INLINE.search(page.content.decode())
    sent: dict[str, Any] = {}
    for place, slot in enumerate(mock.slots):
        right = KINDS.get(slot["kind"], {"right": {"given": "先断电"}})["right"]
        sent |= {name.replace("given", f"q{place}", 1): value for name, value in right.items()}
    at_home.post(url("mock_exam", mock.pk), sent | {"save": "1"})
    assert [row["shown"].given != [] for row in at_home.get(url("mock_exam", mock.pk)).context["rows"]] == [True] * 5
    result = at_home.post(url("mock_exam", mock.pk), sent | {"hand_in": "1"}, follow=True)
    assert result.context["counts"] == {"right": 4, "all": 4}
    assert KEY in result.content.decode()
    essay = mock.answers.get(right=None)
    judged = at_home.post(url("practice_judge", essay.pk), {"right": "yes"}, follow=True)
    assert judged.context["counts"] == {"right": 5, "all": 5}


def test_two_items_of_one_number_are_told_before_handing_in(mixed: QuestionBank, at_home: Client) -> None:
    mock = begin(at_home, mixed, ordering=1)
    page = at_home.post(url("mock_exam", mock.pk), {"q0-0": "1", "q0-1": "1", "hand_in": "1"})
    assert page.status_code == 422
    assert MockExam.objects.get().handed_in_at is None


def test_after_the_time_what_was_saved_is_handed_in(mixed: QuestionBank, at_home: Client) -> None:
    mock = begin(at_home, mixed, multiple=1)
    at_home.post(url("mock_exam", mock.pk), {"q0": ["0", "2"], "save": "1"})
    past = timezone.now() - timedelta(hours=2)
    MockExam.objects.update(started_at=past, deadline=past + timedelta(minutes=30))
    late = at_home.post(url("mock_exam", mock.pk), {"q0": ["1"], "hand_in": "1"}, follow=True)
    assert late.context["counts"] == {"right": 1, "all": 1}


def test_a_mock_exam_of_no_question_is_refused(mixed: QuestionBank, at_home: Client) -> None:
    assert at_home.post(url("mock_new", mixed.pk), {"minutes": 30}).context["form"].errors
    assert at_home.post(url("mock_new", mixed.pk), {"minutes": 30, "fill": 99}).context["form"].errors
    assert not MockExam.objects.exists()


# ── Opening a bank ───────────────────────────────────────────────────────────
def test_a_manager_opens_his_bank_and_says_what_he_has_read(
    client_of: Any, manager_a: Any, organisation_a: Any, at_home: Client
) -> None:
    bank = make_bank("甲厂题库", organisation_a, single=2)
    for question in bank.questions.all():
        question.versions.update(author=manager_a)
    client, settings = client_of(manager_a), url("practice_settings", bank.pk)
    assert settings in client.get(url("bank_detail", bank.pk)).content.decode()
    client.post(settings, {"open_for_practice": "on"})
    assert at_home.get(url("practice_bank", bank.pk)).context["total"] == 0
    first = bank.questions.order_by("pk")[0].current_id
    client.post(settings, {"reviewed": "1", "version": [first]})
    assert at_home.get(url("practice_bank", bank.pk)).context["total"] == 1
    client.post(settings, {})
    assert at_home.get(url("practice_bank", bank.pk)).status_code == 404
    actions = AuditEntry.objects.filter(object_id=str(bank.pk)).values_list("action", flat=True)
    assert {"exams.bank_opened", "exams.questions_reviewed", "exams.bank_closed"} <= set(actions)
