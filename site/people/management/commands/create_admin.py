from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from people import rules, services
from people.models import Role


class Command(BaseCommand):
    help = "Make the first system administrator of an installation and print a one-time sign-in code for him."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("phone", help="mobile number: asked for together with the code")

    def handle(self, *args: Any, **options: Any) -> None:
        if not rules.is_name(options["name"]) or not rules.is_mobile(options["phone"]):
            raise CommandError("Give a name and a mobile phone number, for example: create_admin 何平 13800138000")
        now = timezone.now()
        person = services.create_person(options["name"], phone=options["phone"], by=None, now=now)
        services.grant_role(person, Role.SYSTEM_ADMIN, by=None, now=now, reason="create_admin")
        issued = services.issue_code(person, by=None, now=now)
        self.stdout.write(f"Open {settings.PUBLIC_URL}{reverse('people:first_sign_in')}")
        self.stdout.write(f"Code {rules.grouped_code(issued.code)}, valid once, for 14 days")
