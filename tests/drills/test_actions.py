import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from drills import action_rules as rules
from drills.models import ActionStep, CorrectiveAction, Drill, Participation
from drills.permissions import actions_to_check_by
from drills.plan_papers import Paper
from drills.queries.actions import Filter, actions_shown, figures, open_things
from drills.services import actions as services
from drills.services.actions import Refused, StillOpen
from drills.services.states import CannotMove
from people.models import Membership
from records.models import AuditEntry, PrivateFile
from records.spreadsheets import read_workbook
from tests.cast import person
from tests.drills.factories import join, make_drill, make_part
from tests.drills.outcome import DUE, LATER, fresh, make_action, make_finding, make_run

pytestmark = pytest.mark.django_db
PDF = Paper("整改照片.pdf", b"%PDF-1.4", "application/pdf")


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a, "reported")


@pytest.fixture
def action(drill: Drill, learner: Any, manager_a: Any) -> CorrectiveAction:
    return make_action(make_finding(drill), learner, by=manager_a)


def submitted(action: CorrectiveAction, by: Any) -> CorrectiveAction:
    services.accept_action(action, by=by, now=LATER)
    services.submit_action(action, note="培训已完成", by=by, now=LATER)
    return action


def kinds(action: CorrectiveAction) -> list[str]:
    return list(action.steps.values_list("kind", flat=True))


# ── From proposal to 销号 ─────────────────────────────────────────────────────
def test_the_whole_way_leaves_one_row_a_step(action, learner, manager_a) -> None:
    services.accept_action(action, by=learner, now=LATER)
    services.tell_progress(action, note="教材已印", papers=[PDF], by=learner, now=LATER)
    services.submit_action(action, note="五人抽问全部答对", papers=[PDF, PDF], by=learner, now=LATER)
    services.return_action(action, reason="缺签到表", by=manager_a, now=LATER)
    services.submit_action(action, note="已补签到表", papers=[PDF], by=learner, now=LATER)
    services.verify_action(action, note="现场核对无误", by=manager_a, now=LATER)
    services.close_action(action, by=manager_a, now=LATER)
    assert kinds(action) == [
        *("proposed", "accepted", "progress", "progress", "submitted", "returned", "submitted", "verified", "closed"),
    ]
    assert fresh(action).state == "closed"
    assert PrivateFile.objects.filter(kind="drills.action").count() == 4
    assert AuditEntry.objects.filter(action__startswith="drills.action_").count() == 8


def test_the_owner_does_not_check_his_own(drill, manager_a) -> None:
    action = submitted(make_action(make_finding(drill), manager_a), manager_a)
    with pytest.raises(Refused) as refused:
        services.verify_action(action, note="自己看过", by=manager_a, now=LATER)
    assert refused.value.why == rules.OWN
    assert fresh(action).state == "submitted"


def test_who_handed_it_in_for_another_does_not_check_it(action, manager_a, officer_north) -> None:
    submitted(action, manager_a)
    with pytest.raises(Refused):
        services.verify_action(action, note="看过", by=manager_a, now=LATER)
    with pytest.raises(Refused):
        services.return_action(action, reason="不行", by=manager_a, now=LATER)
    services.verify_action(action, note="看过", by=officer_north, now=LATER)
    assert fresh(action).state == "verified"


def test_after_a_return_whoever_hands_it_in_anew_counts(action, learner, manager_a, officer_north) -> None:
    submitted(action, learner)
    services.return_action(action, reason="缺照片", by=officer_north, now=LATER)
    services.submit_action(action, note="补齐", by=manager_a, now=LATER + timedelta(hours=1))
    with pytest.raises(Refused):
        services.verify_action(action, note="看过", by=manager_a, now=LATER)


def test_a_second_tab_comes_too_late(action, learner) -> None:
    old = fresh(action)
    services.accept_action(action, by=learner, now=LATER)
    with pytest.raises(Refused) as refused:
        services.accept_action(old, by=learner, now=LATER)
    assert refused.value.why == rules.NOT_NOW
    assert kinds(action) == ["proposed", "accepted"]


def test_progress_is_not_told_twice_by_a_second_click(action, learner) -> None:
    services.accept_action(action, by=learner, now=LATER)
    services.tell_progress(action, note="在办", seen=2, by=learner, now=LATER)
    with pytest.raises(Refused):
        services.tell_progress(action, note="在办", seen=2, by=learner, now=LATER)
    assert kinds(action) == ["proposed", "accepted", "progress"]


def test_a_refused_step_keeps_no_file(action, manager_b) -> None:
    with pytest.raises(Refused):
        services.submit_action(action, note="不是我的", papers=[PDF], by=manager_b, now=LATER)
    assert not PrivateFile.objects.exists()


def test_an_extension_leads_to_a_later_day_by_somebody_else(action, learner, manager_a) -> None:
    later = DUE + timedelta(days=10)
    with pytest.raises(ValueError, match="later day"):
        services.extend_action(action, due_on=DUE, reason="不变", by=manager_a, now=LATER)
    with pytest.raises(Refused):
        services.extend_action(action, due_on=later, reason="忙", by=learner, now=LATER)
    services.extend_action(action, due_on=later, reason="等待专家", by=manager_a, now=LATER)
    assert fresh(action).due_on == later
    step = action.steps.get(kind="extended")
    assert (step.note, step.due_on, step.by) == ("等待专家", later, manager_a)


def test_dropped_is_settled_and_stays_so(action, learner, manager_a) -> None:
    services.drop_action(action, reason="与另一项合并", by=manager_a, now=LATER)
    assert fresh(action).state == "cancelled"
    with pytest.raises(Refused):
        services.accept_action(fresh(action), by=learner, now=LATER)


def test_overdue_is_derived_from_the_day(action, manager_a) -> None:
    assert not action.is_overdue(DUE)
    assert action.is_overdue(DUE + timedelta(days=1))
    assert list(CorrectiveAction.objects.overdue(DUE + timedelta(days=1))) == [action]
    services.drop_action(action, reason="不再需要", by=manager_a, now=LATER)
    assert not action.is_overdue(DUE + timedelta(days=1))
    assert not CorrectiveAction.objects.overdue(DUE + timedelta(days=1)).exists()


def test_the_words_change_until_it_is_accepted(action, learner, manager_a) -> None:
    action.text = "修订流程"
    services.change_action(action, by=manager_a, now=LATER)
    assert fresh(action).text == "修订流程"
    services.accept_action(action, by=learner, now=LATER)
    action.text = "太晚"
    with pytest.raises(Refused):
        services.change_action(action, by=manager_a, now=LATER)
    assert fresh(action).text == "修订流程"


# ── The drill ────────────────────────────────────────────────────────────────
def test_the_first_action_sets_the_improvement_going_once(drill, learner) -> None:
    finding = make_finding(drill)
    make_action(finding, learner)
    make_action(finding, learner)
    assert fresh(drill).state == "improving"
    assert AuditEntry.objects.filter(action="drills.improvement_begun").count() == 1


def test_before_the_report_an_action_changes_no_state(organisation_a, learner) -> None:
    drill = make_run(organisation_a, "evaluating")
    make_action(make_finding(drill), learner)
    assert fresh(drill).state == "evaluating"


@pytest.mark.parametrize("state", ["running", "closed", "archived", "cancelled"])
def test_no_action_while_the_drill_runs_or_when_it_is_closed(organisation_a, learner, state) -> None:
    drill = make_run(organisation_a, state)
    with pytest.raises(Refused):
        make_action(make_finding(drill), learner)


def test_what_went_well_needs_no_correction(drill, learner) -> None:
    with pytest.raises(Refused):
        make_action(make_finding(drill, kind="strength", severity=""), learner)


def test_the_drill_closes_when_every_mandatory_action_is_settled(drill, learner, manager_a) -> None:
    finding = make_finding(drill)
    must, may = make_action(finding, learner), make_action(finding, learner, mandatory=False)
    drill = fresh(drill)
    with pytest.raises(StillOpen) as still:
        services.close_drill(drill, by=manager_a, now=LATER)
    assert still.value.what.actions == [must]
    submitted(must, learner)
    services.verify_action(must, note="合格", by=manager_a, now=LATER)
    with pytest.raises(StillOpen):
        services.close_drill(drill, by=manager_a, now=LATER)
    services.close_action(must, by=manager_a, now=LATER)
    services.close_drill(drill, by=manager_a, now=LATER)
    assert (fresh(drill).state, may.state) == ("closed", "proposed")


def test_a_problem_that_nobody_has_taken_up_keeps_it_open(drill, manager_a) -> None:
    minor, major = make_finding(drill, severity="minor"), make_finding(drill, severity="major")
    assert open_things(drill).findings == [major]
    assert minor not in open_things(drill).findings
    with pytest.raises(StillOpen):
        services.close_drill(drill, by=manager_a, now=LATER)


def test_with_nothing_to_put_right_it_closes_at_once_and_once(drill, manager_a) -> None:
    old = fresh(drill)
    services.close_drill(drill, by=manager_a, now=LATER)
    with pytest.raises(CannotMove):
        services.close_drill(old, by=manager_a, now=LATER)
    assert AuditEntry.objects.filter(action="drills.drill_closed").count() == 1


# ── The list ─────────────────────────────────────────────────────────────────
def shown(user: Any, view: str = "open", day: date = DUE, **more: Any) -> list[CorrectiveAction]:
    return list(actions_shown(user, Filter(view, **more), day=day))


def test_each_view_shows_as_many_as_its_figure_says(drill, organisation_a, learner, manager_a, leader) -> None:
    finding = make_finding(drill)
    mine = make_action(finding, manager_a)
    late = make_action(finding, learner, due_on=DUE - timedelta(days=3))
    waiting = submitted(make_action(finding, learner), learner)
    own = submitted(make_action(finding, manager_a), manager_a)
    gone = make_action(finding, learner)
    services.drop_action(gone, reason="重复", by=manager_a, now=LATER)
    told = {view: shown(manager_a, view) for view in ("open", "mine", "overdue", "to_check", "settled")}
    assert told["open"] == [late, mine, waiting, own]
    assert told["mine"] == [mine, own]
    assert told["overdue"] == [late]
    assert told["to_check"] == [waiting]
    assert told["settled"] == [gone]
    counted = figures(manager_a, Filter(), day=DUE)
    assert {view: len(rows) for view, rows in told.items()} == vars(counted)
    assert len(shown(leader, "all")) == 5


def test_the_list_keeps_to_the_scope(
    action, drill, organisation_b, manager_b, officer_south, learner, client_of
) -> None:
    assert shown(manager_b, "all") == []
    assert shown(officer_south, "all") == []
    assert shown(learner, "all") == [action]  # his own
    joint = make_run(organisation_b, "reported")
    theirs = make_action(make_finding(joint), learner, organisation=action.organisation)
    assert set(shown(manager_b, "all")) == {theirs}


def test_who_led_the_evaluation_sees_and_checks(drill, action, learner, learner_b) -> None:
    assert not CorrectiveAction.objects.visible_to(learner_b).exists()
    make_part(drill, Participation.Role.LEAD_EVALUATOR, learner_b)
    submitted(action, learner)
    assert list(actions_to_check_by(learner_b)) == [action]
    services.verify_action(action, note="合格", by=learner_b, now=LATER)
    with pytest.raises(Refused):
        services.close_action(action, by=learner_b, now=LATER)


def test_the_workbook_holds_what_the_page_shows(drill, learner, manager_a, client_of) -> None:
    finding = make_finding(drill)
    make_action(finding, learner, due_on=date(2020, 1, 1), text="=HYPERLINK(1)")
    make_action(finding, learner, due_on=date(2099, 1, 1))
    answer = client_of(manager_a).post(url("actions_export") + "?view=overdue")
    (sheet,) = read_workbook(answer.content)
    title, as_of, head, *body = sheet.rows
    assert (len(title), len(as_of), len(head), len(body)) == (1, 1, 11, 1)
    assert body[0][1].startswith("【演练】")
    assert body[0][4] == "=HYPERLINK(1)"
    assert client_of(manager_a).get(url("actions_export")).status_code == 405


def test_a_wrong_filter_filters_nothing(action, manager_a, client_of) -> None:
    client = client_of(manager_a)
    for query in ("?view=nonsense", "?organisation=abc", "?organisation=999999", "?page=99&q=%00"):
        assert client.get(url("actions") + query).status_code == 200


def test_the_list_asks_as_often_for_one_as_for_many(
    drill, learner, manager_a, client_of, django_assert_max_num_queries
) -> None:
    finding = make_finding(drill)
    for _number in range(8):
        make_action(finding, learner)
    client = client_of(manager_a)
    client.get(url("actions"))
    with django_assert_max_num_queries(18):
        page = client.get(url("actions")).content.decode()
    assert page.count("data-label") == 32


# ── Pages of one action ──────────────────────────────────────────────────────
def form(**changed: Any) -> dict[str, Any]:
    due = timezone.localdate() + timedelta(days=30)
    return {"text": "修订流程", "due_on": due.isoformat(), "criterion": "抽问", "mandatory": "on", **changed}


def test_the_responsible_person_is_found_by_name_or_number(
    drill, organisation_a, learner, manager_a, client_of
) -> None:
    finding, client = make_finding(drill), client_of(manager_a)
    address = url("action_new", drill.pk, finding.pk)
    client.post(address, form(organisation=organisation_a.pk, person="李强"))
    assert finding.actions.get().owner == learner
    Membership.objects.filter(user=learner).update(employee_number="0217")
    client.post(address, form(organisation=organisation_a.pk, person="0217"))
    assert finding.actions.count() == 2
    for wrong in ("没有这人", "赵敏", ""):
        assert client.post(address, form(organisation=organisation_a.pk, person=wrong)).status_code == 200
    assert finding.actions.count() == 2


def test_two_of_one_name_are_told_apart(drill, organisation_a, manager_a, client_of) -> None:
    first, second = (person("王伟", organisation_a) for _ in range(2))
    Membership.objects.filter(user=second).update(department="储运部")
    finding, client = make_finding(drill), client_of(manager_a)
    address = url("action_new", drill.pk, finding.pk)
    page = client.post(address, form(organisation=organisation_a.pk, person="王伟")).content.decode()
    assert "储运部" in page
    assert not finding.actions.exists()
    chosen = second.memberships.get().pk
    client.post(address, form(organisation=organisation_a.pk, person="王伟", member=chosen))
    assert finding.actions.get().owner == second
    stranger = make_part(drill).pk
    client.post(address, form(organisation=organisation_a.pk, person="王伟", member=stranger + 10_000))
    assert finding.actions.count() == 1
    assert first != second


def test_of_another_unit_only_who_has_a_part_can_be_named(
    drill, organisation_b, learner_b, manager_a, client_of
) -> None:
    join(drill, organisation_b)
    finding, client = make_finding(drill), client_of(manager_a)
    address, sent = url("action_new", drill.pk, finding.pk), form(organisation=organisation_b.pk, person="马建军")
    assert client.post(address, sent).status_code == 200
    assert not finding.actions.exists()
    make_part(drill, Participation.Role.PLAYER, learner_b)
    client.post(address, sent)
    assert finding.actions.get().owner == learner_b


def test_a_unit_outside_the_drill_cannot_be_named(drill, organisation_b, manager_a, client_of) -> None:
    finding = make_finding(drill)
    sent = form(organisation=organisation_b.pk, person="马建军")
    assert client_of(manager_a).post(url("action_new", drill.pk, finding.pk), sent).status_code == 200
    assert not finding.actions.exists()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    return out.getvalue()


def test_papers_are_told_by_what_they_are(action, learner, client_of) -> None:
    services.accept_action(action, by=learner, now=LATER)
    client, address = client_of(learner), url("action_step", action.pk, "submit")
    for name, content in (("photo.jpg", b"MZ\x90"), ("page.html", b"<script>"), ("a.pdf", b""), ("b.png", b"\x89PNG")):
        wrong = {"note": "完成", "papers": SimpleUploadedFile(name, content)}
        assert client.post(address, wrong).status_code == 200
    assert fresh(action).state == "in_progress"
    files = [SimpleUploadedFile(f"{name}.jpg", picture()) for name in ("前", "后")]
    client.post(address, {"note": "完成", "papers": files})
    assert fresh(action).state == "submitted"
    assert [step.file.name for step in action.steps.exclude(file=None)] == ["前.jpg", "后.jpg"]


def test_evidence_is_read_by_whoever_sees_the_action(
    action, learner, manager_a, manager_b, learner_b, client_of
) -> None:
    services.accept_action(action, by=learner, now=LATER)
    services.tell_progress(action, note="见附件", papers=[PDF], by=learner, now=LATER)
    address = reverse("records:file", args=[ActionStep.objects.get(kind="progress").file_id])
    assert [client_of(one).get(address).status_code for one in (learner, manager_a)] == [200, 200]
    assert [client_of(one).get(address).status_code for one in (manager_b, learner_b)] == [404, 404]


def test_the_pages_of_the_way(action, learner, manager_a, client_of) -> None:
    owner, manager = client_of(learner), client_of(manager_a)
    step = lambda name: url("action_step", action.pk, name)  # noqa: E731
    assert owner.get(step("accept")).status_code == 405
    owner.post(step("accept"))
    owner.post(step("progress"), {"note": "在办", "seen": 2})
    owner.post(step("progress"), {"note": "在办", "seen": 2})
    owner.post(step("submit"), {"note": "完成"})
    assert owner.get(step("verify")).status_code == 404  # not his to take
    assert manager.get(step("verify")).status_code == 200
    manager.post(step("return"), {"reason": "缺少签到表"})
    owner.post(step("submit"), {"note": "补齐"})
    manager.post(step("verify"), {"note": "合格"})
    manager.post(step("close"))
    manager.post(step("close"))
    assert kinds(action) == [
        *("proposed", "accepted", "progress", "submitted", "returned", "submitted", "verified", "closed"),
    ]
    page = manager.get(url("action", action.pk)).content.decode()
    assert "缺少签到表" in page
    assert "btn-primary" not in page  # nothing is left to do


def test_strangers_find_no_action(action, manager_b, officer_south, learner_b, client_of) -> None:
    for who in (manager_b, officer_south, learner_b):
        client = client_of(who)
        assert client.get(url("action", action.pk)).status_code == 404
        assert client.get(url("action_edit", action.pk)).status_code == 404
        for name in rules.STEPS:
            assert client.post(url("action_step", action.pk, name), {"note": "xx", "reason": "xxxx"}).status_code == 404
    assert kinds(action) == ["proposed"]


def test_an_unknown_step_does_not_exist(action, manager_a, client_of) -> None:
    assert client_of(manager_a).post(url("action_step", action.pk, "delete")).status_code == 404


def test_the_closing_page_names_what_is_open(drill, learner, manager_a, client_of) -> None:
    action = make_action(make_finding(drill), learner)
    page = client_of(manager_a).post(url("close", drill.pk)).content.decode()
    assert action.text in page
    assert fresh(drill).state == "improving"


def test_a_drill_in_design_cannot_be_closed(organisation_a, manager_a, client_of) -> None:
    drill = make_drill(organisation_a)
    assert client_of(manager_a).post(url("close", drill.pk)).status_code == 302
    assert fresh(drill).state == "draft"
