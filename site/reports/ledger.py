"""演练台账: one line a drill, in the columns that offices use, each told from what was recorded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.models import (
    Attendance,
    CorrectiveAction,
    Drill,
    DrillFile,
    Finding,
    Participation,
    ScoreResult,
    Submission,
)
from records.spreadsheets import OutSheet, write_workbook
from reports.lens import Lens
from ui.clock import local, local_day
from ui.templatetags.ui import moment

OPEN_ACTIONS = (CorrectiveAction.State.CLOSED, CorrectiveAction.State.CANCELLED)


@dataclass(frozen=True)
class Totals:
    """Of all that is shown, on however many pages."""

    drills: int
    named: int
    persons: int
    heads: int


def ledger(lens: Lens) -> QuerySet[Drill]:
    """The drills of the lens with their numbers: `named`, `heads`, `observers`, `photos`, `corrections`, `grade`."""
    people = Attendance.objects.counted(lens.known_at).filter(drill=OuterRef("pk")).order_by().values("drill")
    present = Attendance.objects.filter(drill=OuterRef("pk"), withdrawn_at__isnull=True).order_by().values("drill")
    observers = present.filter(role=Participation.Role.OBSERVER)
    photos = DrillFile.objects.filter(drill=OuterRef("pk"), kind=DrillFile.Kind.PHOTO).order_by().values("drill")
    replaced = Attendance.objects.filter(drill=OuterRef("pk"), withdrawn_at__isnull=False).order_by().values("drill")
    scores = ScoreResult.objects.filter(drill=OuterRef("pk"), computed_at__lte=lens.known_at).order_by(
        "-computed_at", "-pk"
    )
    sent = Submission.objects.filter(drill=OuterRef("pk")).order_by("-sent_at", "-pk")
    return (
        lens.drills()
        .annotate(
            named=number(people.filter(named=True).annotate(n=Count("pk"))),
            heads=number(people.filter(named=False).annotate(n=Sum("count"))),
            estimated=Exists(people.filter(named=False, basis=Drill.Basis.ESTIMATED)),
            observers=number(observers.annotate(n=Sum("count"))),
            photos=number(photos.annotate(n=Count("pk"))),
            corrections=number(replaced.annotate(n=Count("pk"))),
            grade=Subquery(scores.values("grade")[:1]),
            submitted=Subquery(sent.values("state")[:1]),
        )
        .select_related("organisation", "division", "plan_version__plan")
        .prefetch_related("taking_part__organisation", gaps())
        .order_by("held_on", "startex_at", "pk")
    )


def number(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("n")[:1], output_field=IntegerField()), Value(0))


def gaps() -> Prefetch:
    actions = CorrectiveAction.objects.select_related("owner").order_by("due_on", "pk")
    problems = Finding.objects.filter(kind=Finding.Kind.GAP).prefetch_related(Prefetch("actions", actions), "proposal")
    return Prefetch("findings", problems, to_attr="gaps")


# ── What a line tells besides its columns ────────────────────────────────────
def lag_days(drill: Any) -> int:
    """录入滞后: days from the drill to the day the ledgers learnt of it."""
    return (local_day(drill.counted_at) - drill.held_on).days


def minutes(drill: Any) -> int | None:
    if not drill.startex_at or not drill.endex_at:
        return None
    return round((drill.endex_at - drill.startex_at).total_seconds() / 60)


def problems(drill: Any) -> str:
    return "；".join(one.text for one in drill.gaps) or drill.problems


def actions_of(drill: Any) -> list[Any]:
    return [action for gap in drill.gaps for action in gap.actions.all()]


def owners(drill: Any) -> str:
    return "；".join(f"{action.owner.full_name} {action.due_on:%Y-%m-%d}" for action in actions_of(drill))


def done(drill: Any) -> str:
    actions = actions_of(drill)
    settled = sum(action.state in OPEN_ACTIONS for action in actions)
    return f"{settled}/{len(actions)}" if actions else ""


def revises_plan(drill: Any) -> bool:
    return any(getattr(gap, "proposal", None) for gap in drill.gaps)


def plan_of(drill: Any) -> str:
    version = drill.plan_version
    return f"{version.plan.title} V{version.number}" if version else ""


def partners(drill: Any) -> str:
    return "、".join(part.organisation.name for part in drill.taking_part.all())


def name_of(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


# ── The workbook ─────────────────────────────────────────────────────────────
HEAD = (
    (lambda: _("No."), 6),
    (lambda: _("Name of the drill"), 28),
    (lambda: _("Hazard"), 14),
    (lambda: _("Plan and version"), 26),
    (lambda: _("Level"), 10),
    (lambda: _("Form"), 10),
    (lambda: _("Organised by"), 22),
    (lambda: _("Units taking part"), 26),
    (lambda: _("Time"), 17),
    (lambda: _("Place"), 18),
    (lambda: _("By name (person-times)"), 12),
    (lambda: _("By heads (person-times)"), 12),
    (lambda: _("Way of counting"), 10),
    (lambda: _("Observers (person-times)"), 12),
    (lambda: _("Lasted (minutes)"), 10),
    (lambda: _("Notice"), 12),
    (lambda: _("Grade"), 8),
    (lambda: _("Main problems"), 36),
    (lambda: _("Responsible and due"), 24),
    (lambda: _("Put right"), 10),
    (lambda: _("Plan to be revised"), 12),
    (lambda: _("Submission"), 10),
    (lambda: _("Photos (number)"), 10),
    (lambda: _("How entered"), 14),
    (lambda: _("Entered after (days)"), 12),
    (lambda: _("Corrections (number)"), 12),
)


def cells(place: int, drill: Any) -> list[Any]:
    return [
        place,
        drill.title,
        drill.get_hazard_display(),
        plan_of(drill),
        drill.get_level_display(),
        drill.get_form_display(),
        drill.organisation.name,
        partners(drill),
        local(drill.startex_at or drill.starts_at),
        drill.place,
        drill.named,
        drill.heads,
        counted_how(drill),
        drill.observers,
        minutes(drill),
        drill.get_notice_display(),
        drill.grade or "",
        problems(drill),
        owners(drill),
        done(drill),
        _("yes") if revises_plan(drill) else "",
        name_of(Submission.State, drill.submitted),
        drill.photos,
        drill.get_entry_display(),
        lag_days(drill),
        drill.corrections,
    ]


def counted_how(drill: Any) -> str:
    if not drill.heads:
        return ""
    return str(Drill.Basis.ESTIMATED.label if drill.estimated else Drill.Basis.COUNTED.label)


def workbook(lens: Lens, rows: Iterable[Any], totals: Totals, *, title: str) -> bytes:
    """Exactly what is shown, with the lines that an office signs under."""
    sheet = OutSheet(
        name=_("Drill ledger"),
        head=[text() for text, _width in HEAD],
        rows=lines(rows, totals),
        widths=[width for _text, width in HEAD],
        title=title,
        notes=[period_note(lens), signature_note(lens.known_at), totals_note(totals)],
    )
    return write_workbook([sheet])


def lines(rows: Iterable[Any], totals: Totals) -> Iterator[list[Any]]:
    yield from (cells(place, drill) for place, drill in enumerate(rows, 1))
    yield [pgettext("ledger", "Total"), *[""] * 9, totals.named, totals.heads]


def period_note(lens: Lens) -> str:
    first, last = lens.period.first, lens.period.last
    return _("Period %(first)s to %(last)s; data as of %(moment)s") % {
        "first": f"{first:%Y-%m-%d}",
        "last": f"{last:%Y-%m-%d}",
        "moment": moment(lens.known_at),
    }


def signature_note(at: datetime) -> str:
    return _("Filled in by: ____________    Checked by: ____________    Filled in on: %(day)s") % {
        "day": f"{local(at):%Y-%m-%d}"
    }


def totals_note(totals: Totals) -> str:
    return _(
        "%(drills)s drills; by name %(named)s person-times (%(persons)s people), another %(heads)s by heads"
    ) % vars(totals)
