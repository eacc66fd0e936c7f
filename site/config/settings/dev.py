"""A developer's own machine: DEBUG, no manifest, no compression."""

from config.settings.base import *  # noqa: F403  settings modules are flat by design
from config.settings.base import STORAGES

DEBUG = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
