import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models.plans import PlanVersion
from duties.vocabulary import Hazard
from people.models import Division, Organisation
from people.scopes import scope_of
from records.models import PrivateFile


class DrillQuerySet(models.QuerySet["Drill"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "DrillQuerySet":
        """The drills of the organisations in scope and those they take part in; and, from its announcement on, the
        drill somebody has a part in. A double-blind drill shows itself to its players only once it has begun."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        if scope.everything:
            return self.all()
        parts = Participation.objects.filter(user=user)
        staff = parts.exclude(role__in=Participation.PLAYING).values("drill")
        playing = parts.filter(role__in=Participation.PLAYING).values("drill")
        told = Q(pk__in=playing) & (~Q(notice=Drill.Notice.DOUBLE_BLIND) | Q(startex_at__isnull=False))
        taking = TakingPart.objects.filter(scope.organisations_q("organisation__")).values("drill")
        joined = Q(pk__in=taking) & (~Q(notice=Drill.Notice.DOUBLE_BLIND) | Q(startex_at__isnull=False))
        own = scope.organisations_q("organisation__")
        # Cancelled before anybody approved it: nobody was ever told of it.
        announced = ~Q(state__in=Drill.DESIGN) & ~Q(state=Drill.State.CANCELLED, number="")
        return self.filter(own | (Q(pk__in=staff) | told | joined) & announced)

    def in_scope_of(self, user: Any, at: datetime | None = None) -> "DrillQuerySet":
        """Whose organiser somebody's office covers: what his figures are made of."""
        return self.filter(scope_of(user, at).organisations_q("organisation__"))

    def counted(self, known_at: datetime | None = None) -> "DrillQuerySet":
        """Held, and known to have been held: one row is one 场次. What was recorded later is not known yet."""
        held = self.filter(held_on__isnull=False, counted_at__isnull=False)
        if known_at is None:
            return held.filter(withdrawn_at__isnull=True)
        return held.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at), counted_at__lte=known_at)

    def held(self, first: date, last: date) -> "DrillQuerySet":
        """Both days included."""
        return self.filter(held_on__range=(first, last))


class Drill(models.Model):
    """演练: planned and run the full way, or told afterwards in a simple record. Either way one 场次."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("drill", "Draft")
        IN_REVIEW = "in_review", pgettext_lazy("drill", "In review")
        APPROVED = "approved", pgettext_lazy("drill", "Approved")
        READY = "ready", pgettext_lazy("drill", "Ready")
        RUNNING = "running", pgettext_lazy("drill", "Running")
        PAUSED = "paused", pgettext_lazy("drill", "Paused")
        ENDED = "ended", pgettext_lazy("drill", "Ended")
        EVALUATING = "evaluating", pgettext_lazy("drill", "Being evaluated")
        REPORTED = "reported", pgettext_lazy("drill", "Reported")
        IMPROVING = "improving", pgettext_lazy("drill", "Improving")
        CLOSED = "closed", pgettext_lazy("drill", "Closed")
        ARCHIVED = "archived", pgettext_lazy("drill", "Archived")
        CANCELLED = "cancelled", pgettext_lazy("drill", "Cancelled")
        ABORTED = "aborted", pgettext_lazy("drill", "Aborted")

    DESIGN = (State.DRAFT, State.IN_REVIEW)
    LIVE = (State.RUNNING, State.PAUSED)

    class Form(models.TextChoices):
        TABLETOP = "tabletop", pgettext_lazy("drill", "Tabletop")
        LIVE = "live", pgettext_lazy("drill", "Live")

    class Scope(models.TextChoices):
        SINGLE = "single", pgettext_lazy("drill", "Single function")
        COMPREHENSIVE = "comprehensive", pgettext_lazy("drill", "Comprehensive")

    class Purpose(models.TextChoices):
        TEST = "test", pgettext_lazy("drill", "To test")
        DEMONSTRATION = "demonstration", pgettext_lazy("drill", "To demonstrate")
        RESEARCH = "research", pgettext_lazy("drill", "To research")

    class Level(models.TextChoices):
        VILLAGE = "village", _("Village or community")
        TOWNSHIP = "township", _("Township")
        COUNTY = "county", _("County")
        ENTERPRISE = "enterprise", _("Enterprise or unit")
        JOINT = "joint", _("Joint")

    class Notice(models.TextChoices):
        ANNOUNCED = "announced", _("Announced")
        NO_NOTICE = "no_notice", _("Without notice")
        DOUBLE_BLIND = "double_blind", _("Double-blind")

    class Entry(models.TextChoices):
        """录入方式: how the row came in; the ledger says so."""

        RUN = "run", _("Run on the platform")
        SIMPLE = "simple", _("Simple record")
        PAPER = "paper", _("Entered later from paper")
        HISTORY = "history", _("History import")

    class Basis(models.TextChoices):
        COUNTED = "counted", _("Counted")
        ESTIMATED = "estimated", _("Estimated")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text="made on the phone that sent it")
    number = models.CharField(_("number"), max_length=30, blank=True, help_text="given with approval or record")
    title = models.CharField(_("title"), max_length=120)
    entry = models.CharField(_("how entered"), max_length=10, choices=Entry, default=Entry.RUN)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    hazard = models.CharField(_("hazard"), max_length=24, choices=Hazard)
    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.LIVE)
    scope = models.CharField(_("scope"), max_length=14, choices=Scope, default=Scope.SINGLE)
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose, default=Purpose.TEST)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    notice = models.CharField(_("notice"), max_length=14, choices=Notice, default=Notice.ANNOUNCED)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="drills", verbose_name=_("organised by")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="drills", verbose_name=_("administrative division of the place")
    )
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="drills", verbose_name=_("emergency plan")
    )
    place = models.CharField(_("place"), max_length=120)
    starts_at = models.DateTimeField(_("begins"), help_text="as planned; of a simple record, as it was")
    ends_at = models.DateTimeField(_("ends"))
    air_ground = models.BooleanField(_("air and ground"), default=False)
    airspace_approval = models.CharField(_("airspace approval"), max_length=100, blank=True)
    background = models.TextField(_("scenario in outline"), blank=True)
    safety_plan = models.TextField(_("safety plan"), blank=True, help_text=_("Dangers, who watches, when to stop"))
    stop_word = models.CharField(_("stop word"), max_length=20, default="实情实情")
    duty_phone = models.CharField(_("duty phone"), max_length=30, blank=True, help_text=_("For a real emergency"))
    cloned_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="clones")

    # What happened. Of a run these are projections of its log, written with it.
    startex_at = models.DateTimeField(_("began"), null=True, blank=True)
    endex_at = models.DateTimeField(_("ended"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True, help_text="since when the ledgers know of it")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="a record entered by mistake")
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)

    activity = models.OneToOneField(
        "campaign.Activity", models.PROTECT, null=True, blank=True, related_name="drill", help_text="同时计入七进"
    )

    # A simple record's own words.
    went_well = models.TextField(_("what worked"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    follow_up = models.TextField(_("follow-up"), blank=True)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["held_on", "division"], name="drills_held_in_a_division")]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="drill_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="drill_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="withdrawn_drill_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=True) | Q(held_on__isnull=False), name="counted_drill_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def marked_title(self) -> str:
        """As everybody who takes part reads it: a drill never looks real."""
        return f"【演练】{self.title}"

    @property
    def counts(self) -> bool:
        """The twin of `counted()` for one row."""
        return self.held_on is not None and self.counted_at is not None and self.withdrawn_at is None

    @property
    def is_simple(self) -> bool:
        return self.entry != self.Entry.RUN


class DrillFile(models.Model):
    """Photos, sign-in sheets, the signed record, attached papers."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        SIGN_IN = "sign_in", _("Sign-in sheet")
        SIGNED = "signed", _("Signed record")
        SCHEME = "scheme", _("Work scheme")
        SCRIPT = "script", _("Script")
        OTHER = "other", _("Other paper")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="files")
    file = models.ForeignKey(PrivateFile, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    caption = models.CharField(_("caption"), max_length=120, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("file of a drill")
        verbose_name_plural = _("files of drills")
        ordering = ["kind", "added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["drill", "file"], name="file_once_in_a_drill")]

    def __str__(self) -> str:
        return self.caption or self.get_kind_display()


class TakingPart(models.Model):
    """参与单位: an organisation that takes part beside the organiser."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="taking_part")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["drill", "organisation"], name="organisation_once_in_a_drill")]

    def __str__(self) -> str:
        return str(self.organisation)


class Objective(models.Model):
    """演练目标 in its five elements: who, under what condition, does what, to which standard, with what effect."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField(_("position"))
    who = models.CharField(_("who"), max_length=80)
    condition = models.CharField(_("condition"), max_length=160, blank=True)
    task = models.CharField(_("task"), max_length=160)
    standard = models.CharField(_("standard"), max_length=160, blank=True)
    effect = models.CharField(_("effect"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.who}：{self.task}"


class Participation(models.Model):
    """参演记录: who has which part. A person with an account, a person known by name, or a group known by number."""

    class Role(models.TextChoices):
        DIRECTOR = "director", _("Exercise director")
        PLANNER = "planner", _("Chief planner")
        CONTROLLER = "controller", _("Controller")
        EVALUATOR = "evaluator", _("Evaluator")
        LEAD_EVALUATOR = "lead_evaluator", _("Lead evaluator")
        SAFETY = "safety", _("Safety officer of the drill")
        SCRIBE = "scribe", _("Scribe")
        SIMULATOR = "simulator", _("Simulator")
        PLAYER = "player", _("Player")
        OBSERVER = "observer", _("Observer")
        SUPPORT = "support", _("Support staff")

    PLAYING = (Role.PLAYER, Role.OBSERVER)  # who must not see the events before they are released
    CONTROL = (Role.DIRECTOR, Role.PLANNER, Role.CONTROLLER)
    EVALUATING = (Role.EVALUATOR, Role.LEAD_EVALUATOR)
    #: Whom 参演人次 counts; evaluators, staff and observers are counted apart and never added up.
    COUNTED = (Role.PLAYER, Role.SIMULATOR)

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=60, blank=True, help_text=_("Of a person without an account"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    team = models.CharField(_("team"), max_length=60, blank=True)
    site = models.CharField(_("post or site"), max_length=60, blank=True)
    is_group = models.BooleanField(_("a group"), default=False, help_text=_("Counted by heads, not by name"))
    expected = models.PositiveIntegerField(_("people expected"), default=1)
    epoch = models.PositiveSmallIntegerField(default=1, help_text="raised to make an issued card worthless")

    class Meta:
        verbose_name = _("part in a drill")
        verbose_name_plural = _("parts in drills")
        ordering = ["role", "team", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill", "user", "role"], condition=Q(user__isnull=False), name="person_once_in_a_role"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, is_group=False) | Q(user__isnull=True) & ~Q(name=""),
                name="part_is_a_person_or_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.user.full_name if self.user_id and self.user else self.name


class MselItem(models.Model):
    """A row of the table of events (情景事件清单). After approval it changes only by events of the run log."""

    class Kind(models.TextChoices):
        INJECT = "inject", pgettext_lazy("drill event", "Inject")
        CONTINGENCY = "contingency", pgettext_lazy("drill event", "Contingency inject")
        EXPECTED_ACTION = "expected_action", pgettext_lazy("drill event", "Expected action")
        INFORMATION = "information", pgettext_lazy("drill event", "Background information")
        CONTROL = "control", pgettext_lazy("drill event", "Control instruction")

    class Mode(models.TextChoices):
        PHONE = "phone", _("Telephone")
        RADIO = "radio", _("Radio")
        SMS = "sms", _("Text message")
        APP = "app", _("On the phone's page")
        EMAIL = "email", pgettext_lazy("way", "E-mail")
        NOTE = "note", _("Slip of paper")
        BROADCAST = "broadcast", _("Loudspeaker")
        ORAL = "oral", _("By word of mouth")
        SCREEN = "screen", _("Screen")
        MEDIA = "media", _("Simulated media")

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="events")
    position = models.PositiveSmallIntegerField(_("position"))
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.INJECT)
    phase = models.CharField(_("phase"), max_length=60, blank=True)
    offset_seconds = models.IntegerField(
        _("time"), null=True, blank=True, help_text="from STARTEX; null: when a condition comes true"
    )
    scenario_time = models.CharField(_("time in the scenario"), max_length=40, blank=True)
    sender = models.CharField(_("from"), max_length=60, blank=True)
    receiver = models.CharField(_("to"), max_length=120, blank=True, help_text=_("A role, a team or a unit"))
    receivers: Any = models.ManyToManyField(
        Participation, blank=True, related_name="+", help_text="none: every player of the drill"
    )
    mode = models.CharField(_("way"), max_length=10, choices=Mode, default=Mode.PHONE)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("message"), blank=True)
    expected = models.TextField(_("expected action"), blank=True)
    within_seconds = models.PositiveIntegerField(
        _("expected within (s)"), null=True, blank=True, help_text="from the release"
    )
    responsible = models.CharField(_("responsible"), max_length=60, blank=True)
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("objective")
    )
    condition = models.CharField(_("released when"), max_length=160, blank=True, help_text=_("Of a contingency inject"))
    notes = models.TextField(_("notes"), blank=True)
    extra = models.JSONField(default=dict, blank=True, help_text="columns of the imported table that have no field")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["drill", "number"], name="event_number_once_in_a_drill")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ReadinessCheck(models.Model):
    """A line of the readiness list: the drill is ready when every mandatory line is passed."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.SlugField(max_length=40)
    text = models.CharField(_("check"), max_length=160)
    mandatory = models.BooleanField(_("mandatory"), default=True)
    passed_at = models.DateTimeField(_("passed at"), null=True, blank=True)
    passed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("readiness check")
        verbose_name_plural = _("readiness checks")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["drill", "code"], name="check_once_in_a_drill")]

    def __str__(self) -> str:
        return self.text


class Approval(models.Model):
    """Somebody submitted the design, approved it, gave it back, took it back or called it off: evidence, one row a
    decision."""

    class Decision(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("drill", "Submitted")
        APPROVED = "approved", pgettext_lazy("drill", "Approved")
        RETURNED = "returned", pgettext_lazy("drill", "Given back")
        WITHDRAWN = "withdrawn", pgettext_lazy("drill", "Taken back")
        CANCELLED = "cancelled", pgettext_lazy("drill", "Cancelled")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="approvals")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_decision_display()
