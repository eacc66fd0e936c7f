"""Brings an installation up to date: tables, starter content, static files. Does nothing where nothing changed."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection

SOURCES = ("site", "media", "exams", "learning", "drills", "setup/requirements")


class Command(BaseCommand):
    help = "Migrate, load starter content and collect static files, where they have changed since the last time."

    def handle(self, *args: object, **options: object) -> None:
        stamp = settings.VAR_DIR / "run" / "prepared"
        state = self.state()
        if stamp.exists() and stamp.read_text() == state and self.has_tables():
            return
        for folder in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT, *settings.STATICFILES_DIRS, stamp.parent):
            Path(folder).mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        call_command("load_starter", demo=settings.DEMO)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)

    def state(self) -> str:
        """A digest of everything that a preparation depends on: our code, content, bundles, and the database meant."""
        digest = sha256(repr((connection.settings_dict["NAME"], settings.DEMO)).encode())
        roots = [*(settings.ROOT / name for name in SOURCES), *map(Path, settings.STATICFILES_DIRS)]
        for path in sorted(path for root in roots for path in root.rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                digest.update(str(path).encode() + path.read_bytes())
        return digest.hexdigest()

    def has_tables(self) -> bool:
        return "django_migrations" in connection.introspection.table_names()
