"""A village with a card, a poster, a note of a reader, and a text at each stage of review."""

from datetime import datetime
from typing import Any

from portal.models import Correction
from tests.cast import person
from tests.people.factories import DivisionFactory
from tests.portal.factories import make_card, make_poster
from tests.portal.reviews import at_each_stage, join_editors


def portal_scenery(cast: dict[str, Any], article: Any, township: Any, now: datetime) -> dict[str, Any]:
    village = DivisionFactory(parent=township, code="999901201299", name="坡头村", level="village")
    return {
        **at_review(cast, article.get_parent().specific),
        "village_card": make_card(village, by=cast["officer_north"]),
        "poster": make_poster(article.get_parent().specific),
        "correction": Correction.objects.create(page=article, text="第二步写反了", sent_at=now),
    }


def at_review(cast: dict[str, Any], library: Any) -> dict[str, Any]:
    """Written by one who plays no part, so that each part may decide its stage."""
    bureau = cast["editor"].memberships.get().organisation
    writer, second = (person(name, bureau, "editor") for name in ("沈月", "秦川"))
    specialist = person("白露", bureau, "drill_officer")
    join_editors(writer, second)
    return {f"at_{step}": state for step, state in at_each_stage(library, writer, second, specialist)}
