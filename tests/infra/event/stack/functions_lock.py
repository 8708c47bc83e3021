"""Writes infra/event/stack/functions.lock from requirements.lock: `make event`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.event.stack.package import LOCK, PYTHON

ROOT = Path(__file__).parents[4]
LAMBDA = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
}


def needed() -> frozenset[str]:
    """The names of everything that the extra `functions` asks for, on Lambda's machines."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    found: set[str] = set()
    waiting = [Requirement(line) for line in extras["functions"]]
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        if name not in found:
            found.add(name)
            waiting += _next(asked)
    return frozenset(found)


def _next(asked: Requirement) -> Iterator[Requirement]:
    for line in requires(asked.name) or ():
        requirement = Requirement(line)
        marker, extras = requirement.marker, ("", *asked.extras)
        if marker is None or any(marker.evaluate({**LAMBDA, "extra": extra}) for extra in extras):
            yield requirement


def lock() -> str:
    """The part of requirements.lock that names these, without the places where it would not hold."""
    names = {str(name) for name in needed()}
    blocks = re.findall(r"(?m)^[\w.-]+(?:\[.*\])?==.+\n(?:    .+\n)*", (ROOT / "requirements.lock").read_text("utf-8"))
    held = {str(canonicalize_name(re.split(r"[=\[]", block)[0])): block for block in blocks}
    return "".join(re.sub(r" ; .*? \\\n", " \\\n", _hashed(held[name])) for name in sorted(names))


def _hashed(block: str) -> str:
    """Without the comments."""
    lines = [line for line in block.splitlines() if "#" not in line]
    return "\n".join(lines).rstrip(" \\") + "\n"


if __name__ == "__main__":
    LOCK.write_text(lock(), "utf-8")
