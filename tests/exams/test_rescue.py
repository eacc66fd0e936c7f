"""Answers that were only on a device come in as a file: through the journal, at the time of their arrival, and only
into the sitting whose page made it."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from exams import services
from exams.attempts import attempt_token
from exams.importers.rescue import RescueFault, read_rescue
from exams.models import AnswerEvent, Sitting
from exams.queries.journal import late_answers
from exams.sitting_rules import Save
from records.models import AuditEntry
from tests.exams.factories import DEVICE, NOW, OTHER, answered, make_candidate, make_published, make_sitting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def entry(slot: int = 0, given: Any = (1,), revision: int = 1, epoch: int = 1, **changed: Any) -> dict[str, Any]:
    moment = NOW.isoformat()
    return {"slot": slot, "given": list(given), "revision": revision, "epoch": epoch, "happened_at": moment, **changed}


def backup(of: Sitting, *entries: dict[str, Any], **changed: Any) -> str:
    """As rescue.js writes it."""
    told = {
        "format": "exam-rescue",
        "version": 1,
        "sitting": of.pk,
        "device": DEVICE,
        "epoch": 1,
        "token": attempt_token(of, DEVICE),
        "made_at": NOW.isoformat(),
        "entries": list(entries) or [entry()],
    }
    return json.dumps({**told, **changed})


def take_in(sitting: Sitting, text: str, *, by: Any, now: Any) -> services.TakenIn:
    rescue = read_rescue(text)
    return services.take_in_rescue(
        sitting.candidate, rescue.attempt.sitting, rescue.saves, device=rescue.attempt.device, by=by, now=now
    )


# ── Reading ──────────────────────────────────────────────────────────────────
def test_a_backup_tells_its_sitting_device_and_answers_by_epoch() -> None:
    sitting = make_sitting(now=NOW)
    rescue = read_rescue(backup(sitting, entry(0, epoch=2), entry(1, [3], 4)))
    assert rescue.attempt == (sitting.pk, DEVICE)
    assert rescue.saves == {1: [Save(1, (3,), 4, NOW)], 2: [Save(0, (1,), 1, NOW)]}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "PK\x03\x04", '{"format": "else"}', "[" * 100_000])
def test_another_file_is_no_backup(text: str) -> None:
    with pytest.raises(RescueFault, match="no_rescue"):
        read_rescue(text)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": 2}, "other_version"),
        ({"token": "WzEsIngiXQ:forged"}, "changed"),
        ({"token": None}, "changed"),
        ({"sitting": 10**6}, "changed"),
        ({"device": OTHER}, "changed"),
        ({"entries": []}, "damaged"),
        ({"entries": None}, "damaged"),
        ({"entries": [entry(revision="1")]}, "damaged"),
        ({"entries": [{"slot": 0}]}, "damaged"),
        ({"entries": [entry(epoch=None)]}, "damaged"),
        ({"entries": ["x"]}, "damaged"),
    ],
)
def test_a_changed_or_damaged_backup_is_told_so(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RescueFault, match=code):
        read_rescue(backup(make_sitting(now=NOW), **changed))


# ── Taking in ────────────────────────────────────────────────────────────────
def test_in_time_the_answers_count_like_any_others(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    taken = take_in(sitting, backup(sitting, entry(0), entry(1, [2])), by=exam_officer, now=NOW)
    assert taken == services.TakenIn(2, Counter(accepted=2))
    assert answered(sitting) == {0: [1], 1: [2]}
    assert AuditEntry.objects.get(action="exams.rescue_taken_in").payload == {"answers": 2, "accepted": 2}


def test_twice_is_harmless(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    take_in(sitting, backup(sitting), by=exam_officer, now=NOW)
    assert take_in(sitting, backup(sitting), by=exam_officer, now=NOW) == services.TakenIn(1, Counter())
    assert AnswerEvent.objects.count() == 1


def test_what_the_network_had_brought_already_stays_as_it_was(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    services.save_answers(sitting.pk, [Save(0, (3,), 2, NOW)], device=DEVICE, epoch=1, now=NOW)
    taken = take_in(sitting, backup(sitting, entry(0, [1], 1), entry(1)), by=exam_officer, now=NOW)
    assert taken.verdicts == Counter(superseded=1, accepted=1)
    assert answered(sitting) == {0: [3], 1: [1]}


def test_after_the_deadline_they_are_late_and_may_be_let_count(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    after = sitting.deadline + HOUR
    services.submit_sitting(sitting, now=after)
    services.mark_sitting(sitting.pk, now=after)
    taken = take_in(sitting, backup(sitting, entry(0), entry(1)), by=exam_officer, now=after)
    assert (taken.verdicts, answered(sitting)) == (Counter(late=2), {})
    late = list(late_answers(sitting))
    assert [event.recorded_at for event in late] == [after, after]
    services.admit_late(late, reason="现场断网，备份已交", by=exam_officer, now=after + HOUR)
    assert sitting.marks.count() == 2


def test_a_device_that_was_replaced_fills_only_what_is_untouched(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    services.take_over(sitting, device=OTHER, now=NOW)
    services.save_answers(sitting.pk, [Save(0, (3,), 1, NOW)], device=OTHER, epoch=2, now=NOW)
    taken = take_in(sitting, backup(sitting, entry(0), entry(1)), by=exam_officer, now=NOW)
    assert taken.verdicts == Counter(other_device=1, accepted=1)
    assert answered(sitting) == {0: [3], 1: [1]}


@pytest.mark.parametrize("wrong", [entry(99), entry(0, [99]), entry(0, ["text"]), entry(epoch=7)])
def test_answers_that_are_not_of_this_paper_take_nothing_in(exam_officer: Any, wrong: dict[str, Any]) -> None:
    sitting = make_sitting(now=NOW)
    with pytest.raises(services.RescueMisfit):
        take_in(sitting, backup(sitting, entry(1), wrong), by=exam_officer, now=NOW)
    assert (AnswerEvent.objects.count(), answered(sitting)) == (0, {})


def test_the_backup_of_somebody_else_is_refused(exam_officer: Any) -> None:
    sitting = make_sitting(now=NOW)
    other = make_sitting(make_candidate(sitting.candidate.exam, now=NOW), now=NOW)
    rescue = read_rescue(backup(other))
    with pytest.raises(services.RescueMisfit):
        services.take_in_rescue(sitting.candidate, other.pk, rescue.saves, device=DEVICE, by=exam_officer, now=NOW)


# ── The page ─────────────────────────────────────────────────────────────────
@pytest.fixture
def sitting(learner: Any, organisation_a: Any) -> Sitting:
    exam = make_published(organisation=organisation_a)
    return make_sitting(make_candidate(exam, learner.memberships.get()))


@pytest.fixture
def desk(client_of: Any, manager_a: Any, sitting: Sitting) -> Any:
    client = client_of(manager_a)
    url = reverse("exams:candidate_rescue", args=[sitting.candidate_id])

    def bring(**data: Any) -> Any:
        with translation.override("en"):
            return client.post(url, data, headers={"accept-language": "en"})

    page = client.get(reverse("exams:exam_candidate", args=[sitting.candidate_id])).content.decode()
    assert url in page
    assert client.get(url).status_code == 200
    return bring


def errors(page: Any) -> str:
    return str(page.context["form"].errors.as_text())


def test_the_safety_officer_takes_the_file_in_and_is_told_what_became_of_it(desk: Any, sitting: Sitting) -> None:
    file = SimpleUploadedFile("backup.json", ("\ufeff" + backup(sitting)).encode())
    page = desk(file=file)
    assert page.url == reverse("exams:exam_candidate", args=[sitting.candidate_id])
    assert answered(sitting) == {0: [1]}


def test_the_copied_content_does_as_well(desk: Any, sitting: Sitting) -> None:
    assert desk(text=f"\n{backup(sitting)}\n").status_code == 302
    assert answered(sitting) == {0: [1]}


def test_a_wrong_file_is_explained(desk: Any, sitting: Sitting) -> None:
    foreign = make_sitting(make_candidate(sitting.candidate.exam))
    assert "Choose the file" in errors(desk())
    assert "no answer backup" in errors(desk(file=SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff")))
    assert "changed after it was saved" in errors(desk(text=backup(sitting, device=OTHER, token="x:y")))
    assert "another person" in errors(desk(text=backup(foreign)))
    assert AnswerEvent.objects.count() == 0


def test_nobody_takes_in_for_people_he_does_not_work_for(client_of: Any, manager_b: Any, sitting: Sitting) -> None:
    url = reverse("exams:candidate_rescue", args=[sitting.candidate_id])
    response = client_of(manager_b).post(url, {"text": backup(sitting)})
    assert response.status_code == 404
    assert AnswerEvent.objects.count() == 0


def test_late_answers_from_a_backup_lead_to_the_decision(
    desk: Any, client_of: Any, manager_a: Any, sitting: Any
) -> None:
    now = timezone.now()
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)
    desk(text=backup(sitting))
    page = client_of(manager_a).get(reverse("exams:exam_candidate", args=[sitting.candidate_id])).content.decode()
    assert reverse("exams:candidate_late", args=[sitting.candidate_id, sitting.pk]) in page
