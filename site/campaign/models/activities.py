"""科普活动: what was done at a venue. A version is never edited: a correction is the next one, and what counts is the
version that the latest approval names."""

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models.schemes import Scheme
from campaign.models.venues import Venue
from people.models import Division, Organisation
from people.scopes import Scope, scope_of
from records.models import PrivateFile


def told_within(scope: Scope, prefix: str = "") -> Q:
    """What a version must be to lie in this scope: by where it was held, or by whose venue it was."""
    return scope.organisations_q(f"{prefix}venue__organisation__") | scope.divisions_q(f"{prefix}division__")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "ActivityQuerySet":
        """Any version lies in scope: what is moved to another township by a correction was known in both."""
        scope = scope_of(user, at)
        if scope.everything:
            return self.all()
        return self.filter(pk__in=ActivityVersion.objects.filter(told_within(scope)).order_by().values("activity"))

    def waiting(self) -> "ActivityQuerySet":
        """For a review."""
        return self.filter(state=Activity.State.SUBMITTED)


class Activity(models.Model):
    """One 场次. What it says stands in its versions; state and current version are projections of what was decided and
    said last."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("activity", "Waiting for review")
        RETURNED = "returned", pgettext_lazy("activity", "Returned")
        APPROVED = "approved", pgettext_lazy("activity", "Approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("activity", "Withdrawn")

    class How(models.TextChoices):
        """录入方式: how it came in; the ledger says so."""

        DIRECT = "direct", pgettext_lazy("activity", "Recorded on the spot")
        PAPER = "paper", _("Entered later from paper")
        HISTORY = "history", _("History import")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text="made on the phone that sent it")
    number = models.CharField(_("number"), max_length=30, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUBMITTED)
    how = models.CharField(_("how entered"), max_length=10, choices=How, default=How.DIRECT)
    # Any: it is null only while the first version is being written.
    current: Any = models.ForeignKey(
        "ActivityVersion", models.PROTECT, null=True, related_name="+", help_text="the newest version; null only inside"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="null: on the server's console"
    )
    created_at = models.DateTimeField(_("written at"), help_text="on the phone, where it waited for a network")
    received_at = models.DateTimeField(_("received at"))

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("campaign", "activity")
        verbose_name_plural = pgettext_lazy("campaign", "activities")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="campaign_activity_state")]

    def __str__(self) -> str:
        return self.number


class ActivityVersionQuerySet(models.QuerySet["ActivityVersion"]):
    def counted(self, known_at: datetime) -> "ActivityVersionQuerySet":
        """As known at that moment: of each activity the version that its latest approval names, unless it was withdrawn
        by then. A correction that waits for review changes nothing yet."""
        known = ActivityDecision.objects.filter(activity=OuterRef("activity"), at__lte=known_at)
        approved = known.filter(verdict=ActivityDecision.Verdict.APPROVE).order_by("-at", "-pk")
        withdrawn = known.filter(verdict=ActivityDecision.Verdict.WITHDRAW)
        return self.filter(~Exists(withdrawn), pk=Subquery(approved.values("version")[:1]))

    def held(self, first: date, last: date) -> "ActivityVersionQuerySet":
        """Both days included."""
        return self.filter(held_on__range=(first, last))

    def visible_to(self, user: Any, at: datetime | None = None) -> "ActivityVersionQuerySet":
        """Held in the divisions or at the venues of the organisations in scope: what somebody's figures are made of."""
        return self.filter(told_within(scope_of(user, at)))


class ActivityVersion(models.Model):
    """What the record says; rows are only added."""

    class Form(models.TextChoices):
        LECTURE = "lecture", pgettext_lazy("activity", "Lecture")
        BOARDS = "boards", pgettext_lazy("activity", "Display boards")
        DRILL = "drill", pgettext_lazy("activity", "Drill")
        EXPERIENCE = "experience", pgettext_lazy("activity", "Hands-on experience")
        SHOW = "show", pgettext_lazy("activity", "Stage show")
        VISIT = "visit", pgettext_lazy("activity", "Visit to homes")
        BROADCAST = "broadcast", pgettext_lazy("activity", "Broadcast")
        VIDEO = "video", pgettext_lazy("activity", "Short video")
        ADVICE = "advice", pgettext_lazy("activity", "Advice on the spot")
        SCREENING = "screening", pgettext_lazy("activity", "Warning film shown")

    class Basis(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("activity", "Counted")
        ESTIMATED = "estimated", pgettext_lazy("activity", "Estimated")
        SIGNED = "signed", pgettext_lazy("activity", "By sign-in")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="versions")
    serial = models.PositiveSmallIntegerField(_("version"))
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="versions", verbose_name=pgettext_lazy("campaign", "venue")
    )
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name=_("campaign scheme"))
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="+", help_text="in which the venue lay when this was said"
    )
    held_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("held by")
    )
    form = models.CharField(_("form"), max_length=12, choices=Form)
    hazards = models.JSONField(_("hazards"), default=list, blank=True, help_text="codes of duties.vocabulary.Hazard")
    theme_day = models.CharField(_("theme day"), max_length=60, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    held_on = models.DateField(_("held on"), help_text="the day of starts_at on the county's calendar")
    persons = models.PositiveIntegerField(_("person-times"))
    basis = models.CharField(_("way of counting"), max_length=10, choices=Basis)
    households = models.PositiveIntegerField(_("households reached"), default=0)
    consulted = models.PositiveIntegerField(_("people advised"), default=0)
    in_charge = models.CharField(_("in charge"), max_length=60, blank=True)
    words = models.TextField(_("in a few words"), blank=True)
    reason = models.CharField(_("reason of the correction"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ActivityVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an activity")
        verbose_name_plural = _("versions of activities")
        ordering = ["activity", "serial"]
        indexes = [models.Index(fields=["held_on"], name="campaign_version_held_on")]
        constraints = [
            models.UniqueConstraint(fields=["activity", "serial"], name="campaign_version_serial_unique"),
            models.CheckConstraint(condition=Q(serial=1) | ~Q(reason=""), name="campaign_correction_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.venue}"


class ActivityMaterial(models.Model):
    """发放: what was given out or put up."""

    class Kind(models.TextChoices):
        LEAFLET = "leaflet", pgettext_lazy("material", "Leaflets")
        BOOKLET = "booklet", pgettext_lazy("material", "Booklets")
        BOARD = "board", pgettext_lazy("material", "Display boards")
        BANNER = "banner", pgettext_lazy("material", "Banners")
        FILM = "film", pgettext_lazy("material", "Film showings")
        GIFT = "gift", pgettext_lazy("material", "Small gifts")

    version = models.ForeignKey(ActivityVersion, models.PROTECT, related_name="materials")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    count = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("material given out")
        verbose_name_plural = _("materials given out")
        ordering = ["version", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "kind"], name="campaign_material_kind_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.count}"


class ActivityDecision(models.Model):
    """审核: what somebody decided on a version; rows are only added."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", pgettext_lazy("activity", "Approve")
        RETURN = "return", pgettext_lazy("activity", "Return")
        WITHDRAW = "withdraw", pgettext_lazy("activity", "Withdraw")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(ActivityVersion, models.PROTECT, related_name="decisions")
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision on an activity")
        verbose_name_plural = _("decisions on activities")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["activity", "verdict", "-at"], name="campaign_decision_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(verdict="approve") | ~Q(reason=""), name="campaign_refusal_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.activity}"


class ActivityPhoto(models.Model):
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="photos")
    file = models.ForeignKey(PrivateFile, models.PROTECT, related_name="+")
    fingerprint = models.CharField(_("fingerprint"), max_length=16, help_text="64-bit difference hash, hexadecimal")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("photo of an activity")
        verbose_name_plural = _("photos of activities")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.file)


class SignIn(models.Model):
    """签到 by QR code: each person once an activity."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sign_ins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sign-in to an activity")
        verbose_name_plural = _("sign-ins to activities")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "user"], name="campaign_signed_in_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.activity}"
