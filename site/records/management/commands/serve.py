import os
import sys
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from records.supervisor import Child, Refused, Supervisor, answers, check_port, reachable
from records.tls import Front, own_address, prepare_front

STARTS_WITHIN = 60.0  # seconds


class Command(BaseCommand):
    help = "Start the web server and the background worker, and restart what dies. Ctrl-C ends all of it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default=os.environ.get("BIND", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--web-workers", type=int, default=2)
        parser.add_argument("--web-threads", type=int, default=8)

    def handle(self, *args: Any, bind: str, port: int, **options: Any) -> None:
        root = Path(settings.ROOT)
        children = [
            Child("web", web_command(bind, port, options["web_workers"], options["web_threads"])),
            Child("work", work_command(root)),
        ]
        supervisor = Supervisor(children, Path(settings.VAR_DIR) / "run", root, self.say)
        try:
            check_port(bind, port)
            children += tls_children(options["web_workers"], options["web_threads"])
            supervisor.run(ready=lambda: self.announce(supervisor, bind, port))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.say("Stopped.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def announce(self, supervisor: Supervisor, bind: str, port: int) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not supervisor.stopping and time.monotonic() < deadline and not answers(bind, port):
            supervisor.step()
            time.sleep(0.1)
        host = reachable(bind)
        base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.say(f"Public site  {base}/")
        if settings.PUBLIC_URL.rstrip("/") not in (base, f"http://127.0.0.1:{port}"):
            self.say(f"From outside {settings.PUBLIC_URL}")
        self.say(f"Sign in      {base}{reverse(settings.LOGIN_URL)}")
        self.say(f"Editing      {base}{reverse('wagtailadmin_home')}")
        if settings.DEMO:
            self.say(f"Demo sign-ins are listed in {Path(settings.VAR_DIR) / 'demo.txt'}")
        self.say("Ctrl-C ends it.")


def tls_children(workers: int, threads: int) -> list[Child]:
    """Beside the plain address on this machine, the one that phones reach where PUBLIC_URL names it."""
    address = own_address(settings.PUBLIC_URL)
    if not address or settings.SECURE_PROXY_SSL_HEADER:  # a proxy in front holds the certificate
        return []
    bind = os.environ.get("TLS_BIND") or (address.host if is_address(address.host) else "0.0.0.0")  # noqa: S104  phones
    check_port(bind, address.port)
    front = prepare_front(Path(settings.VAR_DIR) / "tls", address.host, now=timezone.now())
    return [Child("tls", tls_command(bind, address.port, workers, threads, front))]


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def tls_command(bind: str, port: int, workers: int, threads: int, front: Front) -> list[str]:
    files = ("--certfile", str(front.certificate), "--keyfile", str(front.key))
    return [*web_command(bind, port, workers, threads), *files]


def work_command(root: Path) -> list[str]:
    """Our own worker over the job rows, or Celery's where a broker is set."""
    if settings.EMBEDDED:
        return [sys.executable, str(root / "manage.py"), "work"]
    schedule = Path(settings.VAR_DIR) / "run" / "beat"
    path = os.pathsep.join([str(root), str(root / "site")])
    return [
        *("env", f"PYTHONPATH={path}", sys.executable, "-m", "celery", "-A", settings.CELERY_APP),
        *("worker", "--beat", "--schedule", str(schedule), "--concurrency", "2", "--loglevel", "WARNING"),
        # A name of its own: workers of one name on one broker lock each other out.
        *("--hostname", f"worker-{uuid4().hex[:8]}@%h"),
    ]


def web_command(bind: str, port: int, workers: int, threads: int) -> list[str]:
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    shared_memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108  heartbeats only
    return [
        *(sys.executable, "-m", "gunicorn", settings.WSGI_APPLICATION.replace(".application", ":application")),
        *("--pythonpath", str(Path(settings.ROOT) / "site")),
        *("--bind", address),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        "--no-control-socket",  # it would want a home to put its socket in
        *("--graceful-timeout", "4", "--timeout", "120", "--log-level", "warning"),
        *shared_memory,
    ]
