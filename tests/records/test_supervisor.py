"""A supervisor over two sleeping children, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.supervisor import Refused, answers, check_port, reachable
from tests.records.installation import ROOT, wait_until

SCRIPT = """
import sys
from pathlib import Path
from records.supervisor import Child, Supervisor
folder, *names = sys.argv[1:]
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
stubborn = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"]
children = [Child(name, stubborn if name == "stubborn" else sleep) for name in names]
def say(line):
    print(line, flush=True)
Supervisor(children, Path(folder), Path(folder).parent, say).run(lambda: say("up"))
"""


def start(folder: Path, *names: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), *names],
        env=os.environ | {"PYTHONPATH": str(ROOT / "site")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def supervisor(folder: Path) -> Iterator[subprocess.Popen]:
    process = start(folder, "web", "work")
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def pid(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_seconds(supervisor: subprocess.Popen, folder: Path, number: signal.Signals):
    children = [pid(folder, "web"), pid(folder, "work")]
    began = time.monotonic()
    supervisor.send_signal(number)
    assert supervisor.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    assert not any(alive(child) for child in children)
    assert list(folder.glob("*.pid")) == []


def test_what_dies_is_started_again(supervisor: subprocess.Popen, folder: Path):
    before = pid(folder, "work")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: pid(folder, "work") != before and alive(pid(folder, "work")))


def test_children_die_with_a_supervisor_that_is_killed(supervisor: subprocess.Popen, folder: Path):
    children = [pid(folder, "web"), pid(folder, "work")]
    supervisor.kill()
    wait_until(lambda: not any(alive(child) for child in children), seconds=5)


def test_a_child_that_does_not_listen_is_ended_all_the_same(folder: Path):
    process = start(folder, "stubborn")
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    child = pid(folder, "stubborn")
    time.sleep(0.5)  # until it ignores the signal
    process.terminate()
    process.communicate(timeout=15)
    assert not alive(child)


def test_a_second_supervisor_over_the_same_folder_is_refused(supervisor: subprocess.Popen, folder: Path):
    second = start(folder, "web")
    told, _none = second.communicate(timeout=15)
    assert "It is running already from this folder" in told
    assert alive(pid(folder, "web"))
    assert pid(folder, "serve") == supervisor.pid


def test_a_port_that_is_taken_is_told_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"Port {port} on 127\.0\.0\.1"):
            check_port("127.0.0.1", port)
        assert answers("127.0.0.1", port)
    assert not answers("127.0.0.1", port)


def test_the_address_to_open_is_one_that_answers():
    assert [reachable(bind) for bind in ("0.0.0.0", "::", "192.0.2.1")] == ["127.0.0.1", "::1", "192.0.2.1"]
