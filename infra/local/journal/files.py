"""Files that are whole or not there, and say which version wrote them."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Final

FORMAT: Final = 1  # of what stands in these files


class OtherVersionError(RuntimeError):
    """A file of a journal was written by another version of the lab, of moto or of Python."""


class DamagedError(RuntimeError):
    """A file of a journal is not as it was written."""


def header() -> bytes:
    """The first line of each file: what has to be the same for its pickles and calls to mean the same."""
    python = ".".join(platform.python_version_tuple()[:2])
    return json.dumps({"journal": FORMAT, "moto": version("moto"), "python": python}).encode() + b"\n"


def check_header(path: Path, line: bytes) -> None:
    """Raises OtherVersionError where a file begins with another line than `header`."""
    if line != header():
        wrote = line[:200].decode("utf-8", "replace").strip() or "nothing"
        raise OtherVersionError(
            f"{path} was written by another version: it says {wrote}, and this is {header().decode().strip()}. "
            "Resume with the version that wrote it, or begin anew in another folder with --state DIR"
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, on the disk when this returns; whatever happens, it is there whole or not.

    Raises OSError.
    """
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(file)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
