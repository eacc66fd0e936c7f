from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from records import registry
from records.models import PrivateFile
from tests.records.installation import Installation, copy_of, new_installation, remove

REPORT = "tests.report"


@pytest.fixture
def alice(db: None) -> Any:
    return get_user_model().objects.create_user("alice", full_name="Alice")


@pytest.fixture
def bob(db: None) -> Any:
    return get_user_model().objects.create_user("bob", full_name="Bob")


@pytest.fixture
def granted(settings: Any) -> Callable[[Any, str], Any]:
    """Gives one permission by itself: which roles carry it is the business of `people`."""
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "django.contrib.auth.backends.ModelBackend"]

    def grant(user: Any, codename: str) -> Any:
        user.user_permissions.add(Permission.objects.get(content_type__app_label="records", codename=codename))
        return get_user_model().objects.get(pk=user.pk)

    return grant


@pytest.fixture
def auditor_of_log(alice: Any, granted: Callable[[Any, str], Any]) -> Any:
    return granted(alice, "view_auditentry")


@pytest.fixture
def keeper_of_jobs(bob: Any, granted: Callable[[Any, str], Any]) -> Any:
    return granted(bob, "view_job")


@pytest.fixture
def registered() -> Iterator[None]:
    """An action and a kind of private file that only its maker may read."""
    registry.audit_actions.add("tests.happened", "Something happened")
    registry.private_files.add(REPORT, can_read=made_it)
    yield
    registry.audit_actions._labels.pop("tests.happened")
    registry.private_files._rules.pop(REPORT)


def made_it(user: Any, file: PrivateFile) -> bool:
    return file.created_by_id == user.pk


@pytest.fixture
def private_root(settings: Any, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


@pytest.fixture(scope="session")
def template_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = new_installation(tmp_path_factory.mktemp("template"))
    yield made
    remove(made)


@pytest.fixture
def installation(template_installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    copy = copy_of(template_installation, tmp_path / "var")
    yield copy
    remove(copy)
