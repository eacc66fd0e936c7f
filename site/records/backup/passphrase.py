import getpass
import os

from django.core.management.base import CommandError

from records.rules import PASSPHRASE_LENGTH


def ask_passphrase(*, twice: bool) -> str:
    """From BACKUP_PASSPHRASE or the keyboard; a new one is typed twice."""
    given = os.environ.get("BACKUP_PASSPHRASE") or getpass.getpass("Passphrase of the key file: ")
    if len(given) < PASSPHRASE_LENGTH:
        raise CommandError(f"The passphrase has at least {PASSPHRASE_LENGTH} characters.")
    if twice and not os.environ.get("BACKUP_PASSPHRASE") and getpass.getpass("Once more: ") != given:
        raise CommandError("The two are not the same.")
    return given
