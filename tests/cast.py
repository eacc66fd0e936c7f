"""The cast: one person for every part, two organisations in two townships that must never see each other.

Fixtures `learner`, `manager_a` … are users; `cast` is all of them by name ("stranger" is None); `client_of(user)` is a
signed-in test client (the second factor done); `page_of(name, url)` fetches as somebody of the cast."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

PASSWORD = "Right-horse-42"
COUNTY_PARTS = ("editor", "training_officer", "exam_officer", "drill_officer", "leader", "system_admin", "auditor")
PARTS = (
    "stranger",
    "learner",
    "manager_a",
    "manager_b",
    "officer_north",
    "officer_south",
    "supervisor",
    *COUNTY_PARTS,
    "inspector",
)


@pytest.fixture
def county(db: Any) -> Any:
    from tests.people.factories import DivisionFactory

    return DivisionFactory(code="999901", name="示例县", name_en="Shili County", level="county")


@pytest.fixture
def township_north(county: Any) -> Any:
    from tests.people.factories import DivisionFactory

    return DivisionFactory(parent=county, code="999901201", name="北岭乡", level="township")


@pytest.fixture
def township_south(county: Any) -> Any:
    from tests.people.factories import DivisionFactory

    return DivisionFactory(parent=county, code="999901102", name="河湾镇", level="township")


@pytest.fixture
def village_north(township_north: Any) -> Any:
    from tests.people.factories import DivisionFactory

    return DivisionFactory(parent=township_north, code="999901201201", name="北岭村", level="village")


@pytest.fixture
def chemicals(db: Any) -> Any:
    from tests.people.factories import SectorFactory

    return SectorFactory(code="hazardous_chemicals", name="危险化学品", name_en="Hazardous chemicals")


@pytest.fixture
def organisation_a(village_north: Any, chemicals: Any) -> Any:
    """In a village of the northern township, in the supervised sector."""
    from tests.people.factories import OrganisationFactory

    return OrganisationFactory(name="甲化工有限公司", division=village_north, sector=chemicals)


@pytest.fixture
def organisation_b(township_south: Any) -> Any:
    from tests.people.factories import OrganisationFactory

    return OrganisationFactory(name="乙煤业有限公司", division=township_south)


@pytest.fixture
def bureau(county: Any) -> Any:
    from tests.people.factories import OrganisationFactory

    return OrganisationFactory(name="示例县应急管理局", kind="office", division=county)


def person(name: str, employer: Any, role: str = "", **scope: Any) -> Any:
    from tests.people.factories import MembershipFactory, RoleGrantFactory, UserFactory

    user = UserFactory(full_name=name, password=PASSWORD)
    MembershipFactory(user=user, organisation=employer)
    if role:
        RoleGrantFactory(user=user, role=role, **scope)
    return user


@pytest.fixture
def learner(organisation_a: Any) -> Any:
    return person("李强", organisation_a)


@pytest.fixture
def learner_b(organisation_b: Any) -> Any:
    return person("马建军", organisation_b)


@pytest.fixture
def manager_a(organisation_a: Any) -> Any:
    return person("王芳", organisation_a, "org_manager", organisation=organisation_a)


@pytest.fixture
def manager_b(organisation_b: Any) -> Any:
    return person("赵敏", organisation_b, "org_manager", organisation=organisation_b)


@pytest.fixture
def officer_north(bureau: Any, township_north: Any) -> Any:
    return person("周立", bureau, "township_officer", division=township_north)


@pytest.fixture
def officer_south(bureau: Any, township_south: Any) -> Any:
    return person("吴静", bureau, "township_officer", division=township_south)


@pytest.fixture
def supervisor(bureau: Any, chemicals: Any) -> Any:
    return person("郑浩", bureau, "sector_supervisor", sector=chemicals)


@pytest.fixture
def editor(bureau: Any) -> Any:
    return person("孙悦", bureau, "editor")


@pytest.fixture
def training_officer(bureau: Any) -> Any:
    return person("钱海", bureau, "training_officer")


@pytest.fixture
def exam_officer(bureau: Any) -> Any:
    return person("冯雪", bureau, "exam_officer")


@pytest.fixture
def drill_officer(bureau: Any) -> Any:
    return person("陈刚", bureau, "drill_officer")


@pytest.fixture
def leader(bureau: Any) -> Any:
    return person("刘主任", bureau, "leader")


@pytest.fixture
def system_admin(bureau: Any) -> Any:
    return person("何平", bureau, "system_admin")


@pytest.fixture
def auditor(bureau: Any) -> Any:
    return person("许晴", bureau, "auditor")


@pytest.fixture
def inspector(bureau: Any, organisation_a: Any) -> Any:
    """Sees organisation A for three days."""
    ends_at = timezone.now() + timedelta(days=3)
    return person("唐勇", bureau, "inspector", organisation=organisation_a, ends_at=ends_at)


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {part: None if part == "stranger" else request.getfixturevalue(part) for part in PARTS}


def give_second_factor(user: Any) -> str:
    """Turn it on as if the person had done it; returns the key."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


@pytest.fixture
def client_of(db: Any) -> Callable[[Any], Client]:
    from people.middleware import has_second_factor
    from people.permissions import is_staff

    def sign_in(user: Any) -> Client:
        client = Client()
        if user is not None:
            if is_staff(user) and not has_second_factor(user):
                give_second_factor(user)
            client.force_login(user, backend="people.backends.IdentifierBackend")
        return client

    return sign_in


@pytest.fixture
def page_of(cast: dict[str, Any], client_of: Callable[[Any], Client]) -> Callable[[str, str], Any]:
    return lambda name, url: client_of(cast[name]).get(url)
