"""Questions shipped with the product: one file a subject, all in one bank of the bureau's."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, cast

from duties.models import Article
from exams.models import Question, QuestionBank
from exams.services import Wording, write_question
from records.starter import Outcome, sync

FOLDER: Final = Path(__file__).parent / "questions"
NEW_WORKER_BANK: Final = "新员工三级安全教育（厂级）"
WORDING: Final = ("kind", "stem", "options", "answer", "explanation", "difficulty")


def load_questions() -> list[Outcome]:
    bank, _created = QuestionBank.objects.get_or_create(name=NEW_WORKER_BANK, organisation=None)
    shipped = read_questions()
    articles = articles_by_row({row for question in shipped for row in question["rows"]})
    return [
        sync_question(f"exams.question:new-worker:{question['key']}", bank, question, articles=articles)
        for question in shipped
    ]


def read_questions(folder: Path = FOLDER) -> list[dict[str, Any]]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    return [question for file in files for question in file["questions"]]


def articles_by_row(rows: Iterable[str]) -> dict[str, Article]:
    """Articles by row key. One that an editor deleted is left out: the question stands without it."""
    wanted = set(rows)
    regulations = {row.partition(":")[0] for row in wanted}
    held = Article.objects.filter(regulation__key__in=regulations).select_related("regulation")
    return {article.row_key: article for article in held if article.row_key in wanted}


def sync_question(
    item: str, bank: QuestionBank, shipped: dict[str, Any], *, articles: dict[str, Article], hazard: str = ""
) -> Outcome:
    """`hazard` is that of the whole quiz, where the question names none."""

    def write(_held: Question | None, data: dict[str, Any]) -> Question:
        wording = {name: data[name] for name in WORDING} | {"hazard": data.get("hazard", hazard)}
        cited = [articles[row] for row in data["rows"] if row in articles]
        return write_question(bank, data["key"], cast(Wording, wording), articles=cited)

    return sync(
        item,
        shipped,
        find=Question.objects.filter(bank=bank, key=shipped["key"]).first,
        read=lambda question: {"version": question.current_id},
        write=write,
    )
