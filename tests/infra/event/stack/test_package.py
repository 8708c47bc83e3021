"""What the functions' package holds. That pip can fetch the rest needs a package index, and no test of ours does."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from infra.event.stack.package import LARGEST, LOCK, PYTHON, PackageError, own_content, zipped
from tests.infra.account.resources import Resources
from tests.infra.event.stack.functions_lock import lock, needed

HANDLERS = ("grader.event.asking_again", "grader.event.grading", "grader.event.page")
ALONE = f"""
import sys
from importlib import import_module
here, standard = sys.argv[1], [path for path in sys.path if "site-packages" not in path]
sys.path[:] = [here, *standard]
for name in {HANDLERS}:
    assert callable(import_module(name).handler)
from grader.report import versions
from grader.evidence.bundle import Evidence
from grader.notebook.executed import read_notebook
print(versions()["ec2-investigation-lab"])
strangers = {{"moto", "duckdb", "aws_cdk", "infra", "flask", "uvicorn", "waitress"}} & {{*sys.modules}}
assert not strangers, strangers
"""


def test_the_lock_is_a_part_of_the_whole_lock() -> None:
    """`make event` renews it."""
    assert LOCK.read_text("utf-8") == lock()
    assert "moto" not in needed()


def test_the_handlers_need_nothing_else(tmp_path: Path) -> None:
    """Our part of the package and the libraries of the lock, and not one other module that is not Python's own."""
    for name, data in own_content().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for library in needed():
        for top in {file.parts[0] for file in distribution(library).files or () if file.parts[0] not in ("..", "bin")}:
            source = Path(str(distribution(library).locate_file(top)))
            if source.exists() and not (tmp_path / top).exists():
                (tmp_path / top).symlink_to(source)
    command = [sys.executable, "-I", "-S", "-c", ALONE, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.strip()) == ("", distribution("ec2-investigation-lab").version)


def test_our_part_is_what_functions_use() -> None:
    """Templates and texts of the page, tasks and guide; nothing of infra, no compiled files."""
    names = own_content().keys()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"grader", "scenario"}
    assert {"grader/desk/templates/base.html", "scenario/workshop/tasks.json", "grader/report.schema.json"} <= names
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_same_content_is_the_same_file() -> None:
    """In whatever order it comes; with its size said."""
    said: list[str] = []
    content = {"b.py": b"2", "a.py": b"1"}
    first = zipped(content, said.append)
    assert first == zipped(dict(reversed(content.items())), said.append)
    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == ["a.py", "b.py"]
    assert said[0].startswith("the functions' package has ")


def test_what_lambda_would_not_take_is_refused() -> None:
    """Before it is uploaded."""
    with pytest.raises(PackageError, match="Lambda takes 262,144,000"):
        zipped({"large": bytes(LARGEST + 1)}, lambda _: None)


def test_the_libraries_are_for_the_python_of_the_functions(resources: Resources) -> None:
    """And for the machines that they run on."""
    functions = [one["Properties"] for one in resources.of("AWS::Lambda::Function").values()]
    assert {(one["Runtime"], *one["Architectures"]) for one in functions} == {(f"python{PYTHON}", "arm64")}
    assert {one["Handler"] for one in functions} == {f"{name}.handler" for name in HANDLERS}
