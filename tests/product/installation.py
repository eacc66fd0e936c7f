"""An installation of the product in a folder of its own, with the real processes, for tests, benches and audits."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = os.environ.get("ASSETS_DIR") or str(Path(os.environ.get("VAR_DIR", ROOT / "var")) / "assets")
STARTING = 60  # seconds


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    var_dir: Path
    port: int = field(default_factory=free_port)
    settings: str = "config.settings.base"
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "VAR_DIR": str(self.var_dir),
            "ASSETS_DIR": ASSETS,
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "JOB_LEASE_SECONDS": "3",
        }
        return {**os.environ, **own, **self.extra}

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        log = (self.var_dir / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        self.wait_until_up()

    def wait_until_up(self) -> None:
        until = time.monotonic() + STARTING
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.var_dir / "serve.log").read_text())

    def answers(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)

    def pids(self) -> dict[str, int]:
        return {path.stem: int(path.read_text()) for path in (self.var_dir / "run").glob("*.pid")}
