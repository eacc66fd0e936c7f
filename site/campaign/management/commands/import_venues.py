"""manage.py import_venues FILE [--dry-run] --report json"""

from typing import Any

from django.utils import timezone

from campaign.importers.console import ImportCommand
from campaign.importers.rows import Reading
from campaign.services.imports import import_venues


class Command(ImportCommand):
    help = "Register the venues of a workbook: name, kind, township or village, address, households."

    def bring(self, content: bytes, name: str, options: dict[str, Any]) -> Reading:
        return import_venues(content, name, by=None, now=timezone.now(), dry_run=options["dry_run"])
