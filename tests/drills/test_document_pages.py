import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from drills.models import Drill, DrillFile
from drills.services import archives, submissions
from drills.services import reports as report_services
from records.models import Job
from tests.drills.factories import join, make_drill
from tests.drills.outcome import LATER, fresh, make_run

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a, level="enterprise")


def picture(colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("state", Drill.State.values)
def test_the_page_stands_in_every_state_with_one_primary_button_at_most(
    organisation_a, manager_a, client_of, state
) -> None:
    drill = make_drill(organisation_a, state=state)
    client = client_of(manager_a)
    for name in ("documents", "findings"):
        page = client.get(url(name, drill.pk)).content.decode()
        assert page.count("btn-primary") <= 1, name
        assert "【演练】" in page


def test_the_next_thing_is_the_one_filled_button(drill, manager_a, client_of) -> None:
    client = client_of(manager_a)

    def first() -> str:
        page = client.get(url("documents", drill.pk)).content.decode()
        _before, _mark, after = page.partition("btn-primary")
        return after[:1200]

    assert "开始编写" in first()
    report = report_services.begin_report(drill, "evaluation", by=manager_a, now=LATER)
    assert "继续编写" in first()
    report_services.freeze_report(report, by=manager_a, now=LATER)
    assert "报送" in first()
    submissions.submit_drill(drill, by=manager_a, now=LATER)
    assert first() == ""
    Drill.objects.filter(pk=drill.pk).update(state="closed")
    drill.reports.all().delete()
    assert "归档" in first()


def test_papers_are_added_once_under_what_they_are(drill, manager_a, client_of) -> None:
    client, address = client_of(manager_a), url("paper_new", drill.pk)
    for _twice in range(2):
        files = [SimpleUploadedFile("签到1.jpg", picture()), SimpleUploadedFile("签到2.jpg", picture("black"))]
        client.post(address, {"kind": "sign_in", "caption": "东门签到表", "papers": files})
    assert list(drill.files.values_list("kind", "caption")) == [("sign_in", "东门签到表")] * 2
    assert "东门签到表" in client.get(url("documents", drill.pk)).content.decode()


@pytest.mark.parametrize(
    ("name", "content"), [("a.html", b"<script>"), ("a.exe", b"MZ"), ("a.jpg", b""), ("a.pdf", b"%PDF-broken")]
)
def test_what_is_no_paper_is_refused(drill, manager_a, client_of, name, content) -> None:
    sent = {"kind": "photo", "papers": SimpleUploadedFile(name, content)}
    assert client_of(manager_a).post(url("paper_new", drill.pk), sent).status_code == 200
    assert not DrillFile.objects.exists()


def test_papers_are_for_offices_over_the_organiser(drill, organisation_b, manager_a, manager_b, client_of) -> None:
    client_of(manager_a).post(
        url("paper_new", drill.pk),
        {"kind": "photo", "caption": "有人脸", "papers": SimpleUploadedFile("p.jpg", picture())},
    )
    join(drill, organisation_b)
    Drill.objects.filter(pk=drill.pk).update(state="reported")
    other = client_of(manager_b)
    page = other.get(url("documents", drill.pk)).content.decode()  # his unit took part
    assert "有人脸" not in page
    assert other.get(reverse("records:file", args=[drill.files.get().file_id])).status_code == 404
    for name in ("paper_new", "submit", "archive"):
        assert other.post(url(name, drill.pk)).status_code == 404


def test_strangers_find_no_documents(drill, manager_b, officer_south, learner, client_of) -> None:
    for who in (manager_b, officer_south, learner):
        client = client_of(who)
        assert client.get(url("documents", drill.pk)).status_code == 404
        for name in ("paper_new", "submit", "archive"):
            assert client.post(url(name, drill.pk)).status_code == 404


def test_packing_is_asked_for_once_and_shows_how_far_it_is(organisation_a, manager_a, client_of) -> None:
    drill, client = make_run(organisation_a, "closed"), client_of(manager_a)
    client.post(url("archive", drill.pk))
    client.post(url("archive", drill.pk))
    job = archives.last_job(drill)
    assert archives.jobs_of(drill).count() == 1
    assert job is not None
    page = client.get(url("documents", drill.pk)).content.decode()
    assert reverse("records:job_state", args=[job.pk]) in page
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, finished_at=LATER, error="磁盘已满")
    assert "磁盘已满" in client.get(url("documents", drill.pk)).content.decode()


def test_a_drill_that_is_not_closed_says_why_it_is_not_filed(drill, manager_a, client_of) -> None:
    answer = client_of(manager_a).post(url("archive", drill.pk), follow=True)
    assert "办结" in answer.content.decode()
    assert fresh(drill).state == "evaluating"


def test_a_simple_record_has_no_reports_but_is_submitted(organisation_a, manager_a, client_of) -> None:
    drill = make_run(organisation_a, "reported", entry="simple")
    client = client_of(manager_a)
    page = client.get(url("documents", drill.pk)).content.decode()
    assert url("report_new", drill.pk, "evaluation") not in page
    client.post(url("submit", drill.pk), {})
    assert drill.submissions.get().state == "sent"


def test_a_report_of_no_kind_is_not_begun(drill, manager_a, client_of) -> None:
    assert client_of(manager_a).post(url("report_new", drill.pk, "poem")).status_code == 404


def test_the_page_asks_as_often_for_one_as_for_many(drill, manager_a, client_of, django_assert_max_num_queries) -> None:
    client = client_of(manager_a)
    for colour in ("red", "green", "blue", "white", "black"):
        client.post(
            url("paper_new", drill.pk), {"kind": "photo", "papers": SimpleUploadedFile("p.jpg", picture(colour))}
        )
    for kind in ("evaluation", "summary"):
        report_services.begin_report(drill, kind, by=manager_a, now=LATER)
    with django_assert_max_num_queries(36):
        client.get(url("documents", drill.pk))
