"""What the holder, the office and anybody at the public page are shown."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams.models import Certificate
from exams.services.certificates import revoke_certificate
from exams.tasks import render_certificate
from people.services.identity import identity_fields
from records.models import AuditEntry, Job
from tests.exams.factories import make_certificate
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def certificate(learner):
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    membership = learner.memberships.select_related("user", "organisation__division").get()
    return make_certificate(membership, valid_until=date(2099, 12, 31))


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def standing(response):
    """Which of the four sentences, by the kind of notice."""
    return re.search(r'<main.*?class="notice notice-(\w+)"', response.content.decode(), re.DOTALL)[1]


# ── The public page ──────────────────────────────────────────────────────────
def ask(number, name):
    return Client().post(url("verify"), {"number": number, "name": name})


def without_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_number_and_name_lead_to_the_record(certificate):
    answer = ask(certificate.number, "李强")
    assert answer.url == url("verify_token", certificate.token)
    page = Client().get(answer.url)
    assert page.status_code == 200
    assert standing(page) == "success"
    for shown in ("李*", "002X", "甲化工有限公司", "2026年新上岗从业人员安全培训", "2099-12-31", "cx.mem.gov.cn"):
        assert shown in text(page)
    assert "李强" not in page.content.decode()
    assert "1101" not in page.content.decode().replace(certificate.content_hash, "")


def test_the_number_is_read_as_people_type_it(certificate):
    number = certificate.number
    assert ask(f" {number[:6]} {number[6:9]}-{number[9:].lower()} ", " 李 强 ").status_code == 302
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert ask(wide, "李强").status_code == 302


def test_a_wrong_name_is_answered_to_the_byte_like_a_number_that_nobody_has(certificate):
    wrong_name = ask(certificate.number, "王强")
    number = certificate.number
    Certificate.objects.filter(pk=certificate.pk).update(number="elsewhere")
    unknown = ask(number, "王强")
    assert (wrong_name.status_code, wrong_name.headers.get("Location")) == (200, None)
    assert wrong_name.status_code == unknown.status_code
    assert without_token(wrong_name) == without_token(unknown)
    kept = {"X-Request-ID", "Expires"}  # a request of its own, and the second in which it was answered
    assert {k: v for k, v in wrong_name.headers.items() if k not in kept} == {
        k: v for k, v in unknown.headers.items() if k not in kept
    }


def test_a_wrong_name_asks_the_database_as_much_as_an_unknown_number(certificate):
    counts = []
    for number in (certificate.number, "示安培007(2026)00001"):
        ask(number, "王强")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            ask(number, "王强")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_slip_of_the_pen_is_told_from_the_number_alone(certificate):
    wrong = certificate.number[:-2] + str((int(certificate.number[-2]) + 1) % 10) + certificate.number[-1]
    assert 'id="error_1_id_number"' in ask(wrong, "李强").content.decode()


def test_thirty_tries_in_a_quarter_of_an_hour(certificate):
    for _turn in range(30):
        assert ask("示安培007", "李强").status_code == 200
    assert ask(certificate.number, "李强").status_code == 429
    assert Client().get(url("verify_token", certificate.token)).status_code == 200


def test_an_unknown_code_is_no_record():
    assert Client().get(url("verify_token", "x" * 22)).status_code == 404


def test_expired_and_revoked_are_told(certificate, exam_officer):
    now = timezone.now()
    late = make_certificate(MembershipFactory(), valid_until=now.date() - timedelta(days=2))
    assert standing(Client().get(url("verify_token", late.token))) == "warning"
    revoke_certificate(certificate, reason="冒名参加考试", by=exam_officer, now=now)
    page = Client().get(url("verify_token", certificate.token))
    assert standing(page) == "danger"
    assert "冒名" not in page.content.decode()


def test_a_changed_record_confirms_nothing(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(valid_until=None)
    page = Client().get(url("verify_token", certificate.token))
    assert standing(page) == "danger"
    assert "甲化工有限公司" not in page.content.decode()
    assert certificate.number in page.content.decode()


def test_the_code_on_the_paper_and_the_file_itself_are_compared(certificate):
    render_certificate(certificate.pk)
    certificate.refresh_from_db()
    address = url("verify_token", certificate.token)

    def compare(**data):
        page = Client().post(address, data).content.decode()
        return re.search(r'id="compare".*?class="notice notice-(\w+)"', page, re.DOTALL)[1]

    original = certificate.pdf.absolute.read_bytes()
    assert compare(code=certificate.content_hash[:16].upper()) == "success"
    assert compare(code="0" * 16) == "danger"
    assert compare(file=SimpleUploadedFile("a.pdf", original)) == "success"
    assert compare(file=SimpleUploadedFile("a.pdf", original + b" ")) == "danger"
    assert compare(file=SimpleUploadedFile("a.pdf", original), code="0" * 16) == "danger"


def test_a_short_beginning_of_the_code_proves_nothing(certificate):
    page = Client().post(url("verify_token", certificate.token), {"code": certificate.content_hash[:4]})
    assert "notice-danger" in page.content.decode()


def test_the_public_footer_leads_here(client):
    assert f'href="{url("verify")}"' in client.get(url("verify")).content.decode()


# ── The holder ───────────────────────────────────────────────────────────────
def test_own_certificates_and_nobody_elses(certificate, client_of, learner):
    other = make_certificate(MembershipFactory(organisation=certificate.organisation))
    page = client_of(learner).get(url("my_certificates")).content.decode()
    assert url("certificate_detail", certificate.pk) in page
    assert url("certificate_detail", other.pk) not in page


def test_without_any_the_list_says_when_they_come(client_of, learner):
    assert 'class="empty"' in client_of(learner).get(url("my_certificates")).content.decode()


def test_the_file_is_awaited_then_there(certificate, client_of, learner):
    client = client_of(learner)
    for address in (url("certificate_detail", certificate.pk), url("certificate_pdf", certificate.pk)):
        assert "data-certificate" in client.get(address).content.decode()
    render_certificate(certificate.pk)
    assert "data-certificate" not in client.get(url("certificate_detail", certificate.pk)).content.decode()
    pdf = client.get(url("certificate_pdf", certificate.pk), {"save": "1"})
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert certificate.number in pdf.headers["Content-Disposition"]
    assert b"".join(pdf)[:5] == b"%PDF-"
    assert client.get(url("certificate_png", certificate.pk)).headers["Content-Type"] == "image/png"
    assert not AuditEntry.objects.filter(action="records.file_read").exists()


def test_files_that_could_not_be_made_are_not_promised(certificate, client_of, learner):
    jobs = Job.objects.filter(key=f"exams.certificate:{certificate.pk}")
    assert jobs.update(state=Job.State.FAILED, finished_at=timezone.now()) == 1
    assert "data-certificate" not in client_of(learner).get(url("certificate_detail", certificate.pk)).content.decode()


# ── The office ───────────────────────────────────────────────────────────────
def listed(client, address="", **post):
    address = url("certificate_list") + address
    page = client.post(address, post) if post else client.get(address)
    return set(re.findall(r"/exams/certificates/(\d+)/", page.content.decode()))


def test_the_list_is_filtered_searched_and_scoped(certificate, client_of, manager_a, exam_officer, learner_b):
    other = make_certificate(learner_b.memberships.get(), kind="mock", issuer=None)
    a, b = str(certificate.pk), str(other.pk)
    assert listed(client_of(manager_a)) == {a}
    officer = client_of(exam_officer)
    assert listed(officer) == {a, b}
    assert listed(officer, "?kind=mock") == {b}
    assert listed(officer, "?state=revoked") == set()
    assert listed(officer, "?state=valid") == {a, b}
    assert listed(officer, q="李强") == {a}
    assert listed(officer, q=certificate.number.lower()) == {a}
    assert listed(officer, q="002x") == {a}
    assert listed(officer, q="乙煤业") == {b}
    assert listed(officer, "?kind=mock", q="李强") == set()


def test_a_longer_list_asks_no_more_of_the_database(certificate, client_of, exam_officer):
    client = client_of(exam_officer)
    listed(client)
    with CaptureQueriesContext(connection) as one:
        listed(client)
    for _turn in range(3):
        make_certificate(MembershipFactory())
    with CaptureQueriesContext(connection) as four:
        assert len(listed(client)) == 4
    assert len(one) == len(four)


def test_who_opens_anothers_file_is_recorded(certificate, client_of, manager_a):
    render_certificate(certificate.pk)
    b"".join(client_of(manager_a).get(url("certificate_pdf", certificate.pk)))
    assert AuditEntry.objects.get(action="records.file_read").actor == manager_a


def test_revoking_needs_a_reason_and_is_told_at_once(certificate, client_of, manager_a):
    client, address = client_of(manager_a), url("certificate_revoke", certificate.pk)
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "成绩更正"}).url == url("certificate_detail", certificate.pk)
    certificate.refresh_from_db()
    assert certificate.revoke_reason == "成绩更正"
    assert address not in client.get(url("certificate_detail", certificate.pk)).content.decode()


def test_what_the_bureau_issued_its_organisation_does_not_revoke(learner, client_of, manager_a, training_officer):
    certificate = make_certificate(learner.memberships.get(), issuer=None)
    address = url("certificate_revoke", certificate.pk)
    assert client_of(manager_a).get(address).status_code == 404
    assert client_of(training_officer).get(address).status_code == 200


def test_nobody_revokes_his_own(manager_a, client_of):
    certificate = make_certificate(manager_a.memberships.get())
    assert client_of(manager_a).get(url("certificate_revoke", certificate.pk)).status_code == 404


def test_list_and_permission_agree_about_revoking(certificate, cast, learner_b):
    from exams.permissions import can_revoke_certificate, certificates_revocable_by

    make_certificate(learner_b.memberships.get(), issuer=None)
    for user in [user for user in cast.values() if user] + [UserFactory()]:
        each = {row.pk for row in Certificate.objects.all() if can_revoke_certificate(user, row)}
        assert each == set(certificates_revocable_by(user).values_list("pk", flat=True))
