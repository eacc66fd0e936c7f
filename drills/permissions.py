"""Who may do what with plans and drills; each `can_x(user, obj)` has its queryset twin beside it, so a list never
disagrees with a detail."""

from typing import Any

from django.db.models import OuterRef, Q, Subquery

from drills.action_rules import Actor
from drills.models import (
    ActionStep,
    Approval,
    CorrectiveAction,
    Drill,
    DrillReport,
    EmergencyPlan,
    Participation,
    PlanVersion,
    RunEvent,
    Submission,
)
from people.models import Organisation, Role
from people.permissions import has_office, scope_as
from people.scopes import scope_of
from records.models import PrivateFile

#: Who plans drills and keeps plans for the organisations of his scope.
HOLDING = (Role.DRILL_OFFICER, Role.ORG_MANAGER, Role.TOWNSHIP_OFFICER)
BUREAU = (Role.DRILL_OFFICER, Role.LEADER)


def sees_drills(user: Any) -> bool:
    """Has work pages of drills: an office, or a part in a drill that is announced."""
    return has_office(user) or has_part(user)


def has_part(user: Any) -> bool:
    """Has a part in a drill he may know of."""
    if not user.is_authenticated:
        return False
    return Drill.objects.visible_to(user).filter(participations__user=user).exists()


# ── Organisations one works for ──────────────────────────────────────────────
def holds_drills(user: Any) -> bool:
    scope = scope_as(user, *HOLDING)
    return scope.everything or bool(scope.organisations or scope.division_paths)


def organisations_held_by(user: Any) -> Any:
    """For which he may plan drills, send in simple records and keep plans."""
    return Organisation.objects.filter(scope_as(user, *HOLDING).organisations_q())


def can_hold_for(user: Any, organisation: Organisation) -> bool:
    return scope_as(user, *HOLDING).covers(organisation)


# ── Drills ───────────────────────────────────────────────────────────────────
def can_manage_drill(user: Any, drill: Drill) -> bool:
    return can_hold_for(user, drill.organisation)


def drills_managed_by(user: Any) -> Any:
    return Drill.objects.filter(scope_as(user, *HOLDING).organisations_q("organisation__"))


def can_approve_drill(user: Any, drill: Drill) -> bool:
    """The bureau approves what the county holds or is joint; below, whoever answers for the organiser. Who submitted a
    drill of the county or a township does not approve it himself."""
    if drill.level in (Drill.Level.COUNTY, Drill.Level.JOINT):
        may = scope_as(user, *BUREAU).everything
    else:
        may = scope_as(user, *HOLDING, Role.LEADER).covers(drill.organisation)
    return may and (not needs_second_person(drill) or submitter_of(drill) != user.pk)


def drills_approved_by(user: Any) -> Any:
    """What waits for his decision: the twin of `can_approve_drill` among the drills in review."""
    county = Q(level__in=(Drill.Level.COUNTY, Drill.Level.JOINT))
    theirs = ~county & scope_as(user, *HOLDING, Role.LEADER).organisations_q("organisation__")
    if scope_as(user, *BUREAU).everything:
        theirs |= county
    last = Approval.objects.filter(drill=OuterRef("pk"), decision=Approval.Decision.SUBMITTED).order_by("-at", "-pk")
    waiting = Drill.objects.filter(theirs, state=Drill.State.IN_REVIEW)
    own = Q(level__in=SECOND_PERSON, submitter=user.pk)
    return waiting.annotate(submitter=Subquery(last.values("by")[:1])).exclude(own)


#: Of these levels nobody approves what he submitted himself.
SECOND_PERSON = (Drill.Level.COUNTY, Drill.Level.JOINT, Drill.Level.TOWNSHIP)


def needs_second_person(drill: Drill) -> bool:
    return drill.level in SECOND_PERSON


def submitter_of(drill: Drill) -> int | None:
    last = drill.approvals.filter(decision="submitted").order_by("-at", "-pk").values_list("by", flat=True)
    return last.first()


# ── Parts ────────────────────────────────────────────────────────────────────
def part_of(user: Any, drill: Drill, *roles: str) -> Participation | None:
    """The user's part in this drill, of these roles where some are named."""
    if not user.is_authenticated:
        return None
    parts = drill.participations.filter(user=user)
    return (parts.filter(role__in=roles) if roles else parts).order_by("pk").first()


def can_control(user: Any, drill: Drill) -> bool:
    """Director, planner and controllers run it; whoever manages it may step in."""
    return part_of(user, drill, *Participation.CONTROL) is not None or can_manage_drill(user, drill)


def can_direct(user: Any, drill: Drill) -> bool:
    """Begins, ends and decides after the merge."""
    roles = (Participation.Role.DIRECTOR, Participation.Role.PLANNER)
    return part_of(user, drill, *roles) is not None or can_manage_drill(user, drill)


def can_read_script(user: Any, drill: Drill) -> bool:
    """The table of events before its release: nobody who plays or only looks on."""
    if can_manage_drill(user, drill):
        return True
    roles = set(drill.participations.filter(user=user).values_list("role", flat=True))
    if roles:
        return roles.isdisjoint(Participation.PLAYING)
    return Drill.objects.in_scope_of(user).filter(pk=drill.pk).exists()


def can_tick(user: Any, drill: Drill) -> bool:
    """Passes lines of the readiness list that a person passes: who runs the drill, and its safety officer."""
    return can_control(user, drill) or can_sign_safety(user, drill)


def can_sign_safety(user: Any, drill: Drill) -> bool:
    """Nobody else's signature will do, not even the manager's."""
    return part_of(user, drill, Participation.Role.SAFETY) is not None


#: Who reads the log while the drill runs: whoever runs it or keeps its record. An evaluator would see others' values.
READS_LOG = (*Participation.CONTROL, Participation.Role.SAFETY, Participation.Role.SCRIBE)


def can_read_log(user: Any, drill: Drill) -> bool:
    """The console and the run log."""
    part = part_of(user, drill)
    if part is not None and not can_manage_drill(user, drill):
        return part_of(user, drill, *READS_LOG) is not None
    return can_manage_drill(user, drill) or Drill.objects.in_scope_of(user).filter(pk=drill.pk).exists()


def can_read_photo(user: Any, file: PrivateFile) -> bool:
    """Of an observation: whoever made it, whoever reads the log."""
    event = RunEvent.objects.filter(file=file).select_related("drill", "participation").first()
    if event is None or not user.is_authenticated:
        return False
    own = event.participation is not None and event.participation.user_id == user.pk
    return own or can_read_log(user, event.drill)


def can_read_paper(user: Any, file: PrivateFile) -> bool:
    """Sign-in sheets, photos and papers of a drill: whose office covers its organiser. Who only plays in it does not
    read the names of the others."""
    return Drill.objects.in_scope_of(user).filter(files__file=file).exists()


def can_lead_evaluation(user: Any, drill: Drill) -> bool:
    return part_of(user, drill, Participation.Role.LEAD_EVALUATOR) is not None or can_manage_drill(user, drill)


def evaluations_led_by(user: Any) -> Any:
    """The twin of `can_lead_evaluation` among the drills he may know of."""
    led = Participation.objects.filter(user=user.pk, role=Participation.Role.LEAD_EVALUATOR).values("drill")
    mine = Q(pk__in=led) | Q(pk__in=drills_managed_by(user).values("pk"))
    return Drill.objects.visible_to(user).filter(mine)


def evaluations_seen_by(user: Any) -> Any:
    """Who evaluates, who leads it, and the offices that answer for the organiser; nobody who plays."""
    seen, parts = Drill.objects.visible_to(user), Participation.objects.filter(user=user.pk)
    playing = parts.filter(role__in=Participation.PLAYING).values("drill")
    evaluating = Q(pk__in=parts.filter(role__in=Participation.EVALUATING).values("drill"))
    over = Q(pk__in=Drill.objects.in_scope_of(user).values("pk")) & ~Q(pk__in=playing)
    return seen.filter(evaluating | over | Q(pk__in=drills_managed_by(user).values("pk")))


def scores_seen_by(user: Any) -> Any:
    """The released score: who has to do with the evaluation, and whoever reads what the drill has shown."""
    mine = Q(pk__in=evaluations_seen_by(user).values("pk")) | Q(pk__in=drills_told_to(user).values("pk"))
    return Drill.objects.filter(mine)


def keeps_forms(user: Any) -> bool:
    """The bureau has the evaluation forms in its menu; every office may read them."""
    return scope_as(user, *BUREAU).everything


def can_reweigh_forms(user: Any) -> bool:
    return scope_as(user, Role.DRILL_OFFICER).everything


# ── Plans ────────────────────────────────────────────────────────────────────
def can_manage_plan(user: Any, plan: EmergencyPlan) -> bool:
    return can_hold_for(user, plan.organisation)


def plans_managed_by(user: Any) -> Any:
    return EmergencyPlan.objects.filter(scope_as(user, *HOLDING).organisations_q("organisation__"))


def sees_plans(user: Any) -> bool:
    """The plans of the organisations in his scope."""
    return has_office(user)


def can_view_version(user: Any, version: PlanVersion) -> bool:
    return versions_viewed_by(user).filter(pk=version.pk).exists()


def versions_viewed_by(user: Any) -> Any:
    """What is issued; a draft is seen by whoever writes it."""
    visible = PlanVersion.objects.visible_to(user)
    return visible.filter(Q(issued_at__isnull=False) | Q(plan__in=plans_managed_by(user)))


def can_read_plan_file(user: Any, file: PrivateFile) -> bool:
    held = Q(file=file) | Q(filings__file=file) | Q(evaluations__file=file)
    return versions_viewed_by(user).filter(held).exists()


def sees_doubtful_rules(user: Any) -> bool:
    """Rules that nobody has verified are for the bureau to settle and for nobody else to worry about."""
    return scope_of(user).everything


# ── What a drill has shown ───────────────────────────────────────────────────
#: Who works on findings and reports while they are written; the other staff of a drill read them when they are told.
WRITING = (Participation.Role.PLANNER, Participation.Role.LEAD_EVALUATOR, Participation.Role.SCRIBE)
EARLY = (*WRITING, Participation.Role.DIRECTOR)
TOLD = (Drill.State.REPORTED, Drill.State.IMPROVING, Drill.State.CLOSED, Drill.State.ARCHIVED)


def can_read_outcome(user: Any, drill: Drill) -> bool:
    return drills_told_to(user).filter(pk=drill.pk).exists()


def drills_told_to(user: Any) -> Any:
    """Whose findings, reports and papers he reads: his office covers the organiser, or he has a part in it. An
    evaluator reads what the others found only when it is reported; who plays or looks on is told by his superiors."""
    seen, scope = Drill.objects.visible_to(user), scope_of(user)
    if not user.is_authenticated or scope.everything:
        return seen
    parts = Participation.objects.filter(user=user).exclude(role__in=Participation.PLAYING)
    joined = Q(taking_part__organisation__in=Organisation.objects.filter(scope.organisations_q()))
    told = Q(pk__in=Drill.objects.filter(joined | Q(participations__in=parts), state__in=TOLD).values("pk"))
    early = Q(pk__in=parts.filter(role__in=EARLY).values("drill"))
    return seen.filter(scope.organisations_q("organisation__") | early | told)


def can_write_outcome(user: Any, drill: Drill) -> bool:
    """Findings, corrective actions and the drafts of reports."""
    return can_manage_drill(user, drill) or part_of(user, drill, *WRITING) is not None


def can_approve_report(user: Any, report: DrillReport) -> bool:
    """As the design is approved: the bureau, what the county holds or is joint; below, whoever answers for the
    organiser. Where a second person is needed it is not whoever wrote in it last."""
    drill = report.drill
    if drill.level in (Drill.Level.COUNTY, Drill.Level.JOINT):
        may = scope_as(user, *BUREAU).everything
    else:
        may = scope_as(user, *HOLDING, Role.LEADER).covers(drill.organisation)
    return may and (not needs_second_person(drill) or report.written_by_id != user.pk)


def can_read_report(user: Any, file: PrivateFile) -> bool:
    return drills_told_to(user).filter(Q(reports__pdf=file) | Q(reports__docx=file)).exists()


def can_read_files(user: Any, drill: Drill) -> bool:
    """Papers and packages, names and all: whose office covers the organiser."""
    return Drill.objects.in_scope_of(user).filter(pk=drill.pk).exists()


def can_read_archive(user: Any, file: PrivateFile) -> bool:
    return Drill.objects.in_scope_of(user).filter(archives__file=file).exists()


def receives_drills(user: Any) -> bool:
    """The bureau's box: takes in the results of drills, or gives them back."""
    return scope_as(user, *BUREAU).everything


def submissions_received_by(user: Any) -> Any:
    return Submission.objects.all() if receives_drills(user) else Submission.objects.none()


# ── Corrective actions ───────────────────────────────────────────────────────
def sees_actions(user: Any) -> bool:
    return has_office(user) or CorrectiveAction.objects.visible_to(user).exists()


def actor_of(user: Any, action: CorrectiveAction) -> Actor:
    """What he is to this action; `drills.action_rules` says what follows from it."""
    drill = action.finding.drill
    holds = can_manage_drill(user, drill)
    leads = holds or part_of(user, drill, Participation.Role.LEAD_EVALUATOR) is not None
    return Actor(user.pk, works=holds or can_hold_for(user, action.organisation), checks=leads, decides=holds)


def actions_to_check_by(user: Any) -> Any:
    """Handed in, by somebody else, for somebody else."""
    last = ActionStep.objects.filter(action=OuterRef("pk"), kind=ActionStep.Kind.SUBMITTED).order_by("-at", "-pk")
    handed_in = CorrectiveAction.objects.filter(state=CorrectiveAction.State.SUBMITTED).exclude(owner=user)
    led = Participation.objects.filter(user=user, role=Participation.Role.LEAD_EVALUATOR).values("drill")
    mine = Q(finding__drill__in=drills_managed_by(user)) | Q(finding__drill__in=led)
    return handed_in.annotate(submitted_by=Subquery(last.values("by")[:1])).exclude(submitted_by=user.pk).filter(mine)


def can_read_action_file(user: Any, file: PrivateFile) -> bool:
    return CorrectiveAction.objects.visible_to(user).filter(steps__file=file).exists()
