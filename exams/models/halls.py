"""An exam on site: halls, who sits where, and who came in at the door."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models.exams import Candidate, Exam

MOST_SEATS = 2000


class ExamHall(models.Model):
    """A room for one session of an exam; the same room an hour later is a hall of its own."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="halls")
    name = models.CharField(_("hall"), max_length=60)
    place = models.CharField(_("place"), max_length=120)
    seats = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    opens_at = models.DateTimeField(_("doors open"))

    class Meta:
        verbose_name = _("exam hall")
        verbose_name_plural = _("exam halls")
        ordering = ["opens_at", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "name", "opens_at"],
                name="exam_hall_once_at_a_time",
                violation_error_message=_("There is a hall of this name at this time already."),
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="exam_hall_has_seats"),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """Where a candidate sits; nobody has two, and no seat has two."""

    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="seat")
    hall = models.ForeignKey(ExamHall, models.PROTECT, related_name="taken")
    number = models.PositiveSmallIntegerField(_("seat"))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["hall", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="exam_seat_taken_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="exam_seat_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.number}"


class Arrival(models.Model):
    """Somebody came in at the door; without `verified_at` nobody has compared him with his identity card."""

    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="arrival")
    arrived_at = models.DateTimeField(_("arrived"))
    let_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    walk_in = models.BooleanField(_("came without being a candidate"), default=False)
    verified_at = models.DateTimeField(_("identity checked"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="exam_arrival_checked_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return str(self.candidate_id)
