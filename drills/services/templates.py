"""Versions of evaluation forms. A drill holds a version, never the latest: what it was evaluated by does not change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from drills.models import DrillForm, EvaluationItem, EvaluationSection, EvaluationTemplate, TemplateVersion
from records.services import log

Content = Mapping[str, Any]  # source, weights_note, sections with their items, as the shipped files tell them


class VersionInUse(Exception):
    """A drill uses this version: it stays as it is, a change makes the next one."""


def is_used(version: TemplateVersion) -> bool:
    return DrillForm.objects.filter(version=version).exists()


@transaction.atomic
def add_version(template: EvaluationTemplate, content: Content, *, now: datetime) -> TemplateVersion:
    """The next number of this form; the versions before it stay."""
    EvaluationTemplate.objects.select_for_update().get(pk=template.pk)  # numbers are given one after the other
    last = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = TemplateVersion.objects.create(
        template=template,
        number=last + 1,
        source=content["source"],
        weights_note=content["weights_note"],
        issued_at=now,
    )
    write_sections(version, content)
    return version


@transaction.atomic
def rewrite_version(version: TemplateVersion, content: Content) -> TemplateVersion:
    """Put other words in the place of those of a version that no drill uses yet. Raises VersionInUse."""
    held = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    if is_used(held):
        raise VersionInUse
    held.source, held.weights_note = content["source"], content["weights_note"]
    held.save(update_fields=["source", "weights_note"])
    held.sections.all().delete()
    write_sections(held, content)
    return held


def write_sections(version: TemplateVersion, content: Content) -> None:
    for place, told in enumerate(content["sections"], start=1):
        section = EvaluationSection.objects.create(
            version=version, position=place, code=told["code"], title=told["title"], weight=told["weight"]
        )
        EvaluationItem.objects.bulk_create(
            EvaluationItem(section=section, position=number, **item)
            for number, item in enumerate(told["items"], start=1)
        )


def content_of(version: TemplateVersion) -> dict[str, Any]:
    """What a version says, in the shape in which it is written."""
    return {
        "source": version.source,
        "weights_note": version.weights_note,
        "sections": [
            {
                "code": section.code,
                "title": section.title,
                "weight": section.weight,
                "items": [
                    {"code": item.code, "text": item.text, "veto": item.veto, "verified": item.verified}
                    for item in section.items.order_by("position")
                ],
            }
            for section in version.sections.prefetch_related("items").order_by("position")
        ],
    }


@transaction.atomic
def reweigh(
    version: TemplateVersion, weights: Mapping[str, int], *, note: str, by: Any, now: datetime
) -> TemplateVersion:
    """A new version with other weights, by the sections' codes; everything else is as it was."""
    content = content_of(version)
    for section in content["sections"]:
        section["weight"] = weights[section["code"]]
    made = add_version(version.template, content | {"weights_note": note}, now=now)
    log("drills.form_reweighed", by=by, obj=made, payload={"from": version.number, "weights": dict(weights)}, now=now)
    return made
