from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from grader.desk.evidence.archive import SCHEMA, archive

FILES = {"b.json": b"{}", "a.txt": "Khách hàng\n".encode()}
ABOUT = {"team": "blue", "made_at": "2026-11-24T10:00:00+00:00"}


def test_every_file_is_named_with_its_hash() -> None:
    """In a manifest for programs, which is hashed as well."""
    with archive(FILES, "evidence", ABOUT) as zipped, ZipFile(zipped) as found:
        names = found.namelist()
        manifest = json.loads(found.read("evidence/manifest.json"))
        content = found.read("evidence/a.txt")
    assert names == [f"evidence/{name}" for name in ("SHA256SUMS", "a.txt", "b.json", "manifest.json")]
    assert content == FILES["a.txt"]
    assert manifest == {
        "schema": SCHEMA,
        **ABOUT,
        "files": [
            {"name": name, "bytes": len(FILES[name]), "sha256": hashlib.sha256(FILES[name]).hexdigest()}
            for name in ("a.txt", "b.json")
        ],
    }


def test_the_same_files_give_the_same_bytes() -> None:
    """Whatever order they came in, and whenever."""
    reversed_ = dict(reversed(FILES.items()))
    with archive(FILES, "evidence", ABOUT) as one, archive(reversed_, "evidence", ABOUT) as other:
        assert one.read() == other.read()


@pytest.mark.parametrize("changed", [False, True])
def test_whoever_has_the_file_can_tell_whether_it_was_changed(tmp_path: Path, changed: bool) -> None:
    """With nothing but the usual tool."""
    with archive(FILES, "evidence", ABOUT) as zipped, ZipFile(zipped) as found:
        found.extractall(tmp_path)
    if changed:
        (tmp_path / "evidence" / "a.txt").write_text("another")
    outcome = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "evidence", capture_output=True, check=False
    )
    assert (outcome.returncode != 0) is changed
