"""What a question bank holds: counted per kind, difficulty, hazard, sector and knowledge point, with what is nearly
asked twice and what still lacks an explanation."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from exams.models import Question, QuestionBank
from exams.near_rules import near_pairs
from exams.rules import normal_text


class Command(BaseCommand):
    help = "Count the questions of the bureau's banks (or of one, by name); list stems that are nearly the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bank", help="the name of one bank")
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        banks = QuestionBank.objects.filter(organisation=None)
        report = bank_report(banks.filter(name=options["bank"]) if options["bank"] else banks)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        for heading, counted in report.items():
            self.stdout.write(f"{heading}: {counted if isinstance(counted, int) else len(counted)}")
            for line in lines_of(counted):
                self.stdout.write(f"  {line}")


def lines_of(counted: Any) -> list[str]:
    if isinstance(counted, dict):
        return [f"{name}: {n}" for name, n in counted.items()]
    return counted if isinstance(counted, list) else []


def bank_report(banks: Any) -> dict[str, Any]:
    questions = list(
        Question.objects.filter(bank__in=banks, retired_at=None, current__isnull=False)
        .select_related("bank", "current")
        .prefetch_related("sectors", "current__articles", "current__question")
        .order_by("bank", "key")
    )
    versions = [question.current for question in questions if question.current]
    return {
        "questions": len(questions),
        "per bank": counts(question.bank.name for question in questions),
        "per kind": counts(version.kind for version in versions),
        "per difficulty": counts(version.get_difficulty_display() for version in versions),
        "per hazard": counts(version.hazard or "none" for version in versions),
        "per sector": counts(code for question in questions for code in sectors(question)),
        "per knowledge point": counts(question.point or "none" for question in questions),
        "citing an article": sum(bool(version.articles.all()) for version in versions),
        "without an explanation": [version.question.key for version in versions if not version.explanation],
        "nearly the same stem": near(questions),
    }


def sectors(question: Question) -> list[str]:
    return [sector.code for sector in question.sectors.all()] or ["everybody"]


def counts(words: Any) -> dict[str, int]:
    return dict(Counter(str(word) for word in words).most_common())


def near(questions: list[Any]) -> list[str]:
    found = near_pairs([], [normal_text(question.current.stem) for question in questions])
    return [f"{questions[place].key} ~ {questions[-1 - other].key}" for place, other in found.items()]
