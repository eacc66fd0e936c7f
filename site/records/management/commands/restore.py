from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.backup.passphrase import ask_passphrase
from records.backup.restoring import Restored, restore_backup
from records.errors import Damaged


class Command(BaseCommand):
    help = "Put a backup into an empty place: VAR_DIR (or --into), and with PostgreSQL the empty database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, required=True)
        parser.add_argument("--keys", type=Path, required=True)
        parser.add_argument("--into", type=Path, help="An empty folder that is to become a VAR_DIR.")

    def handle(self, *args: Any, data: Path, keys: Path, into: Path | None, **options: Any) -> None:
        try:
            restored = restore_backup(data, keys, ask_passphrase(twice=False), into=into)
        except (Damaged, OSError) as error:
            raise CommandError(str(error)) from None
        self.tell(restored)
        if not restored.whole:
            raise CommandError("It was put back, but it is not what was backed up: see above.")

    def tell(self, restored: Restored) -> None:
        width = max(len(each.name) for each in restored.compared)
        self.stdout.write(f"{'':{width}}  {'backup':>9}  {'restored':>9}")
        for each in restored.compared:
            mark = "" if each.then == each.now else "  DIFFERENT"
            self.stdout.write(f"{each.name:{width}}  {each.then:>9}  {each.now:>9}{mark}")
        self.stdout.write(restored.audit)
        self.stdout.write(f"Restored as of {restored.created}.")
