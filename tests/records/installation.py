"""An installation in a folder of its own, with real processes, on whichever database the suite runs."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
OURS = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DATA_KEY",
    "SEAL_KEY",
    "DJANGO_SETTINGS_MODULE",
)
PASSPHRASE = "correct horse battery"


@dataclass
class Installation:
    var_dir: Path
    database: str = ""  # name of a PostgreSQL database; empty: SQLite in var_dir
    extra: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {
            "VAR_DIR": str(self.var_dir),
            "DJANGO_SETTINGS_MODULE": "tests.records.probe.settings",
            "JOB_LEASE_SECONDS": "2",
            "BACKUP_PASSPHRASE": PASSPHRASE,
            "PYTHONUNBUFFERED": "1",
        }
        return kept | own | self.extra | ({"DATABASE_URL": url_of(self.database)} if self.database else {})

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """What `code` prints, with models and services at hand."""
        return self.manage("shell", "--no-imports", "-c", PREAMBLE + code).strip()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Asked of the database itself, which is quicker than starting the product to ask it."""
        if self.database:
            with psycopg.connect(url_of(self.database)) as connection:
                return connection.execute(query).fetchall()
        with closing(sqlite3.connect(self.var_dir / "db.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def start(self, *arguments: str) -> subprocess.Popen:
        return self.start_program("manage.py", *arguments)

    def start_program(self, program: str, *arguments: str) -> subprocess.Popen:
        module = [] if program.endswith(".py") else ["-m"]
        process = subprocess.Popen(
            [sys.executable, *module, program, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


PREAMBLE = """
from django.utils import timezone
from records import services
from records.models import *
from tests.records.probe import tasks
"""


def new_installation(folder: Path) -> Installation:
    made = Installation(folder, database_for(folder) if SERVER else "")
    if made.database:
        on_server(f'CREATE DATABASE "{made.database}"')
    made.manage("migrate", "--run-syncdb", "-v0")
    return made


def copy_of(template: Installation, folder: Path) -> Installation:
    shutil.copytree(template.var_dir, folder, dirs_exist_ok=True)
    copy = Installation(folder, database_for(folder) if SERVER else "")
    if copy.database:
        on_server(f'CREATE DATABASE "{copy.database}" TEMPLATE "{template.database}"')
    return copy


def remove(installation: Installation) -> None:
    installation.stop()
    if installation.database:
        on_server(f'DROP DATABASE IF EXISTS "{installation.database}" WITH (FORCE)')


def database_for(folder: Path) -> str:
    return f"records_{os.getpid()}_{abs(hash(str(folder)))}"


def url_of(database: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def on_server(statement: str) -> None:
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(statement)


@contextmanager
def database_of_its_own(name: str) -> Iterator[dict[str, str]]:
    """The environment that leads to a database made for the occasion; on SQLite there is nothing to say."""
    if not SERVER:
        yield {}
        return
    name = f"{name}_{os.getpid()}"
    on_server(f'CREATE DATABASE "{name}"')
    yield {"DATABASE_URL": url_of(name)}
    on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
