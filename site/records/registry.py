"""What the apps above hand in when they start (`AppConfig.ready`): names, rules and tasks of their own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from records.errors import UnknownAction, UnknownKind

Text = Any  # str or a lazy translation of one


class AuditActions:
    """Names like "people.signed_in": app, dot, what happened."""

    def __init__(self) -> None:
        self._labels: dict[str, Text] = {}

    def add(self, action: str, label: Text) -> None:
        self._labels[action] = label

    def check(self, action: str) -> None:
        if action not in self._labels:
            raise UnknownAction(f"{action}: not registered in records.registry.audit_actions")

    def label(self, action: str) -> Text:
        return self._labels.get(action, action)

    def choices(self) -> list[tuple[str, str]]:
        return sorted(((action, str(label)) for action, label in self._labels.items()), key=lambda pair: pair[1])


class JobTitles:
    """What a person reads instead of a task's name."""

    def __init__(self) -> None:
        self._labels: dict[str, Text] = {}

    def add(self, task: str, label: Text) -> None:
        self._labels[task] = label

    def label(self, task: str) -> Text:
        return self._labels.get(task) or _("Background job")


class PrivateFiles:
    """Who may read which kind of private file."""

    def __init__(self) -> None:
        self._rules: dict[str, Callable[[Any, Any], bool]] = {}

    def add(self, kind: str, can_read: Callable[[Any, Any], bool]) -> None:
        self._rules[kind] = can_read

    def check(self, kind: str) -> None:
        if kind not in self._rules:
            raise UnknownKind(f"{kind}: not registered in records.registry.private_files")

    def can_read(self, user: Any, file: Any) -> bool:
        rule = self._rules.get(file.kind)
        return bool(rule and rule(user, file))


@dataclass(frozen=True)
class ScheduleEntry:
    name: str
    task: Any
    every: timedelta


class Schedule:
    """What runs once a period. A scheduled task is short: what takes long enqueues a job of its own."""

    def __init__(self) -> None:
        self._entries: dict[str, ScheduleEntry] = {}

    def add(self, name: str, task: Any, every: timedelta) -> None:
        self._entries[name] = ScheduleEntry(name, task, every)

    def __iter__(self) -> Iterator[ScheduleEntry]:
        return iter(list(self._entries.values()))


@dataclass(frozen=True)
class StarterLoader:
    name: str
    function: Callable[[], Iterable[Any] | None]
    demo: bool


class Starter:
    """Content shipped with the product. Names begin with the app's label ("people.divisions")."""

    def __init__(self) -> None:
        self._loaders: dict[str, StarterLoader] = {}

    def add(self, name: str, function: Callable[[], Iterable[Any] | None], *, demo: bool = False) -> None:
        """`function` returns the outcomes of its `records.starter.sync` calls; with `demo` it runs only for --demo."""
        self._loaders[name] = StarterLoader(name, function, demo)

    def in_order(self, *, demo: bool) -> list[StarterLoader]:
        """Lowest layer first (INSTALLED_APPS names the highest first), then as handed in."""
        layers = {config.label: rank for rank, config in enumerate(reversed(list(apps.get_app_configs())))}
        chosen = [loader for loader in self._loaders.values() if demo or not loader.demo]
        return sorted(chosen, key=lambda loader: layers[loader.name.partition(".")[0]])


audit_actions = AuditActions()
job_titles = JobTitles()
private_files = PrivateFiles()
schedule = Schedule()
starter = Starter()
