"""manage.py import_activities FILE [--dry-run] --report json"""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from campaign.importers.console import ImportCommand
from campaign.importers.rows import Reading
from campaign.models import ActivityVersion
from campaign.services.imports import import_activities

Basis = ActivityVersion.Basis


class Command(ImportCommand):
    help = "Bring in a ledger of earlier years; its activities count and say that they were imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--basis",
            choices=Basis.values,
            default=Basis.ESTIMATED,
            help="of numbers that do not say how people were counted",
        )

    def bring(self, content: bytes, name: str, options: dict[str, Any]) -> Reading:
        told = {"dry_run": options["dry_run"], "basis": options["basis"]}
        return import_activities(content, name, by=None, now=timezone.now(), **told)
