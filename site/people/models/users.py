import base64
import secrets
from typing import Any, ClassVar, cast

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people import rules, scopes


def new_username() -> str:
    """Opaque: says nothing about the person, never shown as a name, never typed."""
    return "u" + base64.b32encode(secrets.token_bytes(8)).decode()[:12].lower()


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any, at: Any = None) -> "UserQuerySet":
        """Oneself, and whoever belongs or belonged to an organisation in scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scopes.scope_of(user, at)
        if scope.everything:
            return self.all()
        memberships: Any = apps.get_model("people", "Membership")  # its module imports this one
        inside = memberships.objects.filter(scope.organisations_q("organisation__")).values("user_id")
        return self.filter(Q(pk=user.pk) | Q(pk__in=inside))


UserManagerBase: Any = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(UserManagerBase):
    def create_user(
        self, username: str | None = None, *, full_name: str = "", password: str | None = None, **fields: Any
    ) -> "User":
        """Without a password the account can be entered by a one-time code only."""
        fields["email"] = fields.get("email", "").strip().lower()
        fields["phone"] = rules.normal_phone(fields.get("phone", ""))
        user = cast("User", self.model(username=username or new_username(), full_name=full_name, **fields))
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str | None = None, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password=password, **{**fields, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Phones and e-mail addresses may be shared, so they find candidates, never one person;
    who somebody is, is told by the keyed hash of the identity number."""

    username = models.CharField(_("account"), max_length=40, unique=True, default=new_username)
    full_name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_index=True, help_text=_("Mobile phone number"))
    identity_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    identity_encrypted = models.BinaryField(null=True, blank=True, editable=False)
    identity_tail = models.CharField(max_length=4, blank=True, db_index=True, editable=False)
    preferred_language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    session_version = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name", "pk"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    get_short_name = get_full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Raising `session_version` ends every session of the person, like a new password does."""
        value = f"{self.password}|{self.session_version}"
        return salted_hmac("people.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def first_name(self) -> str:
        """Wagtail's admin greets by first name; a Chinese name is one whole."""
        return self.full_name

    last_name = ""

    @property
    def masked_name(self) -> str:
        return rules.mask_name(self.full_name)

    @property
    def masked_phone(self) -> str:
        return rules.mask_phone(self.phone)

    @cached_property
    def known_grants(self) -> list[Any]:
        return list(self.role_grants.select_related("division", "organisation", "sector").order_by("pk"))

    def forget_grants(self) -> None:
        """After a grant was given or ended through this very object."""
        self.__dict__.pop("known_grants", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.forget_grants()
        super().refresh_from_db(*args, **kwargs)

    def has_role(self, *roles: str, at: Any = None) -> bool:
        """Any of the roles in force; a superuser counts as system administrator."""
        if self.is_superuser and self.is_active and "system_admin" in roles:
            return True
        return any(grant.role in roles for grant in scopes.active_grants(self, at))
