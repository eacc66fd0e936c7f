"""A report as a row of blocks, from its frozen data alone: PDF, Word and the preview are three dresses of the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from drills.models import DrillReport
from drills.report_blocks import Block, Heading, Paper, Text, printable
from drills.report_tables import TABLES, observations
from drills.report_texts import SECTIONS, at, day_words, label

Facts = Mapping[str, Any]
NUMERALS = "一二三四五六七八九十"


def paper(data: Facts, *, draft: bool = False, data_hash: str = "") -> Paper:
    """In the language that is active. `data` are the facts with `kind`, `version` and `texts`."""
    data = printable(data)
    drill = data["drill"]
    return Paper(
        title=label(DrillReport.Kind, data["kind"]),
        drill=f"【演练】{drill['title']}",
        lines=(drill["organisation"], day_words(drill["began"] or drill["planned_begin"])),
        blocks=tuple(blocks(data)),
        signers=(pgettext("report", "Written by"), pgettext("report", "Checked by"), pgettext("report", "Approved by")),
        signed_on=pgettext("by hand", "Date: ____"),
        annex=tuple(annex(data)),
        notes=tuple(notes(data, draft=draft, data_hash=data_hash)),
        draft=draft,
    )


def blocks(data: Facts) -> Iterator[Block]:
    """Sections numbered 一、 and, under a common heading, （一）; then what belongs to the section as a table."""
    chapter = part = 0
    group: Any = ""
    for section in SECTIONS[data["kind"]]:
        if section.group and section.group != group:
            chapter, part = chapter + 1, 0
            yield Heading(1, f"{NUMERALS[chapter - 1]}、{section.group}")
        group = section.group
        if group:
            part += 1
            yield Heading(2, f"（{NUMERALS[part - 1]}）{section.title}")
        else:
            chapter += 1
            yield Heading(1, f"{NUMERALS[chapter - 1]}、{section.title}")
        yield from section_blocks(section.key, data)


def annex(data: Facts) -> Iterator[Block]:
    seen = observations(data) if data["kind"] == DrillReport.Kind.EVALUATION else None
    if seen is not None:
        yield Heading(1, _("Annex: observations"))
        yield seen


def section_blocks(key: str, data: Facts) -> Iterator[Block]:
    lines = [line.strip() for line in data["texts"].get(key, "").splitlines() if line.strip()]
    tables = [table for make in TABLES.get(key, ()) if (table := make(data)) is not None]
    yield from (Text(line) for line in lines)
    yield from tables
    if not lines and not tables:
        yield Text(_("Nothing on record."))


def notes(data: Facts, *, draft: bool, data_hash: str) -> Iterator[str]:
    """Where the figures come from, and how to see that nothing was changed afterwards."""
    yield _("Figures as of %(moment)s, told by the run log and the records of the platform.") % {
        "moment": at(data["known_at"])
    }
    if data["people"]["playing"]["named"] or data["people"]["playing"]["heads"]:
        yield _("People known by name and head-counts are told apart and never added up.")
    if draft:
        yield _("Draft: not approved.")
        return
    yield _("Version %(version)d. SHA-256 of the data: %(hash)s") % {"version": data["version"], "hash": data_hash}
    if data["plan"]:
        yield _("SHA-256 of the plan: %(hash)s") % {"hash": data["plan"]["sha256"]}
