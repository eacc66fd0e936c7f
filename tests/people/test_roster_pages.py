"""The pages of rosters and slips: what the safety officer sees between the workbook and the slips."""

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import RosterImport, SignInCode
from people.services import redeem_code, slips
from people.services.slips import Selection
from records.models import AuditEntry, Job, PrivateFile
from records.services import claim, execute
from records.spreadsheets import OutSheet, read_workbook, write_workbook
from tests.people.factories import MembershipFactory, OrganisationFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "11010519491231002X", "440524188001010014"
HEAD = ("姓名", "身份证号", "部门", "手机号")


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def url(name, *args):
    return reverse(f"people:{name}", args=args)


def workbook(*rows, head=HEAD):
    return SimpleUploadedFile("名单.xlsx", write_workbook([OutSheet("人员", head, rows)]))


def brought(client, *rows, head=HEAD, **data):
    answer = client.post(url("roster_upload"), {"roster": workbook(*rows, head=head), **data})
    assert answer.status_code == 302, answer.context["form"].errors
    return RosterImport.objects.latest("pk")


def run(job):
    execute(claim(job.run_after, pk=job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


GOOD, BAD = ("张三", NUMBER, "检修班", "13800138000"), ("李四", "123", "一车间", "")


def test_from_the_workbook_to_the_slips(manager_a, organisation_a, client_of):
    client = client_of(manager_a)
    assert client.get(url("roster_list")).status_code == 200
    roster = brought(client, GOOD, BAD)
    assert roster.organisation == organisation_a
    page = client.get(url("roster_detail", roster.pk))
    assert [(figure["verdict"], figure["count"]) for figure in page.context["figures"] if figure["count"]] == [
        ("new", 1),
        ("error", 1),
    ]
    assert [row["name"] for row in page.context["rows"]] == ["李四"]
    assert client.post(url("roster_import", roster.pk)).url == url("roster_detail", roster.pk)
    assert "data-job-state" in client.get(url("roster_detail", roster.pk)).content.decode()
    run(Job.objects.get(task="people.import_roster"))
    page = client.get(url("roster_detail", roster.pk))
    assert f"{url('slips')}?roster={roster.pk}" in page.content.decode()
    assert organisation_a.memberships.get(user__full_name="张三").department == "检修班"
    client.post(url("slips"), {"roster": roster.pk, "unsigned": "on"})
    run(Job.objects.get(task="people.print_slips"))
    (file,) = client.get(url("slips")).context["files"]
    assert client.get(reverse("records:file", args=[file.pk])).status_code == 200


def test_whole_numbers_appear_on_no_page(manager_a, client_of):
    client = client_of(manager_a)
    roster = brought(client, GOOD, ("王五", OTHER, "", "13900139000"), BAD)
    for address in (
        url("roster_detail", roster.pk) + "?show=new",
        url("roster_columns", roster.pk),
        url("roster_list"),
    ):
        content = client.get(address).content.decode()
        assert NUMBER not in content
        assert "13800138000" not in content


def test_rows_by_verdict_with_their_differences(manager_a, organisation_a, client_of):
    client = client_of(manager_a)
    client.post(url("roster_import", brought(client, GOOD).pk))
    run(Job.objects.get(task="people.import_roster"))
    roster = brought(client, ("张三", NUMBER, "仓储部", "13900139000"))
    page = client.get(url("roster_detail", roster.pk))
    (row,) = page.context["rows"]
    assert [(told["before"], told["after"]) for told in row["differences"]] == [
        ("138****8000", "139****9000"),
        ("检修班", "仓储部"),
    ]


def test_columns_can_be_set_by_hand(manager_a, client_of):
    client = client_of(manager_a)
    roster = brought(client, ("张三", NUMBER), ("李四", OTHER), head=("甲", "乙"))
    assert roster.counts["rows"] == 0
    assert client.get(url("roster_detail", roster.pk)).status_code == 200
    wrong = client.post(url("roster_columns", roster.pk), {"head-0": 1, "column-0-1": "identity"})
    assert wrong.context["form"].non_field_errors()
    twice = {"head-0": 1, "column-0-0": "name", "column-0-1": "name"}
    assert client.post(url("roster_columns", roster.pk), twice).context["form"].non_field_errors()
    client.post(url("roster_columns", roster.pk), {"head-0": 1, "column-0-0": "name", "column-0-1": "identity"})
    roster.refresh_from_db()
    assert roster.counts == {"rows": 2, "new": 2, "repaired": 0}
    again = brought(client, ("张三", NUMBER), head=("甲", "乙"))
    assert again.counts["new"] == 1


def test_the_bad_rows_are_for_their_uploader_and_logged(manager_a, manager_b, training_officer, client_of):
    client = client_of(manager_a)
    roster = brought(client, GOOD, BAD)
    answer = client.get(url("roster_problems", roster.pk))
    (sheet,) = read_workbook(answer.content)
    assert sheet.rows[1][2:5] == ("李四", "123", "一车间")
    assert AuditEntry.objects.filter(action="people.roster_problems_read", actor=manager_a).count() == 1
    for stranger in (manager_b, training_officer):
        assert client_of(stranger).get(url("roster_problems", roster.pk)).status_code == 404
    assert client.get(reverse("records:file", args=[roster.problem_file_id])).status_code == 404
    PrivateFile.objects.update(expires_at=roster.created_at)
    assert client.get(url("roster_problems", roster.pk)).status_code == 404
    assert client.get(url("roster_detail", roster.pk)).status_code == 200


def test_a_refused_file_says_why(manager_a, client_of):
    client = client_of(manager_a)
    client.post(url("roster_upload"), {"roster": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")})
    roster = RosterImport.objects.get()
    assert roster.state == "refused"
    assert b"notice-danger" in client.get(url("roster_detail", roster.pk)).content


def test_for_whom_is_asked_of_those_who_have_a_choice(
    manager_a, training_officer, organisation_a, organisation_b, client_of
):
    bureau = client_of(training_officer)
    assert brought(bureau, GOOD).organisation is None
    assert brought(bureau, GOOD, organisation=organisation_b.credit_code).organisation == organisation_b
    wrong = bureau.post(url("roster_upload"), {"roster": workbook(GOOD), "organisation": "没有这家"})
    assert wrong.context["form"].errors["organisation"]
    own = client_of(manager_a)
    assert brought(own, GOOD, organisation=organisation_b.credit_code).organisation == organisation_a
    RoleGrantFactory(
        user=manager_a, role="org_manager", organisation=OrganisationFactory(division=organisation_a.division)
    )
    two = client_of(type(manager_a).objects.get(pk=manager_a.pk))
    refused = two.post(url("roster_upload"), {"roster": workbook(GOOD), "organisation": organisation_b.pk})
    assert refused.context["form"].errors["organisation"]


def test_the_template_can_be_downloaded(manager_a, client_of):
    (sheet, *_rest) = read_workbook(client_of(manager_a).get(url("roster_template")).content)
    assert "姓名" in sheet.rows[2]


def test_the_list_asks_no_more_for_three_than_for_one(manager_a, client_of):
    client = client_of(manager_a)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(url("roster_list"))
        return len(asked)

    brought(client, GOOD)
    first = queries()
    brought(client, GOOD)
    brought(client, GOOD)
    assert queries() == first


# ── Slips ────────────────────────────────────────────────────────────────────
def test_slips_are_for_those_whom_a_single_code_could_be_issued(
    manager_a, learner, learner_b, officer_north, organisation_a, now
):
    MembershipFactory(user=officer_north, organisation=organisation_a)
    chosen = slips.members_chosen(Selection(), by=manager_a, now=now)
    assert [member.user for member in chosen] == [learner]
    type(learner).objects.filter(pk=learner.pk).update(last_login=now)
    assert not slips.members_chosen(Selection(), by=manager_a, now=now).exists()
    assert slips.members_chosen(Selection(unsigned=False), by=manager_a, now=now).exists()


def test_slips_of_a_department(manager_a, organisation_a, now):
    wanted = MembershipFactory(organisation=organisation_a, department="检修班")
    MembershipFactory(organisation=organisation_a, department="一车间")
    chosen = slips.members_chosen(Selection(organisation=organisation_a.pk, department="检修班"), by=manager_a, now=now)
    assert list(chosen) == [wanted]


def test_eight_slips_a_page_and_each_code_opens_one_account(manager_a, organisation_a, now, monkeypatch):
    monkeypatch.setattr(slips, "AT_ONCE", 8)
    people = [MembershipFactory(organisation=organisation_a).user for _turn in range(9)]
    also = OrganisationFactory(division=organisation_a.division)
    RoleGrantFactory(user=manager_a, role="org_manager", organisation=also)
    MembershipFactory(user=people[0], organisation=also)
    old = SignInCode.objects.create(
        user=people[0], code_hash="x", token_hash="y", expires_at=now + slips.VALID_FOR, created_at=now
    )
    file = slips.print_slips(Selection(organisation=organisation_a.pk), by=manager_a, now=now)
    document = pypdfium2.PdfDocument(file.absolute.read_bytes())
    assert len(document) == 2
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert all(person.full_name in text for person in people)
    old.refresh_from_db()
    assert old.expires_at == now
    assert SignInCode.objects.open(now).count() == 9
    issued = slips.issue_slips([people[0].memberships.filter(organisation=organisation_a).get()], by=manager_a, now=now)
    assert redeem_code(issued[0].code, people[0].phone, now=now) == people[0]
    assert AuditEntry.objects.filter(action="people.slips_issued").count() == 3


def test_nobody_left_to_print_for(manager_a, client_of):
    answer = client_of(manager_a).post(url("slips"), {"organisation": manager_a.memberships.get().organisation_id})
    assert answer.context["form"].non_field_errors()


def test_nothing_stands_inline(manager_a, client_of):
    client = client_of(manager_a)
    roster = brought(client, GOOD, BAD)
    for name, args in (
        ("roster_list", ()),
        ("roster_upload", ()),
        ("roster_detail", (roster.pk,)),
        ("roster_columns", (roster.pk,)),
        ("slips", ()),
    ):
        content = client.get(url(name, *args)).content.decode()
        assert " style=" not in content
        assert "<script>" not in content


# ── One person by hand ───────────────────────────────────────────────────────
def test_a_person_is_added_by_hand_like_a_row(manager_a, organisation_a, client_of):
    client = client_of(manager_a)
    address = url("member_add", organisation_a.pk)
    typed = {"name": "张 三", "identity": NUMBER.lower(), "phone": "138 0013 8000", "hired": "2019.7"}
    typed["category"] = "team_leader"
    answer = client.post(address, typed)
    made = organisation_a.memberships.get(user__full_name="张三")
    assert answer.url == url("member_detail", made.pk)
    assert (made.category, made.hired, made.user.phone) == ("team_leader", "2019-07", "+8613800138000")
    assert client.post(address, typed).url == answer.url
    assert organisation_a.memberships.filter(user__full_name="张三").count() == 1
    other = client.post(address, typed | {"name": "李四"})
    assert other.context["form"].non_field_errors()
    faults = client.post(
        address, {"name": "张三1", "identity": "123", "phone": "1", "category": "worker", "hired": "x"}
    )
    assert set(faults.context["form"].errors) == {"name", "identity", "phone", "hired"}
    assert client.post(address, {"name": "张三", "category": "worker"}).context["form"].non_field_errors()


def test_a_membership_ends_with_its_last_day(manager_a, manager_b, learner, client_of, now):
    member = learner.memberships.get()
    address = url("membership_end", member.pk)
    client = client_of(manager_a)
    assert address in client.get(url("member_detail", member.pk)).content.decode()
    assert client_of(manager_b).post(address, {"last_day": "2026-01-01"}).status_code == 404
    for wrong in ("2019-12-31", "2999-01-01"):
        assert client.post(address, {"last_day": wrong}).context["form"].errors
    client.post(address, {"last_day": "2026-01-01"})
    member.refresh_from_db()
    assert member.ends_on.isoformat() == "2026-01-01"
    assert client.get(address).status_code == 404
