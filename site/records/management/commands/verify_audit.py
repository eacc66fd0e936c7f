from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from records.models import AuditEntry, AuditSeal
from records.verification import head, told, verify


class Command(BaseCommand):
    help = "Recompute every seal of the audit log and tell each break. Status 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="The newest seal as this command printed it before.")
        parser.add_argument("--at", type=datetime.fromisoformat, help="Judge as of then (a restored backup's time).")

    def handle(self, *args: Any, **options: Any) -> None:
        now, breaks = options["at"] or timezone.now(), 0
        for breaks, found in enumerate(verify(now, options["head"]), start=1):  # noqa: B007  counted after the loop
            self.stderr.write(told(found))
        self.stdout.write(f"{AuditEntry.objects.count()} entries, {AuditSeal.objects.count()} seals, {breaks} breaks")
        self.stdout.write(f"Newest seal (note it elsewhere, check it later with --head): {head()}")
        if breaks:
            raise SystemExit(1)
