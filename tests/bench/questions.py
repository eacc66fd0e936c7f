"""A hundred thousand questions in one bank, searched and filtered: wall-clock milliseconds of what a page of the bank
asks, beside a plain look for the substring. DATABASE_URL decides the database; use one made for it."""

import random
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

QUESTIONS, ROUNDS = 100_000, 7
WORDS = ("安全", "灭火器", "一氧化碳中毒", "没有这个词", "99123")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"kind": "single", "difficulty": 3},
    {"point": "点7"},
    {"review": "reviewed"},
)


def bench_questions() -> None:
    from django.conf import settings

    from exams.queries.banks import question_rows
    from ui.paging import stretch

    bank = filled()
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"\n{QUESTIONS:,} questions on {engine}, milliseconds for a page of 25, median of {ROUNDS} (and the slowest)")
    for word in ("", *WORDS):
        line = []
        for filters in FILTERS:
            spent = timed(lambda word=word, filters=filters: stretch(question_rows(bank, q=word, **filters), 25, "1"))
            line.append(f"{statistics.median(spent):8.1f} ({max(spent):6.1f})")
        plain = bank.questions.filter(current__stem__icontains=word).select_related("current").order_by("-pk")
        scan = timed(lambda plain=plain: list(plain[:26]))
        print(f"  {word or '–':12}" + "".join(line) + f"   substring {statistics.median(scan):8.1f}")


def timed(act: Callable[[], object]) -> list[float]:
    act()
    spent = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def filled() -> Any:
    """Made of the clauses of the shipped questions in another order."""
    from django.db import connection
    from django.db.models import OuterRef, Subquery

    from exams.models import Question, QuestionBank, QuestionVersion

    chance = random.Random(1)
    stems = QuestionVersion.objects.values_list("stem", flat=True)
    clauses = [clause for stem in stems for clause in re.split("[，。？；：]", stem) if len(clause) > 3]
    kinds = QuestionVersion.Kind.values
    bank = QuestionBank.objects.create(name="bench")
    questions = Question.objects.bulk_create(
        (
            Question(bank=bank, key=f"q{place}", chapter=f"第{place % 40}章", point=f"点{place % 200}")
            for place in range(QUESTIONS)
        ),
        batch_size=2000,
    )
    QuestionVersion.objects.bulk_create(
        (
            QuestionVersion(
                question=question,
                number=1,
                kind=kinds[place % len(kinds)],
                stem="，".join(chance.sample(clauses, 3)) + f"，第{place}题",
                options=["甲", "乙", "丙", "丁"],
                answer=[0],
                difficulty=1 + place % 3,
            )
            for place, question in enumerate(questions)
        ),
        batch_size=1000,
    )
    version = QuestionVersion.objects.filter(question=OuterRef("pk")).values("pk")[:1]
    bank.questions.update(current_id=Subquery(version))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return bank
