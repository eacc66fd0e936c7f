"""Schemes: which is in force, and which entries an activity belongs to."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Prefetch, QuerySet, Value, When

from campaign.models import Entry, Scheme
from campaign.rules import EntryRule

DEFAULT_SCHEME = "qijin_safety"  # the "seven entries"; a bureau may copy and edit a scheme


def default_entries() -> QuerySet[Entry]:
    """The entries of the default scheme's newest version, in its order."""
    newest = Scheme.objects.filter(key=DEFAULT_SCHEME).order_by("-version").values("pk")[:1]
    return Entry.objects.filter(scheme=newest).order_by("order")


def scheme_of(day: date) -> Scheme:
    """Under which an activity of the day is recorded: the leading scheme in force, else any that is, else (before all
    of them) the leading scheme's first version. Scheme.DoesNotExist where none was ever loaded."""
    active = list(Scheme.objects.active(day).order_by("key"))
    leading = [scheme for scheme in active if scheme.key == DEFAULT_SCHEME]
    found = next(iter([*leading, *active]), None)
    return found or Scheme.objects.filter(key=DEFAULT_SCHEME).earliest("version")


def active_schemes(day: date) -> QuerySet[Scheme]:
    """With their entries, the leading one first; one event counts in each of them."""
    entries = Prefetch("entries", Entry.objects.order_by("order"))
    first = Case(When(key=DEFAULT_SCHEME, then=Value(0)), default=Value(1))
    return Scheme.objects.active(day).prefetch_related(entries).order_by(first, "key")


def rules_of(entries: Iterable[Entry]) -> list[EntryRule]:
    return [EntryRule(entry.code, frozenset(entry.kinds), entry.by_households) for entry in entries]
