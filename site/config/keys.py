"""The installation's secrets: from the environment, or made once and kept in VAR_DIR/keys.json."""

import base64
import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

NAMES = ("SECRET_KEY", "DATA_KEY", "SEAL_KEY")


class Keys(NamedTuple):
    secret: str
    data: bytes  # 32 bytes: what encrypts personal data
    seal: bytes  # 32 bytes: what seals the audit log


def load_keys(var_dir: Path) -> Keys:
    """Keys named in the environment win; what is missing there comes from the file, which is made when absent."""
    found = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if len(found) < len(NAMES):
        found = read_or_create(var_dir / "keys.json") | found
    return Keys(found["SECRET_KEY"], base64.b64decode(found["DATA_KEY"]), base64.b64decode(found["SEAL_KEY"]))


def read_or_create(path: Path) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_once(path, json.dumps(new_keys(), indent=1))
    return json.loads(path.read_text())


def new_keys() -> dict[str, str]:
    random = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("DATA_KEY", "SEAL_KEY")}
    return {"SECRET_KEY": secrets.token_urlsafe(50)} | random


def write_once(path: Path, text: str) -> None:
    """Two processes may start at once: the first link wins, and no reader ever sees half a file."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)
