"""The scenery: what the addresses' arguments stand for. Whoever asks, it is the same."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from people import services, sessions
from people.role_permissions import EDITORS
from people.services.identity import identity_fields
from records import registry
from records.models import Job
from records.services import enqueue, store_private
from records.tasks import purge

REPORT = "access.report"


@pytest.fixture
def kind_of_file() -> Iterator[str]:
    """A kind of private file that only its maker may read."""
    registry.private_files.add(REPORT, can_read=lambda user, file: file.created_by_id == user.pk)
    yield REPORT
    registry.private_files._rules.pop(REPORT)


@pytest.fixture
def public_tree(cast: dict[str, Any]) -> Any:
    """A home page in both languages, an article, and the editor in the group that may write below it."""
    from wagtail.models import Collection, Locale

    from portal.starter.tree import open_to_editors
    from tests.portal.factories import make_article, make_home, make_library

    Collection.add_root(name="Root")
    home = make_home()
    home.copy_for_translation(Locale.objects.create(language_code="en")).save_revision().publish()
    open_to_editors(home)
    cast["editor"].groups.add(Group.objects.get(name=EDITORS))
    return make_article(make_library(home), "燃气安全", "关阀门，开窗。")


def afternoon(
    cast: dict[str, Any], learner_b: Any, organisation_a: Any, organisation_b: Any, now: datetime
) -> dict[str, Any]:
    """What rosters, banks, courses, programmes, exams, certificates and drills have to show."""
    from tests.access.scenery_banks import banks_scenery
    from tests.access.scenery_campaign import campaign_scenery
    from tests.access.scenery_courses import courses_scenery
    from tests.access.scenery_documents import documents_scenery
    from tests.access.scenery_drills import drills_scenery
    from tests.access.scenery_evaluation import evaluation_scenery
    from tests.access.scenery_exams import exams_scenery
    from tests.access.scenery_msel import msel_scenery
    from tests.access.scenery_plans import plans_scenery
    from tests.access.scenery_reports import reports_scenery
    from tests.access.scenery_rosters import rosters_scenery
    from tests.access.scenery_run import run_scenery
    from tests.access.scenery_simple import simple_scenery
    from tests.access.training import training_scenery
    from tests.exams.factories import make_certificate

    drills = drills_scenery(cast, organisation_a, now)
    return {
        **banks_scenery(cast["manager_a"], organisation_a, now),
        **campaign_scenery(cast, organisation_a, now),
        **courses_scenery(cast["learner"], organisation_a, organisation_b, now),
        **rosters_scenery(cast["manager_a"], organisation_a, now),
        **exams_scenery(cast["learner"], learner_b, organisation_a, now),
        "certificate": make_certificate(cast["learner"].memberships.get()),
        "certificate_b": make_certificate(learner_b.memberships.get(), issuer=None),
        **training_scenery(cast["learner"], learner_b),
        **drills,
        **documents_scenery(cast, organisation_a, organisation_b, now),
        **msel_scenery(cast, organisation_a, drills["drill_draft"], drills["drill_county"], now),
        **evaluation_scenery(cast["learner"], organisation_a, now),
        **plans_scenery(cast, organisation_a, organisation_b, now),
        **simple_scenery(cast["manager_a"], organisation_a, now),
        **reports_scenery(cast["manager_a"], now),
        **run_scenery(cast, organisation_a, now),
    }


@pytest.fixture
def scene(
    cast: dict[str, Any],
    learner_b: Any,
    organisation_a: Any,
    organisation_b: Any,
    public_tree: Any,
    township_north: Any,
    kind_of_file: str,
    settings: Any,
    tmp_path: Path,
) -> SimpleNamespace:
    from media.models import Document
    from tests.access.scenery_media import media_scenery
    from tests.access.scenery_portal import portal_scenery

    cache.clear()
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "public", tmp_path / "private"
    settings.ARRIVING_ROOT = tmp_path / "arriving"
    now = timezone.now()
    for person, number in ((cast["learner"], "11010519491231002X"), (learner_b, "440524188001010014")):
        type(person).objects.filter(pk=person.pk).update(**identity_fields(number))
    RecoveryCodes.activate(cast["leader"])
    failed = enqueue(purge, by=cast["manager_a"], key="failed")
    Job.objects.filter(pk=failed.pk).update(state=Job.State.FAILED, finished_at=now)
    return SimpleNamespace(
        **{f"{part}_as_member": user.memberships.get() for part, user in cast.items() if user},
        learner=cast["learner"],
        learner_b_as_member=learner_b.memberships.get(),
        organisation_a=organisation_a,
        organisation_b=organisation_b,
        leaders_grant=cast["leader"].role_grants.get(),
        admins_grant=cast["system_admin"].role_grants.get(),
        token=services.issue_code(learner_b, by=None, now=now).token,
        failed_job=failed,
        waiting_job=enqueue(purge, by=cast["manager_a"], key="waiting", run_after=now + timedelta(days=1)),
        file=store_private(kind_of_file, "report.txt", b"for one person", by=cast["manager_a"]),
        document=Document.objects.create(title="plan", file=ContentFile(b"for all", name="plan.txt")),
        article=public_tree,
        **media_scenery(cast["editor"], cast["training_officer"], now),
        **portal_scenery(cast, public_tree, township_north, now),
        **afternoon(cast, learner_b, organisation_a, organisation_b, now),
    )


@pytest.fixture
def enter(
    cast: dict[str, Any], client_of: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Client]:
    """A client of this part of the cast, signed in a moment ago; the learner by a one-time code."""
    # Thousands of refusals: the bare page will do for them, the dressed one is looked at in tests/ui and tests/portal.
    monkeypatch.setattr("config.urls.handler404", "django.views.defaults.page_not_found")

    def enter(part: str) -> Client:
        client, person = client_of(cast[part]), cast[part]
        client.raise_request_exception = False
        if person is None:
            return client
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
        if part == "learner":
            session[sessions.CHOOSE] = [person.pk, int(time.time()) + 60]
        session.save()
        return client

    return enter
