"""The suite: fast hashing, plain static files, everything strict that can be."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# The suite reads the bundles of the installation and writes nowhere near it.
os.environ.setdefault("ASSETS_DIR", str(Path(os.environ.get("VAR_DIR", ROOT / "var")) / "assets"))
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="suite-")

from config.settings.base import *  # noqa: F403, E402  settings modules are flat by design
from config.settings.base import CACHES, STORAGES  # noqa: E402

# Workers of one run share a Redis; their rows have the same numbers, so their keys must differ.
CACHES = {"default": CACHES["default"] | {"KEY_PREFIX": f"suite-{os.getpid()}"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STRICT_TEMPLATES = True  # an icon that nobody drew fails a test
SMS_SENDER = "people.sms.MemorySender"
ALLOWED_HOSTS = ["*"]
