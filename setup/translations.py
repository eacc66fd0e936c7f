"""Complete translations: every text of ours stands in the Chinese catalogue, translated, and nothing in it is stale."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ["site", "media", "exams", "learning", "drills"]
ENTRY = re.compile(
    r'^(?:msgctxt (?P<context>.+)\n)?msgid (?P<id>(?:".*"\n?)+)(?:msgid_plural (?:".*"\n?)+)?', re.MULTILINE
)

NARROW = re.compile(r'^msgstr ".*[\u4e00-\u9fff][,;:!?(].*"$', re.MULTILINE)


def messages(text: str) -> set[tuple[str, str]]:
    return {(entry["context"] or "", entry["id"].replace('"\n"', "").strip()) for entry in ENTRY.finditer(text)}


def extracted() -> str:
    """What makemessages finds in the sources now, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES:
            (Path(folder) / source).symlink_to(ROOT / source)
        (Path(folder) / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
        command = ["django-admin", "makemessages", "--locale", "zh_Hans", "--no-location", "--no-wrap", "--symlinks"]
        binary = ROOT / ".venv" / "bin" / command[0]
        subprocess.run([binary, *command[1:]], cwd=folder, check=True, capture_output=True)
        return (Path(folder) / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")


def faults() -> list[str]:
    catalogue = CATALOGUE.read_text(encoding="utf-8")
    found = [f"punctuation of half width: {line}" for line in NARROW.findall(catalogue)]
    here, wanted = messages(catalogue), messages(extracted())
    found += [f"not in the catalogue: {message}" for _context, message in sorted(wanted - here)]
    found += [f"no longer in the sources: {message}" for _context, message in sorted(here - wanted)]
    for state in ("untranslated", "fuzzy"):
        command = ["msgattrib", f"--{'only-' if state == 'fuzzy' else ''}{state}", "--no-wrap", str(CATALOGUE)]
        left = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found += [f"{state}: {message}" for _context, message in sorted(messages(left)) if message != '""']
    return found


if __name__ == "__main__":
    found = faults()
    print("\n".join(found))
    sys.exit(bool(found))
