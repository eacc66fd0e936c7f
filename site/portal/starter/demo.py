"""Village cards of the fictional county, so that its villages have something to open and to print."""

from datetime import timedelta

from django.utils import timezone

from people.models import Division, User
from portal.models import VillageCard
from records.starter import Outcome

CARDS = {
    "999901201201": (
        "村东山洪沟、学校后坡",
        "铜锣连敲、手摇警报长响，大喇叭喊“山洪转移”",
        "沿水泥路往北走，到老槐树上石阶；不走沟边便道，不过漫水桥",
        "北岭小学操场（雨大时进一层教室）",
        "一组帮东头住户，二组帮坡下住户；先叫人，再锁门",
        "0999-8820101",
    ),
    "999901201202": (
        "松坡河漫滩、两处切坡建房",
        "大喇叭连喊三遍，组长逐户敲门",
        "从各家后院小路上坡，到村委会平台会合；不顺河走",
        "松坡村委会二楼",
        "邻居结对，先帮走不快的人",
        "0999-8820102",
    ),
    "999901102201": (
        "河湾低洼段、下穿涵洞",
        "村口警报长响，大喇叭喊“往高处走”",
        "沿堤内路往西，过派出所再上坡；不进涵洞，不走堤脚",
        "河湾镇中心小学",
        "网格员带路，摩托车和三轮车留在高处",
        "0999-8810201",
    ),
}


def load() -> list[Outcome]:
    """Only where nobody has written a card yet."""
    author, now = User.objects.order_by("pk").first(), timezone.now()
    divisions = {one.code: one for one in Division.objects.filter(code__in=CARDS)}
    taken = set(VillageCard.objects.values_list("division__code", flat=True))
    made = [
        VillageCard(
            division=divisions[code],
            **dict(zip(("dangers", "signal", "route", "shelter", "helpers", "duty_phone"), facts, strict=True)),
            checked_on=timezone.localdate() - timedelta(days=40),
            changed_by=author,
            changed_at=now,
        )
        for code, facts in CARDS.items()
        if code in divisions and code not in taken and author
    ]
    VillageCard.objects.bulk_create(made)
    return [Outcome.CREATED] * len(made)
