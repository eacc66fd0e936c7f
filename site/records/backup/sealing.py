"""The key file of a backup: the installation's keys, opened only by the passphrase. The data file holds no key."""

import base64
import json
import os
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from records.errors import Damaged

FORMAT = "county-safety-keys"
COST = {"n": 2**16, "r": 8, "p": 1}  # 64 MB and a fifth of a second for each guess
HIGHEST_COST = 2**20


@dataclass(frozen=True)
class KeyFile:
    keys: dict[str, str]  # as in VAR_DIR/keys.json
    created: str
    engine: str
    data_sha256: str  # of the data file as a whole: the two files belong together
    data_size: int
    head: str  # newest audit seal, "number:digest"


def seal(content: KeyFile, passphrase: str) -> bytes:
    salt, nonce = os.urandom(16), os.urandom(12)
    header = {"format": FORMAT, "version": 1, "scrypt": COST, "salt": b64(salt), "nonce": b64(nonce)}
    sealed = AESGCM(key_of(passphrase, salt, COST)).encrypt(nonce, encoded(asdict(content)), encoded(header))
    return json.dumps(header | {"sealed": b64(sealed)}, indent=1).encode()


def unseal(data: bytes, passphrase: str) -> KeyFile:
    header, sealed = parse(data)
    key = key_of(passphrase, base64.b64decode(header["salt"]), header["scrypt"])
    try:
        opened = AESGCM(key).decrypt(base64.b64decode(header["nonce"]), sealed, encoded(header))
    except InvalidTag:
        raise Damaged("The passphrase is wrong, or the key file was changed.") from None
    return KeyFile(**json.loads(opened))


def parse(data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        header = json.loads(data)
        sealed = base64.b64decode(header.pop("sealed"), validate=True)
        ours = header["format"] == FORMAT and header["version"] == 1 and set(header["scrypt"]) == set(COST)
        if not ours or header["scrypt"]["n"] > HIGHEST_COST or header["scrypt"]["r"] * header["scrypt"]["p"] > 64:
            raise ValueError("not our format")
        base64.b64decode(header["salt"], validate=True), base64.b64decode(header["nonce"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("The key file can't be read: it is cut, changed or not one of ours.") from None
    return header, sealed


def key_of(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    try:
        return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())
    except ValueError:
        raise Damaged("The key file can't be read: it is cut, changed or not one of ours.") from None


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
