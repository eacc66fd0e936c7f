"""Durations, sizes and reasons in words a learner reads."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learning import rules

REASONS: dict[str, Any] = {
    rules.NETWORK: gettext_lazy("No network, or the page did not answer in time"),
    rules.HIDDEN: gettext_lazy("The page was not in front"),
    rules.IDLE: gettext_lazy("No sign of attention"),
    rules.SECOND_PLAYER: gettext_lazy("Another lesson or window was open"),
    rules.DAILY_CAP: gettext_lazy("The limit of the day was reached"),
    rules.SEEN: gettext_lazy("Paused, or seen before"),
    rules.FULL: gettext_lazy("The lesson had earned all it can"),
}


def duration(seconds: int) -> str:
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return ngettext("%(rest)s second", "%(rest)s seconds", rest) % {"rest": rest}
    if not rest:
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}
    return _("%(minutes)s min %(rest)s s") % {"minutes": minutes, "rest": rest}


def megabytes(size: int) -> str:
    """Rounded up: nobody pays for more than he was told."""
    if size < 100_000:
        return _("%(size)s kB") % {"size": max(1, -(-size // 1000))}
    tenths = -(-size // 100_000)
    return _("%(size)s MB") % {"size": tenths // 10 if tenths % 10 == 0 or tenths >= 100 else tenths / 10}


def credit_line(earned: int, most: int, *, counted: bool) -> str:
    told = {"earned": duration(earned), "most": duration(most)}
    if counted:
        return _("Credited %(earned)s of at most %(most)s") % told
    return _("Learnt %(earned)s of at most %(most)s; it is credited after the check question") % told


def check_line(seconds: int) -> str:
    return _("Learn %(time)s more and the check question opens.") % {"time": duration(seconds)} if seconds else ""


def reasons_in_words(unearned: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(str(REASONS[reason]), duration(seconds)) for reason, seconds in unearned.items() if reason in REASONS]
