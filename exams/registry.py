"""What the apps above hand in when they start."""

from collections.abc import Callable, Collection

from django.db.models import QuerySet

from exams.models import Certificate


class BureauName:
    """The name under which the bureau issues: the public site's editors keep it, and they sit above."""

    def __init__(self) -> None:
        self._tell: Callable[[], str] = lambda: ""

    def add(self, tell: Callable[[], str]) -> None:
        self._tell = tell

    def __call__(self) -> str:
        return self._tell()


bureau_name = BureauName()


class CertificatesResting:
    """Which certificates rest on an exam: programmes issue them, and they sit above."""

    def __init__(self) -> None:
        self._tell: Callable[[int, Collection[int]], QuerySet[Certificate]] | None = None

    def add(self, tell: Callable[[int, Collection[int]], QuerySet[Certificate]]) -> None:
        self._tell = tell

    def __call__(self, exam: int, users: Collection[int]) -> QuerySet[Certificate]:
        """Of these people in this exam, by their numbers."""
        return self._tell(exam, users) if self._tell else Certificate.objects.none()


certificates_resting = CertificatesResting()
