"""The walls stand: each known fault, put into a copy of the tree, turns its wall red."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
TREE = ["site", "media", "exams", "learning", "drills", "setup", "pyproject.toml"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in TREE:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(
            source, tmp_path / name, **({"ignore": ignored} if source.is_dir() else {})
        )
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def house(tree: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "setup/walls.py"], cwd=tree, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def imports(tree: Path) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": f"{tree}/site:{tree}"}
    command = [BIN / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_tree_as_it_stands_passes(copy: Path) -> None:
    assert house(copy) == (0, "\n")
    assert imports(copy)[0] == 0


def test_a_stray_init_in_site_is_seen(copy: Path) -> None:
    (copy / "site" / "__init__.py").touch()
    code, said = house(copy)
    assert code == 1
    assert "site/__init__.py" in said


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("site/records/queries.py", "import people.models"),
        ("exams/rules.py", "import learning"),
        ("site/people/queries.py", "from duties.models import Article"),
    ],
)
def test_an_upward_import_is_seen(copy: Path, file: str, line: str) -> None:
    path = copy / file
    path.write_text(f"{line}\n{path.read_text()}")
    code, said = imports(copy)
    assert code == 1
    assert "BROKEN" in said


def test_a_function_longer_than_a_screen_is_seen_unless_it_says_why(copy: Path) -> None:
    body = "\n".join(f"    value = {n}" for n in range(50))
    path = copy / "exams" / "long.py"
    path.write_text(f"def endless():\n{body}\n")
    assert "endless has 51 lines" in house(copy)[1]
    path.write_text(f"def endless():  # long: a table in disguise\n{body}\n")
    assert house(copy)[0] == 0


@pytest.mark.parametrize("text", ["https://" + "pypi" + ".org/simple", "/ho" + "me/somebody/file"])
def test_a_registry_host_or_a_machine_path_is_seen(copy: Path, text: str) -> None:
    (copy / "setup" / "note.md").write_text(text)
    assert house(copy)[0] == 1
