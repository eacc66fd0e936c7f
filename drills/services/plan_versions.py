"""What a plan says, version by version: open to change while it is a draft, fixed with its hash from the issue on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from drills.models import EmergencyPlan, PlanClause, PlanVersion
from drills.plan_papers import Paper
from drills.plan_rules import Clause, canonical_text, clause_faults, tidy
from drills.services.plans import NotInUse, keep
from records.services import log
from ui.clock import local_day


class AlreadyIssued(Exception):
    """What is issued is never changed: the next version is drafted from it."""


class NotReady(Exception):
    """It cannot be issued as it stands; `problems` say what to do, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class BadClauses(ValueError):
    """A clause without number or title, or a number given twice: a finding could not point to it."""


class DraftInUse(Exception):
    """Proposals were accepted into it."""


# ── The draft ────────────────────────────────────────────────────────────────
@transaction.atomic
def begin_version(plan: EmergencyPlan, *, by: Any, now: datetime) -> PlanVersion:
    """A copy of the last version to be changed; the draft there is, if there is one. Raises NotInUse."""
    if not EmergencyPlan.objects.in_use().select_for_update().filter(pk=plan.pk).exists():
        raise NotInUse
    last = plan.versions.order_by("-number").first()
    if last is not None and last.issued_at is None:
        return last
    number, day = (last.number if last else 0) + 1, local_day(now)
    draft = PlanVersion(plan=plan, number=number, issued_on=day)
    if last is not None:
        draft.review, draft.file = last.review, last.file
    draft.save()
    if last is not None:
        write_clauses(draft, clauses_of(last))
    log("drills.plan_version_begun", by=by, obj=plan, payload={"version": number}, now=now)
    return draft


@transaction.atomic
def save_version(
    version: PlanVersion, *, paper: Paper | None = None, without_file: bool = False, by: Any, now: datetime
) -> PlanVersion:
    """The instance carries day, review and changes; a paper takes the place of the file there is."""
    draft = hold_draft(version)
    version.file = keep(paper, by=by) if paper else None if without_file else draft.file
    version.save(update_fields=["issued_on", "review", "changes", "file"])
    log_version(version, "drills.plan_version_written", by=by, now=now)
    return version


@transaction.atomic
def set_clauses(version: PlanVersion, clauses: Sequence[Clause], *, by: Any, now: datetime) -> None:
    """In this order, in the place of all there were. Raises AlreadyIssued or BadClauses."""
    hold_draft(version)
    clauses = [Clause(*(tidy(part).strip() for part in clause)) for clause in clauses]
    if clause_faults(clauses):
        raise BadClauses
    version.clauses.all().delete()
    write_clauses(version, clauses)
    log_version(version, "drills.plan_version_written", by=by, now=now, clauses=len(clauses))


@transaction.atomic
def drop_draft(version: PlanVersion, *, by: Any, now: datetime) -> None:
    """A draft that was begun by mistake. Raises AlreadyIssued or DraftInUse."""
    hold_draft(version)
    plan, number = version.plan, version.number
    try:
        with transaction.atomic():
            version.delete()
    except ProtectedError:
        raise DraftInUse from None
    log("drills.plan_draft_dropped", by=by, obj=plan, payload={"version": number}, now=now)


def hold_draft(version: PlanVersion) -> PlanVersion:
    """As it stands in the database; until commit nobody issues or changes it."""
    draft = PlanVersion.objects.select_for_update().filter(pk=version.pk, issued_at__isnull=True).first()
    if draft is None:
        raise AlreadyIssued
    return draft


def clauses_of(version: PlanVersion) -> list[Clause]:
    return [Clause(*row) for row in version.clauses.order_by("position").values_list("number", "title", "text")]


def write_clauses(version: PlanVersion, clauses: Iterable[Clause]) -> None:
    PlanClause.objects.bulk_create(
        PlanClause(version=version, position=place, **clause._asdict()) for place, clause in enumerate(clauses, start=1)
    )


def log_version(version: PlanVersion, action: str, *, by: Any, now: datetime, **payload: Any) -> None:
    log(action, by=by, obj=version.plan, payload={"version": version.number, **payload}, now=now)


# ── The issue ────────────────────────────────────────────────────────────────
@transaction.atomic
def issue_version(version: PlanVersion, *, by: Any, now: datetime) -> PlanVersion:
    """Fix it for good, with the hash of its file or else of its clauses. Raises AlreadyIssued, NotInUse or NotReady."""
    draft = hold_draft(version)
    if draft.plan.withdrawn_on is not None:
        raise NotInUse
    if problems := what_is_missing(draft, now=now):
        raise NotReady(problems)
    fixed = {"sha256": content_hash(draft), "issued_at": now, "issued_by": by}
    if PlanVersion.objects.filter(pk=version.pk, issued_at__isnull=True).update(**fixed) != 1:
        raise AlreadyIssued
    for name, value in fixed.items():
        setattr(version, name, value)
    log_version(version, "drills.plan_version_issued", by=by, now=now, sha256=version.sha256)
    return version


def content_hash(version: PlanVersion) -> str:
    if version.file is not None:
        return version.file.sha256
    return sha256(canonical_text(clauses_of(version))).hexdigest()


def what_is_missing(version: PlanVersion, *, now: datetime) -> list[str]:
    """Empty when it can be issued."""
    problems = []
    if version.file is None and not version.clauses.exists():
        problems.append(_("Upload the file of the plan, or write its clauses."))
    if version.issued_on > local_day(now):
        problems.append(_("The day of issue lies in the future."))
    return [*problems, *problems_beside(version)]


def problems_beside(version: PlanVersion) -> list[str]:
    """What does not fit the version before it."""
    before = version.plan.versions.issued().filter(number__lt=version.number)
    last = before.aggregate(day=Max("issued_on"))["day"]
    problems = []
    if last is not None and version.issued_on < last:
        problems.append(_("The version before it was issued later: correct the day of issue."))
    elif last is not None and not version.changes.strip():
        problems.append(_("Say what changed since the version before it."))
    same = before.filter(sha256=content_hash(version)).order_by("-number").first()
    if same is not None and (version.file is not None or version.clauses.exists()):
        problems.append(same_as(same, by_file=version.file is not None))
    return problems


def same_as(version: PlanVersion, *, by_file: bool) -> str:
    if by_file:
        text = _("The file is still that of version %(number)d: choose the new one, or take it away.")
    else:
        text = _("The clauses are still those of version %(number)d.")
    return text % {"number": version.number}
