"""Demo organisations and accounts: passwords are random for each installation and stand only in VAR_DIR/demo.txt."""

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from people import rules, services
from people.models import Division, Organisation, Role, RoleGrant, Sector, User
from people.services import lockout
from people.starter.cast import ACCOUNTS, ORGANISATIONS, DemoAccount, DemoOrganisation
from records.services import clear, log
from records.starter import Outcome, sync

UPPER, LOWER, DIGITS = "ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"


class Key(NamedTuple):
    account: DemoAccount
    password: str
    secret: str  # of the authenticator; empty for those who need none


def load_demo() -> list[Outcome]:
    outcomes = [sync_organisation(row) for row in ORGANISATIONS]
    now = timezone.now()
    made = [account for account in ACCOUNTS if make_account(account, now=now)]
    if made or not demo_file().exists():
        renew_keys(now=now)
    fresh = {account.key for account in made}
    return outcomes + [Outcome.CREATED if account.key in fresh else Outcome.UNCHANGED for account in ACCOUNTS]


# ── Organisations ────────────────────────────────────────────────────────────
def sync_organisation(row: DemoOrganisation) -> Outcome:
    return sync(
        f"people.organisation.{row.key}",
        {"name": row.name, "kind": str(row.kind), "division": row.division, "sector": row.sector},
        find=lambda: Organisation.objects.filter(credit_code=row.credit_code).first(),
        read=read_organisation,
        write=lambda _, shipped: write_organisation(row.credit_code, shipped),
    )


def read_organisation(organisation: Organisation) -> dict[str, str]:
    return {
        "name": organisation.name,
        "kind": organisation.kind,
        "division": organisation.division.code,
        "sector": organisation.sector.code if organisation.sector else "",
    }


def write_organisation(credit_code: str, shipped: dict[str, Any]) -> Organisation:
    fields = shipped | {
        "division": Division.objects.get(code=shipped["division"]),
        "sector": Sector.objects.filter(code=shipped["sector"]).first(),
        "is_demo": True,
    }
    return Organisation.objects.update_or_create(credit_code=credit_code, defaults=fields)[0]


# ── Accounts ─────────────────────────────────────────────────────────────────
def find_account(account: DemoAccount) -> User | None:
    return User.objects.filter(phone=rules.normal_phone(account.phone), is_demo=True).first()


def home_of(key: str) -> Organisation:
    return Organisation.objects.get(credit_code=next(row.credit_code for row in ORGANISATIONS if row.key == key))


@transaction.atomic
def make_account(account: DemoAccount, *, now: datetime) -> bool:
    """False where it exists: what people changed about it stays."""
    if find_account(account) is not None:
        return False
    person = services.create_person(account.name, phone=account.phone, is_demo=True, by=None, now=now)
    number = f"D{account.phone[-3:]}"
    home = home_of(account.organisation)
    services.add_member(person, home, by=None, now=now, employee_number=number, category=account.category)
    if account.role:
        services.grant_role(person, account.role, by=None, now=now, reason="演示账号", **scope_of(account, now))
    return True


def scope_of(account: DemoAccount, now: datetime) -> dict[str, Any]:
    if account.role == Role.TOWNSHIP_OFFICER:
        return {"division": Division.objects.get(code=account.scope)}
    if account.role == Role.SECTOR_SUPERVISOR:
        return {"sector": Sector.objects.get(code=account.scope)}
    if account.role == Role.INSPECTOR:
        return {"organisation": home_of(account.scope), "ends_at": now + timedelta(days=365)}
    return {"organisation": home_of(account.scope)} if account.scope else {}


# ── Keys ─────────────────────────────────────────────────────────────────────
@transaction.atomic
def renew_keys(*, now: datetime) -> int:
    """New passwords and authenticator keys for every demo account; all their sessions end."""
    keys = [new_key(account, person) for account in ACCOUNTS if (person := find_account(account))]
    log("people.demo_reset", payload={"accounts": len(keys)}, now=now)
    transaction.on_commit(lambda: write_file(keys))
    return len(keys)


def new_key(account: DemoAccount, person: User) -> Key:
    password = new_password()
    person.set_password(password)
    person.session_version = F("session_version") + 1
    person.save(update_fields=["password", "session_version"])
    person.refresh_from_db()
    Authenticator.objects.filter(user=person).delete()
    needs_second = rules.sees_more_than_one_organisation(RoleGrant.objects.filter(user=person))
    secret = generate_totp_secret() if needs_second else ""
    if secret:
        TOTP.activate(person, secret)
    for subject in (lockout.account_key(account.phone), f"second-factor:{person.pk}"):
        clear(subject)
        clear(lockout.lock_of(subject))
    return Key(account, password, secret)


def new_password() -> str:
    """Three groups without characters that look alike: Kmtr-4827-bXwz."""
    groups = [
        secrets.choice(UPPER) + "".join(secrets.choice(LOWER) for _ in range(3)),
        "".join(secrets.choice(DIGITS) for _ in range(4)),
        "".join(secrets.choice(LOWER + UPPER) for _ in range(4)),
    ]
    return "-".join(groups)


def current_code(person: User, at: datetime) -> str:
    """The six digits that an authenticator app would show now."""
    authenticator = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    secret = decrypt(authenticator.data["secret"])
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


# ── demo.txt ─────────────────────────────────────────────────────────────────
def demo_file() -> Any:
    return settings.VAR_DIR / "demo.txt"


def write_file(keys: Iterable[Key]) -> None:
    """Readable by its owner alone from the first byte on."""
    draft = demo_file().with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write("\n".join(lines(keys)) + "\n")
    draft.replace(demo_file())


def lines(keys: Iterable[Key]) -> list[str]:
    head = [
        "演示账号，仅用于试用；密码为本机随机生成。 Demo accounts for trying out; passwords made for this machine.",
        f"登录地址 Sign in at: {settings.PUBLIC_URL}/account/login/",
        "动态码：在验证器应用中添加密钥，或运行 Six digits: add the key to an authenticator app, or run:"
        "  manage.py demo_code ROLE",
        "",
        "\t".join(
            [
                "角色 Role",
                "说明 What",
                "姓名 Name",
                "手机号（登录名） Sign-in name",
                "密码 Password",
                "验证器密钥 Authenticator key",
            ]
        ),
    ]
    rows = [
        "\t".join(
            [key.account.key, key.account.title, key.account.name, key.account.phone, key.password, key.secret or "–"]
        )
        for key in keys
    ]
    return head + rows
