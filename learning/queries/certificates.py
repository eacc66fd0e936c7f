"""Which certificates rest on an exam, for whoever has to look at them when its results change."""

from collections.abc import Collection

from django.db.models import QuerySet

from exams.models import Certificate
from learning.models import Enrolment


def resting_on(exam: int, users: Collection[int]) -> QuerySet[Certificate]:
    """Of these people, from the programmes that end in this exam."""
    earned = Enrolment.objects.filter(programme__exam=exam, user__in=users, certificate__isnull=False)
    return Certificate.objects.filter(pk__in=earned.values("certificate"))
