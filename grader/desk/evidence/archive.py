"""Files in a zip, with a manifest that names each with its hash: the same files give the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SCHEMA = "ec2-investigation-lab/evidence-archive/1"

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"

IN_MEMORY = 8 * 1024 * 1024  # bytes of a zip; a longer one is on disk while it is sent

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold
_MODE = 0o100644 << 16  # a plain file


def archive(files: Mapping[str, bytes], folder: str, about: Mapping[str, Any]) -> SpooledTemporaryFile[bytes]:
    """The zip of these files below a folder, at its beginning. `about` is what the manifest says besides.

    `sha256sum -c SHA256SUMS` in the folder tells whether a file was changed since.
    """
    held = dict(files)
    held[MANIFEST] = as_text(manifest(files, about))
    held[SUMS] = "".join(f"{_sha256(held[name])}  {name}\n" for name in sorted(held)).encode()
    zipped: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(zipped, "w") as file:
        for name in sorted(held):
            entry = ZipInfo(f"{folder}/{name}", _EPOCH)
            entry.external_attr, entry.create_system, entry.compress_type = _MODE, 3, ZIP_DEFLATED
            file.writestr(entry, held[name])
    zipped.seek(0)
    return zipped


def manifest(files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, Any]:
    """What the files are."""
    listed = [{"name": name, "bytes": len(files[name]), "sha256": _sha256(files[name])} for name in sorted(files)]
    return {"schema": SCHEMA, **about, "files": listed}


def as_text(document: Any) -> bytes:
    """JSON that people can read."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
