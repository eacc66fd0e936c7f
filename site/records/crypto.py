"""Keys are derived from the installation's data key, one for each purpose: a leak of one opens nothing else."""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from records.errors import Damaged

VERSION = b"\x01"
NONCE_BYTES = 12


@lru_cache(maxsize=64)
def derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def encrypt(text: str, purpose: str) -> bytes:
    return encrypt_bytes(text.encode(), purpose)


def decrypt(data: bytes, purpose: str) -> str:
    """Raises Damaged when the data was changed, was encrypted for another purpose or by another key."""
    return decrypt_bytes(data, purpose).decode()


def encrypt_bytes(content: bytes, purpose: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(settings.DATA_KEY, f"encrypt:{purpose}")).encrypt(nonce, content, purpose.encode())
    return VERSION + nonce + sealed


def decrypt_bytes(data: bytes, purpose: str) -> bytes:
    data = bytes(data)
    nonce, sealed = data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    if data[:1] != VERSION or len(sealed) < 16:
        raise Damaged(f"{purpose}: not something this product encrypted")
    cipher = AESGCM(derived(settings.DATA_KEY, f"encrypt:{purpose}"))
    try:
        return cipher.decrypt(nonce, sealed, purpose.encode())
    except InvalidTag:
        raise Damaged(f"{purpose}: changed, or encrypted by another key") from None


def keyed_hash(text: str, purpose: str) -> str:
    """The same text gives the same 64 characters, which nobody without the key can try out."""
    return hmac.digest(derived(settings.DATA_KEY, f"hash:{purpose}"), text.encode(), sha256).hex()


def seal_key(purpose: str) -> bytes:
    """The audit log's keys: apart from the data key, so that who can read personal data can't forge the log."""
    return derived(settings.SEAL_KEY, purpose)
