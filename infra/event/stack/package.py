"""The functions' package: `grader`, `scenario` and the libraries that they need there, in one zip file.

The libraries are those of the extra `functions`, at the versions and hashes of requirements.lock: functions.lock is
that part of it, and is shipped. The same sources give the same file, byte for byte.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import metadata
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from grader.report import DISTRIBUTION

LOCK: Final = Path(__file__).with_name("functions.lock")
LARGEST: Final = 250 * 1024 * 1024  # bytes, unzipped (Lambda quotas)
PYTHON: Final = "3.14"  # as in `functions.RUNTIME`
PLATFORMS: Final = ("manylinux2014_aarch64", "manylinux_2_28_aarch64")  # Amazon Linux 2023 has glibc 2.34
OURS: Final = ("grader", "scenario")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip files: theirs, so that the time of the build does not matter


class PackageError(RuntimeError):
    """The package could not be built. The message says why, and what to do."""


def build(say: Callable[[str], None]) -> bytes:
    """The zip file. It takes a minute, and asks the package index that pip is configured for. Raises PackageError."""
    say("building the functions' package: pip fetches what functions.lock names")
    with TemporaryDirectory() as folder:
        install(Path(folder))
        content = {**_content(Path(folder)), **own_content()}
    return zipped(content, say)


def install(folder: Path) -> None:
    """Put the libraries for Lambda's machines into a folder. Raises PackageError."""
    platforms = [f"--platform={platform}" for platform in PLATFORMS]
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--no-compile", "--implementation=cp"]
    command += [f"--python-version={PYTHON}", *platforms, f"--target={folder}", f"--requirement={LOCK}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(
            "pip could not fetch the functions' libraries: look whether the package index can be reached, then try "
            f"again. It says:\n{done.stderr.strip()}"
        )


def own_content() -> dict[str, bytes]:
    """Our own part: the two packages, and what tells the version of the whole."""
    told = metadata(DISTRIBUTION)
    text = f"Metadata-Version: 2.1\nName: {told['Name']}\nVersion: {told['Version']}\n"
    name = f"{DISTRIBUTION.replace('-', '_')}-{told['Version']}.dist-info/METADATA"
    content = {name: text.encode()}
    for package in OURS:
        root = Path(str(files(package)))
        content |= {f"{package}/{path}": data for path, data in _content(root).items()}
    return content


def zipped(content: dict[str, bytes], say: Callable[[str], None]) -> bytes:
    """The files as one zip file. Raises PackageError where Lambda would not take it."""
    size = sum(map(len, content.values()))
    if size > LARGEST:
        raise PackageError(f"the functions' package has {size:,} bytes unzipped, and Lambda takes {LARGEST:,}")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    say(f"the functions' package has {size / 1e6:.0f} MB, {held.tell() / 1e6:.0f} MB as a zip file")
    return held.getvalue()


def _content(root: Path) -> dict[str, bytes]:
    """By path, every file below a folder that is of use in a function."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in _useful(root)}


def _useful(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        inside = path.relative_to(root).as_posix()
        scripts_or_records = inside.startswith("bin/") or inside.endswith((".dist-info/RECORD", ".pyc"))
        if path.is_file() and not scripts_or_records:
            yield path
