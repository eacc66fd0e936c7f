"""Issue, number, seal, revoke: real rows, real files."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pypdf
import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from exams import numbering
from exams.models import Certificate, CertificateIssuer
from exams.services import certificate_files
from exams.services.certificates import CertificateContent, NotIntact, issue_certificate, revoke_certificate
from exams.tasks import render_certificate
from people.services.identity import identity_fields
from records.errors import Permanent
from records.models import AuditEntry, Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def content(learner, organisation_a):
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    learner.refresh_from_db()

    def make(source="learning.enrolment:1", **changes):
        fields = {
            "source": source,
            "kind": "training",
            "user": learner,
            "organisation": organisation_a,
            "programme": "2026年新上岗从业人员安全培训",
            "issuer": organisation_a,
            "category": "新上岗从业人员",
            "required_hours": Decimal(72),
            "earned_hours": Decimal("72.5"),
            "score": 92,
            "pass_mark": 80,
            "total_points": 100,
            "mode": "线上",
            "valid_until": date(2029, 11, 23),
        }
        return CertificateContent(**(fields | changes))

    return make


def issue(content, by=None, now=NOW):
    return issue_certificate(content, by=by, now=now)


# ── Issue ────────────────────────────────────────────────────────────────────
def test_the_same_reason_gives_the_same_certificate(content):
    first = issue(content())
    assert issue(content(programme="another")).pk == first.pk
    assert Certificate.objects.count() == 1
    assert AuditEntry.objects.filter(action="exams.certificate_issued").count() == 1
    assert [job.args for job in Job.objects.filter(task="exams.render_certificate")] == [[first.pk]]


def test_the_number_tells_division_issuer_year_kind_and_order(content, organisation_b):
    assert issue(content()).number == "9999010012026010000015"
    assert issue(content("b", kind="mock")).number[:-1] == "999901001202603000002"
    assert issue(content("c", issuer=organisation_b)).number[:-1] == "999901002202601000001"
    assert issue(content("d"), now=NOW + timedelta(days=60)).number[:-1] == "999901001202701000001"


def test_the_year_is_that_of_the_countys_calendar(content):
    assert issue(content(), now=datetime(2026, 12, 31, 17, tzinfo=UTC)).number[9:13] == "2027"


def test_a_rollback_leaves_no_gap(content):
    issue(content("a"))
    with transaction.atomic():
        issue(content("b"))
        transaction.set_rollback(True)
    assert issue(content("c")).number[15:21] == "000002"


def test_an_issuer_may_keep_a_pattern_of_its_own(content, organisation_a):
    CertificateIssuer.objects.create(
        organisation=organisation_a, region="999901", code="007", pattern="示安培{issuer}({year}){serial:05d}"
    )
    assert issue(content()).number == "示安培007(2026)00001"


def test_the_bureau_issues_under_the_name_of_its_masthead(content):
    certificate = issue(content(issuer=None))
    assert certificate.content["issuer"] == "示例县应急管理局"
    assert certificate.issuer.organisation is None
    assert certificate.number[:9] == "999901001"
    assert issue(content("second", issuer=None)).issuer == certificate.issuer


def test_what_was_printed_stays_when_the_person_and_the_organisation_change(content, learner, organisation_a):
    certificate = issue(content())
    type(learner).objects.filter(pk=learner.pk).update(full_name="李大强", identity_tail="0000")
    type(organisation_a).objects.filter(pk=organisation_a.pk).update(name="改名有限公司")
    kept = Certificate.objects.get(pk=certificate.pk)
    assert (kept.full_name, kept.content["name"], kept.content["organisation"]) == ("李强", "李强", "甲化工有限公司")
    assert kept.content["identity"] == "1101**********002X"
    assert kept.is_intact()


def test_the_language_of_the_page_that_led_here_does_not_change_the_paper(content):
    from django.utils.translation import gettext, override

    with override("zh-hans"):
        title = gettext("Training certificate")
    with override("en"):
        assert issue(content()).content["title"] == title


def test_a_token_is_a_guess_among_two_to_the_128(content):
    tokens = {issue(content(str(turn))).token for turn in range(5)}
    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == 5


# ── States ───────────────────────────────────────────────────────────────────
def test_the_last_day_counts_on_the_countys_calendar(content):
    certificate = issue(content())
    assert certificate.state(datetime(2029, 11, 23, 15, 59, tzinfo=UTC)) == "valid"
    assert certificate.state(datetime(2029, 11, 23, 16, 0, tzinfo=UTC)) == "expired"
    assert issue(content("b", valid_until=None)).state(datetime(2099, 1, 1, tzinfo=UTC)) == "valid"


def test_revoked_once_with_a_reason_and_one_line_in_the_log(content, exam_officer):
    certificate = issue(content())
    stale = Certificate.objects.get(pk=certificate.pk)
    assert revoke_certificate(certificate, reason="成绩更正", by=exam_officer, now=NOW) is True
    assert revoke_certificate(stale, reason="第二次", by=exam_officer, now=NOW) is False
    kept = Certificate.objects.get(pk=certificate.pk)
    assert (kept.state(NOW), kept.revoke_reason, kept.revoked_by) == ("revoked", "成绩更正", exam_officer)
    assert kept.is_intact()
    assert AuditEntry.objects.filter(action="exams.certificate_revoked").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": "王强"},
        {"valid_until": date(2099, 1, 1)},
        {"number": "999901001202601000001A"},
        {"revoked_at": None, "revoke_reason": ""},
        {"issued_at": NOW - timedelta(days=365)},
    ],
)
def test_a_row_changed_behind_the_products_back_is_seen(content, exam_officer, change):
    certificate = issue(content())
    revoke_certificate(certificate, reason="成绩更正", by=exam_officer, now=NOW)
    Certificate.objects.filter(pk=certificate.pk).update(**change)
    assert not Certificate.objects.get(pk=certificate.pk).is_intact()


def test_a_changed_content_is_seen_even_with_its_hash_made_anew(content):
    certificate = issue(content())
    certificate.content["score"] = 100
    certificate.content_hash = certificate.hash_of_content()
    certificate.save()
    assert not Certificate.objects.get(pk=certificate.pk).is_intact()


def test_nothing_is_added_to_a_changed_row(content, exam_officer):
    certificate = issue(content())
    Certificate.objects.filter(pk=certificate.pk).update(full_name="王强")
    with pytest.raises(NotIntact):
        revoke_certificate(Certificate.objects.get(pk=certificate.pk), reason="成绩更正", by=exam_officer, now=NOW)


# ── Files ────────────────────────────────────────────────────────────────────
def text_of(certificate):
    reader = pypdf.PdfReader(io.BytesIO(certificate.pdf.absolute.read_bytes()))
    assert len(reader.pages) == 1
    return "".join(reader.pages[0].extract_text().split())


def test_the_paper_holds_name_number_and_facts_and_the_picture_is_1240_wide(content):
    certificate = issue(content())
    render_certificate(certificate.pk)
    certificate.refresh_from_db()
    text = text_of(certificate)
    for fact in ("李强", certificate.number, "1101**********002X", "甲化工有限公司", "72.5", "2029年11月23日"):
        assert fact in text
    assert "二〇二六年十一月二十四日" in text
    with Image.open(certificate.png.absolute) as picture:
        assert picture.size == (1240, 1754)
    entry = AuditEntry.objects.get(action="exams.certificate_rendered")
    assert entry.payload == {"pdf": certificate.pdf.sha256, "png": certificate.png.sha256}


def test_the_files_are_made_once(content):
    certificate = issue(content())
    render_certificate(certificate.pk)
    kept = Certificate.objects.get(pk=certificate.pk)
    assert certificate_files.render_certificate(kept, now=timezone.now()) is False
    # A worker that began before the other ended gives way.
    assert certificate_files.keep(Certificate(pk=kept.pk), b"%PDF", b"PNG", now=timezone.now()) is False
    assert Certificate.objects.get(pk=certificate.pk).pdf == kept.pdf


def test_the_longest_facts_fit_on_one_page(content, learner, organisation_a):
    learner.full_name = "阿卜杜热合曼·阿布都克热木江·买买提依明吐尔逊尼亚孜"
    organisation_a.name = "示例县" + "安全生产技术服务" * 11 + "有限公司"
    certificate = issue(
        content(programme="全员安全培训" * 20, category="新上岗从业人员（高危行业）" * 4, rule_note="依据条款" * 20)
    )
    render_certificate(certificate.pk)
    certificate.refresh_from_db()
    assert "买买提依明" in text_of(certificate)


def test_a_rare_character_is_printed(content, learner):
    learner.full_name = "王䶮"
    certificate = issue(content())
    render_certificate(certificate.pk)
    certificate.refresh_from_db()
    assert "王䶮" in text_of(certificate)


def test_a_character_that_no_font_has_fails_loudly_and_prints_no_box(content, learner):
    learner.full_name = "王\ue123"
    certificate = issue(content())
    with pytest.raises(Permanent, match=r"U\+E123"):
        render_certificate(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.pdf is None


def test_the_log_of_it_all_holds_under_its_seals(content, exam_officer):
    certificate = issue(content())
    revoke_certificate(certificate, reason="成绩更正", by=exam_officer, now=NOW)
    entry = AuditEntry.objects.get(action="exams.certificate_issued")
    assert "李强" not in str(entry.payload) + entry.object_label
    assert numbering.grouped(certificate.number) == ["999901", "001", "2026", "01", "000001", certificate.number[-1]]
