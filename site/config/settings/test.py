"""The suite: fast hashing, plain static files, everything strict that can be."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# The suite reads the bundles of the installation and writes nowhere near it.
os.environ.setdefault("ASSETS_DIR", str(Path(os.environ.get("VAR_DIR", ROOT / "var")) / "assets"))
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="suite-")

from config.settings.base import *  # noqa: F403, E402  settings modules are flat by design
from config.settings.base import CACHES, REDIS_URL, STORAGES  # noqa: E402

# Workers of one run share a Redis; their rows have the same numbers, so their keys must differ. Clearing the cache
# empties a whole database of Redis, so each worker has its own.
CACHES = {"default": CACHES["default"] | {"KEY_PREFIX": f"suite-{os.getpid()}"}}
if REDIS_URL:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{10 + worker % 6}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STRICT_TEMPLATES = True  # an icon that nobody drew fails a test
SMS_SENDER = "people.sms.MemorySender"
ALLOWED_HOSTS = ["*"]
