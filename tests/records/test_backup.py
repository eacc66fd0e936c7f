"""A backup put into an empty folder gives the same rows, files and seals; anything doubtful gives nothing at all."""

import base64
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from records.backup import databases
from records.errors import Damaged
from tests.records.installation import (
    PREAMBLE,
    SERVER,
    Installation,
    copy_of,
    database_for,
    on_server,
    remove,
    wait_until,
)

pytestmark = pytest.mark.xdist_group("backup")  # the tests share one house

FILL = """
from django.contrib.auth import get_user_model
from records import registry
registry.private_files.add('tests.report', can_read=lambda user, file: False)
user = get_user_model().objects.create_user('alice', full_name='Alice')
kept = services.store_private('tests.report', '名单.pdf', b'private' * 1000, by=user)
[services.log('records.file_read', by=user, obj=kept, payload={'n': n}) for n in range(20)]
services.seal_audit(timezone.now())
services.enqueue(tasks.note, '/dev/null')
"""
STATE = """
from django.apps import apps
from records import crypto
from records.verification import head
rows = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
print(sorted(rows.items()), head(), [file.open().read() == b'private' * 1000 for file in PrivateFile.objects.all()])
"""
SECRET = "110101199001011234"
WRITER = """
import time
while True:
    services.log('records.backup_made')
    time.sleep(0.01)
"""


@dataclass(frozen=True)
class Backup:
    house: Installation
    state: str  # as it was when the backup was made
    secret: str  # something encrypted
    data: Path
    keys: Path


@pytest.fixture(scope="module")
def backup(template_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    folder = tmp_path_factory.mktemp("backup")
    house = copy_of(template_installation, folder / "var")
    pictures = house.var_dir / "uploads/public/images"
    pictures.mkdir(parents=True)
    (pictures / "图.png").write_bytes(b"picture" * 999)
    state, secret = house.python(f"{FILL}{STATE}print(crypto.encrypt('{SECRET}', 'test').hex())").splitlines()
    told = house.manage("backup", "--data", str(folder / "data"), "--keys", str(folder / "keys"))
    assert "Read back and found whole" in told
    yield Backup(house, state, secret, folder / "data", folder / "keys")
    remove(house)


@pytest.fixture
def data(backup: Backup, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copy(backup.data, tmp_path / "data.tar.gz"))


@pytest.fixture
def keys(backup: Backup, tmp_path: Path) -> Path:
    return Path(shutil.copy(backup.keys, tmp_path / "keys"))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """Another machine: an empty folder, and with PostgreSQL an empty database."""
    folder = tmp_path / "other"
    other = Installation(folder, database_for(folder) if SERVER else "")
    if other.database:
        on_server(f'CREATE DATABASE "{other.database}"')
    yield other
    remove(other)


def files(data: Path, keys: Path) -> tuple[str, ...]:
    return "--data", str(data), "--keys", str(keys)


def test_a_restore_gives_the_same_rows_files_keys_and_valid_seals_and_the_house_goes_on(
    backup: Backup, data: Path, keys: Path, empty: Installation
):
    told = empty.manage("restore", *files(data, keys))
    assert "DIFFERENT" not in told
    assert "20 entries, 1 seals, 0 breaks" in told
    assert (empty.var_dir / "uploads/public/images/图.png").read_bytes() == b"picture" * 999
    state, secret = empty.python(f"{STATE}print(crypto.decrypt(bytes.fromhex('{backup.secret}'), 'test'))").splitlines()
    assert (state, secret) == (backup.state, SECRET)
    empty.manage("work", "--once")
    assert "0 breaks" in empty.manage("verify_audit")


def test_a_restore_beside_the_running_house_leaves_that_alone(backup: Backup, data: Path, keys: Path, tmp_path: Path):
    house = backup.house
    before = (house.var_dir / "keys.json").read_text(), house.python(STATE)
    done = house.run("restore", *files(data, keys), "--into", str(tmp_path / "beside"))
    if SERVER:
        assert "not empty" in done.stderr  # the database is the running house's own
    else:
        assert "0 breaks" in done.stdout
        assert (tmp_path / "beside/db.sqlite3").exists()
    assert before == ((house.var_dir / "keys.json").read_text(), house.python(STATE))


def refused(where: Installation, files: tuple[str, ...], **environment: str) -> str:
    done = where.run("restore", *files, **environment)
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def nothing_there(empty: Installation) -> bool:
    made_by_start = {"keys.json", "cache", "run"}
    left = {path.name for path in empty.var_dir.iterdir()} if empty.var_dir.exists() else set()
    return left <= made_by_start


def test_a_wrong_passphrase_restores_nothing(data: Path, keys: Path, empty: Installation):
    assert "passphrase is wrong" in refused(empty, files(data, keys), BACKUP_PASSPHRASE="not the passphrase")
    assert nothing_there(empty)


def test_a_short_passphrase_is_refused(backup: Backup, tmp_path: Path):
    done = backup.house.run("backup", *files(tmp_path / "d", tmp_path / "k"), BACKUP_PASSPHRASE="short")
    assert done.returncode == 1
    assert "at least 12 characters" in done.stderr
    assert not (tmp_path / "d").exists()


def test_a_cut_file_restores_nothing(data: Path, keys: Path, empty: Installation):
    data.write_bytes(data.read_bytes()[:-20])
    assert "cut or was changed" in refused(empty, files(data, keys))
    assert nothing_there(empty)


@pytest.mark.parametrize("position", [5, 5000, -1])
def test_one_changed_byte_anywhere_restores_nothing(data: Path, keys: Path, empty: Installation, position: int):
    content = bytearray(data.read_bytes())
    content[position] ^= 1
    data.write_bytes(content)
    assert "data file" in refused(empty, files(data, keys))
    assert nothing_there(empty)


def test_the_data_of_another_day_does_not_fit_the_keys(backup: Backup, keys: Path, empty: Installation, tmp_path: Path):
    second = tmp_path / "second"
    backup.house.manage("backup", *files(second, tmp_path / "second-keys"))
    assert "not the one this key file was made for" in refused(empty, files(second, keys))
    assert nothing_there(empty)


def test_a_place_that_is_not_empty_is_left_as_it_is(backup: Backup, data: Path, keys: Path):
    before = backup.house.python(STATE)
    assert "not empty" in refused(backup.house, files(data, keys))
    assert backup.house.python(STATE) == before


def test_a_backup_is_not_written_over(backup: Backup, data: Path, keys: Path):
    before = data.read_bytes()
    done = backup.house.run("backup", *files(data, keys))
    assert (done.returncode, "is there already" in done.stderr) == (1, True)
    assert data.read_bytes() == before


def test_other_keys_in_the_environment_are_told_before_anything_is_done(data: Path, keys: Path, empty: Installation):
    other = base64.b64encode(bytes(range(32))).decode()
    assert "DATA_KEY in the environment" in refused(empty, files(data, keys), DATA_KEY=other)
    assert nothing_there(empty)


def test_a_backup_is_taken_while_people_work(installation: Installation, empty: Installation, tmp_path: Path):
    writer = installation.start("shell", "--no-imports", "-c", PREAMBLE + WRITER)
    wait_until(lambda: installation.rows("SELECT count(*) FROM records_auditentry")[0][0] > 30)
    made = files(tmp_path / "b/data", tmp_path / "b/keys")
    installation.manage("backup", *made)
    assert writer.poll() is None
    assert "0 breaks" in empty.manage("restore", *made)


def test_a_missing_tool_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Damaged, match="pg_dump is missing: apt-get install postgresql-client"):
        databases.run("pg_dump")
