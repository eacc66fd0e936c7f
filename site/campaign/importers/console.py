"""What the commands that import have in common: the file, the dry run and the report."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from campaign.importers.rows import Reading, problem_workbook
from records.spreadsheets import Unreadable


class ImportCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="tell the verdicts, write nothing")
        parser.add_argument("--report", choices=["json", "text"], default="text")
        parser.add_argument("--bad-rows", type=Path, metavar="FILE", help="where to write the rows that were not taken")

    def bring(self, content: bytes, name: str, options: dict[str, Any]) -> Reading:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = self.bring(options["file"].read_bytes(), options["file"].name, options)
        except (Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        bad = problem_workbook(reading)
        if options["bad_rows"] and bad:
            options["bad_rows"].write_bytes(bad)
        report = reading.report()
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["report"] == "json" else in_words(report))


def in_words(report: dict[str, Any]) -> str:
    counts = {name: len(value) if isinstance(value, list) else value for name, value in report.items()}
    line = _("%(rows)s rows: %(ok)s good (%(repaired)s of them repaired), %(errors)s errors, %(duplicates)s duplicates")
    rows = [f"{one['sheet']} {one['row']}: {one['reason']}" for one in report["errors"] + report["duplicates"]]
    return "\n".join([line % counts, *rows])
