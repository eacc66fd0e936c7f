"""Many hands issue and revoke at the same moment: on PostgreSQL, where they really do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from exams.models import Certificate, CertificateIssuer
from exams.services.certificates import issue_certificate, revoke_certificate
from records.models import AuditEntry, Job
from tests.exams.factories import certificate_content
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time"),
]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HANDS = 8


def at_once(act: Callable[[int], Any]) -> list[Any]:
    together = Barrier(HANDS)

    def turn(number: int) -> Any:
        together.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(turn, range(HANDS)))


def test_one_reason_gives_one_certificate_whoever_is_quicker():
    content = certificate_content(MembershipFactory())
    issued = at_once(lambda _turn: issue_certificate(content, by=None, now=NOW).pk)
    assert len(set(issued)) == 1
    assert Certificate.objects.count() == CertificateIssuer.objects.count() == Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="exams.certificate_issued").count() == 1


def test_numbers_have_no_gap_and_no_twin_although_every_third_is_given_back():
    organisation = OrganisationFactory()
    members = [MembershipFactory(organisation=organisation) for _turn in range(HANDS * 3)]

    def some(hand: int) -> None:
        for place, member in enumerate(members[hand * 3 : hand * 3 + 3]):
            with transaction.atomic():
                issue_certificate(certificate_content(member), by=None, now=NOW)
                transaction.set_rollback(place == 2)

    at_once(some)
    serials = sorted(int(number[15:21]) for number in Certificate.objects.values_list("number", flat=True))
    assert serials == list(range(1, HANDS * 2 + 1))


def test_issuers_that_begin_together_have_codes_of_their_own():
    first = OrganisationFactory()
    members = [MembershipFactory(organisation=OrganisationFactory(division=first.division)) for _turn in range(HANDS)]
    at_once(lambda hand: issue_certificate(certificate_content(members[hand]), by=None, now=NOW))
    codes = sorted(CertificateIssuer.objects.values_list("code", flat=True))
    assert codes == [f"{number:03d}" for number in range(1, HANDS + 1)]


def test_revoked_once_whoever_is_quicker():
    member = MembershipFactory()
    pk = issue_certificate(certificate_content(member), by=None, now=NOW).pk
    officer = MembershipFactory().user
    done = at_once(
        lambda _turn: revoke_certificate(Certificate.objects.get(pk=pk), reason="成绩更正", by=officer, now=NOW)
    )
    assert sorted(done) == [False] * (HANDS - 1) + [True]
    assert Certificate.objects.get(pk=pk).is_intact()
    assert AuditEntry.objects.filter(action="exams.certificate_revoked").count() == 1
