"""The small authority of an installation and the certificate it signs for the phones of a drill."""

import socket
import ssl
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from records.management.commands.serve import tls_command
from records.tls import Address, Front, own_address, prepare_front
from tests.records.installation import ROOT, wait_until

NOW = datetime.now(UTC).replace(microsecond=0)
FILES = ("authority.key", "authority.pem", "server.key", "server.pem")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tls"


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def changed(before: dict[str, bytes], folder: Path) -> set[str]:
    return {name for name, content in contents(folder).items() if content != before[name]}


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("https://192.168.1.20:8443", Address("192.168.1.20", 8443)),
        ("https://[fd00::20]:8443/", Address("fd00::20", 8443)),
        ("https://drill.example:8443", Address("drill.example", 8443)),
        ("https://safety.example.gov.cn", None),
        ("http://127.0.0.1:8000", None),
    ],
)
def test_only_an_https_address_with_a_port_is_answered_by_the_machine_itself(
    public_url: str, address: Address | None
) -> None:
    assert own_address(public_url) == address


def test_a_second_start_makes_nothing_new(folder: Path) -> None:
    prepare_front(folder, "192.168.1.20", now=NOW)
    before = contents(folder)
    prepare_front(folder, "192.168.1.20", now=NOW + timedelta(days=1))
    assert changed(before, folder) == set()


def test_only_the_owner_reads_the_folder_and_its_files(folder: Path) -> None:
    prepare_front(folder, "192.168.1.20", now=NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in FILES} == {0o600}


def test_a_certificate_with_less_than_thirty_days_is_renewed_under_the_same_authority(folder: Path) -> None:
    prepare_front(folder, "192.168.1.20", now=NOW)
    before = contents(folder)
    prepare_front(folder, "192.168.1.20", now=NOW + timedelta(days=397 - 29))
    assert changed(before, folder) == {"server.key", "server.pem"}


def test_an_authority_that_would_end_before_its_certificate_is_made_again(folder: Path) -> None:
    prepare_front(folder, "192.168.1.20", now=NOW)
    before = contents(folder)
    prepare_front(folder, "192.168.1.20", now=NOW + timedelta(days=2 * 365))
    assert changed(before, folder) == set(FILES)


def test_another_host_gets_an_authority_of_its_own(folder: Path) -> None:
    prepare_front(folder, "192.168.1.20", now=NOW)
    before = contents(folder)
    prepare_front(folder, "drill.example", now=NOW)
    assert changed(before, folder) == set(FILES)


def test_a_broken_file_is_made_again(folder: Path) -> None:
    front = prepare_front(folder, "192.168.1.20", now=NOW)
    front.key.write_text("half a ke")
    prepare_front(folder, "192.168.1.20", now=NOW)
    assert b"PRIVATE KEY" in front.key.read_bytes()


def test_the_authority_may_sign_for_its_host_only_and_holds_no_secret(folder: Path) -> None:
    front = prepare_front(folder, "drill.example", now=NOW)
    assert b"PRIVATE" not in front.authority.read_bytes()
    certificate = x509.load_pem_x509_certificate(front.authority.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    assert constraints.permitted_subtrees == [x509.DNSName("drill.example")]


def shake_hands(front: Front, asked_for: str) -> str:
    """What a phone that trusts the authority negotiates; raises as its browser would refuse."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(front.certificate, front.key)
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(there, server_side=True).close()
        except OSError:
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    phone = ssl.create_default_context(cafile=str(front.authority))
    try:
        with phone.wrap_socket(here, server_hostname=asked_for) as talk:
            return talk.version() or ""
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("host", ["192.168.1.20", "drill.example"])
def test_a_phone_that_trusts_the_authority_accepts_the_host(folder: Path, host: str) -> None:
    assert shake_hands(prepare_front(folder, host, now=NOW), host) == "TLSv1.3"


def test_it_refuses_another_host(folder: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(prepare_front(folder, "192.168.1.20", now=NOW), "192.168.1.21")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_web_server_answers_by_https(folder: Path) -> None:
    front, port = prepare_front(folder, "127.0.0.1", now=NOW), free_port()
    command = tls_command("127.0.0.1", port, 1, 2, front)
    process = subprocess.Popen(command, cwd=ROOT)
    phone = ssl.create_default_context(cafile=str(front.authority))

    def status() -> bytes:
        try:
            plain = socket.create_connection(("127.0.0.1", port), timeout=5)
            with plain, phone.wrap_socket(plain, server_hostname="127.0.0.1") as talk:
                talk.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                return talk.recv(200).split(b"\r\n")[0]
        except (ConnectionRefusedError, TimeoutError):  # not there yet, or not answering yet
            return b""

    try:
        wait_until(lambda: status().endswith(b"200 OK"))
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert command[0] == sys.executable
