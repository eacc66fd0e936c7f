"""The statistics of an exam, computed in the background and kept in one row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max

from exams import pattern_rules
from exams import statistics_rules as rules
from exams.models import Answer, AnswerEvent, Exam, ExamStatistics, QuestionVersion, Sitting
from exams.queries.results import in_force
from exams.rules import CHOICES
from records.services import enqueue

BARS = 20  # of the histogram
LOOKED_AFTER = timedelta(days=30)  # after the end; later somebody has to ask for it
AT_ONCE = 2000


@dataclass
class Sat:
    """One marked sitting: points of each place in hundredths, which keeps sums exact."""

    paper: int
    points: list[int]
    given: dict[int, list[Any]] = field(default_factory=dict)
    last: datetime | None = None


# ── When ─────────────────────────────────────────────────────────────────────
def standing(exam: Exam) -> tuple[int, int]:
    """The newest mark that counts and how many there are: another pair means other statistics."""
    found = in_force().filter(sitting__candidate__exam=exam).aggregate(newest=Max("pk"), count=Count("pk"))
    return found["newest"] or 0, found["count"]


def is_current(kept: ExamStatistics, exam: Exam) -> bool:
    return standing(exam) == (kept.latest_mark, kept.figures["sittings"])


def request(exam: Exam, *, by: Any = None) -> bool:
    """Ask for the computation; False when nothing has come since the last one."""
    kept = ExamStatistics.objects.filter(exam=exam).first()
    newest, count = standing(exam)
    if not count and kept is None:
        return False
    if kept and (newest, count) == (kept.latest_mark, kept.figures["sittings"]):
        return False
    key = "" if by else f"exam-statistics:{exam.pk}:{newest}:{count}"  # whoever asks again means it
    enqueue(computing_task(), exam.pk, key=key, by=by)
    return True


def computing_task() -> Any:
    from exams.tasks import compute_statistics  # noqa: PLC0415  the task calls this service, and it queues the task

    return compute_statistics


def refresh(now: datetime) -> int:
    """Of the exams that have closed lately, where marks have come or gone since; how many are computed anew."""
    closed = Exam.objects.filter(closes_at__lte=now, closes_at__gt=now - LOOKED_AFTER)
    return sum(request(exam) for exam in closed.exclude(state=Exam.State.DRAFT))


# ── What ─────────────────────────────────────────────────────────────────────
def compute(exam: Exam, *, now: datetime) -> ExamStatistics:
    """No transaction around it: reading ten thousand sittings takes many seconds, and SQLite's other writers (the exams
    that are being sat) would wait for all of them. A mark that comes meanwhile makes the row stale again."""
    newest, _count = standing(exam)
    papers = dict(exam.papers.values_list("pk", "slots"))
    sat = sittings_of(exam)
    read_answers(exam, sat)
    kept, _created = ExamStatistics.objects.update_or_create(
        exam=exam,
        defaults={
            "computed_at": now,
            "latest_mark": newest,
            "figures": figures(papers, list(sat.values())),
            "patterns": pattern_rules.stored(patterns(exam, papers, sat)),
        },
    )
    return kept


def sittings_of(exam: Exam) -> dict[int, Sat]:
    marks = in_force().filter(sitting__candidate__exam=exam).order_by("sitting")
    rows = marks.values_list("sitting", "sitting__paper", "slots").iterator(chunk_size=AT_ONCE)
    return {sitting: Sat(paper, [hundredths(each) for each in slots]) for sitting, paper, slots in rows}


def hundredths(points: int | str) -> int:
    return points * 100 if isinstance(points, int) else int(Decimal(points) * 100)


def read_answers(exam: Exam, sat: dict[int, Sat]) -> None:
    answers = Answer.objects.filter(sitting__candidate__exam=exam).order_by()
    rows = answers.values_list("sitting", "slot", "given", "saved_at").iterator(chunk_size=AT_ONCE)
    for sitting, slot, given, saved_at in rows:
        if sitting in sat and given:
            one = sat[sitting]
            one.given[slot] = given
            one.last = max(one.last or saved_at, saved_at)


def figures(papers: dict[int, list[Any]], sat: list[Sat]) -> dict[str, Any]:
    totals = [sum(one.points) for one in sat]
    columns = columns_of({one.paper: papers[one.paper] for one in sat}, sat)
    weights = rules.effective_weights([rules.item(column, totals, 1) for column in columns.values()])
    best = max((sum(slot["points"] for slot in slots) for slots in papers.values()), default=0)
    return {
        "sittings": len(sat),
        "questions": len(columns),
        "points": best,
        "test": asdict(rules.whole_test(totals, list(columns.values()))),
        "histogram": histogram(totals, best * 100),
        "versions": version_rows(papers, sat, totals, dict(zip(columns, weights, strict=True))),
    }


def columns_of(papers: dict[int, list[Any]], sat: list[Sat]) -> dict[tuple[str, int], list[int]]:
    """The marks of each question that every paper asks, wherever it stands; of those drawn at random, of each place."""
    asked = [{slot["version"] for slot in slots} for slots in papers.values()]
    fixed = set.intersection(*asked) if asked else set()
    columns: dict[tuple[str, int], list[int]] = defaultdict(list)
    for one in sat:
        drawn = 0
        for slot, points in zip(papers[one.paper], one.points, strict=True):
            if slot["version"] in fixed:
                columns["version", slot["version"]].append(points)
            else:
                columns["drawn", drawn].append(points)
                drawn += 1
    return dict(columns)


def histogram(totals: Iterable[int], best: int) -> list[int]:
    """How many sittings in each twentieth of the points; the last one holds the full score, too."""
    counts = Counter(min(BARS - 1, total * BARS // best) for total in totals) if best else Counter[int]()
    return [counts[bar] for bar in range(BARS)]


def version_rows(
    papers: dict[int, list[Any]], sat: list[Sat], totals: list[int], weights: dict[Any, float | None]
) -> list[dict[str, Any]]:
    """A line for each version that somebody was asked, for each worth it had."""
    asked: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)  # → (sitting, place)
    for number, one in enumerate(sat):
        for place, slot in enumerate(papers[one.paper]):
            asked[slot["version"], slot["points"]].append((number, place))
    versions = QuestionVersion.objects.only("kind", "options").in_bulk([version for version, _points in asked])
    rows = []
    for (version, points), cells in asked.items():
        marks = [sat[number].points[place] for number, place in cells]
        drawn = len(cells) < len(sat)
        found = rules.item(marks, [totals[number] for number, _place in cells], points * 100, drawn=drawn)
        row = {
            "version": version,
            "points": points,
            "count": found.count,
            "facility": found.facility,
            "sd": None if found.sd is None else found.sd / 100,
            "discrimination": found.discrimination,
            "efficiency": found.efficiency,
            "weight": weights.get(("version", version)),
            "guess": rules.guess_score(versions[version].kind, len(shown_options(versions[version]))),
        }
        chosen = Counter(one for number, place in cells for one in choices(sat[number], place, versions[version].kind))
        rows.append(row | {"chosen": {str(option): count for option, count in sorted(chosen.items())}})
    return rows


def shown_options(version: QuestionVersion) -> list[str]:
    return version.options["right"] if isinstance(version.options, dict) else version.options


def choices(one: Sat, place: int, kind: str) -> list[int]:
    """The options chosen; -1 where the question was left open. Nothing for what is no choice."""
    return one.given.get(place) or [-1] if kind in CHOICES else []


# ── Odd patterns ─────────────────────────────────────────────────────────────
def patterns(exam: Exam, papers: dict[int, list[Any]], sat: dict[int, Sat]) -> list[pattern_rules.Pattern]:
    rows = list(
        Sitting.objects.filter(candidate__exam=exam, state=Sitting.State.MARKED)
        .order_by("pk")
        .values_list("pk", "candidate__user", "started_at", "device", "times_left")
    )
    devices = devices_of(exam)
    told = [
        pattern_rules.Told(
            sitting=pk,
            person=person,
            seconds=((sat[pk].last or started_at) - started_at).total_seconds(),
            answered=len(sat[pk].given),
            devices=frozenset(devices[pk] | {device}),
            times_left=times_left,
        )
        for pk, person, started_at, device, times_left in rows
        if pk in sat
    ]
    people = {one.sitting: one.person for one in told}
    found = [pattern_rules.fast(told), pattern_rules.left_often(told), pattern_rules.shared_devices(told)]
    found.append(alike(papers, sat, people))
    return [pattern for kind in found for pattern in pattern_rules.strongest(kind)]


def devices_of(exam: Exam) -> dict[int, set[str]]:
    pairs = AnswerEvent.objects.filter(sitting__candidate__exam=exam).order_by().values_list("sitting", "device")
    found: dict[int, set[str]] = defaultdict(set)
    for sitting, device in pairs.distinct():
        found[sitting].add(device)
    return found


def alike(papers: dict[int, list[Any]], sat: dict[int, Sat], people: dict[int, int]) -> Iterator[pattern_rules.Pattern]:
    """Only sittings of one paper are compared, and only choices: they were asked the same."""
    for paper, slots in papers.items():
        places = [place for place, slot in enumerate(slots) if slot["kind"] in CHOICES]
        wrong = {
            pk: {place: tuple(one.given[place]) for place in places if one.given.get(place) and not one.points[place]}
            for pk, one in sat.items()
            if one.paper == paper and pk in people
        }
        yield from pattern_rules.alike(wrong, people)
