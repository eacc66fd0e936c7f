"""A shell of the product that stays open: what a test looks up, and the clocks it puts forward, on either database."""

import json
import subprocess
import sys
from typing import Any

from tests.product.installation import ROOT, Product

LOOP = """
import json, sys
from django.db import transaction
for line in sys.stdin:
    names = {}
    with transaction.atomic():
        exec(json.loads(line), names)
    print("TOLD", json.dumps(names.get("told")), flush=True)
"""


class Console:
    def __init__(self, product: Product) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", LOOP],
            cwd=ROOT,
            env=product.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, script: str) -> Any:
        """What the script leaves in `told`."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(script) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("TOLD "):
                return json.loads(line.removeprefix("TOLD "))
        raise AssertionError(f"the shell ended: {script}")

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=20)
