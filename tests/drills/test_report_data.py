import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from drills.models import Drill, DrillReport, Participation, RunEvent
from drills.queries.report_data import collect
from drills.report_blocks import Heading, Table, Text
from drills.report_paper import paper
from drills.report_texts import SECTIONS, lasted, proposals
from drills.services import reports as services
from drills.services.reports import canonical
from tests.drills.factories import NOW, make_drill, make_item, make_part
from tests.drills.outcome import (
    LATER,
    at,
    attend,
    fresh,
    happen,
    make_action,
    make_finding,
    make_form,
    make_run,
    observe,
    play,
    release_score,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a, level="enterprise")


def begin(drill: Drill, by: Any, kind: str = "evaluation") -> DrillReport:
    return services.begin_report(drill, kind, by=by, now=LATER)


# ── Facts ────────────────────────────────────────────────────────────────────
@pytest.fixture
def told(drill: Drill) -> Drill:
    return play(drill)


def test_the_course_is_told_on_the_drills_clock(told) -> None:
    facts = collect(told, at=LATER)
    assert facts["run"] == {
        "state": "ended",
        "began": "2026-11-24T09:00:00.000+08:00",
        "ended": "2026-11-24T10:00:00.000+08:00",
        "elapsed_ms": 52 * 60_000,
        "stood_ms": 8 * 60_000,
    }
    first, second, third, fourth = facts["events"]
    assert (first["released_ms"], first["ack_ms"], first["answer_ms"], first["late"]) == (
        60_000,
        30_000,
        120_000,
        False,
    )
    assert (second["answer_ms"], second["late"]) == (6 * 60_000, True)  # the pause is nobody's delay
    assert [event["state"] for event in (third, fourth)] == ["skipped", "waiting"]  # its time never came
    kinds = [turn["kind"] for turn in facts["turns"]]
    assert kinds == ["startex", "inject_released", "response", "inject_released", "pause", "resume", "response",
                     "inject_skipped", "endex"]  # fmt: skip
    assert facts["observations"][0]["after_ms"] == 14 * 60_000


def test_people_by_name_and_heads_are_never_added_up(drill, organisation_a, learner) -> None:
    attend(drill, user=learner, organisation=organisation_a)
    attend(drill, "simulator")
    attend(drill, heads=58)
    attend(drill, heads=20, basis="estimated")
    attend(drill, "observer", heads=30)
    attend(drill, "evaluator")
    attend(drill, heads=7, withdrawn_at=LATER)
    people = collect(drill, at=LATER)["people"]
    assert people["playing"] == {"named": 2, "heads": 78, "estimated": True}
    by_role = {one["role"]: (one["named"], one["heads"]) for one in people["by_role"]}
    assert by_role == {"player": (1, 78), "simulator": (1, 0), "observer": (0, 30), "evaluator": (1, 0)}
    assert {one["unit"]: one["named"] for one in people["by_unit"]} == {"": 1, organisation_a.name: 1}
    with override("zh-hans"):
        text = proposals("summary", collect(drill, at=LATER))["people"]
    assert "实名2人，另点数约78人次" in text
    assert "80" not in text


def test_the_order_of_arrival_changes_no_fact(told, organisation_a) -> None:
    make_finding(told).evidence.set(told.log.filter(kind="observation"))
    before = canonical(collect(told, at=LATER))
    rows = list(told.log.order_by("pk"))
    for row in rows:
        row.findings.clear()
    kept = [
        {f.attname: getattr(row, f.attname) for f in RunEvent._meta.concrete_fields if f.name != "id"} for row in rows
    ]
    for seed in range(3):
        told.log.all().delete()
        random.Random(seed).shuffle(kept)
        for place, values in enumerate(kept):
            RunEvent.objects.create(**{**values, "recorded_at": LATER + timedelta(seconds=place)})
        told.findings.get().evidence.set(told.log.filter(kind="observation"))
        assert canonical(collect(told, at=LATER)) == before


def test_what_was_taken_back_is_not_told(drill) -> None:
    part = make_part(drill, Participation.Role.EVALUATOR)
    wrong = observe(drill, "看错了", 10, part)
    happen(drill, "correction", 11, part, payload={"of": str(wrong.uid), "reason": "看错"}, device="p", device_seq=1)
    assert collect(drill, at=LATER)["observations"] == []


def test_the_facts_are_plain_and_the_same_twice(told) -> None:
    make_form(told)
    release_score(told)
    assert canonical(collect(told, at=LATER)) == canonical(collect(fresh(told), at=LATER))


def test_no_score_before_its_release(drill) -> None:
    make_form(drill)
    assert collect(drill, at=LATER)["score"] is None
    release_score(drill, "60.00", "中")
    release_score(drill, "82.50", "良")
    assert collect(drill, at=LATER)["score"]["total"] == "82.50"


def test_the_facts_ask_no_more_for_a_longer_log(told, django_assert_max_num_queries) -> None:
    for minute in range(40):
        observe(told, "又一条", minute)
        make_item(told, minute)
    with django_assert_max_num_queries(26):
        collect(fresh(told), at=LATER)


# ── Words ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(None, ""), (0, "00:00"), (61_999, "01:01"), (3_723_000, "1:02:03"), (-300_000, "-05:00")],
)
def test_durations_are_cut_to_whole_seconds(milliseconds, text) -> None:
    assert lasted(milliseconds) == text


@pytest.mark.parametrize("kind", ["evaluation", "summary"])
def test_where_nothing_is_on_record_nothing_is_proposed(organisation_a, kind) -> None:
    bare = make_drill(organisation_a, state="evaluating")
    with override("zh-hans"):
        facts = collect(bare, at=LATER)
        told = proposals(kind, facts)
    assert set(told) == {section.key for section in SECTIONS[kind]}
    written = {key for key, text in told.items() if text}
    assert written == ({"basics"} if kind == "evaluation" else {"place", "people"})
    digits = re.sub(r"\d{4}年\d+月\d+日|\d\d:\d\d", "", "".join(told.values()).replace(bare.title, ""))
    assert not re.search(r"\d", digits)  # no figure out of nothing


def test_every_section_prints_its_words_or_that_nothing_is_on_record(organisation_a) -> None:
    drill = make_drill(organisation_a, state="evaluating")
    data = services.content(begin(drill, None, "summary"), now=LATER)
    with override("zh-hans"):
        printed = paper({**data, "texts": {**data["texts"], "lessons": "一条\n\n两条"}}, draft=True)
    headings = [block.text for block in printed.blocks if isinstance(block, Heading)]
    assert headings == [
        "一、演练目的", "二、时间和地点", "三、参演单位和人员", "四、演练方案概要",
        "五、演练经过", "六、发现的问题与原因", "七、取得的经验和教训", "八、改进建议",
    ]  # fmt: skip
    texts = [block.text for block in printed.blocks if isinstance(block, Text)]
    assert texts.count("无记录。") == 5
    assert "一条" in texts
    assert "两条" in texts


def test_the_sections_of_the_evaluation_are_numbered_under_their_group(drill) -> None:
    data = services.content(begin(drill, None), now=LATER)
    with override("zh-hans"):
        blocks = paper(data).blocks
    assert [(block.level, block.text) for block in blocks if isinstance(block, Heading)] == [
        (1, "一、基本情况"), (1, "二、评估过程"), (1, "三、情况分析"), (2, "（一）准备情况"), (2, "（二）组织实施情况"),
        (2, "（三）参演人员表现"), (2, "（四）演练目标的实现"), (1, "四、改进意见和建议"), (1, "五、评估结论"),
    ]  # fmt: skip


def test_columns_of_every_table_fill_the_page(told, learner) -> None:
    make_form(told)
    release_score(told)
    make_action(make_finding(told), learner)
    happen(told, "verdict", 20, make_part(told, "evaluator"), item=told.events.first(), payload={"verdict": "done"})
    attend(told)
    attend(told, organisation=told.organisation)
    for kind in ("evaluation", "summary"):
        with override("zh-hans"):
            printed = paper(services.content(begin(told, None, kind), now=LATER))
        tables = [block for block in (*printed.blocks, *printed.annex) if isinstance(block, Table)]
        assert len(tables) >= 4
        for table in tables:
            assert sum(table.widths) == 100
            assert {len(row) for row in table.rows} == {len(table.head)} == {len(table.widths)}


def test_what_was_broken_off_says_so(organisation_a) -> None:
    drill = make_run(organisation_a)
    drill.log.filter(kind="endex").update(kind="abort", payload={"reason": "真实险情"})
    with override("zh-hans"):
        facts = collect(drill, at=LATER)
        text = proposals("summary", facts)["course"]
    assert "10:00:00中止" in text
    assert facts["turns"][-1]["text"] == "真实险情"


def test_moments_of_the_log_keep_their_milliseconds(drill) -> None:
    observe(drill, "准", 10.0005)
    assert collect(drill, at=LATER)["observations"][0]["at"] == "2026-11-24T09:10:00.030+08:00"
    assert at(1) - NOW == timedelta(minutes=1)
