"""Programmes of the fictional chemical company, so that its pages have something to show.

Nothing is written past the services: the demo people learn, are asked and sit the exam by the same calls as everybody,
only on a clock of their own, some days before the day of loading. What the services refuse, the demo does not have.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from datetime import time as day_time
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from exams.models import Candidate, Certificate, Exam, PaperPart, QuestionBank, QuestionVersion
from exams.services import drafts, exams, marking, sittings
from exams.sitting_rules import Save
from exams.starter import NEW_WORKER_BANK, articles_by_row
from learning import rules
from learning.models import Course, Enrolment, Lesson, Programme
from learning.services import checks, enrolment, programmes, time
from people import services as people
from people.models import Membership, Organisation, User
from people.rules import normal_phone
from people.starter.cast import ACCOUNTS
from people.starter.demo import find_account, home_of
from records.starter import Outcome, sync
from ui.clock import local_day

EXAM_TITLE: Final = "新员工三级安全教育（厂级）结业考试"
COMPANY: Final = "chemical"
DEVICE: Final = "demo-device"
STEP: Final = timedelta(seconds=20)  # of a sign from the device: all of it is credited
ALL: Final = 99


class DemoWorker(NamedTuple):
    number: int  # the last digits of the phone and of the employee number
    name: str
    department: str
    post: str
    category: str = Membership.Category.WORKER
    lessons: int = 0  # learnt so far; the whole course for those who have sat the exam
    wrong: int | None = None  # questions of the exam answered wrongly; None: not sat

    @property
    def phone(self) -> str:
        return normal_phone(f"19900001{self.number:03d}")


class DemoProgramme(NamedTuple):
    key: str
    title: str
    why: str
    workers: tuple[DemoWorker, ...]
    began: int  # days before the day of loading
    days: int  # from the first to the last
    has_exam: bool
    account: str = ""  # of the demo accounts, one who has everything still before him


PROGRAMMES: Final = (
    DemoProgramme(
        "new-workers",
        "2026年新员工三级安全教育（厂级）",
        "新进厂的人上岗以前要接受厂级、车间级、班组级安全教育。这里是厂级，线上学完、考试合格以后，接着参加车间级教育。",
        (
            DemoWorker(1, "丁晓东", "生产一车间", "操作工", lessons=ALL, wrong=3),
            DemoWorker(2, "田秀兰", "化验室", "化验员", lessons=ALL, wrong=12),
            DemoWorker(3, "罗建国", "生产一车间", "操作工", lessons=4),
            DemoWorker(4, "何小燕", "包装班", "包装工", lessons=2),
            DemoWorker(5, "沈立新", "机修班", "钳工", lessons=1),
            DemoWorker(6, "潘志强", "生产二车间", "操作工", lessons=1),
            DemoWorker(7, "蒋文静", "仓储部", "仓库保管员"),
            DemoWorker(8, "马小军", "生产二车间", "操作工"),
            DemoWorker(9, "苏红梅", "包装班", "包装工", Membership.Category.DISPATCHED),
            DemoWorker(10, "郭亮", "仓储部", "装卸工", Membership.Category.DISPATCHED),
            DemoWorker(11, "韩雨", "化验室", "实习生", Membership.Category.INTERN),
            DemoWorker(12, "曹磊", "机修班", "焊工", Membership.Category.SPECIAL_OPERATOR),
        ),
        began=9,
        days=40,
        has_exam=True,
        account="learner",
    ),
    # Its last day is over, and not everybody is through: what a list of the late looks like.
    DemoProgramme(
        "revision",
        "2026年秋季厂级安全教育复训",
        "把厂级安全教育再学一遍，忘了的想起来，错了的改过来。",
        (
            DemoWorker(21, "宋桂芳", "生产一车间", "班长", Membership.Category.TEAM_LEADER, lessons=ALL),
            DemoWorker(22, "许大勇", "生产二车间", "操作工", lessons=3),
            DemoWorker(23, "杜志刚", "动力车间", "司炉工"),
            DemoWorker(24, "白玉梅", "仓储部", "仓库保管员"),
        ),
        began=36,
        days=33,
        has_exam=False,
    ),
)
PARTS: Final = (
    (QuestionVersion.Kind.SINGLE, 20, 2),
    (QuestionVersion.Kind.MULTIPLE, 10, 4),
    (QuestionVersion.Kind.TRUE_FALSE, 10, 2),
)


def load_demo() -> list[Outcome]:
    now = timezone.now()
    company = Organisation.objects.filter(pk=home_of(COMPANY).pk).first()
    course = Course.objects.published().filter(key="new-worker-plant-level").first()
    if company is None or course is None:
        return [Outcome.KEPT]
    outcomes = []
    for planned in PROGRAMMES:
        outcomes += [make_worker(worker, company, first_morning(planned, now)) for worker in planned.workers]
        outcomes.append(load_programme(planned, company, course, now=now))
    return outcomes


def first_morning(planned: DemoProgramme, now: datetime) -> datetime:
    """Eight o'clock of the day on which the programme began."""
    day = local_day(now) - timedelta(days=planned.began)
    return datetime.combine(day, day_time(8), timezone.get_default_timezone())


# ── People ───────────────────────────────────────────────────────────────────
@transaction.atomic
def make_worker(worker: DemoWorker, company: Organisation, now: datetime) -> Outcome:
    """Without a password: whoever wants to be one of them has the manager issue a code."""
    if User.objects.filter(phone=worker.phone, is_demo=True).exists():
        return Outcome.UNCHANGED
    person = people.create_person(worker.name, phone=worker.phone, is_demo=True, by=None, now=now)
    people.add_member(
        person,
        company,
        by=None,
        now=now,
        employee_number=f"D{100 + worker.number}",
        department=worker.department,
        post=worker.post,
        category=worker.category,
    )
    return Outcome.CREATED


def account(key: str) -> User | None:
    return next((find_account(one) for one in ACCOUNTS if one.key == key), None)


# ── Programme ────────────────────────────────────────────────────────────────
def load_programme(planned: DemoProgramme, company: Organisation, course: Course, *, now: datetime) -> Outcome:
    def find() -> Programme | None:
        return Programme.objects.filter(title=planned.title, organisation=company).first()

    def write(held: Programme | None, _shipped: dict[str, Any]) -> Programme:
        return held or make_programme(planned, company, course, first_morning(planned, now))

    return sync(f"learning.demo:{planned.key}", {"title": planned.title}, find=find, read=read_programme, write=write)


def read_programme(programme: Programme) -> dict[str, Any]:
    return {"title": programme.title}


def make_programme(planned: DemoProgramme, company: Organisation, course: Course, begun: datetime) -> Programme:
    by = account("manager_a")
    programme = Programme(
        title=planned.title,
        organisation=company,
        why=planned.why,
        required_hours=1,
        exam=make_exam(planned, company, by=by, now=begun) if planned.has_exam else None,
        certificate_kind=Certificate.Kind.TRAINING if planned.has_exam else "",
        opens_on=local_day(begun),
        closes_on=local_day(begun) + timedelta(days=planned.days - 1),
    )
    cited = articles_by_row(["order-3:12", "order-3:14", "safety-law:28"]).values()
    programmes.save_draft(programme, courses=[course], articles=cited, by=by, now=begun)
    programmes.publish_programme(programme, by=by, now=begun)
    enrolment.assign_members(programme, list(members(planned, company)), by=by, now=begun)
    let_them_learn(programme, planned, list(course.lessons.select_related("check_question__current")), begun)
    return programme


def make_exam(planned: DemoProgramme, company: Organisation, *, by: User | None, now: datetime) -> Exam:
    bank = QuestionBank.objects.get(name=NEW_WORKER_BANK, organisation=None)
    closes_at = now + timedelta(days=planned.days)
    exam = Exam(title=EXAM_TITLE, organisation=company, opens_at=now, closes_at=closes_at, duration_minutes=60)
    parts = [PaperPart(bank=bank, kind=kind, count=count, points=points) for kind, count, points in PARTS]
    return exams.publish_exam(drafts.save_draft(exam, parts, by=by, now=now), by=by, now=now)


def members(planned: DemoProgramme, company: Organisation) -> Iterable[Membership]:
    phones = [worker.phone for worker in planned.workers]
    before_him = account(planned.account)
    wanted = [*User.objects.filter(phone__in=phones, is_demo=True), *([before_him] if before_him else [])]
    return Membership.objects.active().filter(organisation=company, user__in=wanted).select_related("user")


# ── What they have done ──────────────────────────────────────────────────────
def let_them_learn(programme: Programme, planned: DemoProgramme, lessons: list[Lesson], begun: datetime) -> None:
    enrolled = {row.user.phone: row for row in programme.enrolments.select_related("user", "programme__exam")}
    for day, worker in enumerate(planned.workers):
        row = enrolled.get(worker.phone)
        if row is None or not worker.lessons:
            continue
        clock = begun + timedelta(days=day % 6, hours=1)
        for lesson in lessons[: worker.lessons]:
            clock = learn(row, lesson, clock) + timedelta(minutes=2)
        if worker.wrong is not None:
            sit(row, worker.wrong, clock + timedelta(hours=1))


def learn(row: Enrolment, lesson: Lesson, clock: datetime) -> datetime:
    """Sign by sign until the check question opens, then its right answer."""
    segment = time.open_segment(row, lesson, device=DEVICE, by=row.user, now=clock).segment
    if segment is None:
        return clock
    film = time.film_of(lesson)
    needed = film or lesson.minutes * 60 * rules.Terms().needed // 100
    for seconds in signs(needed):
        standing = time.beat(segment.pk, rules.Sign(position=seconds), by=row.user, now=clock + timedelta(0, seconds))
    clock += timedelta(seconds=needed)
    if standing.is_open:
        time.close(segment.pk, rules.Sign(position=needed), ending=rules.LEFT, by=row.user, now=clock)
    version = lesson.check_question.current
    if version is not None:
        checks.answer_check(row, lesson, version, version.answer, by=row.user, now=clock)
    return clock


def signs(needed: int) -> Iterator[int]:
    """The seconds at which the device gives a sign."""
    step = int(STEP.total_seconds())
    yield from range(step, needed, step)
    yield needed


def sit(row: Enrolment, wrong: int, clock: datetime) -> None:
    candidate = Candidate.objects.get(exam=row.programme.exam_id, user=row.user_id)
    sitting = sittings.start_sitting(candidate, device=DEVICE, now=clock)
    done = clock + timedelta(minutes=35)
    saves = list(answers(sitting.paper.slots, wrong, clock))
    sittings.hand_in(sitting.pk, saves, device=DEVICE, epoch=sitting.epoch, now=done)
    marking.mark_sitting(sitting.pk, now=done + timedelta(seconds=5))


def answers(slots: list[dict[str, Any]], wrong: int, clock: datetime) -> Iterator[Save]:
    """Right but for the first few, where only the first option is ticked that is not right."""
    keys = dict(QuestionVersion.objects.values_list("pk", "answer"))
    for slot, asked in enumerate(slots):
        right = keys[asked["version"]]
        given = right if slot >= wrong else [next(place for place in asked["order"] if place not in right)]
        yield Save(slot, tuple(sorted(given)), 1, clock + timedelta(seconds=40 * (slot + 1)))
