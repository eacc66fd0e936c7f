"""manage.py import_roster FILE [--organisation CREDIT_CODE] [--dry-run] --report json"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people import rules
from people.importers import reasons
from people.models import Organisation
from people.services import rosters
from people.services.rosters import GOOD, Judged, Verdict
from records.errors import Permanent
from records.spreadsheets import Unreadable


class Command(BaseCommand):
    help = "Import the people of a roster. Without --organisation the rows say their organisations by credit code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", metavar="CREDIT_CODE", help="the only one the rows may belong to")
        parser.add_argument("--dry-run", action="store_true", help="tell the verdicts, write nothing")
        parser.add_argument("--report", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        now, file = timezone.now(), options["file"]
        organisation = find_organisation(options["organisation"])
        try:
            judged = rosters.read_and_judge(file.read_bytes(), file.name, organisation, now)
            if not options["dry_run"]:
                rosters.import_judged(judged, file.name, organisation, now=now)
        except (Unreadable, Permanent, OSError) as error:
            raise CommandError(str(error)) from error
        report = report_of(judged)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["report"] == "json" else in_words(report))


def find_organisation(code: str | None) -> Organisation | None:
    if not code:
        return None
    found = Organisation.objects.filter(credit_code=rules.normal_code(code)).first()
    if found is None:
        raise CommandError(_("No organisation has this credit code."))
    return found


def report_of(judged: list[Judged]) -> dict[str, Any]:
    good = [one for one in judged if one.verdict in GOOD]
    return {
        "rows": len(judged),
        "ok": len(good),
        "repaired": sum(bool(one.row.repaired) for one in good),
        "errors": told(judged, Verdict.ERROR),
        "duplicates": told(judged, Verdict.DUPLICATE),
    }


def told(judged: list[Judged], verdict: str) -> list[dict[str, Any]]:
    return [
        {"sheet": one.row.sheet, "row": one.row.number, "reason": reasons.told(one.problems)}
        for one in judged
        if one.verdict == verdict
    ]


def in_words(report: dict[str, Any]) -> str:
    counts = {name: len(value) if isinstance(value, list) else value for name, value in report.items()}
    lines = [
        _("%(rows)s rows: %(ok)s good (%(repaired)s of them repaired), %(errors)s errors, %(duplicates)s duplicates")
        % counts
    ]
    return "\n".join(
        [*lines, *(f"{one['sheet']} {one['row']}: {one['reason']}" for one in report["errors"] + report["duplicates"])]
    )
