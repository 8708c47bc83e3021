from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from grader.desk.page import HERE, STATIC

BUILT = STATIC / "vendor"
LICENCES = {"0BSD", "Apache-2.0", "BSD-3-Clause", "MIT"}


def manifest() -> dict[str, Any]:
    held: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return held


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_built_is_of_these_sources() -> None:
    """Nobody changed a source without `make assets`, nor what it built by hand."""
    held = manifest()
    sources = {name: sha256(HERE / "vendor" / name) for name in held["sources"]}
    files = {path.name: sha256(path) for path in BUILT.iterdir() if path.name != "manifest.json"}
    assert (sources, files) == (held["sources"], held["files"])


def test_what_is_built_may_be_given_away() -> None:
    """Every package has a licence that allows it, and its text is beside it."""
    licences = (BUILT / "LICENCES.txt").read_text("utf-8")
    for package in manifest()["packages"]:
        assert package["license"] in LICENCES
        assert f"{package['name']} {package['version']} ({package['license']})\n" in licences


def test_the_lock_names_no_place() -> None:
    """Versions and hashes, no addresses."""
    lock = json.loads((HERE / "vendor" / "package-lock.json").read_text("utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert all("integrity" in package and "resolved" not in package for package in packages)
