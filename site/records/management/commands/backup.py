from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.backup.making import make_backup
from records.backup.passphrase import ask_passphrase
from records.errors import Damaged


class Command(BaseCommand):
    help = "Write a backup: all data into one file, the keys sealed by a passphrase into another."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, required=True)
        parser.add_argument("--keys", type=Path, required=True, help="Keep it somewhere else than the data.")

    def handle(self, *args: Any, data: Path, keys: Path, **options: Any) -> None:
        try:
            made = make_backup(data, keys, ask_passphrase(twice=True), now=timezone.now())
        except (Damaged, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{made.rows} rows of {made.tables} tables and {made.files} files: {made.size} bytes")
        self.stdout.write(f"Data  {data}\nKeys  {keys}")
        self.stdout.write(f"Read back and found whole. Newest audit seal: {made.head}")
