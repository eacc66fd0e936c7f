from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from duties.models import Article, DutyRule
from exams.models import Certificate, Exam
from learning.models.courses import Course
from people.models import Membership, Organisation
from people.scopes import scope_of


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "ProgrammeQuerySet":
        """The programmes of the organisations in scope; the bureau's to its county roles, and to whoever manages an
        organisation whose people are enrolled in it."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        if scope.everything:
            return self.all()
        enrolled = Enrolment.objects.filter(scope.organisations_q("organisation__")).values("programme_id")
        return self.filter(scope.organisations_q("organisation__") | Q(pk__in=enrolled))

    def open(self, day: date) -> "ProgrammeQuerySet":
        return self.filter(state=Programme.State.PUBLISHED, opens_on__lte=day, closes_on__gte=day)


class Programme(models.Model):
    """What somebody has to do until when: courses and hours, an exam, a certificate at the end."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CLOSED = "closed", _("Closed")

    title = models.CharField(_("title"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("organisation"),
        help_text=_("Empty: the bureau's own"),
    )
    why = models.TextField(_("why"), blank=True, help_text=_("One sentence for the learner; the articles stand below."))
    articles = models.ManyToManyField(Article, blank=True, related_name="+", verbose_name=_("articles"))
    duty = models.ForeignKey(
        DutyRule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("training duty"),
        help_text=_("The row of the rulebook that it fulfils: it stands on the certificate and tells who assesses."),
    )
    courses: Any = models.ManyToManyField(Course, through="ProgrammeCourse", related_name="programmes")
    required_hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(400)],
        help_text=_("Learning hours (学时); 0 asks for the courses only"),
    )
    minutes_per_hour = models.PositiveSmallIntegerField(
        _("minutes per learning hour"), default=45, validators=[MinValueValidator(30), MaxValueValidator(60)]
    )
    exam = models.ForeignKey(
        Exam, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("exam")
    )
    certificate_kind = models.CharField(
        _("certificate"),
        max_length=10,
        choices=Certificate.Kind,
        blank=True,
        help_text=_("Empty: none. Where an authority assesses, only the proof of study (mock exam) may be chosen."),
    )
    certificate_months = models.PositiveSmallIntegerField(
        _("certificate valid for (months)"), null=True, blank=True, help_text=_("Empty: no term")
    )
    opens_on = models.DateField(_("from"))
    closes_on = models.DateField(_("due"), help_text=_("The last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="programme_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(minutes_per_hour__range=(30, 60)), name="programme_hour_30_to_60"),
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeCourse(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="parts")
    course = models.ForeignKey(Course, models.PROTECT, related_name="parts", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "course"], name="course_once_in_a_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.course}"


class ProgrammeRule(models.Model):
    """Whom a programme meets: active members that fit every line that is filled in; several rules add up."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rules")
    organisations: Any = models.ManyToManyField(Organisation, blank=True, related_name="+")
    categories = models.JSONField(_("categories"), default=list, blank=True, help_text="values of Membership.Category")
    posts = models.JSONField(_("posts"), default=list, blank=True, help_text="texts, compared whole")
    hired_since = models.DateField(_("hired since"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.pk}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> "EnrolmentQuerySet":
        """One's own, and those of the people of the organisations in scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        return self.all() if scope.everything else self.filter(Q(user=user) | scope.organisations_q("organisation__"))

    def in_scope_of(self, user: Any, at: datetime | None = None) -> "EnrolmentQuerySet":
        """Whom somebody's office covers; his own row elsewhere is his own business and in no figure."""
        return self.filter(scope_of(user, at).organisations_q("organisation__"))

    def current(self) -> "EnrolmentQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Enrolment(models.Model):
    """A person in a programme. Begun, late and done are derived; only what somebody decided or reached is a column."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments", verbose_name=_("programme"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="enrolments", verbose_name=_("organisation")
    )
    assigned_at = models.DateTimeField(_("assigned"))
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("due"))
    hours_reached_at = models.DateTimeField(_("learning completed"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, blank=True, related_name="enrolment", verbose_name=_("certificate")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["programme", "pk"]
        indexes = [models.Index(fields=["programme", "organisation"], name="enrolments_of_an_organisation")]
        constraints = [models.UniqueConstraint(fields=["programme", "user"], name="person_once_in_a_programme")]

    def __str__(self) -> str:
        return f"{self.user} · {self.programme}"
