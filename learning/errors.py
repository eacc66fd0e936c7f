from datetime import datetime


class NotLearning(Exception):
    """Nothing is credited: withdrawn, or the programme has not begun or is closed."""


class TooEarly(Exception):
    """The check question is not open yet; so many seconds are to be learnt first."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TooSoon(Exception):
    """The last answer was wrong a moment ago."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at


class QuestionChanged(Exception):
    """The question was mended since it was shown."""


class NothingToTeach(Exception):
    """A course without lessons cannot be published."""


class LessonInUse(Exception):
    """Somebody has learnt in it: it stays, so that the record stays true."""
