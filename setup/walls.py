"""Walls that no ready-made linter builds: the shape of the tree, the length of functions, what a file may name."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION = 45
REASON = re.compile(r"#\s*long:\s*\S+")
HOSTS = re.compile(r"(registry\.npmjs|pypi\.org|pythonhosted|npmmirror|tuna\.tsinghua)", re.IGNORECASE)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(home|Users|root|work)/\w")
READ = {".py", ".md", ".toml", ".json", ".txt", ".sh", ".html", ".js", ".mjs", ".css", ".yml", ".po"}


def files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def faults() -> Iterator[str]:
    if (ROOT / "site" / "__init__.py").exists():
        yield "site/__init__.py: site/ is a source root; as a package it would hide the standard library's module"
    for path in files():
        if path.suffix not in READ or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        if HOSTS.search(text):
            yield f"{name}: names a package registry's host"
        if MACHINE_PATHS.search(text):
            yield f"{name}: holds a path of one machine"
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from (f"{name}{fault}" for fault in long_functions(text))


def long_functions(source: str) -> Iterator[str]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION and not REASON.search(lines[node.lineno - 1]):
                yield f":{node.lineno} {node.name} has {length} lines, more than {LONGEST_FUNCTION}"


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found))
    sys.exit(bool(found))
