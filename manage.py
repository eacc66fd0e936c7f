#!/usr/bin/env python
"""Django's command line, with `site/` (a source root, not a package) on the path."""

import os
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent / "site"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  only once the settings are named

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
