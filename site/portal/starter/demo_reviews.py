"""Two texts on their way through the three reviews, so that whoever tries the demo has something to decide."""

import json
from typing import Any

from django.utils import timezone
from wagtail.models import TaskState

from people.models import User
from people.starter.cast import ACCOUNTS
from people.starter.demo import find_account
from portal.models import ArticlePage, LibraryPage
from portal.queries import library_of_articles
from portal.services import reviews
from records.starter import Outcome

# slug, title, summary, text, steps, who wrote it, who has approved it so far
TEXTS = (
    (
        "demo-stove-clearance",
        "取暖炉旁，三样东西不放",
        "衣物、纸箱、酒精，离炉子远一点。",
        "烤火时人犯困，火星溅出来也不容易发觉。炉子旁边干净，夜里就少一分危险。",
        ["把烘烤的衣物拿开，不搭在炉子上", "纸箱、柴草挪到另一间屋", "酒精和打火机收进柜子，离火远"],
        "editor",
        ("second_editor", "training_officer"),
    ),
    (
        "demo-fog-road",
        "大雾天骑车上路前",
        "看得清、被看见，慢一点走。",
        "大雾里司机看不清路边的人。能不出门就等雾散，必须出门就先做好这几件事。",
        ["穿颜色亮的外衣", "打开车灯，靠右慢行", "听到车声先停到路边"],
        "second_editor",
        (),
    ),
)


def load() -> list[Outcome]:
    """Only where they never were: what was decided about them stays decided."""
    library, people = library_of_articles(), {one.key: find_account(one) for one in ACCOUNTS}
    if library is None:
        return []
    made = [write(library, people, *text) for text in TEXTS if not ArticlePage.objects.filter(slug=text[0]).exists()]
    return [Outcome.CREATED for one in made if one]


def write(
    library: LibraryPage,
    people: dict[str, User | None],
    slug: str,
    title: str,
    summary: str,
    text: str,
    steps: list[str],
    writer: str,
    readers: tuple[str, ...],
) -> bool:
    author, deciders = people[writer], [people[reader] for reader in readers]
    if author is None or None in deciders:
        return False
    fields: dict[str, Any] = {"title": title, "slug": slug, "summary": summary, "owner": author, "live": False}
    page = library.add_child(instance=ArticlePage(body=json.dumps(blocks(text, steps)), **fields))
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    for reader in deciders:
        at = TaskState.objects.get(workflow_state__object_id=str(page.pk), status=TaskState.STATUS_IN_PROGRESS)
        reviews.approve(at.pk, by=reader, now=timezone.now())
    return True


def blocks(text: str, steps: list[str]) -> list[dict[str, Any]]:
    told = [{"action": step, "note": ""} for step in steps]
    return [{"type": "paragraph", "value": f"<p>{text}</p>"}, {"type": "steps", "value": told}]
