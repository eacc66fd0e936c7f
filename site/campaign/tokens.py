"""What the code for signing in says: the activity, signed, so that nobody signs in to one whose code he never saw."""

from django.core import signing

from campaign.models import Activity

LONGEST = 80
codes = signing.Signer(salt="campaign.sign_in", sep="~")


def token_of(activity: Activity) -> str:
    return codes.sign(str(activity.pk))


def activity_of(token: str) -> Activity | None:
    """None where the code is forged; the database is not asked then."""
    try:
        told = codes.unsign(token[:LONGEST])
    except signing.BadSignature:
        return None
    found = Activity.objects.select_related("current__venue__division")
    return found.filter(pk=int(told)).first() if told.isdecimal() else None
