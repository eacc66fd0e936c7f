"""What the apps above hand in when they start."""

from collections.abc import Callable


class BureauName:
    """The name under which the bureau issues: the public site's editors keep it, and they sit above."""

    def __init__(self) -> None:
        self._tell: Callable[[], str] = lambda: ""

    def add(self, tell: Callable[[], str]) -> None:
        self._tell = tell

    def __call__(self) -> str:
        return self._tell()


bureau_name = BureauName()
