"""manage.py import_msel FILE --drill ID | --new --organisation CODE --title … --hazard … --level … --report json"""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.importers import reasons
from drills.importers.msel import Options, TooManyRows
from drills.importers.reckoning import AUTO, COUNTING, FIRST, RELATIVE, START, Choice
from drills.importers.rows import Outcome, Row
from drills.models import Drill
from drills.queries.msel_verdicts import Verdict
from drills.services import msel_imports as services
from drills.services.msel import Frozen, TooMany
from drills.services.msel_imports import NewDrill
from duties.vocabulary import Hazard
from people import rules
from people.models import Organisation
from records.spreadsheets import Sheet, Unreadable, read_workbook
from ui.clock import local


class Command(BaseCommand):
    help = "Import a table of events into a drill that is being designed, or make a draft of it. Every row is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--drill", type=int, metavar="ID", help="a draft, or one in review")
        where.add_argument("--new", action="store_true", help="make a draft")
        parser.add_argument("--organisation", metavar="CODE", help="of the new drill, by its credit code")
        parser.add_argument("--title", help="of the new drill; without it the name of the file")
        parser.add_argument("--hazard", help=f"of the new drill: {', '.join(Hazard.values)}")
        parser.add_argument("--level", help=f"of the new drill: {', '.join(Drill.Level.values)}")
        parser.add_argument("--starts", metavar="MOMENT", help="when the new drill begins, like 2026-12-01T09:00")
        anchors = [AUTO, START, FIRST, RELATIVE]
        parser.add_argument("--times", choices=anchors, default=AUTO, help="from where clock times count")
        parser.add_argument("--t-unit", choices=list(COUNTING), default="", help="what T+2 counts")
        parser.add_argument("--join", action="store_true", help="one event for the same message to several receivers")
        parser.add_argument("--replace", action="store_true", help="instead of the present events")
        parser.add_argument("--dry-run", action="store_true", help="tell the verdicts, write nothing")
        parser.add_argument("--report", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sheets = read_workbook(options["file"].read_bytes(), options["file"].name)
            with transaction.atomic():
                report = bring(sheets, options)
                transaction.set_rollback(options["dry_run"])
        except (Unreadable, TooManyRows, OSError) as error:
            raise CommandError(str(error)) from error
        except Frozen as error:
            raise CommandError(_("The drill is approved already: its table of events stands.")) from error
        except TooMany as error:
            raise CommandError(_("That is more events than a drill may have.")) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["report"] == "json" else in_words(report))


def bring(sheets: list[Sheet], options: dict[str, Any]) -> dict[str, Any]:
    told = Options(choice=Choice(options["times"], options["t_unit"]), join=options["join"])
    name, now = options["file"].name, timezone.now()
    if options["new"]:
        new = new_drill(options)
        drill, verdict, remarks = services.import_new(new, name, sheets, options=told, by=None, now=now)
        return report_of(verdict, drill, remarks)
    drill = find_drill(options["drill"])
    verdict = services.import_into(
        drill, name, sheets, options=told, replace=options["replace"], by=None, now=now
    )  # fmt: skip
    return report_of(verdict, drill, [])


def find_drill(pk: int) -> Drill:
    drill = Drill.objects.filter(pk=pk, entry=Drill.Entry.RUN).first()
    if drill is None:
        raise CommandError(_("There is no planned drill %(pk)s.") % {"pk": pk})
    return drill


# ── What a new drill needs ───────────────────────────────────────────────────
def new_drill(options: dict[str, Any]) -> NewDrill:
    missing = [f"--{name}" for name in ("organisation", "hazard", "level") if not options[name]]
    if missing:
        raise CommandError(_("A new drill needs %(names)s.") % {"names": ", ".join(missing)})
    title = (options["title"] or options["file"].stem).strip()
    if not 0 < len(title) <= 120:
        raise CommandError(_("The title has 1 to 120 characters: give --title."))
    return NewDrill(
        organisation=find_organisation(options["organisation"]),
        title=title,
        hazard=chosen("hazard", options["hazard"], Hazard),
        level=chosen("level", options["level"], Drill.Level),
        starts_at=moment(options["starts"]) if options["starts"] else None,
    )


def find_organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(credit_code=rules.normal_code(code)).first()
    if found is None:
        raise CommandError(_("No organisation has this credit code."))
    return found


def chosen(name: str, word: str, choices: Any) -> str:
    """By its code or its name."""
    known = {str(label): value for value, label in choices.choices} | {value: value for value in choices.values}
    if word not in known:
        listed = ", ".join(f"{value} ({label})" for value, label in choices.choices)
        raise CommandError(_("“%(word)s” is no %(name)s; choose one of: %(listed)s")
                           % {"word": word, "name": f"--{name}", "listed": listed})  # fmt: skip
    return known[word]


def moment(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("Give --starts like 2026-12-01T09:00.")) from error
    return told if told.tzinfo else told.replace(tzinfo=timezone.get_default_timezone())


# ── The report ───────────────────────────────────────────────────────────────
def report_of(verdict: Verdict, drill: Drill, remarks: list[str]) -> dict[str, Any]:
    reading = verdict.reading
    about_sheets = [f"{sheet}: {reasons.told([note])}" if sheet else reasons.told([note])
                    for sheet, note in reading.remarks]  # fmt: skip
    return {
        **verdict.counts,
        "explained": told(reading.of(Outcome.EXPLAINED, Outcome.SECTION)),
        "errors": told(reading.of(Outcome.ERROR)),
        "repairs": told(row for row in reading.events if row.notes),
        "notes": [*about_sheets, *remarks],
        "drill": {"id": drill.pk, "title": drill.title, "starts_at": local(drill.starts_at).isoformat()},
    }


def told(rows: Any) -> list[dict[str, Any]]:
    found: list[Row] = list(rows)
    return [{"sheet": row.sheet, "row": row.number, "reason": reasons.told(row.notes)} for row in found]


def in_words(report: dict[str, Any]) -> str:
    counts = {name: len(value) if isinstance(value, list) else value for name, value in report.items()}
    line = _("%(rows)s rows: %(imported)s events (%(repaired)s of them repaired), %(explained)s explained, "
             "%(errors)s errors") % counts  # fmt: skip
    rows = [f"{one['sheet']} {one['row']}: {one['reason']}" for one in report["errors"] + report["explained"]]
    return "\n".join([line, *report["notes"], *rows])
