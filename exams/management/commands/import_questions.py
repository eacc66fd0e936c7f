import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exams.importers import verdicts
from exams.importers.verdicts import CONFLICT, DUPLICATE, ERROR, Check
from exams.importers.workbooks import Reading, Row
from exams.models import QuestionBank
from exams.queries.banks import known_questions
from exams.queries.question_checks import place_in_full, reasons, told
from exams.services.banks import create_bank
from exams.services.question_imports import read_file, write_readings
from people.models import Organisation
from people.rules import normal_code
from records.spreadsheets import Unreadable

HELP = """\
Read questions from workbooks (.xlsx, .xls, .csv) into a bank, which is made where there is none of the name.

The report counts rows that hold a question (stem, options or key):
  rows = imported + duplicates + conflicts + len(errors)
  repaired    of the imported: those that were mended, each told under "repairs"
  duplicates  the same stem, options and key stand already, in the files or in the bank
  conflicts   the same stem and options stand with another key: none of them is imported
  errors      refused, each with file, sheet, row and reason
Files that are no workbooks stand under "refused_files"; then the command ends with 1.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--bank", required=True, metavar="NAME", help="name of the bank")
        parser.add_argument("--organisation", metavar="CREDIT_CODE", help="whose bank it is; without it, the bureau's")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen, write nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *, files: list[Path], bank: str, organisation: str | None, **options: Any) -> None:
        owner = find_organisation(organisation)
        readings, refused = read_files(files)
        check = judge(bank, owner, readings, dry_run=options["dry_run"])
        report = report_of(check) | {"refused_files": refused}
        if options["report"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            self.tell(report)
        if refused:
            raise CommandError("; ".join(f"{each['file']}: {each['reason']}" for each in refused))

    def tell(self, report: dict[str, Any]) -> None:
        counted = ("rows", "imported", "repaired", "duplicates", "conflicts")
        self.stdout.write(", ".join(f"{name} {report[name]}" for name in counted) + f", errors {len(report['errors'])}")
        for name in ("errors", "conflict_rows", "duplicate_rows", "repairs", "remarks"):
            for each in report[name]:
                self.stdout.write(f"{name}: {each['file']} {each['sheet']} {each['row']}: {each['reason']}")


def judge(name: str, owner: Organisation | None, readings: list[Reading], *, dry_run: bool) -> Check:
    now = timezone.now()
    bank = QuestionBank.objects.filter(name=name, organisation=owner).first()
    if dry_run:
        return verdicts.check(readings, known_questions(bank) if bank else {})
    bank = bank or create_bank(name, organisation=owner, by=None, now=now)
    return write_readings(bank, readings, by=None, now=now)


def find_organisation(credit_code: str | None) -> Organisation | None:
    if not credit_code:
        return None
    found = Organisation.objects.filter(credit_code=normal_code(credit_code)).first()
    if found is None:
        raise CommandError(f"No organisation has the credit code {credit_code}.")
    return found


def read_files(files: list[Path]) -> tuple[list[Reading], list[dict[str, str]]]:
    readings, refused = [], []
    for path in files:
        try:
            readings.append(read_file(path.name, path.read_bytes()))
        except (Unreadable, OSError) as error:
            refused.append({"file": path.name, "reason": str(error)})
    return readings, refused


def report_of(check: Check) -> dict[str, Any]:
    counts = check.counts
    counts.pop("errors")
    return counts | {
        "errors": [told_of(verdict) for verdict in check.of(ERROR)],
        "repairs": [told_of(verdict) for verdict in check.repaired],
        "duplicate_rows": [told_of(verdict) for verdict in check.of(DUPLICATE)],
        "conflict_rows": [told_of(verdict) for verdict in check.of(CONFLICT)],
        "pictures": sum(bool(verdict.row.picture) for verdict in check.of(verdicts.IMPORTED)),
        "remarks": [
            {"file": remark.file, "sheet": remark.sheet, "row": remark.row, "reason": told(remark.note)}
            for remark in check.remarks
        ],
    }


def told_of(verdict: verdicts.Verdict) -> dict[str, Any]:
    row: Row = verdict.row
    found = {"file": row.file, "sheet": row.sheet, "row": row.number, "reason": " ".join(reasons(verdict))}
    return found | ({"other": place_in_full(verdict.of)} if isinstance(verdict.of, Row) else {})
