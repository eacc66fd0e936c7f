from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from records.registry import StarterLoader, starter


class Command(BaseCommand):
    help = "Load the content that is shipped with the product; what editors changed or deleted stays as they left it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Also the fictional county's people and records.")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        for loader in starter.in_order(demo=demo):
            counts = run(loader)
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
            self.stdout.write(f"{loader.name}: {told or 'done'}")


@transaction.atomic
def run(loader: StarterLoader) -> Counter[str]:
    return Counter(str(outcome) for outcome in loader.function() or ())
