"""Rosters against the database: verdicts, import, again, and what no import may do."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.importers.roster import Row
from people.models import HeaderMapping, Membership, Organisation, RosterImport, User
from people.services import rosters
from people.services.identity import identity_fields, read_identity
from people.services.rosters import staging, uploads
from records.errors import Permanent
from records.models import AuditEntry, Job, PrivateFile
from records.spreadsheets import OutSheet, read_workbook, write_workbook
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.people.rosters import LAYOUTS, make_roster

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"
OTHER = "440524188001010014"


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def employer(county):
    return OrganisationFactory(name="示例化工有限责任公司", division=county)


def row(number=2, **values):
    return Row("人员", number, {"name": "张三", "identity": NUMBER, **values})


def judged(now, own, *rows):
    return rosters.judge_rows(list(rows), own, now)


def verdict(now, own, **values):
    (one,) = judged(now, own, row(**values))
    return one.problems[0][0] if one.problems else str(one.verdict)


def take(now, own, *rows, by=None):
    return rosters.commit_batch(list(rows), own, by=by, now=now)


def member(own, name="张三", number=NUMBER, **fields):
    person = UserFactory(full_name=name, phone="", **identity_fields(number))
    return MembershipFactory(user=person, organisation=own, **fields)


# ── Verdicts ─────────────────────────────────────────────────────────────────
def test_new_then_unchanged(employer, now):
    person = row(phone="+8613800138000", department="检修班", post="电工", category="worker", hired="2019-07")
    assert take(now, employer, person).counts == {"new": 1}
    assert verdict(now, employer, **person.values) == "unchanged"
    made = Membership.objects.get()
    assert (made.user.full_name, made.user.phone, read_identity(made.user)) == ("张三", "+8613800138000", NUMBER)
    assert (made.department, made.post, made.category, made.hired) == ("检修班", "电工", "worker", "2019-07")
    assert not made.user.has_usable_password()


def test_changes_are_shown_field_by_field(employer, now):
    member(employer, department="一车间", post="电工", hired="2019-07-03", employee_number="7")
    (one,) = judged(now, employer, row(department="二车间", post="", hired="2019", employee_number="8"))
    assert (one.verdict, one.differences) == (
        "changed",
        [("department", "一车间", "二车间"), ("employee_number", "7", "8")],
    )
    take(now, employer, one.row)
    kept = Membership.objects.get()
    assert (kept.department, kept.post, kept.hired, kept.employee_number) == ("二车间", "电工", "2019-07-03", "8")


def test_another_category_is_another_row_from_today(employer, now):
    before = member(employer, category="worker", employee_number="7")
    take(now, employer, row(category="team_leader"))
    before.refresh_from_db()
    after = Membership.objects.get(ends_on=None)
    assert (before.category, after.category, after.employee_number) == ("worker", "team_leader", "7")
    assert (after.starts_on - before.ends_on).days == 1
    assert verdict(now, employer, category="team_leader") == "unchanged"


def test_a_number_under_another_name_is_an_error(employer, now):
    member(employer, name="李四")
    assert verdict(now, employer) == "other_name"


def test_somebody_of_another_organisation_joins_and_keeps_what_is_theirs(employer, now):
    theirs = member(OrganisationFactory(division=employer.division), department="外", post="外")
    take(now, employer, row(phone="+8613800138000", department="检修班"))
    theirs.refresh_from_db()
    assert (theirs.department, theirs.user.phone, theirs.ends_on) == ("外", "", None)
    assert Membership.objects.get(organisation=employer).user == theirs.user
    assert User.objects.count() == 1
    assert verdict(now, employer, phone="+8613800138000") == "unchanged"


def test_the_phone_of_somebody_with_a_role_stays(manager_a, organisation_a, now):
    User.objects.filter(pk=manager_a.pk).update(**identity_fields(NUMBER))
    taken = row(name=manager_a.full_name, phone="+8613800138000")
    for own in (organisation_a, None):
        taken.values["credit_code"] = organisation_a.credit_code
        assert judged(now, own, taken)[0].verdict == "unchanged"
        take(now, own, taken)
    manager_a.refresh_from_db()
    assert manager_a.phone != "+8613800138000"


def test_without_identity_number_the_employee_number_tells(employer, now):
    take(now, employer, row(identity="", employee_number="007"))
    assert verdict(now, employer, identity="", employee_number="007") == "unchanged"
    assert verdict(now, employer, identity="", employee_number="007", name="李四") == "number_other_name"
    (one,) = judged(now, employer, row(employee_number="007"))
    assert (one.verdict, one.differences) == ("changed", [("identity", "", "002X")])
    take(now, employer, one.row)
    assert read_identity(User.objects.get()) == NUMBER
    assert verdict(now, employer, identity=OTHER, employee_number="007") == "number_other_person"


def test_an_employee_number_that_somebody_else_has(employer, now):
    member(employer, name="李四", number=OTHER, employee_number="7")
    member(employer)
    assert verdict(now, employer, employee_number="7") == "employee_number_taken"
    other = OrganisationFactory(division=employer.division)
    assert verdict(now, other, employee_number="7") == "new"


def test_a_managers_rows_belong_to_the_own_organisation(employer, now):
    code = OrganisationFactory(division=employer.division).credit_code
    assert verdict(now, employer, credit_code=code) == "other_organisation"
    assert verdict(now, employer, organisation="示例建材厂") == "other_organisation"
    assert verdict(now, employer, organisation="示例化工有限责任公司") == "new"
    assert verdict(now, employer, credit_code=employer.credit_code, organisation="示例化工") == "new"


def test_the_bureaus_rows_make_organisations_by_credit_code(employer, now):
    code = OrganisationFactory.build(division=employer.division).credit_code
    outcome = take(
        now,
        None,
        row(2, credit_code=code, organisation="示例煤业有限公司", hired="2019-07-03"),
        row(3, credit_code=code, organisation="示例煤业", identity=OTHER, name="李四"),
    )
    assert outcome.counts == {"new": 2}
    made = Organisation.objects.get(credit_code=code)
    assert (made.name, made.kind, made.division) == ("示例煤业有限公司", "enterprise", employer.division)
    assert str(made.memberships.earliest("pk").starts_on) == "2019-07-03"


def test_what_organisation_is_not_clear_is_refused(employer, now):
    known = {"credit_code": employer.credit_code}
    fresh = {"credit_code": OrganisationFactory.build(division=employer.division).credit_code}
    assert verdict(now, None, **known, organisation="示例建材厂") == "organisation_name"
    assert verdict(now, None, **fresh) == "organisation_name_missing"
    assert verdict(now, None, organisation="示例建材厂") == "credit_code_missing"
    assert verdict(now, None, organisation=employer.name) == "new"
    twice = judged(now, None, row(2, **fresh, organisation="甲厂"), row(3, **fresh, organisation="乙矿"))
    assert [one.verdict for one in twice] == ["new", "error"]


# ── Many rows ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_whole_roster_twice(county, now, layout, tmp_path):
    made = make_roster(5, layout=layout, rows=80)
    file = tmp_path / "名单.xlsx"
    file.write_bytes(made.content)
    good = sum(verdict == "ok" for verdict, _code in made.verdicts.values())
    reports = [json.loads(told(file)) for _turn in range(2)]
    assert reports[0] == reports[1]
    report = reports[0]
    assert (report["rows"], report["ok"], report["repaired"]) == (80, good, len(made.repaired))
    assert {one["row"]: one["sheet"] for one in report["errors"]} == {
        number: "人员" for number, (verdict, _code) in made.verdicts.items() if verdict == "error"
    }
    assert [one["row"] for one in report["duplicates"]] == [
        number for number, (verdict, _code) in made.verdicts.items() if verdict == "duplicate"
    ]
    assert User.objects.count() == Membership.objects.count() == good
    last = RosterImport.objects.order_by("pk").last()
    assert last.counts["unchanged"] == good
    assert AuditEntry.objects.filter(action="people.roster_imported").count() == 1


def told(file, *options):
    out = io.StringIO()
    call_command("import_roster", file, *options, "--report", "json", stdout=out)
    return out.getvalue()


def test_a_dry_run_writes_nothing(county, tmp_path):
    file = tmp_path / "名单.xlsx"
    file.write_bytes(make_roster(5, rows=60).content)
    assert json.loads(told(file, "--dry-run"))["rows"] == 60
    assert User.objects.count() == RosterImport.objects.count() == AuditEntry.objects.count() == 0


def test_the_command_for_one_organisation(employer, tmp_path):
    file = tmp_path / "名单.xlsx"
    unit = (employer.name, employer.credit_code)
    file.write_bytes(make_roster(5, rows=10, faults=False, unit=unit).content)
    assert json.loads(told(file, "--organisation", employer.credit_code))["ok"] == 10
    other = OrganisationFactory(division=employer.division)
    assert len(json.loads(told(file, "--organisation", other.credit_code))["errors"]) == 10
    with pytest.raises(CommandError):
        told(file, "--organisation", "91")


def test_the_command_tells_what_it_cannot_read(county, tmp_path):
    file = tmp_path / "名单.xlsx"
    file.write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError):
        told(file)


def test_the_queries_do_not_grow_with_the_rows(county, now):
    def queries(rows):
        found = rosters.read_and_judge(make_roster(1, rows=rows, faults=False).content, "a.xlsx", None, now)
        with CaptureQueriesContext(connection) as asked:
            take(now, None, *(one.row for one in found))
        return len(asked)

    first, second = queries(5), queries(15)
    assert second <= first


# ── The way of an upload ─────────────────────────────────────────────────────
def upload(by, own, *rows, head=("姓名", "身份证号", "部门"), now=None):
    content = write_workbook([OutSheet("人员", head, rows)])
    return rosters.receive_roster(content, "名单.xlsx", organisation=own, by=by, now=now)


@pytest.fixture
def roster(manager_a, organisation_a, now):
    return upload(manager_a, organisation_a, ("张三", NUMBER, "检修班"), ("=李四", "123", "一车间"), now=now)


def test_a_small_file_is_checked_at_once(roster, now):
    assert (roster.state, roster.job) == ("checked", None)
    assert roster.counts == {"new": 1, "error": 1, "rows": 2, "repaired": 0}
    assert [row.verdict for row in rosters.read_staged(roster).rows] == ["new", "error"]
    assert roster.is_kept(now)


def test_nothing_of_a_roster_lies_readable_on_the_disk(roster):
    files = [file.absolute.read_bytes() for file in PrivateFile.objects.all()]
    assert len(files) == 3
    assert not any(NUMBER.encode() in content or content.startswith(b"PK") for content in files)


def test_a_large_file_is_checked_by_a_job(manager_a, organisation_a, now, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    roster = upload(manager_a, organisation_a, ("张三", NUMBER, "检修班"), now=now)
    assert (roster.state, roster.job.task, roster.job.requested_by) == ("uploaded", "people.check_roster", manager_a)
    run(roster.job)
    roster.refresh_from_db()
    assert (roster.state, roster.job) == ("checked", None)


def run(job):
    from records.services import claim, execute

    execute(claim(job.run_after, pk=job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_a_file_that_cannot_be_read_is_refused(manager_a, organisation_a, now):
    roster = rosters.receive_roster(b"%PDF-1.7", "a.xlsx", organisation=organisation_a, by=manager_a, now=now)
    assert (roster.state, roster.refusal) == ("refused", "wrong_type")


def test_the_good_rows_are_imported_once(roster, manager_a, organisation_a, now):
    job = rosters.start_import(roster, by=manager_a, now=now)
    with pytest.raises(rosters.NotNow):
        rosters.start_import(roster, by=manager_a, now=now)
    assert Job.objects.filter(task="people.import_roster").count() == 1
    run(job)
    roster.refresh_from_db()
    assert (roster.state, roster.counts["done"]) == ("committed", {"new": 1, "taken": 1})
    made = organisation_a.memberships.get(user__full_name="张三")
    assert roster.people == [made.user_id]
    rosters.import_roster(roster, by=manager_a, now=now)
    assert organisation_a.memberships.filter(user__full_name="张三").count() == 1


def test_a_second_try_goes_on_where_the_first_ended(manager_a, organisation_a, now, monkeypatch):
    roster = upload(manager_a, organisation_a, ("张三", NUMBER, ""), ("李四", OTHER, ""), now=now)
    monkeypatch.setattr(uploads, "batch_size", lambda: 1)
    real, calls = uploads.commit_batch, []

    def dies_at_the_second(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise OSError("power cut")
        return real(*args, **options)

    monkeypatch.setattr(uploads, "commit_batch", dies_at_the_second)
    with pytest.raises(OSError, match="power"):
        rosters.import_roster(roster, by=manager_a, now=now)
    again = RosterImport.objects.get(pk=roster.pk)
    assert again.counts["done"] == {"new": 1, "taken": 1}
    rosters.import_roster(again, by=manager_a, now=now)
    again.refresh_from_db()
    assert again.counts["done"] == {"new": 2, "taken": 2}
    assert len(again.people) == 2


def test_what_changed_since_the_check_is_not_overwritten(roster, manager_a, organisation_a, now):
    member(organisation_a, name="李四")
    rosters.import_roster(roster, by=manager_a, now=now)
    roster.refresh_from_db()
    assert roster.counts["done"] == {"error": 1, "taken": 1}


def test_a_new_organisation_needs_a_county(now):
    rows = [row(credit_code=OrganisationFactory.build(division=None).credit_code, organisation="甲厂")]
    with pytest.raises(Permanent):
        uploads.committed(rows, None, by=None, now=now)


def test_after_a_day_nothing_can_be_imported(roster, manager_a, now):
    later = now + staging.KEPT
    with pytest.raises(rosters.NotNow):
        rosters.start_import(roster, by=manager_a, now=later)


def test_columns_are_corrected_and_remembered(manager_a, organisation_a, now):
    head = ("姓名", "身份证号", "所属", "备注")
    roster = upload(manager_a, organisation_a, ("张三", NUMBER, "检修班", "电工"), head=head, now=now)
    columns = {"name": 0, "identity": 1, "department": 2, "post": 3}
    rosters.correct_columns(roster, {"0": {"head": 0, "columns": columns}}, by=manager_a, now=now)
    (staged,) = rosters.read_staged(roster).rows
    assert (staged.values["department"], staged.values["post"]) == ("检修班", "电工")
    assert dict(HeaderMapping.objects.values_list("header", "field")) == {"所属": "department", "备注": "post"}
    again = upload(manager_a, organisation_a, ("张三", NUMBER, "检修班", "电工"), head=head, now=now)
    assert rosters.read_staged(again).rows[0].values["post"] == "电工"
    other = OrganisationFactory(division=organisation_a.division)
    elsewhere = upload(manager_a, other, ("张三", NUMBER), head=head, now=now)
    assert "post" not in rosters.read_staged(elsewhere).rows[0].values


def test_a_correction_taken_back_is_forgotten(manager_a, organisation_a, now):
    head = ("姓名", "身份证号", "部门")
    roster = upload(manager_a, organisation_a, ("张三", NUMBER, "检修班"), head=head, now=now)
    for columns in ({"name": 0, "identity": 1}, {"name": 0, "identity": 1, "department": 2}):
        rosters.correct_columns(roster, {"0": {"head": 0, "columns": columns}}, by=manager_a, now=now)
    assert not HeaderMapping.objects.exists()


def test_the_bad_rows_come_back_with_their_reasons(roster):
    (sheet,) = read_workbook(staging.kept(roster.problem_file))
    assert sheet.rows[0][2:] == ("姓名", "身份证号", "部门")
    number, reason, *cells = sheet.rows[1]
    assert (number, cells) == (3, ["=李四", "123", "一车间"])
    assert reason
    assert sheet.formulas == frozenset()


def test_the_template_is_understood(employer, now):
    for own, units in ((employer, False), (None, True)):
        (sheet, *_lists) = read_workbook(rosters.template_workbook(with_units=units))
        head = sheet.rows[2]
        values = {"姓名": "张三", "身份证号": NUMBER, "人员类别": "班组长", "入职日期": "2019-07"}
        values |= {"单位名称": employer.name, "统一社会信用代码": employer.credit_code}
        content = write_workbook([OutSheet("花名册", head, [[values.get(name, "") for name in head]])])
        (one,) = rosters.read_and_judge(content, "a.xlsx", own, now)
        assert (one.verdict, one.row.category, one.row.hired) == ("new", "team_leader", "2019-07")
