"""What became of a row, in words; the codes come from the importer, so that the words follow the page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS: Mapping[str, Any] = {
    # Why a row is no event.
    "above_head": gettext_lazy("Stands above the head of the table."),
    "head": gettext_lazy("The head of the table."),
    "head_again": gettext_lazy("The head of the table once more."),
    "section": gettext_lazy("A heading: the events below it belong to the phase “%(phase)s”."),
    "remark": gettext_lazy("A remark or a line of totals, no event."),
    "no_table": gettext_lazy("No row of this sheet names columns of a table of events."),
    "hidden": gettext_lazy("This sheet is hidden: left out."),
    "left_out": gettext_lazy("This sheet was left out, as chosen."),
    "joined": gettext_lazy("The same message as in row %(row)s to another receiver: joined to that event."),
    # Why an event cannot come in.
    "time_unclear": gettext_lazy("“%(text)s” is no time that can be told for certain. Write it like +00:15 or 09:05."),
    "unit_missing": gettext_lazy(
        "“%(text)s” does not say what it counts: minutes, hours or days. Choose that for the file, or write +00:15."
    ),
    "day_or_month": gettext_lazy("“%(text)s” may name two different days. Write the day like 2026-06-05."),
    "day_only": gettext_lazy("“%(text)s” is a day without a time of day."),
    "no_such_day": gettext_lazy("“%(text)s” is no day of the calendar."),
    "year_missing": gettext_lazy("“%(text)s” names no year, and no other row does."),
    "time_far": gettext_lazy("“%(text)s” lies more than a year from the beginning of the drill."),
    "empty": gettext_lazy("The row has neither a title nor a message nor an expected action."),
    "receiver_long": gettext_lazy(
        "More than %(longest)s characters of receivers: name a team or a role instead of each person."
    ),
    "text_long": gettext_lazy("A text has more than %(longest)s characters."),
    # What was put right, or set for want of better.
    "cut": gettext_lazy("More than %(longest)s characters: cut, the whole is kept beside."),
    "title_cut": gettext_lazy("The title has more than %(longest)s characters: it begins the message now."),
    "title_made": gettext_lazy("Without a title: the first sentence stands for it."),
    "kind_unknown": gettext_lazy("“%(word)s” is no kind of event known here: taken as an inject, the word is kept."),
    "mode_unknown": gettext_lazy("“%(word)s” is no way known here: telephone is set, the word is kept."),
    "within_unclear": gettext_lazy("“%(text)s” is no time allowed that can be told for certain: kept as it stands."),
    "waits": gettext_lazy("Waits for a condition instead of a time: taken as a contingency inject."),
    "number_changed": gettext_lazy("The number %(old)s is taken: this event is number %(new)s."),
    "ranged": gettext_lazy("From the beginning of “%(text)s”; how long it takes is kept."),
    "objective_unknown": gettext_lazy("“%(name)s” is no objective of this drill: kept as it stands."),
    "rows": gettext_lazy("More than %(most)s rows: no table of events is as long. Keep the table alone in the file."),
    # Why nothing could be taken from the clipboard.
    "pasted_empty": gettext_lazy("Nothing was pasted."),
    "pasted_large": gettext_lazy("This is too much at once: bring the workbook instead."),
    "pasted_broken": gettext_lazy("These cells cannot be read: bring the workbook instead."),
    # About a whole sheet.
    "by_startex": gettext_lazy("Clock times count from row %(row)s, which says STARTEX: %(time)s."),
    "by_start": gettext_lazy("Clock times count from the planned beginning of the drill: %(time)s."),
    "by_first": gettext_lazy("Clock times count from the first of them, %(time)s in row %(row)s: it is +00:00."),
    "by_relative": gettext_lazy("Times without a sign count from the beginning of the drill: 00:15 is +00:15."),
    "no_kind": gettext_lazy("No column names the kind of event: all are taken as injects."),
    "no_mode": gettext_lazy("No column names the way of delivery: telephone is set."),
    "no_number": gettext_lazy("No column numbers the events: they are numbered in their order."),
    "no_head": gettext_lazy("Without a head: the columns were taken in the order of the page."),
    "date_is_scenario": gettext_lazy("The column “%(header)s” holds no days: kept as time in the scenario."),
    "kept": gettext_lazy("Kept beside the events, for want of a field: %(columns)s."),
    "derived": gettext_lazy("Not read, since it is computed: %(columns)s."),
}  # fmt: skip


def told(notes: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Everything there is to say, one sentence after the other."""
    return " ".join(sentence(code, about) for code, about in notes).replace("。 ", "。")


def sentence(code: str, about: Mapping[str, Any]) -> str:
    said = str(REASONS[code])
    if code == "section" and not about.get("phase"):
        return _("A heading.")
    return said % dict(about) if about else said
