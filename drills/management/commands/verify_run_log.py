from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from drills.models import Drill
from drills.queries.run_log import entries_of
from drills.run_rules import conflicts
from drills.seal_rules import Break
from drills.services.seals import verify_log, waits_too_long

TOLD = {
    "missing_seal": "seal {0.seal} is missing",
    "changed_seal": "seal {0.seal} or an event under it was changed",
    "changed_count": "an event of seal {0.seal} is missing, or one was put under it",
}
CHAIN = {
    "number_missing": "device {0.device}: {0.value} event(s) before {0.uid} have not arrived",
    "number_twice": "device {0.device}: counted the number of {0.uid} twice",
    "chain_broken": "device {0.device}: {0.uid} does not follow the event before it",
    "hash_wrong": "device {0.device}: {0.uid} does not fit its hash",
}


class Command(BaseCommand):
    help = "Recompute the seals of run logs and the chains of their devices. Status 1 when a seal is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("drill", nargs="?", type=int, help="The number of a drill in its address; all without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        drills = Drill.objects.filter(log__isnull=False).distinct().order_by("pk")
        if options["drill"] is not None:
            drills = drills.filter(pk=options["drill"])
            if not drills:
                raise CommandError(f"Drill {options['drill']} has no run log.")
        if sum(self.look_at(drill) for drill in drills):
            raise SystemExit(1)

    def look_at(self, drill: Drill) -> int:
        """How many breaks of seals; a phone's own chain is told and breaks nothing."""
        found: list[Break] = verify_log(drill)
        late = waits_too_long(drill, timezone.now())
        for each in found:
            self.stderr.write(f"drill {drill.pk}: {TOLD[each.what].format(each)}")
        if late:
            self.stderr.write(f"drill {drill.pk}: {late} event(s) have waited for a seal for more than five minutes")
        for conflict in conflicts(entries_of(drill)):
            if conflict.kind in CHAIN:
                self.stdout.write(f"drill {drill.pk}: {CHAIN[conflict.kind].format(conflict)}")
        seals = drill.seals.count()
        self.stdout.write(f"drill {drill.pk}: {drill.log.count()} events, {seals} seals, {len(found)} breaks")
        return len(found) + bool(late)
