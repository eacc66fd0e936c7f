"""HTTPS on a machine of one's own: cameras, service workers and web crypto of the phones in a drill need it, and no
public authority gives a certificate for 192.168.1.20.

A small authority is made once for this installation, which the phones are told to trust, and a certificate for the host
of PUBLIC_URL. Neither is in a backup: after a restore both are made again, and phones trust the new authority."""

import ipaddress
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3 * 365)
CERTIFICATE_LASTS = timedelta(days=397)  # phones refuse longer ones
RENEWED_BEFORE = timedelta(days=30)
YESTERDAY = timedelta(days=1)  # the clocks of phones are not all right

Key = ec.EllipticCurvePrivateKey
Extensions = Sequence[tuple[x509.ExtensionType, bool]]  # with whether it is critical


class Address(NamedTuple):
    host: str
    port: int


@dataclass(frozen=True)
class Front:
    certificate: Path
    key: Path
    authority: Path  # what the phones install: nothing secret in it


class Pair(NamedTuple):
    certificate: x509.Certificate
    key: Key


def own_address(public_url: str) -> Address | None:
    """Where this machine itself must answer by HTTPS. Without a port in PUBLIC_URL a proxy stands in front and holds
    the certificate."""
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname or not parts.port:
        return None
    return Address(parts.hostname, parts.port)


def prepare_front(folder: Path, host: str, *, now: datetime) -> Front:
    """The files to serve with; whatever is missing, for another host, or soon worthless, is made again."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    front = Front(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    authority = read_pair(front.authority, folder / "authority.key")
    # The authority has to outlive what it signs.
    if not authority or ends(authority) < now + CERTIFICATE_LASTS or not answers_for(authority.certificate, host):
        authority = new_authority(host, now)
        write_pair(authority, front.authority, folder / "authority.key")
    server = read_pair(front.certificate, front.key)
    if not server or ends(server) < now + RENEWED_BEFORE or not signed_for(server.certificate, host, authority):
        write_pair(new_server(host, authority, now), front.certificate, front.key)
    return front


# ── Making ───────────────────────────────────────────────────────────────────
def new_authority(host: str, now: datetime) -> Pair:
    """It may sign for this one host and no other: a phone that trusts it trusts it with nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    extensions: Extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (usage(signs_certificates=True), True),
        (x509.NameConstraints(permitted_subtrees=[permitted(host)], excluded_subtrees=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    name = common_name(f"Drill phones {host}")
    return Pair(sign(name, name, key, key, extensions, (now, AUTHORITY_LASTS)), key)


def new_server(host: str, authority: Pair, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority.key.public_key()
    extensions: Extensions = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage(signs_certificates=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([general_name(host)]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), False),
    ]
    issuer = authority.certificate.subject
    certificate = sign(common_name(host), issuer, key, authority.key, extensions, (now, CERTIFICATE_LASTS))
    return Pair(certificate, key)


def sign(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    signer: Key,
    extensions: Extensions,
    term: tuple[datetime, timedelta],
) -> x509.Certificate:
    now, lasts = term
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - YESTERDAY)
        .not_valid_after(now - YESTERDAY + lasts)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())


def common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def permitted(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(host))
    except ValueError:
        return x509.DNSName(host)


# ── What is there ────────────────────────────────────────────────────────────
def ends(pair: Pair) -> datetime:
    return pair.certificate.not_valid_after_utc


def answers_for(authority: x509.Certificate, host: str) -> bool:
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return permitted(host) in (allowed.permitted_subtrees or [])


def signed_for(certificate: x509.Certificate, host: str, authority: Pair) -> bool:
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    signer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return general_name(host) in list(named) and signer == ours


def read_pair(certificate: Path, key: Path) -> Pair | None:
    """None where a file is missing, broken, or of another pair: a start was cut short."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        secret = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(secret, ec.EllipticCurvePrivateKey) or secret.public_key() != found.public_key():
        return None
    return Pair(found, secret)


def write_pair(pair: Pair, certificate: Path, key: Path) -> None:
    secret = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write(key, secret)
    write(certificate, pair.certificate.public_bytes(serialization.Encoding.PEM))


def write(path: Path, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(draft).replace(path)
