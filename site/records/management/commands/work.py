import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from records.worker import Worker


class Command(BaseCommand):
    help = "Run background jobs from the database (the embedded set-up; with a broker Celery does it)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run what is due now, then stop.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = Worker()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_signal: worker.stop())
        if once:
            self.stdout.write(f"{worker.run_once()} jobs run")
        else:
            worker.run()
