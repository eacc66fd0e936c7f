"""Run inside the product's own shell: an exam of twenty questions, and so many people who are sitting it now.

Prints one JSON line: the common deadline, and the sittings with their tokens. How many people, which grace and how
many seconds at least stands in SCENERY."""

import json
import os
from datetime import timedelta

from django.utils import timezone

from exams import services
from exams.attempts import attempt_token
from exams.models import Candidate, Exam, PaperPart, QuestionBank, Sitting
from people.models import Division, Membership, Organisation, User

people, grace, shortest = json.loads(os.environ["SCENERY"])
now = timezone.now()
division = Division.objects.first() or Division.add_root(code="999988", name="考场县", level="county")
organisation = Organisation.objects.create(name="考场单位", division=division, kind="enterprise")
bank = QuestionBank.objects.create(name="考场题库")
for number in range(60):
    kind = "multiple" if number % 3 == 0 else "single"
    wording = {"stem": f"第{number}题", "options": list("甲乙丙丁"), "explanation": "", "difficulty": 1, "hazard": ""}
    answer = [number % 2, 2 + number % 2] if kind == "multiple" else [number % 4]
    services.write_question(bank, f"q{number}", {**wording, "kind": kind, "answer": answer})
exam = Exam.objects.create(
    title="考场",
    organisation=organisation,
    opens_at=now,
    closes_at=now + timedelta(days=1),
    grace_seconds=grace,
    duration_minutes=60,
    pass_percent=40,
    created_at=now,
)
PaperPart.objects.create(exam=exam, position=1, bank=bank, kind="single", count=14, points=5)
PaperPart.objects.create(exam=exam, position=2, bank=bank, kind="multiple", count=6, points=5)
users = User.objects.bulk_create(User(full_name=f"考生{number}", password="!") for number in range(people))
Membership.objects.bulk_create(
    Membership(user=user, organisation=organisation, starts_on="2020-01-01") for user in users
)
services.admit(exam, organisation.memberships.all(), by=None, now=now)
services.publish_exam(exam, by=None, now=now)
sittings = []
for candidate in Candidate.objects.filter(exam=exam):
    device = f"device-{candidate.pk:06d}"
    sitting = services.start_sitting(candidate, device=device, now=timezone.now())
    kinds = [slot["kind"] for slot in sitting.paper.slots]
    sittings.append({"pk": sitting.pk, "device": device, "token": attempt_token(sitting, device), "kinds": kinds})

# The clock is put forward once all have begun: to such a moment that the collector's turn, at the full minute, comes
# soon after the last grace.
begun = timezone.now()
deadline = begun.replace(second=0, microsecond=0) - timedelta(seconds=grace + 8)
while deadline < begun + timedelta(seconds=shortest):
    deadline += timedelta(minutes=1)
Sitting.objects.filter(candidate__exam=exam).update(deadline=deadline)
print(json.dumps({"deadline": deadline.timestamp(), "sittings": sittings}))
