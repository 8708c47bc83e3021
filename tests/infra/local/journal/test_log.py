"""The log: whole entries in their order, of which only the last can be torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.journal.files import DamagedError, OtherVersionError, header
from infra.local.journal.log import Log

ENTRIES = [b"first", b"", b"third" * 100]


def written(path: Path) -> bytes:
    log = Log(path)
    for entry in ENTRIES:
        log.append(entry)
    log.sync()
    log.close()
    return path.read_bytes()


def read(path: Path) -> list[bytes]:
    log = Log(path)
    try:
        return list(log.read())
    finally:
        log.close()


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    """Also where more came after a part was read; the file is its owner's alone."""
    path = tmp_path / "log"
    written(path)
    log = Log(path)
    assert (list(log.read()), log.count) == (ENTRIES, 3)
    log.append(b"fourth")
    log.close()
    assert read(path) == [*ENTRIES, b"fourth"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_torn_last_entry_was_never_written(tmp_path: Path) -> None:
    """Wherever it was torn: the entries before it stand, and later ones come after them."""
    path = tmp_path / "log"
    whole = written(path)
    last = len(whole) - len(ENTRIES[2]) - 8
    for cut in (1, 7, 8, 9, len(whole) - last - 1):
        path.write_bytes(whole[: last + cut])
        assert read(path) == ENTRIES[:2]
        assert path.read_bytes() == whole[:last]
    path.write_bytes(whole[:-3] + b"\0\0\0")  # long enough, but not on the disk yet
    assert read(path) == ENTRIES[:2]


def test_a_damaged_entry_is_told(tmp_path: Path) -> None:
    """What is before the end and not as it was written cannot have been torn."""
    path = tmp_path / "log"
    whole = written(path)
    begin = len(header())
    path.write_bytes(whole[: begin + 8] + b"F" + whole[begin + 9 :])
    with pytest.raises(DamagedError, match=f"is damaged at byte {begin}"):
        read(path)


def test_another_versions_log_is_refused(tmp_path: Path) -> None:
    """Both versions are named, with what to do."""
    path = tmp_path / "log"
    path.write_bytes(b'{"journal": 0}\nwhat not')
    with pytest.raises(OtherVersionError, match=r'it says \{"journal": 0\}, and this is .* in another folder with'):
        Log(path)
