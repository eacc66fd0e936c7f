from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from people.starter.demo import demo_file, renew_keys


class Command(BaseCommand):
    help = "Make new passwords and authenticator keys for the demo accounts and write them to VAR_DIR/demo.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        count = renew_keys(now=timezone.now())
        self.stdout.write(f"{count} demo accounts have new passwords: {demo_file()}")
