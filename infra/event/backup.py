"""A copy of what was graded, in a folder: files that anybody can check with `sha256sum --check SHA256SUMS`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from grader.render import as_csv
from grader.report import Report
from infra.bundle.folder import FolderNotEmptyError
from infra.deploy.progress import Say
from infra.event.roster import Entry
from infra.event.venue import REPORT

CLASS, SUMS = "class.csv", "SHA256SUMS"
OWNER_ALONE: Final = 0o700


def save(results: Iterable[tuple[Entry, Mapping[str, bytes]]], folder: Path, say: Say) -> dict[str, str]:
    """Write every team's files, the class as CSV and the sums; gives the sums by path.

    Nothing is written where nobody was graded. Raises FolderNotEmptyError, OSError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmptyError(f"{folder} is not an empty folder, and nothing is overwritten: name a new one")
    sums: dict[str, str] = {}
    reports: list[Report] = []
    for team, files in results:
        for name, content in files.items():
            sums |= _write(folder, f"{team.team}/{name}", content)
        reports.append(Report.from_json(json.loads(files[REPORT])))
        say(f"saved {team.team}: {', '.join(files)}")
    if reports:
        sums |= _write(folder, CLASS, f"{as_csv(reports)}\n".encode())
        _write(folder, SUMS, "".join(f"{digest}  {path}\n" for path, digest in sums.items()).encode())
    return sums


def _write(folder: Path, name: str, content: bytes) -> dict[str, str]:
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ALONE)
    path.parent.mkdir(exist_ok=True, mode=OWNER_ALONE)
    with path.open("xb") as file:
        file.write(content)
    return {name: hashlib.sha256(content).hexdigest()}
