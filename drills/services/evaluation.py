"""What a drill is evaluated by, and who looks at which item."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drills.evaluation_rules import MOST_IN_FIELD
from drills.models import Drill, DrillForm, EvaluationSheet, ItemScore, Participation, SheetItem, TemplateVersion
from drills.queries.evaluation import barred, by_kind, evaluators_of, forms_of, items_of, proposal
from drills.services import states
from records.services import log

Role, Sheet = Participation.Role, EvaluationSheet
#: From the first draft until the report is out.
PREPARING = (
    Drill.State.DRAFT,
    Drill.State.IN_REVIEW,
    Drill.State.APPROVED,
    Drill.State.READY,
    Drill.State.RUNNING,
    Drill.State.PAUSED,
    Drill.State.ENDED,
    Drill.State.ABORTED,
    Drill.State.EVALUATING,
)
BEGINS_FROM = (Drill.State.ENDED, Drill.State.ABORTED)


class Refused(Exception):
    """Not now, or not so; `words` say why, for whoever asked."""

    def __init__(self, words: Any) -> None:
        super().__init__(str(words))
        self.words = words


def held(drill: Drill, *among: str) -> Drill:
    """The drill as it stands now, kept from others until the end of the transaction: everything about its evaluation
    is decided one after the other."""
    fresh = Drill.objects.select_for_update().get(pk=drill.pk)
    if fresh.state not in (among or PREPARING):
        raise Refused(_("This is not done in the drill's present state."))
    return fresh


@transaction.atomic
def begin_evaluation(drill: Drill, *, by: Any, now: datetime) -> None:
    """The drill is over, its evaluation has begun: what nobody looks at by now is the lead evaluator's. Harmless where
    it has already."""
    fresh = held(drill, *BEGINS_FROM, Drill.State.EVALUATING)
    if fresh.state == Drill.State.EVALUATING:
        return
    settle_rest(fresh)
    states.move(fresh, Drill.State.EVALUATING, by=by, now=now, action="drills.evaluation_begun")


# ── Forms ────────────────────────────────────────────────────────────────────
@transaction.atomic
def choose_forms(drill: Drill, shares: Mapping[int, int], *, by: Any, now: datetime) -> None:
    """`shares` in percent by version. Forms and shares stand once somebody has handed in: nobody weighs what he has
    already seen."""
    drill = held(drill)
    if sum(shares.values()) != 100 or any(not 1 <= percent <= 100 for percent in shares.values()):
        raise Refused(_("The shares have to come to 100 %."))
    if drill.sheets.exclude(state=Sheet.State.DRAFT).exists():
        raise Refused(_("A sheet is handed in already: forms and shares stay as they are."))
    dropped = drill.forms.exclude(version__in=shares)
    in_dropped = {"item__section__version__in": list(dropped.values_list("version", flat=True))}
    if ItemScore.objects.filter(sheet__drill=drill, **in_dropped).exists():
        raise Refused(_("Values have been given on a form that would be dropped."))
    SheetItem.objects.filter(sheet__drill=drill, **in_dropped).delete()
    dropped.delete()
    versions = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template").filter(pk__in=shares)
    for version in sorted(versions, key=by_kind):
        DrillForm.objects.update_or_create(drill=drill, version=version, defaults={"percent": shares[version.pk]})
    settle_rest(drill)
    log("drills.forms_chosen", by=by, obj=drill, payload={str(pk): percent for pk, percent in shares.items()}, now=now)


# ── Who looks at what ────────────────────────────────────────────────────────
@transaction.atomic
def assign_items(part: Participation, items: Collection[int], *, by: Any, now: datetime) -> None:
    """What he keeps an eye on in the field, in the place of what he had; the rest goes to the lead evaluator."""
    drill = held(part.drill)
    check_evaluator(part, drill)
    put_in_field(drill, part, set(items))
    settle_rest(drill)
    log("drills.items_assigned", by=by, obj=drill, payload={"part": part.pk, "items": sorted(items)}, now=now)


@transaction.atomic
def divide_items(drill: Drill, *, by: Any, now: datetime) -> None:
    """Take the proposal as it is now: everybody's items are given out anew."""
    drill = held(drill)
    check_unlocked(drill)
    if not evaluators_of(drill).exists():
        raise Refused(_("Nobody has the part of an evaluator yet."))
    if ItemScore.objects.filter(sheet__drill=drill).exists():
        raise Refused(_("Values have been given already: change single sheets by hand."))
    plan = proposal(drill)
    SheetItem.objects.filter(sheet__drill=drill, sheet__state=Sheet.State.DRAFT).delete()
    for part, chosen in plan.items():
        put_in_field(drill, part, {item.pk for item in chosen})
    settle_rest(drill)
    counts = {str(part.pk): len(chosen) for part, chosen in plan.items()}
    log("drills.items_divided", by=by, obj=drill, payload=counts, now=now)


def check_evaluator(part: Participation, drill: Drill) -> None:
    check_unlocked(drill)
    if part.role not in Participation.EVALUATING or part.is_group:
        raise Refused(_("This is no evaluator of the drill."))
    if part.pk in barred(drill):
        raise Refused(_("Nobody evaluates a team he plays in."))
    leads = evaluators_of(drill).filter(role=Role.LEAD_EVALUATOR, user__isnull=False)
    if part.role == Role.EVALUATOR and leads.filter(user=part.user_id).exists():
        raise Refused(_("This person has a sheet as the lead evaluator."))


def check_unlocked(drill: Drill) -> None:
    """Whoever came in now could have seen what the others gave."""
    if drill.sheets.filter(state=Sheet.State.LOCKED).exists():
        raise Refused(_("The sheets are locked."))


def put_in_field(drill: Drill, part: Participation, wanted: set[int]) -> None:
    if len(wanted) > MOST_IN_FIELD:
        raise Refused(_("In the field an evaluator looks at %(most)d items at most.") % {"most": MOST_IN_FIELD})
    if wanted - {item.pk for item in items_of(forms_of(drill))}:
        raise Refused(_("An item is on none of the drill's forms."))
    sheet, _made = Sheet.objects.get_or_create(evaluator=part, defaults={"drill": drill})
    if sheet.state != Sheet.State.DRAFT:
        raise Refused(_("The sheet is handed in already."))
    lost = set(sheet.items.filter(in_field=True).values_list("item", flat=True)) - wanted
    if sheet.scores.filter(item__in=lost).exists():
        raise Refused(_("An item that has a value already stays with its evaluator."))
    sheet.items.filter(item__in=lost).delete()
    sheet.items.filter(item__in=wanted).update(in_field=True)
    here = set(sheet.items.values_list("item", flat=True))
    SheetItem.objects.bulk_create(SheetItem(sheet=sheet, item_id=item) for item in sorted(wanted - here))


def settle_rest(drill: Drill) -> None:
    """What nobody looks at in the field is the lead evaluator's afterwards. A sheet without items is none, nor is one
    without values whose evaluator has become something else."""
    drill.sheets.exclude(evaluator__role__in=Participation.EVALUATING).filter(scores=None).delete()
    if lead := lead_of(drill):
        field = set(SheetItem.objects.filter(sheet__drill=drill, in_field=True).values_list("item", flat=True))
        give_rest(drill, lead, {item.pk for item in items_of(forms_of(drill))} - field)
    drill.sheets.filter(items=None, scores=None).delete()


def lead_of(drill: Drill) -> Participation | None:
    leads = evaluators_of(drill).filter(role=Role.LEAD_EVALUATOR).order_by("pk")
    shut = barred(drill)
    return next((part for part in leads if part.pk not in shut), None)


def give_rest(drill: Drill, lead: Participation, rest: set[int]) -> None:
    sheet, _made = Sheet.objects.get_or_create(evaluator=lead, defaults={"drill": drill})
    if sheet.state != Sheet.State.DRAFT:
        return
    scored = set(sheet.scores.values_list("item", flat=True))
    sheet.items.filter(in_field=False).exclude(item__in=rest | scored).delete()
    here = set(sheet.items.values_list("item", flat=True))
    SheetItem.objects.bulk_create(SheetItem(sheet=sheet, item_id=item, in_field=False) for item in sorted(rest - here))
