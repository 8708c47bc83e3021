"""Writing a bundle: several files into a folder that holds nothing yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class FolderNotEmptyError(ValueError):
    """A bundle would be mixed with other files."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths below the folder. They are for their owner alone: some hold the lab's seed.

    Raises FolderNotEmptyError, and OSError where the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmptyError(f"{folder} is not an empty folder: name a new one, or remove what is in it")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
