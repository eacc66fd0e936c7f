"""Questions in Wagtail's admin: a new wording is a new version, a fault is named, nothing that was asked goes away."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exams import rules
from exams.forms.questions import FAULTS
from exams.models import Question, QuestionBank

pytestmark = pytest.mark.django_db
TYPED = {
    "kind": "single",
    "stem": "闻到燃气味，先做什么？",
    "lines": "开灯看\n*关阀门\n打电话",
    "explanation": "开灯会打出火花。",
    "difficulty": "1",
    "hazard": "gas",
}


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="安全知识题库")


@pytest.fixture
def at_desk(editor: Any, client_of: Callable[[Any], Client]) -> Client:
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import Locale

    Locale.objects.get_or_create(language_code="zh-hans")
    editors, _made = Group.objects.get_or_create(name="editors")
    editors.permissions.set(Permission.objects.filter(content_type__app_label="exams", codename__endswith="_question"))
    editor.groups.add(editors)
    return client_of(editor)


def url(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_exams_question:{name}", args=args)


def written(bank: QuestionBank, at_desk: Client, **changed: str) -> Question:
    at_desk.post(url("add"), TYPED | {"bank": str(bank.pk)} | changed)
    return Question.objects.latest("pk")


def test_a_question_is_written_on_one_screen_and_names_itself(bank: QuestionBank, at_desk: Client, editor: Any) -> None:
    question = written(bank, at_desk)
    version = question.current
    assert (question.key, version.number, version.author) == ("q1", 1, editor)
    assert (version.options, version.answer) == (["开灯看", "关阀门", "打电话"], [1])


def test_the_next_question_gets_the_next_free_name(bank: QuestionBank, at_desk: Client) -> None:
    written(bank, at_desk)
    Question.objects.create(bank=bank, key="q3")
    assert written(bank, at_desk).key == "q4"


def test_a_changed_wording_is_a_new_version(bank: QuestionBank, at_desk: Client) -> None:
    question = written(bank, at_desk)
    at_desk.post(url("edit", question.pk), TYPED | {"stem": "新的问法"})
    question.refresh_from_db()
    assert [version.stem for version in question.versions.order_by("number")] == [TYPED["stem"], "新的问法"]
    assert question.current.stem == "新的问法"


def test_saving_without_a_change_makes_no_version(bank: QuestionBank, at_desk: Client) -> None:
    question = written(bank, at_desk)
    at_desk.post(url("edit", question.pk), TYPED)
    assert question.versions.count() == 1


def test_the_form_shows_the_right_options_with_an_asterisk(bank: QuestionBank, at_desk: Client) -> None:
    question = written(bank, at_desk)
    assert at_desk.get(url("edit", question.pk)).context["form"].initial["lines"] == TYPED["lines"]


def test_the_asterisk_of_a_chinese_keyboard_counts_too(bank: QuestionBank, at_desk: Client) -> None:
    assert written(bank, at_desk, lines="开灯看\n＊关阀门").current.answer == [1]


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("single", "*只有一个"),
        ("single", "开灯\n关阀门"),
        ("single", "*关阀门\n关阀门"),
        ("single", "*开灯\n*关阀门"),
        ("multiple", "*开灯\n关阀门"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_a_clear_chinese_word(
    bank: QuestionBank, at_desk: Client, kind: str, lines: str
) -> None:
    answer = at_desk.post(url("add"), TYPED | {"bank": str(bank.pk), "kind": kind, "lines": lines})
    [error] = answer.context["form"].errors["lines"]
    assert re.fullmatch(r"[^A-Za-z]+", error)
    assert not Question.objects.exists()


def test_every_fault_of_the_rules_is_known_to_the_translators() -> None:
    assert set(re.findall(r'QuestionFault\("(.+?)"\)', inspect.getsource(rules))) == set(FAULTS)


@pytest.mark.parametrize("superuser", [False, True])
def test_a_question_that_was_asked_cannot_be_deleted(
    bank: QuestionBank, at_desk: Client, editor: Any, superuser: bool
) -> None:
    question = written(bank, at_desk)
    editor.is_superuser = superuser
    editor.save()
    assert at_desk.post(url("delete", question.pk)).status_code in {302, 403}
    assert Question.objects.filter(pk=question.pk).exists()
    assert url("delete", question.pk) not in at_desk.get(url("edit", question.pk)).content.decode()
    assert url("delete", question.pk) not in at_desk.get(url("list")).content.decode()


def test_a_question_is_found_by_a_word_inside_it(bank: QuestionBank, at_desk: Client) -> None:
    written(bank, at_desk)
    written(bank, at_desk, stem="地震时往哪里跑？")
    at_desk.get(url("list"))  # what was said about saving is shown once
    choose = reverse(Question.snippet_viewset.chooser_viewset.get_url_name("choose"))
    listed = at_desk.get(url("list") + "?q=燃气").content.decode()
    offered = at_desk.get(choose + "?q=燃气").json()["html"]
    for html in (listed, offered):
        assert "闻到燃气味" in html
        assert "地震时" not in html


def test_questions_of_an_organisation_stay_its_own(bank: QuestionBank, at_desk: Client, organisation_a: Any) -> None:
    own = QuestionBank.objects.create(name="企业题库", organisation=organisation_a)
    question = Question.objects.create(bank=own, key="q1")
    for name in ("edit", "history", "usage"):
        assert at_desk.get(url(name, question.pk)).status_code == 404, name
    answer = at_desk.post(url("add"), TYPED | {"bank": str(own.pk)})
    assert "bank" in answer.context["form"].errors
