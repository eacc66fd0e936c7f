import factory
from factory.django import DjangoModelFactory

from people import rules
from people.models import Division, Membership, Organisation, RoleGrant, Sector, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    full_name = factory.Sequence(lambda n: "张" + chr(0x4E00 + n % 5000))
    phone = factory.Sequence(lambda n: f"+86139{n:08d}")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        return model_class.objects.create_user(*args, **kwargs)


class DivisionFactory(DjangoModelFactory):
    """A root of its own; `child_of` hangs one below another."""

    class Meta:
        model = Division

    code = factory.Sequence(lambda n: f"{980000 + n}")
    name = factory.Sequence(lambda n: f"县{n}")
    level = Division.Level.COUNTY

    @classmethod
    def _create(cls, model_class: type[Division], *args: object, **kwargs: object) -> Division:
        parent = kwargs.pop("parent", None)
        return parent.add_child(**kwargs) if parent else model_class.add_root(**kwargs)


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector

    code = factory.Sequence(lambda n: f"sector-{n}")
    name = factory.Sequence(lambda n: f"行业{n}")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"第{n}单位")
    credit_code = factory.Sequence(lambda n: rules.make_credit_code("91", "999901", f"{n:08d}"))
    kind = Organisation.Kind.ENTERPRISE
    division = factory.SubFactory(DivisionFactory)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = "2020-01-01"


class RoleGrantFactory(DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    starts_at = "2020-01-01T00:00:00+08:00"
    reason = "test"
