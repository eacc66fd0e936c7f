"""manage.py verify_archive FILE…: is every file of a package what its manifest says? Asks no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from drills.packing import Verdict, check


class Command(BaseCommand):
    help = "Check the archive package of a drill against its manifest; the exit code says whether it is whole."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--manifest", metavar="SHA256", help="the hash that the platform has kept of the manifest")

    def handle(self, *args: Any, files: list[Path], manifest: str | None = None, **options: Any) -> None:
        broken = [path for path in files if not self.told(path, check(path), manifest)]
        if broken:
            raise CommandError(_("Not as it was packed: %(files)s") % {"files": ", ".join(map(str, broken))})

    def told(self, path: Path, verdict: Verdict, manifest: str | None) -> bool:
        self.stdout.write(f"{path}: {verdict.files} files, manifest {verdict.manifest_hash or '–'}")
        if manifest and manifest.lower() != verdict.manifest_hash:
            verdict.problems.append(("other_manifest", manifest))
        for what, name in verdict.problems:
            self.stdout.write(f"  {words(what)}: {name}")
        if verdict.whole:
            self.stdout.write("  " + _("whole"))
        return verdict.whole


def words(what: str) -> str:
    return {
        "no_package": _("cannot be read as a .zip file"),
        "no_manifest": _("there is no manifest"),
        "bad_manifest": _("the manifest cannot be read"),
        "twice": _("named twice"),
        "added": _("not in the manifest"),
        "missing": _("missing"),
        "changed": _("changed"),
        "other_manifest": _("not the manifest that was kept"),
    }[what]
