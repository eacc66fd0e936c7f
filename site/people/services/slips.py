"""Slips to hand out: a new one-time code for each person, eight on a page. Afterwards only hashes are known."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pypdfium2
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from people import rules
from people.models import Membership, RoleGrant, RosterImport, SignInCode, User
from people.permissions import memberships_beyond, organisations_managed_by
from people.services.codes import CODE, TOKEN, VALID_FOR
from records import crypto
from records.errors import Permanent
from records.models import Job, PrivateFile
from records.services import enqueue, log, report_progress, store_private
from ui.clock import local
from ui.pdf import render_pdf

KIND = "people.slips"
KEPT = timedelta(hours=24)
ON_A_PAGE = 8
AT_ONCE = 25 * ON_A_PAGE  # slips drawn as one document: bounds the memory
MOST = 20_000


@dataclass(frozen=True)
class Selection:
    """Whose slips: everybody just imported, or of one organisation, perhaps of one department."""

    organisation: int | None = None
    department: str = ""
    roster: int | None = None
    unsigned: bool = True  # only who has never signed in


@dataclass(frozen=True)
class Slip:
    member: Membership
    code: str
    link: str


def members_chosen(selection: Selection, *, by: User, now: datetime) -> QuerySet[Membership]:
    """As `can_issue_code` for each, whoever asks: nobody with a role or of another organisation is among them."""
    in_office = RoleGrant.objects.active(now).values("user")
    members = (
        Membership.objects.active(now)
        .filter(organisation__in=organisations_managed_by(by), user__is_active=True, user__is_superuser=False)
        .exclude(user__in=in_office)
        .exclude(user=by)
        .exclude(user__in=memberships_beyond(by).values("user"))
    )
    if selection.unsigned:
        members = members.filter(user__last_login=None)
    return (
        members.filter(narrowed(selection, by))
        .select_related("user", "organisation")
        .order_by("organisation__name", "organisation", "department", "user__full_name", "pk")
    )


def narrowed(selection: Selection, by: User) -> Q:
    asked = Q()
    if selection.roster is not None:
        roster = RosterImport.objects.visible_to(by).filter(pk=selection.roster).first()
        asked &= Q(user__in=roster.people if roster else [])
    if selection.organisation is not None:
        asked &= Q(organisation=selection.organisation)
    if selection.department:
        asked &= Q(department=selection.department)
    return asked


@transaction.atomic
def start_slips(selection: Selection, *, by: User) -> Job:
    from people.tasks import print_slips as task  # noqa: PLC0415  the task calls this module

    return enqueue(task, by.pk, asdict(selection), by=by)


def print_slips(selection: Selection, *, by: User, now: datetime) -> PrivateFile:
    """Draw them some pages at a time and keep the document for a day. A second try makes the codes anew: those of the
    first were never on paper."""
    people = one_each(members_chosen(selection, by=by, now=now)[:MOST])
    if not people:
        raise Permanent(_("Nobody is left to print a slip for."))
    parts = []
    for start in range(0, len(people), AT_ONCE):
        report_progress(start, len(people), _("%(done)s of %(total)s slips") % {"done": start, "total": len(people)})
        parts.append(drawn(issue_slips(people[start : start + AT_ONCE], by=by, now=now), now))
    name = _("Sign-in slips") + f" {local(now):%Y-%m-%d %H%M}.pdf"
    file = store_private(KIND, name, joined(parts), by=by, expires_at=now + KEPT, content_type="application/pdf")
    report_progress(len(people), len(people))
    return file


def one_each(members: QuerySet[Membership]) -> list[Membership]:
    """Somebody of two organisations gets one slip: a second code would end the first."""
    return list({member.user_id: member for member in reversed(members)}.values())[::-1]


@transaction.atomic
def issue_slips(members: Sequence[Membership], *, by: User, now: datetime) -> list[Slip]:
    """New codes; older ones of the same people stop working. One line in the log for all."""
    people = [member.user_id for member in members]
    SignInCode.objects.open(now).filter(user__in=people).update(expires_at=now)
    slips, rows = [], []
    for member in members:
        code, token = new_code(), secrets.token_urlsafe(16)
        link = settings.PUBLIC_URL + reverse("people:first_sign_in_token", args=[token])
        slips.append(Slip(member, rules.grouped_code(code), link))
        rows.append(
            SignInCode(
                user_id=member.user_id,
                code_hash=crypto.keyed_hash(code, CODE),
                token_hash=crypto.keyed_hash(token, TOKEN),
                expires_at=now + VALID_FOR,
                issued_by=by,
                created_at=now,
            )
        )
    SignInCode.objects.bulk_create(rows)
    log("people.slips_issued", by=by, payload={"people": people}, now=now)
    return slips


def new_code() -> str:
    return "".join(secrets.choice(rules.CODE_ALPHABET) for _place in range(rules.CODE_LENGTH))


def drawn(slips: Sequence[Slip], now: datetime) -> bytes:
    pages = [slips[start : start + ON_A_PAGE] for start in range(0, len(slips), ON_A_PAGE)]
    address = settings.PUBLIC_URL.partition("//")[2] + reverse("people:first_sign_in")
    context: dict[str, Any] = {"pages": pages, "address": address.rstrip("/"), "expires_at": now + VALID_FOR}
    return render_pdf("people/slips_pdf.html", context)


def joined(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        document = pypdfium2.PdfDocument(part)
        whole.import_pages(document)
        document.close()
    return saved(whole)


def saved(document: Any) -> bytes:
    target = BytesIO()
    document.save(target)
    document.close()
    return target.getvalue()
