"""Brings the shipped evaluation forms into the database: a form that a drill uses already gets a new version, and what
somebody reweighed stays as he left it."""

import tomllib
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from drills.models import EvaluationTemplate, TemplateVersion
from drills.services import templates as services
from records.starter import Outcome, sync

FOLDER: Final = Path(__file__).parent / "templates"
Row = dict[str, Any]


def read_forms(folder: Path = FOLDER) -> dict[str, Row]:
    """By key; every item with its two marks said."""
    return {path.stem: read_form(path) for path in sorted(folder.glob("*.toml"))}


def read_form(path: Path) -> Row:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    sections = [read_section(section) for section in told["section"]]
    return {name: told[name] for name in ("kind", "title", "source", "weights_note")} | {"sections": sections}


def read_section(told: Row) -> Row:
    return {name: told[name] for name in ("code", "title", "weight")} | {
        "items": [read_item(one) for one in told["items"]]
    }


def read_item(told: Row) -> Row:
    return {
        "code": told["code"],
        "text": told["text"],
        "veto": told.get("veto", False),
        "verified": told.get("read", True),
    }


@transaction.atomic
def load_forms() -> list[Outcome]:
    now = timezone.now()
    return [load_form(key, row, now) for key, row in read_forms().items()]


def load_form(key: str, row: Row, now: datetime) -> Outcome:
    def find() -> TemplateVersion | None:
        versions = TemplateVersion.objects.filter(template__key=key).select_related("template")
        return versions.order_by("-number").first()

    return sync(f"drills.form:{key}", row, find=find, read=read_version, write=partial(write_version, key, now))


def read_version(version: TemplateVersion) -> Row:
    template = version.template
    return {"kind": template.kind, "title": template.title} | services.content_of(version)


def write_version(key: str, now: datetime, held: TemplateVersion | None, row: Row) -> TemplateVersion:
    named = {"kind": row["kind"], "title": row["title"]}
    template, _made = EvaluationTemplate.objects.update_or_create(key=key, defaults=named)
    if held is None or services.is_used(held):
        return services.add_version(template, row, now=now)
    return services.rewrite_version(held, row)
