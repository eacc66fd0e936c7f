from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.middleware import has_second_factor
from people.starter.cast import ACCOUNTS
from people.starter.demo import current_code, find_account


class Command(BaseCommand):
    help = "Print the six digits that the authenticator of a demo account shows now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=[account.key for account in ACCOUNTS])

    def handle(self, *args: Any, **options: Any) -> None:
        account = next(account for account in ACCOUNTS if account.key == options["role"])
        person = find_account(account)
        if person is None:
            raise CommandError("There are no demo accounts here: run load_starter --demo first.")
        if not has_second_factor(person):
            raise CommandError(f"{account.key} signs in with the password alone.")
        self.stdout.write(current_code(person, timezone.now()))
