"""Who may do what with venues and activities; each `can_x(user, obj)` has its queryset twin beside it, so a list never
disagrees with a detail."""

from typing import Any

from django.db.models import Q

from campaign.models import Activity, Target, Venue
from campaign.models.venues import within
from people.models import Division, Role
from people.permissions import has_office, scope_as
from people.scopes import Scope
from records.models import PrivateFile

#: Who writes down what was done at the venues of his scope.
RECORDING = (Role.TOWNSHIP_OFFICER, Role.ORG_MANAGER, Role.TRAINING_OFFICER, Role.EDITOR)
#: Who keeps the list of venues, the targets and the plan of visits, and brings in workbooks.
KEEPING = (Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER, Role.EDITOR)
REVIEWING = (Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER, Role.LEADER)


def sees_campaign(user: Any) -> bool:
    return has_office(user)


def is_somewhere(scope: Scope) -> bool:
    return scope.everything or bool(scope.organisations or scope.division_paths)


# ── Venues ───────────────────────────────────────────────────────────────────
def can_view_venue(user: Any, venue: Venue) -> bool:
    return venues_viewed_by(user).filter(pk=venue.pk).exists()


def venues_viewed_by(user: Any) -> Any:
    return Venue.objects.visible_to(user)


def records_activities(user: Any) -> bool:
    return is_somewhere(scope_as(user, *RECORDING))


def can_record_at(user: Any, venue: Venue) -> bool:
    return venues_recorded_at_by(user).filter(pk=venue.pk).exists()


def venues_recorded_at_by(user: Any) -> Any:
    return Venue.objects.filter(within(scope_as(user, *RECORDING)))


def keeps_venues(user: Any) -> bool:
    return is_somewhere(scope_as(user, *KEEPING))


def can_keep_venue(user: Any, venue: Venue) -> bool:
    return venues_kept_by(user).filter(pk=venue.pk).exists()


def venues_kept_by(user: Any) -> Any:
    """May be changed, closed and planned for."""
    return Venue.objects.filter(within(scope_as(user, *KEEPING)))


def can_keep_in(user: Any, division: Division) -> bool:
    """May enter venues and set targets there."""
    return divisions_kept_by(user).filter(pk=division.pk).exists()


def divisions_kept_by(user: Any) -> Any:
    return Division.objects.filter(scope_as(user, *KEEPING).divisions_q())


def targets_viewed_by(user: Any) -> Any:
    """Of the townships that he sees."""
    return Target.objects.filter(division__in=Division.objects.visible_to(user).order_by())


def keeps_days(user: Any) -> bool:
    """Enters theme and dates of the themed days: they are the county's, for every township the same."""
    return is_somewhere(scope_as(user, Role.TRAINING_OFFICER))


# ── Activities ───────────────────────────────────────────────────────────────
def can_view_activity(user: Any, activity: Activity) -> bool:
    return activities_viewed_by(user).filter(pk=activity.pk).exists()


def activities_viewed_by(user: Any) -> Any:
    return Activity.objects.visible_to(user)


def now_within(scope: Scope) -> Q:
    """By where its newest version was held."""
    return scope.organisations_q("current__venue__organisation__") | scope.divisions_q("current__division__")


def reviews_activities(user: Any) -> bool:
    return is_somewhere(scope_as(user, *REVIEWING))


def can_review(user: Any, activity: Activity) -> bool:
    return activities_reviewed_by(user).filter(pk=activity.pk).exists()


def activities_reviewed_by(user: Any) -> Any:
    """What waits for his decision. Nobody approves what he recorded himself."""
    waiting = Activity.objects.waiting().filter(now_within(scope_as(user, *REVIEWING)))
    return waiting.exclude(current__recorded_by=user.pk)


def venues_reviewed_by(user: Any) -> Any:
    """Where he may decide; a ledger of earlier years, which counts at once, is brought in by nobody else."""
    return Venue.objects.filter(within(scope_as(user, *REVIEWING)))


def can_correct(user: Any, activity: Activity) -> bool:
    return activities_corrected_by(user).filter(pk=activity.pk).exists()


def activities_corrected_by(user: Any) -> Any:
    """Whoever may record at its venue; what is withdrawn stays as it is."""
    standing = Activity.objects.exclude(state=Activity.State.WITHDRAWN)
    return standing.filter(now_within(scope_as(user, *RECORDING)))


def can_withdraw(user: Any, activity: Activity) -> bool:
    return activities_withdrawn_by(user).filter(pk=activity.pk).exists()


def activities_withdrawn_by(user: Any) -> Any:
    """Whoever may record at its venue or answers for the review there. What others have approved, its recorder asks
    them to withdraw."""
    approved = Activity.objects.filter(decisions__verdict="approve").values("pk")
    own = Activity.objects.filter(now_within(scope_as(user, *RECORDING))).exclude(pk__in=approved)
    decided = Activity.objects.filter(now_within(scope_as(user, *REVIEWING)))
    mine = Q(pk__in=own.order_by().values("pk")) | Q(pk__in=decided.order_by().values("pk"))
    return Activity.objects.exclude(state=Activity.State.WITHDRAWN).filter(mine)


def can_read_photo(user: Any, file: PrivateFile) -> bool:
    return activities_viewed_by(user).filter(photos__file=file).exists()


def can_read_own_list(user: Any, file: PrivateFile) -> bool:
    """A workbook that is being looked at: whoever brought it."""
    return keeps_venues(user) and file.created_by_id == user.pk
