from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from duties.models import DutyRule
from duties.queries import Coverage, coverage, unverified


class Command(BaseCommand):
    help = "Tell what the rulebook holds of each regulation, and every row that nobody has verified, with the reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lang", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        with translation.override(lang):
            self.tell_coverage(coverage())
            self.tell_doubts()

    def tell_coverage(self, rows: list[Coverage]) -> None:
        self.stdout.write("regulation                articles (verified)   rules (verified)")
        for row in rows:
            key = row.regulation.key if row.regulation else "(no regulation)"
            mark = "" if row.regulation is None or row.regulation.verified else "  unverified"
            self.stdout.write(
                f"{key:<26}{row.articles:>8} ({row.articles_verified}){row.rules:>18} ({row.rules_verified}){mark}"
            )
        in_force = DutyRule.objects.in_force(timezone.localdate()).count()
        self.stdout.write(f"{sum(row.rules for row in rows)} rules, {in_force} of them in force today")

    def tell_doubts(self) -> None:
        doubts = unverified()
        self.stdout.write(f"\n{len(doubts)} rows not verified:")
        for doubt in doubts:
            self.stdout.write(f"  {doubt.key}  {doubt.name}\n      {doubt.reason}")
