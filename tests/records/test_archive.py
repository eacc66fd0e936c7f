import io
import tarfile
from pathlib import Path

import pytest

from records.backup import archive, sealing
from records.backup.archive import Writer, check
from records.errors import Damaged

CONTENT = sealing.KeyFile({"DATA_KEY": "k"}, "2026-11-23", "sqlite", "ab", 7, "1:cd")
PASSPHRASE = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    public = tmp_path / "public"
    (public / "深" / "er").mkdir(parents=True)
    (public / "one.txt").write_bytes(b"one" * 5000)
    (public / "深" / "er" / "两.bin").write_bytes(bytes(range(256)) * 300)
    target = tmp_path / "data.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        writer = Writer(tar)
        writer.add("database/db.sqlite3", public / "one.txt")
        assert writer.add_folder("public", public) == 2
        writer.finish({"version": 1})
    return target


def hostile(path: Path, info: tarfile.TarInfo, content: bytes = b"x") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        info.size = len(content) if info.isreg() else 0
        tar.addfile(info, io.BytesIO(content))
        Writer(tar).finish({"version": 1})
    return path


def test_what_was_written_is_read_back(data: Path, tmp_path: Path):
    checked = check(data, tmp_path / "out")
    assert checked.manifest == {"version": 1}
    assert checked.size == data.stat().st_size
    assert (tmp_path / "out/public/深/er/两.bin").read_bytes() == bytes(range(256)) * 300


@pytest.mark.parametrize("cut", [1, 8, 100, 1000])
def test_a_cut_file_is_noticed(data: Path, cut: int):
    data.write_bytes(data.read_bytes()[:-cut])
    with pytest.raises(Damaged):
        check(data)


def test_an_empty_file_and_another_kind_of_file_are_noticed(tmp_path: Path):
    for content in (b"", b"not a gzip file at all"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(Damaged):
            check(tmp_path / "x")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.999])
def test_a_changed_byte_is_noticed(data: Path, share: float):
    content = bytearray(data.read_bytes())
    content[int(len(content) * share)] ^= 0x10
    data.write_bytes(content)
    with pytest.raises(Damaged):
        check(data)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "public/../../evil", "elsewhere/x", "public//x", "private\\x"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str):
    path = hostile(tmp_path / "x.tar.gz", tarfile.TarInfo(name))
    with pytest.raises(Damaged, match="does not belong there"):
        check(path, tmp_path / "out")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_only_plain_files_are_taken(tmp_path: Path, kind: bytes):
    info = tarfile.TarInfo("public/link")
    info.type, info.linkname = kind, "/etc/passwd"
    with pytest.raises(Damaged):
        check(hostile(tmp_path / "x.tar.gz", info), tmp_path / "out")


def test_a_member_that_the_manifest_does_not_name_is_noticed(tmp_path: Path):
    with pytest.raises(Damaged, match="not those its manifest names"):
        check(hostile(tmp_path / "x.tar.gz", tarfile.TarInfo("public/extra")))


def test_a_member_twice_is_noticed(tmp_path: Path):
    path = tmp_path / "x.tar.gz"
    (tmp_path / "one").write_bytes(b"1")
    with tarfile.open(path, "w:gz") as tar:
        writer = Writer(tar)
        writer.add("public/one", tmp_path / "one")
        writer.add("public/one", tmp_path / "one")
        writer.finish({})
    with pytest.raises((Damaged, FileExistsError)):
        check(path, tmp_path / "out")


def test_a_file_without_a_manifest_is_noticed(tmp_path: Path):
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz"):
        pass
    with pytest.raises(Damaged):
        check(tmp_path / "x.tar.gz")


def test_reading_holds_little_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = []
    read = archive.Hashing.read
    monkeypatch.setattr(archive.Hashing, "read", lambda self, size=-1: asked.append(size) or read(self, size))
    (tmp_path / "big").write_bytes(b"0" * 5_000_000)
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
        writer = Writer(tar)
        writer.add("public/big", tmp_path / "big")
        writer.finish({})
    check(tmp_path / "x.tar.gz")
    assert max(asked) <= archive.PIECE
    assert min(asked) > 0


def test_the_passphrase_opens_the_keys():
    assert sealing.unseal(sealing.seal(CONTENT, PASSPHRASE), PASSPHRASE) == CONTENT


def test_another_passphrase_does_not():
    with pytest.raises(Damaged, match="passphrase is wrong"):
        sealing.unseal(sealing.seal(CONTENT, PASSPHRASE), "correct horse batterz")


def test_the_key_file_does_not_show_what_it_holds():
    assert b"DATA_KEY" not in sealing.seal(CONTENT, PASSPHRASE)


@pytest.mark.parametrize("change", [b"", b"{}", b"[]", b'{"format": "county-safety-keys"}', b"\xff"])
def test_a_broken_key_file_is_told_in_one_line(change: bytes):
    with pytest.raises(Damaged, match="can't be read"):
        sealing.unseal(change, PASSPHRASE)


def test_a_key_file_that_asks_for_gigabytes_is_refused():
    greedy = sealing.seal(CONTENT, PASSPHRASE).replace(b"65536", b"1073741824")
    with pytest.raises(Damaged):
        sealing.unseal(greedy, PASSPHRASE)


def test_a_changed_cost_or_salt_is_noticed():
    cheap = sealing.seal(CONTENT, PASSPHRASE).replace(b"65536", b"32768")
    with pytest.raises(Damaged):
        sealing.unseal(cheap, PASSPHRASE)
