"""What the library holds: counted per kind, entry, hazard and language, with reviewers, sources, doubts."""

import json
import re
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page

from portal.models import GUIDED_KINDS, ArticlePage, CasePage, GuidePage, Piece, PosterPage, QuizPage

HAN = re.compile(r"[\u4e00-\u9fff]")
SHORT = 400  # Chinese characters, below which a text is a note and no article


class Command(BaseCommand):
    help = "Count the published library per kind, entry, hazard and language; list what lacks a reviewer or a source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        report = library()
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        for heading, counted in report.items():
            self.stdout.write(f"{heading}: {len(counted)}" if isinstance(counted, list) else f"{heading}:")
            for line in lines_of(counted):
                self.stdout.write(f"  {line}")


def lines_of(counted: dict[str, int] | list[str]) -> list[str]:
    return [f"{name}: {n}" for name, n in counted.items()] if isinstance(counted, dict) else counted


def library() -> dict[str, Any]:
    """Pieces that somebody wrote: those that only stand in for another language are left out."""
    pieces = list(Piece.objects.live().filter(alias_of=None).select_related("locale").specific())
    chinese = [one for one in pieces if one.locale.language_code != "en"]
    texts = [one for one in chinese if isinstance(one, ArticlePage | CasePage | GuidePage)]
    articles = [one for one in texts if isinstance(one, ArticlePage)]
    posters = [one for one in chinese if isinstance(one, PosterPage)]
    return {
        "pieces": dict(Counter(f"{type(one).__name__} {one.locale.language_code}" for one in pieces)),
        "articles per entry": dict(Counter(entry.code for one in articles for entry in one.entries.all())),
        "posters per entry": dict(Counter(entry.code for one in posters for entry in one.entries.all())),
        "pieces per hazard": dict(sorted(Counter(tag.code for one in chinese for tag in one.hazards.all()).items())),
        "kinds of venue without a guide": unguided(chinese),
        "without a reviewer": titles(one for one in pieces if not one.reviewed_by),
        "without a source": titles(one for one in [*texts, *posters] if not one.source_lines),
        "open doubts": titles(one for one in pieces if one.doubts.strip()),
        f"under {SHORT} characters": titles(one for one in texts if len(HAN.findall(one.searchable_text())) < SHORT),
        "posters without a drawing": titles(one for one in posters if one.illustration is None),
        "without a quiz question": titles(
            one for one in pieces if isinstance(one, QuizPage) and not one.questions.count()
        ),
    }


def unguided(pieces: list[Any]) -> list[str]:
    guided = {one.venue_kind for one in pieces if isinstance(one, GuidePage)}
    return [str(label) for kind, label in GUIDED_KINDS if kind not in guided]


def titles(pages: Any) -> list[str]:
    return sorted(one.title for one in pages if isinstance(one, Page))
