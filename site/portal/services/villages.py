"""Village cards are kept by the township; every change is in the log with what stood there before."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.models import VillageCard
from records.services import log


@transaction.atomic
def save_card(card: VillageCard, *, by: Any, now: datetime) -> VillageCard:
    """Write the card as it is; `card` may be new."""
    before = VillageCard.objects.select_for_update().filter(pk=card.pk).values(*FACTS).first() if card.pk else None
    card.changed_by, card.changed_at = by, now
    card.save()
    log("portal.village_card_saved", by=by, obj=card, payload={"before": before}, now=now)
    return card


FACTS = ("dangers", "signal", "route", "shelter", "helpers", "duty_phone", "checked_on", "public")
