"""Exams with real questions, papers and candidates, as the services make them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from exams import services
from exams.models import Answer, Candidate, Exam, PaperPart, QuestionBank, QuestionVersion, Sitting
from people.models import Membership
from tests.people.factories import MembershipFactory

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
DEVICE, OTHER = "phone-0001", "tablet-0002"


def make_question(bank: QuestionBank, kind: str = "single", number: int = 1, **changed: Any) -> Any:
    options = ["正确", "错误"] if kind == "true_false" else ["甲", "乙", "丙", "丁"]
    wording: Any = {
        "kind": kind,
        "stem": f"{bank.name}：第{number}题（{kind}）",
        "options": options,
        "answer": [0, 2] if kind == "multiple" else [number % 2],
        "explanation": "解析：密钥在此。",
        "difficulty": 1,
        "hazard": "",
    }
    return services.write_question(bank, f"{kind}-{number}", {**wording, **changed})


def make_bank(name: str = "题库", organisation: Any = None, **kinds: int) -> QuestionBank:
    """`single=10, multiple=5` are how many questions of a kind."""
    bank, _there = QuestionBank.objects.get_or_create(name=name, organisation=organisation)
    for kind, count in (kinds or {"single": 8, "multiple": 4, "true_false": 4}).items():
        for number in range(1, count + 1):
            make_question(bank, kind, number)
    return bank


def make_exam(
    bank: QuestionBank | None = None, *, now: datetime | None = None, parts: Any = None, **fields: Any
) -> Exam:
    """A draft that opens now for a day: three single-choice questions of 20 points, one multiple and one true-or-false
    of 20 each."""
    now = now or timezone.now()
    window = {"opens_at": now, "closes_at": now + timedelta(days=1)}
    exam = Exam.objects.create(**{"title": "岗前考试", "created_at": now, "duration_minutes": 60, **window, **fields})
    bank = bank or make_bank()
    for position, (kind, count, points) in enumerate(
        parts or [("single", 3, 20), ("multiple", 1, 20), ("true_false", 1, 20)], 1
    ):
        PaperPart.objects.create(exam=exam, position=position, bank=bank, kind=kind, count=count, points=points)
    return exam


def make_published(bank: QuestionBank | None = None, *, now: datetime | None = None, **fields: Any) -> Exam:
    exam = make_exam(bank, now=now, **fields)
    return services.publish_exam(exam, by=None, now=now or timezone.now())


def make_candidate(exam: Exam, membership: Membership | None = None, *, now: datetime | None = None) -> Candidate:
    membership = membership or MembershipFactory()
    services.admit(exam, [membership], by=None, now=now or timezone.now())
    return Candidate.objects.select_related("exam", "user").get(exam=exam, user=membership.user_id)


def make_sitting(
    candidate: Candidate | None = None, *, device: str = DEVICE, now: datetime | None = None, **exam: Any
) -> Sitting:
    now = now or timezone.now()
    candidate = candidate or make_candidate(make_published(now=now, **exam), now=now)
    return services.start_sitting(candidate, device=device, now=now)


def right_answers(sitting: Sitting) -> dict[int, list[int]]:
    """The key of this sitting's paper, by slot."""
    return {
        place: sorted(QuestionVersion.objects.get(pk=slot["version"]).answer)
        for place, slot in enumerate(sitting.paper.slots)
    }


def answered(sitting: Sitting) -> dict[int, list[int]]:
    """What counts now, by slot."""
    return dict(Answer.objects.filter(sitting=sitting).values_list("slot", "given"))


def certificate_content(membership: Membership, **changed: Any) -> Any:
    """Issued by the organisation of the member for a course passed with 92 of 100 points."""
    from exams.services.certificates import CertificateContent

    fields = {
        "source": f"tests.member:{membership.pk}",
        "kind": "training",
        "user": membership.user,
        "organisation": membership.organisation,
        "programme": "2026年新上岗从业人员安全培训",
        "issuer": membership.organisation,
        "score": 92,
        "pass_mark": 80,
        "total_points": 100,
    }
    return CertificateContent(**(fields | changed))


def make_certificate(membership: Membership | None = None, *, now: datetime | None = None, **content: Any) -> Any:
    from exams.services.certificates import issue_certificate

    made = certificate_content(membership or MembershipFactory(), **content)
    return issue_certificate(made, by=None, now=now or timezone.now())
