"""Plans and drills of the fictional county, so that ledgers, console and reports have something to show.

Nothing is written past the services: the demo people plan, approve, run and evaluate by the same calls as everybody,
only on clocks of their own before the day of loading. What the services refuse, the demo does not have.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as day_time
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from drills.evaluation_rules import Scored
from drills.examples import examples
from drills.models import (
    CorrectiveAction,
    Drill,
    DrillReport,
    EmergencyPlan,
    Finding,
    MselItem,
    Participation,
    PlanFiling,
    PlanVersion,
    RunEvent,
)
from drills.plan_rules import Clause
from drills.services import (
    actions,
    approval,
    evaluation,
    findings,
    parts,
    plan_versions,
    plans,
    readiness,
    reports,
    results,
    run,
    sheets,
    simple,
)
from drills.services.examples import draft_from_example
from people.models import Membership, Organisation, User
from people.starter.cast import ACCOUNTS
from people.starter.demo import find_account, home_of
from records.starter import Outcome, sync
from ui.clock import local_day

Kind, Role = EmergencyPlan.Kind, Participation.Role


class DemoPlan(NamedTuple):
    key: str
    home: str  # key of the organisation
    by: str  # of the demo accounts
    kind: str
    title: str
    hazard: str
    issued: int  # days before the day of loading
    filed_with: str
    clauses: tuple[tuple[str, str, str], ...]


PLANS: Final = (
    DemoPlan(
        "chemical-whole",
        "chemical",
        "manager_a",
        Kind.UNIT_COMPREHENSIVE,
        "示例化工生产安全事故综合应急预案",
        "",
        420,
        "示例县应急管理局",
        (
            ("2.1", "指挥机构", "总经理任总指挥；不在厂时由当班值班领导代行，名单每月更新，张贴在中控室。"),
            ("3.1", "信息报告", "发现人立即报告班长，班长报告中控室和值班领导；总经理接报后按规定时限报县应急管理局。"),
            ("3.3", "响应启动", "现场能控制的由车间处置；需要全厂力量或可能影响厂外的，由总指挥启动全厂响应。"),
        ),
    ),
    DemoPlan(
        "chemical-ammonia",
        "chemical",
        "manager_a",
        Kind.UNIT_ONSITE,
        "液氨泄漏现场处置方案",
        "chemicals",
        400,
        "示例县应急管理局",
        (
            ("3.2", "先期处置", "闻到氨味先向上风向撤，再报告；未穿戴防护装备的人不返回泄漏区。"),
            ("3.4", "切断与稀释", "远程切断失败，穿防化服、戴空气呼吸器，两人一组关阀；雾状水稀释，不冲泄漏口和液氨。"),
            ("4.1", "集合点", "东门广场；西风、西北风和西南风时改用西门停车场，由疏散警戒组广播更正。"),
        ),
    ),
    DemoPlan(
        "coal-whole",
        "coal",
        "manager_b",
        Kind.UNIT_COMPREHENSIVE,
        "青石煤业生产安全事故综合应急预案",
        "mining",
        380,
        "示例县应急管理局",
        (
            ("2.2", "调度室", "调度员接到险情报告或灾害预警，有权直接下令停产撤人，不必请示。"),
            ("3.1", "避灾路线", "各采掘工作面避灾路线图挂在入口，每季度走一遍，变化当日更换。"),
        ),
    ),
    DemoPlan(
        "north-torrent",
        "north",
        "officer_north",
        Kind.GRASSROOTS,
        "北岭乡山洪灾害防御预案",
        "mountain_torrent",
        250,
        "",
        (
            ("3.1", "转移指标", "各村简易雨量站分准备转移、立即转移两级，指标牌立在雨量站旁。"),
            ("3.2", "转移信号", "铜锣连续敲、手摇警报连续响为立即转移；大喇叭同时播报路线和安置点。"),
            ("3.4", "包保到户", "行动不便的人一户一包保，包保人和替补人写在户卡上，贴在门后。"),
        ),
    ),
    DemoPlan(
        "school-evacuation",
        "school",
        "headteacher",
        Kind.UNIT_EVACUATION,
        "河湾镇中心小学应急疏散预案",
        "",
        300,
        "",
        (
            ("2.1", "楼梯口值守", "每个楼梯口一名教师，低年级先下，靠右成两列，不弯腰拾物。"),
            ("2.3", "清点", "到操场后班主任按点名册清点，报年级组长，缺人说明最后看见的地点。"),
        ),
    ),
    DemoPlan(
        "county-flood",
        "bureau",
        "drill_officer",
        Kind.GOVERNMENT_SPECIAL,
        "示例县防汛抢险救援应急预案",
        "flood",
        500,
        "示例县人民政府",
        (
            ("2.1", "现场指挥部", "由县领导任指挥长，应急、水务、公安、卫健和属地乡镇为成员，位置选在险区以外的高处。"),
            ("4.2", "群众转移", "属地乡镇负责组织，公安维持秩序，应急队伍转移被困人员，登记到户到人。"),
        ),
    ),
)


class DemoRecord(NamedTuple):
    home: str
    by: str
    plan: str  # key of a plan, or empty
    hazard: str
    level: str
    days: int  # before the day of loading
    minutes: int
    place: str
    form: str
    people: int
    basis: str
    well: str
    problems: str
    lag: int = 0  # days until it was written down


RECORDS: Final = (
    DemoRecord(
        "school",
        "headteacher",
        "school-evacuation",
        "earthquake",
        Drill.Level.ENTERPRISE,
        12,
        25,
        "教学楼至操场",
        Drill.Form.LIVE,
        412,
        Drill.Basis.COUNTED,
        "低年级两分多钟到操场，楼梯口教师在位。",
        "三楼东侧有学生跑回去拿书包。",
    ),
    DemoRecord(
        "school",
        "headteacher",
        "school-evacuation",
        "household_fire",
        Drill.Level.ENTERPRISE,
        43,
        20,
        "教学楼至操场",
        Drill.Form.LIVE,
        405,
        Drill.Basis.COUNTED,
        "用湿毛巾捂口鼻、弯腰走，做得整齐。",
        "广播在西侧楼梯听不清。",
    ),
    DemoRecord(
        "coal",
        "manager_b",
        "coal-whole",
        "mining",
        Drill.Level.ENTERPRISE,
        75,
        50,
        "二采区至地面",
        Drill.Form.LIVE,
        64,
        Drill.Basis.COUNTED,
        "接到撤人指令后按避灾路线升井，自救器佩戴正确。",
        "一名新工人走错岔口，由班长带回。",
        3,
    ),
    DemoRecord(
        "south",
        "officer_south",
        "",
        "flood",
        Drill.Level.TOWNSHIP,
        168,
        60,
        "河湾镇政府会议室",
        Drill.Form.TABLETOP,
        28,
        Drill.Basis.COUNTED,
        "各村报告及时，转移名单现场抽查能对上。",
        "两个村的安置点钥匙只有一个人有。",
    ),
    DemoRecord(
        "north",
        "officer_north",
        "north-torrent",
        "mountain_torrent",
        Drill.Level.VILLAGE,
        181,
        45,
        "北岭村二组、三组",
        Drill.Form.LIVE,
        130,
        Drill.Basis.ESTIMATED,
        "铜锣和手摇警报一起用，家家都听到了。",
        "两位老人的包保人外出打工，替补人不知道。",
        8,
    ),
)


def load_demo() -> list[Outcome]:
    now = timezone.now()
    outcomes = [load_plan(plan, now) for plan in PLANS]
    outcomes += [load_record(record, now) for record in RECORDS]
    return [*outcomes, load_drill("held", held_drill, now), load_drill("ready", ready_drill, now)]


def morning(now: datetime, days: int) -> datetime:
    """Nine o'clock, so many days before."""
    day = local_day(now) - timedelta(days=days)
    return datetime.combine(day, day_time(9), timezone.get_default_timezone())


def account(key: str) -> User:
    found = next((find_account(one) for one in ACCOUNTS if one.key == key), None)
    assert found is not None, key
    return found


def keep(key: str, title: str, find: Callable[[], Any], make: Callable[[], Any]) -> Outcome:
    """Made once; what somebody did with it since is his."""
    return sync(
        f"drills.demo:{key}",
        {"title": title},
        find=find,
        read=lambda thing: {"title": thing.title},
        write=lambda held, _shipped: held or make(),
    )


# ── Plans ────────────────────────────────────────────────────────────────────
def load_plan(planned: DemoPlan, now: datetime) -> Outcome:
    home = home_of(planned.home)
    return keep(
        planned.key,
        planned.title,
        EmergencyPlan.objects.filter(organisation=home, title=planned.title).first,
        lambda: make_plan(planned, home, morning(now, planned.issued)),
    )


@transaction.atomic
def make_plan(planned: DemoPlan, home: Organisation, now: datetime) -> EmergencyPlan:
    by = account(planned.by)
    plan = EmergencyPlan(organisation=home, kind=planned.kind, title=planned.title, hazard=planned.hazard)
    version = PlanVersion(issued_on=local_day(now), review=PlanVersion.Review.MEETING)
    plans.create_plan(plan, version, by=by, now=now)
    plan_versions.set_clauses(version, [Clause(*clause) for clause in planned.clauses], by=by, now=now)
    plan_versions.issue_version(version, by=by, now=now)
    if planned.filed_with:
        filed = now + timedelta(days=14)
        filing = PlanFiling(
            version=version,
            number=f"示备{filed:%Y}{plan.pk:04d}",
            filed_on=local_day(filed),
            authority=planned.filed_with,
        )
        plans.record_filing(filing, by=by, now=filed)
    return plan


def version_of(key: str) -> PlanVersion | None:
    planned = next((plan for plan in PLANS if plan.key == key), None)
    if planned is None:
        return None
    held = PlanVersion.objects.filter(plan__organisation=home_of(planned.home), plan__title=planned.title)
    return held.filter(issued_at__isnull=False).order_by("-number").first()


# ── Simple records ───────────────────────────────────────────────────────────
def load_record(told: DemoRecord, now: datetime) -> Outcome:
    key = f"record:{told.home}:{told.days}"
    uid = uuid5(NAMESPACE_URL, f"drills.demo:{key}")
    return keep(key, told.place, Drill.objects.filter(uid=uid).first, lambda: write_record(told, uid, now))


def write_record(told: DemoRecord, uid: Any, now: datetime) -> Drill:
    begun = morning(now, told.days)
    record = simple.Told(
        plan_version=version_of(told.plan),
        hazard=told.hazard,
        level=told.level,
        starts_at=begun,
        ends_at=begun + timedelta(minutes=told.minutes),
        place=told.place,
        form=told.form,
        people=told.people,
        basis=told.basis,
        went_well=told.well,
        problems=told.problems,
    )
    written = begun + timedelta(days=told.lag, hours=2)
    return simple.record_simple(home_of(told.home), record, uid=uid, by=account(told.by), now=written).drill


# ── Drills held the full way ─────────────────────────────────────────────────
def load_drill(key: str, make: Callable[[datetime], Drill], now: datetime) -> Outcome:
    uid = uuid5(NAMESPACE_URL, f"drills.demo:{key}")

    @transaction.atomic
    def made() -> Drill:
        drill = make(now)
        Drill.objects.filter(pk=drill.pk).update(uid=uid)
        return drill

    return keep(key, key, Drill.objects.filter(uid=uid).first, made)


def planned_drill(
    example: str, home: str, plan: str, *, cast: dict[str, str], starts_at: datetime, by: User, now: datetime
) -> Drill:
    """From an example to the gate: names in, approved, every line passed, signed by the safety officer."""
    drill = draft_from_example(examples()[example], home_of(home), starts_at=starts_at, by=by, now=now)
    Drill.objects.filter(pk=drill.pk).update(plan_version=version_of(plan), duty_phone="0999-0000119")
    drill.refresh_from_db()
    for role, key in cast.items():
        member = Membership.objects.active().select_related("user").get(user=account(key))
        parts.hand_over(drill.participations.filter(role=role).order_by("pk")[0], member, by=by, now=now)
    if drill.forms.exists():
        evaluation.divide_items(drill, by=by, now=now)
    approval.submit_drill(drill, by=by, now=now)
    approval.approve_drill(drill, by=by, now=now + timedelta(hours=1))
    pass_all_lines(drill, safety=account(cast[Role.SAFETY]), by=by, now=now + timedelta(hours=2))
    readiness.make_ready(drill, by=by, now=now + timedelta(hours=3))
    return drill


def pass_all_lines(drill: Drill, *, safety: User, by: User, now: datetime) -> None:
    for check in drill.checks.all():
        for user in (by, safety):
            if readiness.may_pass(check, user):
                readiness.pass_line(check, by=user, now=now)
                break


def ready_drill(now: datetime) -> Drill:
    """Tomorrow's: whoever tries the product presses the button."""
    cast: dict[str, str] = {
        Role.DIRECTOR: "officer_north",
        Role.SAFETY: "officer_south",
        Role.LEAD_EVALUATOR: "drill_officer",
    }
    starts_at = morning(now, -1)
    return planned_drill(
        "village-torrent",
        "north",
        "north-torrent",
        cast=cast,
        starts_at=starts_at,
        by=account("officer_north"),
        now=now - timedelta(days=3),
    )


def held_drill(now: datetime) -> Drill:
    """Three weeks ago: run, evaluated, reported, one action still open."""
    begun, by = morning(now, 21), account("manager_a")
    cast: dict[str, str] = {Role.DIRECTOR: "manager_a", Role.SAFETY: "learner", Role.LEAD_EVALUATOR: "supervisor"}
    drill = planned_drill(
        "ammonia-leak",
        "chemical",
        "chemical-ammonia",
        cast=cast,
        starts_at=begun,
        by=by,
        now=begun - timedelta(days=4),
    )
    hold(drill, begun, by)
    evaluate(drill, begun + timedelta(hours=3), by)
    report(drill, begun + timedelta(days=2), by)
    put_right(drill, begun + timedelta(days=3), by)
    return drill


def hold(drill: Drill, begun: datetime, by: User) -> None:
    run.start_drill(drill, by=by, now=begun)
    run.sign_in(drill, list(drill.participations.filter(is_group=False)), by=by, now=begun + timedelta(minutes=1))
    group = drill.participations.get(is_group=True)
    run.count_heads(group, count=76, basis=Drill.Basis.COUNTED, by=by, now=begun + timedelta(minutes=14))
    timed = drill.events.filter(offset_seconds__gte=0).exclude(kind=MselItem.Kind.CONTROL)
    for place, item in enumerate(timed.order_by("offset_seconds"), start=1):
        out = begun + timedelta(seconds=(item.offset_seconds or 0) + 5)
        if item.kind == MselItem.Kind.EXPECTED_ACTION:
            seen(drill, item, out + timedelta(seconds=60 + 10 * place))
            continue
        run.release_item(item, by=by, now=out)
        for number, part in enumerate(item.receivers.all()):
            run.acknowledge_for(item, part, by=by, now=out + timedelta(seconds=20 + 7 * place + 5 * number))
    for minutes, text in OBSERVED:
        note(drill, begun + timedelta(minutes=minutes), text)
    run.end_drill(drill, by=by, now=begun + timedelta(minutes=58))


OBSERVED: Final = (
    (3, "操作工先向上风向撤出，再用对讲机报告，地点、物料、风向都说到了。"),
    (9, "集合点更正后，仍有两个班组走向原集合点，路口没有人引导。"),
    (12, "通知下风向村庄时没有说往哪个方向走，接话人追问后才补上。"),
    (19, "抢险组入口登记了进入时间和气瓶压力，备用小组在外待命。"),
)


def note(drill: Drill, at: datetime, text: str) -> RunEvent:
    lead = drill.participations.filter(role=Role.LEAD_EVALUATOR).select_related("user")[0]
    payload = {"text": text, "photo": False, "evaluation_item": None}
    return run.record(drill, RunEvent.Kind.OBSERVATION, by=lead.user, now=at, participation=lead, payload=payload)


def seen(drill: Drill, item: MselItem, at: datetime) -> RunEvent:
    """The lead evaluator saw it done."""
    lead = drill.participations.filter(role=Role.LEAD_EVALUATOR).select_related("user")[0]
    payload = {"verdict": "done", "text": ""}
    return run.record(
        drill, RunEvent.Kind.VERDICT, by=lead.user, now=at, participation=lead, item=item, payload=payload
    )


def evaluate(drill: Drill, now: datetime, by: User) -> None:
    """Most of it well; four items with a reason, and the first of a section that nobody saw."""
    lead = account("supervisor")
    for sheet in drill.sheets.select_related("evaluator"):
        for place, one in enumerate(sheet.items.select_related("item")):
            value, reason = ("not_observed", "") if place % 17 == 16 else VALUES[place % len(VALUES)]
            sheets.score_item(sheet, Scored(one.item_id, value, reason, ()), by=lead, now=now)
        sheets.hand_in(sheet, reason="评估人员现场填写纸质表，由组长代录", by=lead, now=now + timedelta(hours=1))
    sheets.lock_sheets(drill, by=lead, now=now + timedelta(hours=2))
    results.release_score(drill, by=lead, now=now + timedelta(hours=3))


VALUES: Final = (
    ("5", ""),
    ("5", ""),
    ("3", ""),
    ("5", ""),
    ("5", ""),
    ("1", "做得不完整，见现场记录"),
    ("5", ""),
    ("3", ""),
)


def report(drill: Drill, now: datetime, by: User) -> None:
    gap = Finding(
        drill=drill,
        text="风向改变后，两个班组仍走向原集合点，路口没有人引导。",
        severity=Finding.Severity.MAJOR,
        element=Finding.Element.COMMAND,
        root_cause="备用集合点只写在预案里，班组没有走过；疏散警戒组没有明确谁守路口。",
    )
    findings.save_finding(gap, evidence=evidence(drill, "集合点"), by=by, now=now)
    phone = Finding(
        drill=drill,
        text="通知周边村庄时没有说明撤离方向。",
        severity=Finding.Severity.MINOR,
        element=Finding.Element.COMMUNICATION,
        root_cause="通知用语没有固定格式。",
    )
    findings.save_finding(phone, evidence=evidence(drill, "下风向"), by=by, now=now)
    for kind in DrillReport.Kind:
        draft = reports.begin_report(drill, kind, by=by, now=now)
        reports.freeze_report(draft, by=account("drill_officer"), now=now + timedelta(hours=4))
    drill.refresh_from_db()


def evidence(drill: Drill, word: str) -> list[RunEvent]:
    told = drill.log.filter(kind=RunEvent.Kind.OBSERVATION)
    return [event for event in told if word in event.payload.get("text", "")]


def put_right(drill: Drill, now: datetime, by: User) -> None:
    """One done, checked by somebody else and struck off; one under way."""
    first, second = drill.findings.filter(kind=Finding.Kind.GAP).order_by("pk")
    done = propose(first, "在两个集合点之间的路口立牌，疏散警戒组定人守路口，各班组走一遍。", 10, by, now)
    owner = done.owner
    actions.accept_action(done, by=owner, now=now + timedelta(hours=1))
    actions.submit_action(done, note="标牌已立，班组走线记录已签名。", by=owner, now=now + timedelta(days=6))
    checked = now + timedelta(days=7)
    actions.verify_action(done, note="现场看过标牌，抽问两名班长路线清楚。", by=by, now=checked)
    actions.close_action(done, by=by, now=checked)
    open_one = propose(second, "编写对外通知固定用语卡，贴在中控室电话旁，值班人员每人读一遍。", 40, by, now)
    actions.accept_action(open_one, by=open_one.owner, now=now + timedelta(hours=2))


def propose(finding: Finding, text: str, days: int, by: User, now: datetime) -> CorrectiveAction:
    action = CorrectiveAction(
        finding=finding,
        text=text,
        owner=account("learner"),
        organisation=finding.drill.organisation,
        due_on=local_day(now) + timedelta(days=days),
        criterion="有照片和签名的走线（学习）记录",
    )
    return actions.propose_action(action, by=by, now=now)
