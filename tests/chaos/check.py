"""Brute force over the rows as the database tells them, without any code of the product: were answers lost, counted
too late, or marked wrongly? `read` exports the rows to plain values, `faults` looks at them and at the receipts."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg

TABLES = {
    "exam": "id, grace_seconds, pass_percent",
    "candidate": "id, exam_id",
    "sitting": "id, candidate_id, paper_id, state, deadline, submitted_at, ending",
    "paper": "id, slots",
    "questionversion": "id, answer",
    "answer": "sitting_id, slot, given, revision, saved_at",
    "answerevent": "sitting_id, slot, given, revision, device, verdict, recorded_at",
    "mark": "sitting_id, points, total_points, passed, slots",
}
JSON = {"slots", "answer", "given"}
MOMENTS = {"deadline", "submitted_at", "saved_at", "recorded_at"}
Rows = dict[str, list[dict[str, Any]]]


def read(database: str | Path) -> Rows:
    """A path is a file of SQLite, a text the address of a PostgreSQL database."""
    opened = psycopg.connect(database) if isinstance(database, str) else sqlite3.connect(database, timeout=20)
    with closing(opened) as connection:
        return {table: list(rows(connection, table, columns.split(", "))) for table, columns in TABLES.items()}


def rows(connection: Any, table: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(f"SELECT {', '.join(columns)} FROM exams_{table} ORDER BY 1")
    for row in cursor.fetchall():
        yield {name: plain(name, value) for name, value in zip(columns, row, strict=True)}


def plain(name: str, value: Any) -> Any:
    if name in JSON and isinstance(value, str):
        return json.loads(value)
    if name in MOMENTS and isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=timezone.utc)  # noqa: UP017  SQLite keeps UTC without saying so
    return value


def faults(rows: Rows, receipts: list[dict[str, Any]], handed_in: set[int]) -> dict[str, list[Any]]:
    """Every kind of fault with its cases: all lists are empty where all is well."""
    sittings = {row["id"]: row for row in rows["sitting"]}
    events: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in rows["answerevent"]:
        events[event["sitting_id"]].append(event)
    answers = {(row["sitting_id"], row["slot"]): row for row in rows["answer"]}
    return {
        "acknowledged and lost": list(lost(receipts, rows["answerevent"], answers)),
        "counted after deadline and grace": list(late(rows, sittings)),
        "counted after the hand-in": list(after_hand_in(rows["answerevent"], sittings)),
        "counts, but not the last accepted": list(wrong_projection(events, answers)),
        "hand-in told and not there": [pk for pk in handed_in if sittings[pk]["state"] == "open"],
        "not marked exactly once": list(not_once(rows, sittings)),
        "marked wrongly": list(wrong_marks(rows, sittings, answers)),
    }


def lost(receipts: list[dict[str, Any]], events: list[dict[str, Any]], answers: dict[Any, Any]) -> Iterator[Any]:
    there = {(row["sitting_id"], row["device"], row["slot"], row["revision"]): row for row in events}
    for told in receipts:
        event = there.get((told["sitting"], told["device"], told["slot"], told["revision"]))
        if event is None or event["given"] != told["given"] or event["verdict"] != told["verdict"]:
            yield told
        elif told["verdict"] == "accepted":
            answer = answers.get((told["sitting"], told["slot"]))
            if answer is None or answer["revision"] < told["revision"]:
                yield told


def late(rows: Rows, sittings: dict[int, Any]) -> Iterator[Any]:
    graces = {row["id"]: row["grace_seconds"] for row in rows["exam"]}
    exams = {row["id"]: row["exam_id"] for row in rows["candidate"]}
    for event in rows["answerevent"]:
        sitting = sittings[event["sitting_id"]]
        last = sitting["deadline"] + timedelta(seconds=graces[exams[sitting["candidate_id"]]])
        if event["verdict"] == "accepted" and event["recorded_at"] > last:
            yield event


def after_hand_in(events: list[dict[str, Any]], sittings: dict[int, Any]) -> Iterator[Any]:
    """By a minute: what waited its turn while the hand-in was written bears an earlier time, never a later one."""
    for event in events:
        submitted_at = sittings[event["sitting_id"]]["submitted_at"]
        if (
            event["verdict"] == "accepted"
            and submitted_at
            and event["recorded_at"] > submitted_at + timedelta(minutes=1)
        ):
            yield event


def wrong_projection(events: dict[int, list[dict[str, Any]]], answers: dict[Any, Any]) -> Iterator[Any]:
    last: dict[Any, Any] = {}
    for pk, journal in events.items():
        for event in journal:
            if event["verdict"] == "accepted":
                key = (pk, event["slot"])
                last[key] = max(last.get(key, (0, None)), (event["revision"], event["given"]))
    held = {key: (row["revision"], row["given"]) for key, row in answers.items()}
    yield from (key for key in last.keys() | held.keys() if last.get(key) != held.get(key))


def not_once(rows: Rows, sittings: dict[int, Any]) -> Iterator[Any]:
    marks: dict[int, int] = defaultdict(int)
    for mark in rows["mark"]:
        marks[mark["sitting_id"]] += 1
    yield from (
        (pk, row["state"], marks[pk]) for pk, row in sittings.items() if (row["state"], marks[pk]) != ("marked", 1)
    )


def wrong_marks(rows: Rows, sittings: dict[int, Any], answers: dict[Any, Any]) -> Iterator[Any]:
    papers = {row["id"]: row["slots"] for row in rows["paper"]}
    keys = {row["id"]: sorted(row["answer"]) for row in rows["questionversion"]}
    percent = {row["id"]: row["pass_percent"] for row in rows["exam"]}
    exams = {row["id"]: row["exam_id"] for row in rows["candidate"]}
    for mark in rows["mark"]:
        sitting = sittings[mark["sitting_id"]]
        slots = papers[sitting["paper_id"]]
        given = [answers.get((sitting["id"], place), {"given": None})["given"] for place in range(len(slots))]
        each = [slot["points"] if keys[slot["version"]] == said else 0 for slot, said in zip(slots, given, strict=True)]
        total = sum(slot["points"] for slot in slots)
        passed = sum(each) / total >= percent[exams[sitting["candidate_id"]]] / 100
        if (mark["slots"], mark["points"], mark["total_points"], bool(mark["passed"])) != (
            each,
            sum(each),
            total,
            passed,
        ):
            yield mark
