import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.keys import NAMES, load_keys


@pytest.fixture(autouse=True)
def no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    assert load_keys(tmp_path) == load_keys(tmp_path)
    assert (len(load_keys(tmp_path).data), len(load_keys(tmp_path).seal)) == (32, 32)


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    load_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _turn: load_keys(tmp_path), range(8)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEY", base64.b64encode(b"d" * 32).decode())
    keys = load_keys(tmp_path)
    assert keys.data == b"d" * 32
    assert json.loads((tmp_path / "keys.json").read_text())["SECRET_KEY"] == keys.secret
