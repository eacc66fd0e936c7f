import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from duties.models import DutyRule
from learning.models import Enrolment, LessonProgress, Programme, Segment
from learning.queries.programmes import Filter, board, programme_rows
from learning.services import programmes as services
from learning.services.enrolment import assign_members
from learning.services.programmes import NotADraft, ProgrammeNotReady
from people.models import Membership
from records.models import AuditEntry
from records.spreadsheets import read_workbook
from tests.exams.factories import make_exam, make_published
from tests.learning.factories import CourseFactory, LessonFactory, ProgrammeFactory, enrol, programme_of
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
PAST, FAR = date(2026, 1, 1), date(2099, 12, 31)


def url(name: str, *args: Any) -> str:
    return reverse(f"learning:{name}", args=args)


def mock_rule() -> DutyRule:
    return DutyRule.objects.create(
        key="T10", kind="training", subject="特种作业人员", subject_en="Special operators", matter="培训、考核",
        matter_en="Training", trigger="hire", status="mandatory", level="national", verified=True, source="第19号令",
        values={"mock_only": True},
    )  # fmt: skip


# ── From draft to end ────────────────────────────────────────────────────────
@pytest.fixture
def draft(organisation_a: Any, manager_a: Any) -> Programme:
    """Two courses of twenty minutes each, of which half a learning hour is asked."""
    courses = [CourseFactory(title=title, organisation=organisation_a) for title in ("乙课", "甲课")]
    for course in courses:
        LessonFactory(course=course, minutes=20)
    programme = Programme(
        title="岗前培训", organisation=organisation_a, required_hours=Decimal("0.5"), opens_on=PAST, closes_on=FAR
    )
    return services.save_draft(programme, courses=courses, by=manager_a, now=NOW)


def problems(programme: Programme, **fields: Any) -> list[str]:
    for name, value in fields.items():
        setattr(programme, name, value)
    return services.what_is_missing(programme, now=NOW)


def test_courses_keep_their_order_each_once(draft, manager_a) -> None:
    assert [course.title for course in draft.courses.order_by("parts__position")] == ["乙课", "甲课"]
    first, second = draft.courses.order_by("parts__position")
    services.save_draft(draft, courses=[second, first, second], by=manager_a, now=NOW)
    assert [course.title for course in draft.courses.order_by("parts__position")] == ["甲课", "乙课"]


def test_published_is_frozen(draft, manager_a) -> None:
    services.publish_programme(draft, by=manager_a, now=NOW)
    with pytest.raises(NotADraft):
        services.save_draft(draft, courses=[], by=manager_a, now=NOW)
    with pytest.raises(NotADraft):
        services.publish_programme(draft, by=manager_a, now=NOW)
    assert draft.courses.count() == 2
    assert AuditEntry.objects.filter(action="learning.programme_published").count() == 1


def test_it_is_closed_once_with_a_reason(draft, manager_a) -> None:
    assert not services.close_programme(draft, reason="a draft", by=manager_a, now=NOW)
    services.publish_programme(draft, by=manager_a, now=NOW)
    assert services.close_programme(draft, reason="the line is shut", by=manager_a, now=NOW)
    assert not services.close_programme(draft, reason="again", by=manager_a, now=NOW)


def test_what_is_missing_is_said_in_words(draft, organisation_a) -> None:
    assert problems(draft) == []
    assert len(problems(draft, required_hours=Decimal(2))) == 1  # 90 minutes of 40
    draft.required_hours = Decimal("0.5")
    assert len(problems(draft, closes_on=date(2026, 11, 23))) == 1
    draft.closes_on = FAR
    assert len(problems(draft, exam=make_exam(organisation=organisation_a, now=NOW))) == 1  # a draft itself
    over = make_published(organisation=organisation_a, now=NOW - timedelta(days=2))
    assert len(problems(draft, exam=over)) == 1
    draft.exam = None
    draft.courses.first().lessons.update(minutes=1)
    draft.courses.update(published_at=None)
    assert len(problems(draft)) == 3  # two courses unpublished, and too few minutes
    draft.parts.all().delete()
    assert len(problems(draft)) == 1


def test_where_an_authority_assesses_only_the_mock_proof_may_be_issued(draft, organisation_a) -> None:
    exam = make_published(organisation=organisation_a, now=NOW)
    draft.exam, draft.duty = exam, mock_rule()
    assert problems(draft, certificate_kind="mock") == []
    for kind in ("training", "study"):
        assert len(problems(draft, certificate_kind=kind)) == 1


def test_a_certificate_of_having_passed_needs_an_exam(draft, organisation_a) -> None:
    assert problems(draft, certificate_kind="study") == []
    assert len(problems(draft, certificate_kind="training")) == 1
    assert problems(draft, exam=make_published(organisation=organisation_a, now=NOW)) == []


def test_an_unready_draft_is_not_published(draft, manager_a) -> None:
    draft.parts.all().delete()
    with pytest.raises(ProgrammeNotReady):
        services.publish_programme(draft, by=manager_a, now=NOW)
    assert Programme.objects.get().state == "draft"


# ── The figures ──────────────────────────────────────────────────────────────
@pytest.fixture
def programme(organisation_a: Any) -> Programme:
    return programme_of(LessonFactory(), organisation=organisation_a, title="岗前培训")


def person(programme: Programme, name: str, department: str = "", **fields: Any) -> Enrolment:
    membership = MembershipFactory(
        user=UserFactory(full_name=name), organisation=programme.organisation, department=department
    )
    return enrol(membership.user, programme, **fields)


def begin(enrolment: Enrolment, seconds: int = 0) -> Enrolment:
    lesson = enrolment.programme.courses.get().lessons.first()
    Segment.objects.create(enrolment=enrolment, lesson=lesson, device="phone", started_at=NOW, last_beat_at=NOW)
    if seconds:
        LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, credited_seconds=seconds, check_passed_at=NOW)
    return enrolment


@pytest.fixture
def people(programme: Programme) -> dict[str, Enrolment]:
    return {
        "fresh": person(programme, "未开始", "一车间"),
        "late": person(programme, "逾期一", "二车间", due_on=PAST),
        "learning": begin(person(programme, "学习中", "一车间"), 300),
        "learning_late": begin(person(programme, "逾期二", "一车间", due_on=PAST)),
        "done": begin(person(programme, "已完成", completed_at=NOW, due_on=PAST)),
        "out": person(programme, "移出者", withdrawn_at=NOW),
    }


def shown(programme: Programme, user: Any, **wanted: Any) -> list[str]:
    there = board(programme, user, now=NOW)
    return [row.enrolment.user.full_name for row in there.rows(there.sorted(replace(Filter(), **wanted)))]


def test_the_figures_add_up_and_are_the_filters(programme, people, manager_a) -> None:
    figures = board(programme, manager_a, now=NOW).figures(Filter())
    assert (figures.all, figures.done, figures.learning, figures.not_begun, figures.late) == (5, 1, 2, 2, 2)
    assert figures.done + figures.learning + figures.not_begun == figures.all
    for state in ("done", "learning", "not_begun", "late", "exam_due"):
        assert len(shown(programme, manager_a, state=state)) == getattr(figures, state)
    assert set(shown(programme, manager_a, state="late")) == {"逾期一", "逾期二"}


def test_it_is_narrowed_searched_and_sorted(programme, people, manager_a) -> None:
    assert set(shown(programme, manager_a, department="一车间")) == {"未开始", "学习中", "逾期二"}
    assert shown(programme, manager_a, q="学习") == ["学习中"]
    assert shown(programme, manager_a, sort="-hours")[0] == "学习中"
    assert set(shown(programme, manager_a, sort="due")[:2]) <= {"逾期一", "逾期二", "已完成"}
    assert len(shown(programme, manager_a, sort="nonsense")) == 5


def test_the_bureaus_programme_shows_each_office_its_own_people(
    learner, learner_b, manager_a, manager_b, officer_north, training_officer
) -> None:
    programme = programme_of(LessonFactory())
    for one in (learner, learner_b):
        enrol(one, programme)
    assert shown(programme, manager_a) == shown(programme, officer_north) == ["李强"]
    assert shown(programme, manager_b) == ["马建军"]
    assert set(shown(programme, training_officer)) == {"李强", "马建军"}
    counted = {user.full_name: programme_rows(user, now=NOW).get().people for user in (manager_a, training_officer)}
    assert counted == {"王芳": 1, "钱海": 2}


def test_ones_own_enrolment_elsewhere_is_in_no_figure(learner_b, officer_north, programme) -> None:
    enrol(officer_north, ProgrammeFactory())
    assert board(Enrolment.objects.get().programme, officer_north, now=NOW).figures(Filter()).all == 0


# ── The pages ────────────────────────────────────────────────────────────────
def queries_of(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_managers_page_asks_little_however_many_there_are(programme, organisation_a, manager_a, client_of) -> None:
    programme.exam = make_published(organisation=organisation_a)
    programme.save()
    client = client_of(manager_a)
    address = url("programme_detail", programme.pk)
    assign_members(programme, [MembershipFactory(organisation=organisation_a)], by=None, now=timezone.now())
    queries_of(client, address)
    one = queries_of(client, address)
    more = [MembershipFactory(organisation=organisation_a) for _ in range(60)]
    assign_members(programme, more, by=None, now=timezone.now())
    assert queries_of(client, address) == one
    assert one <= 16  # one of them asks whether the work menu has "My drills"


def test_lists_ask_no_more_for_three_than_for_one(organisation_a, manager_a, client_of) -> None:
    client = client_of(manager_a)
    programme_of(LessonFactory(), organisation=organisation_a)
    queries_of(client, url("programme_list"))
    one = queries_of(client, url("programme_list"))
    for _ in range(2):
        programme_of(LessonFactory(), organisation=organisation_a)
    assert queries_of(client, url("programme_list")) == one


def test_no_name_ever_stands_in_an_address(programme, people, manager_a, client_of) -> None:
    client = client_of(manager_a)
    page = client.post(url("programme_detail", programme.pk), {"q": "学习中"}).content.decode()
    assert "学习中</a>" in page
    assert "未开始</a>" not in page
    assert not re.search(r'href="[^"]*(%E5%AD%A6|学习中)', page)


def test_the_workbook_holds_exactly_what_is_shown(programme, people, manager_a, client_of) -> None:
    client = client_of(manager_a)
    address = url("programme_export", programme.pk)
    (sheet,) = read_workbook(client.post(address + "?state=late&sort=-name").content, "list.xlsx")
    names = [row[0] for row in sheet.rows if row and row[0] in {one.user.full_name for one in people.values()}]
    assert names == shown(programme, manager_a, state="late", sort="-name")
    (sheet,) = read_workbook(client.post(address, {"q": "学习"}).content, "list.xlsx")
    assert "学习中" in {row[0] for row in sheet.rows if row}
    assert "未开始" not in {row[0] for row in sheet.rows if row}
    assert AuditEntry.objects.filter(action="learning.list_exported").count() == 2


def test_the_list_for_the_group_has_names_and_departments_and_nothing_else(
    programme, people, manager_a, client_of
) -> None:
    Membership.objects.update(employee_number="", post="操作工")
    page = client_of(manager_a).get(url("programme_late", programme.pk) + "?state=late").content.decode()
    text = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1]
    assert "二车间：逾期一" in text
    assert "一车间：逾期二" in text
    assert "操作工" not in text
    assert "未开始" not in text
    assert "2 位同事" in text


def test_the_poster_is_a_page_of_names(programme, people, manager_a, client_of) -> None:
    client = client_of(manager_a)
    pdf = client.get(url("programme_poster", programme.pk) + "?state=late").content
    pages = PdfReader(io.BytesIO(pdf)).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) == 1
    assert "逾期一" in text
    assert "未开始" not in text
    Enrolment.objects.update(completed_at=NOW)
    assert client.get(url("programme_poster", programme.pk) + "?state=late").status_code == 404  # nobody to name


def test_a_programme_is_drafted_published_and_assigned_on_its_pages(organisation_a, manager_a, learner, client_of):
    lesson = LessonFactory(minutes=30)
    client = client_of(manager_a)
    fields = {
        "title": "岗前培训", "organisation": organisation_a.pk, "required_hours": "0.5", "minutes_per_hour": "45",
        "opens_on": "2026-01-01", "closes_on": "2099-12-31", "certificate_kind": "study",
        "course_1": lesson.course_id,
    }  # fmt: skip
    client.post(url("programme_new"), fields)
    programme = Programme.objects.get()
    client.post(url("programme_edit", programme.pk), fields | {"title": "岗前安全培训"})
    client.post(url("programme_publish", programme.pk))
    programme.refresh_from_db()
    assert (programme.title, programme.state, programme.organisation) == ("岗前安全培训", "published", organisation_a)
    seen = client.post(url("programme_assign", programme.pk), {"categories": ["worker"]})
    assert seen.context["preview"].new == 2
    assert not Enrolment.objects.exists()
    again = client.post(url("programme_assign", programme.pk), {"categories": ["worker"], "confirm": "7"})
    assert again.context["changed"]
    assert not Enrolment.objects.exists()
    client.post(url("programme_assign", programme.pk), {"categories": ["worker"], "confirm": "2"})
    assert set(programme.enrolments.values_list("user_id", flat=True)) == {manager_a.pk, learner.pk}
    assert programme.rules.get().categories == ["worker"]


def test_a_department_and_single_people_are_ticked(programme, organisation_a, manager_a, client_of) -> None:
    inside = [MembershipFactory(organisation=organisation_a, department="一车间") for _ in range(2)]
    single = MembershipFactory(organisation=organisation_a, department="二车间")
    stranger = MembershipFactory()
    client, address = client_of(manager_a), url("programme_tick", programme.pk)
    assert client.post(address, {}).context["form"].errors
    assert client.post(address, {"members": [stranger.pk]}).context["form"].errors
    ticked = {"departments": ["一车间"], "members": [single.pk]}
    assert client.post(address, ticked).context["preview"].new == 3
    client.post(address, ticked | {"confirm": "3"})
    assert set(programme.enrolments.values_list("membership", flat=True)) == {one.pk for one in [*inside, single]}


def test_a_manager_takes_no_foreign_exam_or_course(organisation_a, organisation_b, manager_a, client_of) -> None:
    fields = {
        "title": "x", "organisation": organisation_a.pk, "required_hours": "0", "minutes_per_hour": "45",
        "opens_on": "2026-01-01", "closes_on": "2099-12-31",
    }  # fmt: skip
    client = client_of(manager_a)
    foreign = {
        "exam": make_published(organisation=organisation_b).pk,
        "course_1": CourseFactory(organisation=organisation_b).pk,
        "organisation": organisation_b.pk,
    }
    for name, value in foreign.items():
        errors = client.post(url("programme_new"), fields | {name: value}).context["form"].errors
        assert list(errors) == [name]
    assert not Programme.objects.exists()


def test_one_person_gets_more_time_or_is_taken_out(programme, people, manager_a, client_of) -> None:
    client, one = client_of(manager_a), people["late"]
    client.post(url("enrolment_extend", one.pk), {"due_on": "2099-06-30", "reason": "long illness"})
    one.refresh_from_db()
    assert one.due_on == date(2099, 6, 30)
    assert (
        client.post(url("enrolment_extend", one.pk), {"due_on": "2020-01-01", "reason": "typo"}).context["form"].errors
    )
    client.post(url("enrolment_withdraw", one.pk), {"reason": "left the plant"})
    one.refresh_from_db()
    assert one.withdrawn_at is not None
    assert client.get(url("enrolment_extend", people["done"].pk)).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages_with_one_primary_action(
    programme, people, draft, manager_a, client_of, language
) -> None:
    client = client_of(manager_a)
    with translation.override(language):
        pages = [
            url("programme_list"), url("programme_new"), url("programme_edit", draft.pk),
            url("programme_publish", draft.pk), url("programme_detail", programme.pk),
            url("programme_detail", programme.pk) + "?state=late", url("programme_late", programme.pk),
            url("programme_assign", programme.pk), url("programme_tick", programme.pk),
            url("programme_close", programme.pk), url("enrolment_detail", people["learning"].pk),
            url("enrolment_extend", people["learning"].pk), url("enrolment_withdraw", people["learning"].pk),
        ]  # fmt: skip
    for address in pages:
        html = client.get(address).content.decode()
        assert not re.search(r"<[^>]+ style=|<[^>]+ on\w+=", html), address
        assert len(re.findall(r"<h1", html)) == 1, address
        assert len(re.findall(r'class="[^"]*btn-primary', html)) <= 1, address
