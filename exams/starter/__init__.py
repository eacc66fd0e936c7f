"""Questions shipped with the product: one folder a bank of the bureau's, one file a subject."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from duties.models import Article
from exams.models import Question, QuestionBank
from exams.services import Filing, Wording, write_question
from people.models import Sector
from records.starter import Outcome, sync

FOLDER: Final = Path(__file__).parent / "questions"
NEW_WORKER_BANK: Final = "新员工三级安全教育（厂级）"
COUNTY_BANK: Final = "全县安全知识题库"
BANKS: Final = {"new-worker": NEW_WORKER_BANK, "county": COUNTY_BANK}
WORDING: Final = ("kind", "stem", "options", "answer", "explanation", "difficulty")


def load_questions() -> list[Outcome]:
    return [outcome for folder in BANKS for outcome in load_bank(folder)]


def load_bank(folder: str) -> Iterator[Outcome]:
    bank, _created = QuestionBank.objects.get_or_create(
        name=BANKS[folder], organisation=None, defaults={"open_for_practice": True}
    )
    shipped = read_questions(folder)
    articles = articles_by_row({row for question in shipped for row in question["rows"]})
    for question in shipped:
        yield sync_question(f"exams.question:{folder}:{question['key']}", bank, question, articles=articles)


def read_questions(folder: str) -> list[dict[str, Any]]:
    """Each question of a bank with what its file says of all of them: the sectors, and the description of its case."""
    found: list[dict[str, Any]] = []
    for path in sorted((FOLDER / folder).glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        cases = {case["key"]: case["text"] for case in file.get("cases", [])}
        shared = {"sectors": file["sectors"]} if file.get("sectors") else {}
        for question in file["questions"]:
            case = {"material": cases[question["case"]]} if "case" in question else {}
            found.append(shared | question | case)
    return found


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
        wording = {name: data[name] for name in WORDING} | {
            "hazard": data.get("hazard", hazard),
            "material": data.get("material", ""),
        }
        cited = [articles[row] for row in data["rows"] if row in articles]
        return write_question(bank, data["key"], cast(Wording, wording), articles=cited, filed=filing(data))

    return sync(
        item,
        shipped,
        find=Question.objects.filter(bank=bank, key=shipped["key"]).first,
        read=lambda question: {"version": question.current_id},
        write=write,
    )


def filing(shipped: dict[str, Any]) -> Filing:
    sectors = list(Sector.objects.filter(code__in=shipped["sectors"])) if "sectors" in shipped else []
    return Filing(point=shipped.get("point", ""), case=shipped.get("case", ""), sectors=sectors)
