"""What stands behind `make run`: starts web server and worker, restarts what dies, ends all it started."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

GRACE = 6.0  # seconds a child has to end by itself
STEADY = 60.0  # seconds after which a restart counts as the first again
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1


class Refused(Exception):
    """Can't start; the message is the one line to show."""


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    falls: int = 0
    start_at: float = 0.0


@dataclass
class Supervisor:
    children: list[Child]
    folder: Path  # of the pid files
    root: Path
    say: Callable[[str], object]
    stopping: bool = False
    lock: IO[str] | None = field(default=None, repr=False)

    def run(self, ready: Callable[[], None]) -> None:
        """Blocks until a signal; `ready` is called once everything has been started."""
        self.lock = only_one(self.folder)
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self.stop)
        try:
            self.step()
            ready()
            while not self.stopping:
                self.step()
                time.sleep(0.2)
        finally:
            self.end_children()
            (self.folder / "serve.pid").unlink(missing_ok=True)

    def stop(self, *_signal: object) -> None:
        self.stopping = True

    def step(self) -> None:
        for child in self.children:
            if child.process is None:
                self.start_when_due(child)
            elif child.process.poll() is not None:
                self.bury(child)

    def start_when_due(self, child: Child) -> None:
        if self.stopping or time.monotonic() < child.start_at:
            return
        # A session of its own: Ctrl-C in the terminal reaches only us, and we end the children in order.
        child.process = subprocess.Popen(
            child.command,
            cwd=self.root,
            start_new_session=True,
            preexec_fn=dying_with(os.getpid()),  # noqa: PLW1509  the supervisor has no threads
        )
        child.started = time.monotonic()
        note_pid(self.folder, child.name, child.process.pid)

    def bury(self, child: Child) -> None:
        assert child.process
        steady = time.monotonic() - child.started > STEADY
        child.falls = 1 if steady else child.falls + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (child.falls - 1))
        child.start_at = time.monotonic() + pause
        self.say(f"{child.name} ended with status {child.process.returncode}: starting it again in {pause:g} s")
        child.process = None

    def end_children(self) -> None:
        alive = [child.process for child in self.children if child.process]
        for process in alive:
            send(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in alive:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say("a job is cut short: it will be run again after the next start")
        for process in alive:
            send(process, signal.SIGKILL, group=True)  # and whatever a worker process left behind
            process.wait()
        for child in self.children:
            (self.folder / f"{child.name}.pid").unlink(missing_ok=True)


def send(process: subprocess.Popen, number: signal.Signals, *, group: bool = False) -> None:
    try:
        if group:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
    except (ProcessLookupError, PermissionError):
        pass


def only_one(folder: Path) -> IO[str]:
    """Two supervisors over one folder would each restart the other's children: the second is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "serve.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Refused(f"It is running already from this folder ({folder.parent}).") from None
    note_pid(folder, "serve", os.getpid())
    return lock


def note_pid(folder: Path, name: str, pid: int) -> None:
    """Whoever reads the file finds the old number or the new one, never half of it."""
    fresh = folder / f"{name}.pid.new"
    fresh.write_text(str(pid))
    fresh.replace(folder / f"{name}.pid")


def dying_with(parent: int) -> Callable[[], None] | None:
    """On Linux the kernel ends the child when the supervisor is killed outright; elsewhere nothing does."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return arrange


def check_port(bind: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            line = f"Port {port} on {bind} can't be used ({error.strerror}): choose another with PORT=…"
            raise Refused(line) from None


def answers(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((reachable(bind), port)) == 0


def reachable(bind: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(bind, bind)  # noqa: S104  compared, not bound
