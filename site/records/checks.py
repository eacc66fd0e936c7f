"""Mistakes of installation, told when the product starts (`check`) or is put into service (`check --deploy`)."""

import ctypes.util
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

SECRET_LENGTH = 50
LOCAL_CACHES = ("LocMemCache", "DummyCache")
GUESSABLE = ("django-insecure-", "changeme", "secret")


@register(Tags.security)
def secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    secret = settings.SECRET_KEY
    if len(secret) < SECRET_LENGTH or len(set(secret)) < 10 or secret.lower().startswith(GUESSABLE):
        found.append(Error("SECRET_KEY is short, simple or an example.", hint=NEW_SECRET, id="records.E001"))
    for name in ("DATA_KEY", "SEAL_KEY"):
        key = getattr(settings, name, b"")
        if len(key) != 32 or len(set(key)) < 8:
            found.append(Error(f"{name} is not 32 random bytes in base64.", hint=NEW_KEY, id="records.E002"))
    if settings.DATA_KEY == settings.SEAL_KEY:
        found.append(Error("DATA_KEY and SEAL_KEY are the same.", hint=NEW_KEY, id="records.E003"))
    return found


NEW_SECRET = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"  # noqa: S105  a hint
NEW_KEY = "Make one: python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"


@register(Tags.security, deploy=True)
def production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production: error pages show code and data.", id="records.E004"))
    if any(host.startswith("*") for host in settings.ALLOWED_HOSTS):
        found.append(Error("ALLOWED_HOSTS has a wildcard: name the hosts.", id="records.E005"))
    if settings.DEMO:
        found.append(Error("DEMO is on in production: demo accounts would be made.", hint="DEMO=0", id="records.E006"))
    return found


@register(Tags.security)
def time_zone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.USE_TZ and settings.TIME_ZONE != "UTC":
        return []
    hint = 'Times are kept in UTC and shown in the county\'s own: USE_TZ = True, TIME_ZONE = "Asia/Shanghai".'
    return [Error("The time zone shown to people is UTC.", hint=hint, id="records.E007")]


@register(Tags.database, deploy=True)
def demo_accounts(app_configs: Any, databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    if not databases:
        return []
    user = apps.get_model(settings.AUTH_USER_MODEL)
    if not any(field.name == "is_demo" for field in user._meta.get_fields()):
        return []
    try:
        count = user._base_manager.filter(is_demo=True, is_active=True).count()
    except DatabaseError:
        return []  # not migrated yet
    if not count:
        return []
    return [Error(f"{count} demo accounts can sign in.", hint="Delete or block them.", id="records.E008")]


@register(Tags.files)
def upload_folders(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    public, private = Path(settings.MEDIA_ROOT).resolve(), Path(settings.PRIVATE_ROOT).resolve()
    for name, folder in (("MEDIA_ROOT", public), ("PRIVATE_ROOT", private)):
        if inside_code(folder):
            found.append(Error(f"{name} ({folder}) is among the source: uploads belong in VAR_DIR.", id="records.E009"))
    if private.is_relative_to(public):
        found.append(Error("PRIVATE_ROOT is inside MEDIA_ROOT: private files would be public.", id="records.E010"))
    return found


def inside_code(folder: Path) -> bool:
    root, var = Path(settings.ROOT).resolve(), Path(settings.VAR_DIR).resolve()
    packages = [Path(config.path).resolve() for config in apps.get_app_configs()]
    if any(folder.is_relative_to(package) for package in packages):
        return True
    return folder.is_relative_to(root) and not (folder.is_relative_to(var) and var != root)


@register(Tags.caches)
def shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    backend = settings.CACHES.get("default", {}).get("BACKEND", "")
    if settings.DEBUG or not backend.endswith(LOCAL_CACHES):
        return []
    hint = "Use the file-based cache (one machine) or Redis (several)."
    return [Error("Each process has a cache of its own, or none at all.", hint=hint, id="records.E011")]


@register("pdf")
def pdf_tools(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [Warning(text, hint=hint, id=f"records.W{number}") for number, text, hint in missing_tools()]


@register("pdf", deploy=True)
def pdf_tools_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [Error(text, hint=hint, id=f"records.E{number}") for number, text, hint in missing_tools()]


def missing_tools() -> list[tuple[str, str, str]]:
    missing = []
    if not has_chinese_font():
        text = "No Chinese font: certificates and reports would print boxes, or not at all."
        missing.append(("012", text, "apt-get install fonts-noto-cjk"))
    if not ctypes.util.find_library("harfbuzz-subset"):
        text = "libharfbuzz-subset is missing: a PDF takes ten seconds instead of a fifth of one."
        missing.append(("013", text, "apt-get install libharfbuzz-subset0"))
    return missing


def has_chinese_font() -> bool:
    program = shutil.which("fc-list")
    if not program:
        return has_font_file()
    listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, timeout=30, check=False)
    return bool(listed.stdout.strip())


def has_font_file() -> bool:
    """Where the machine has no fontconfig program: Debian's place for fonts."""
    return any(Path("/usr/share/fonts").glob("**/*CJK*"))
