"""An append-only file of entries, of which only the last can be torn.

An entry is its length and its CRC-32, four bytes each with the highest first, and the entry itself.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.local.journal.files import DamagedError, check_header, header, write_whole

FRAME: Final = struct.Struct(">II")


class Log:
    """One log, there already or begun. `append` and `sync` may be called from any thread.

    An entry's number is its place among the entries, from 1; `count` is that of the last one read or appended.
    """

    def __init__(self, path: Path) -> None:
        """Raises OtherVersionError, OSError."""
        if not path.exists():
            write_whole(path, header())
        self._path = path
        with path.open("rb") as file:
            line = file.readline(4096)
        check_header(path, line)
        self._begin = len(line)
        self._file = path.open("rb+", buffering=0)
        self.count = 0  # of entries
        self._end = self._synced = os.fstat(self._file.fileno()).st_size
        self._appending, self._syncing = threading.Lock(), threading.Lock()

    def close(self) -> None:
        """Append nothing any more."""
        self._file.close()

    def read(self) -> Iterator[bytes]:
        """The entries, from the first; to be read to its end before anything is appended, for a torn one is cut off.

        Raises DamagedError for an entry that is not as it was written, and not the last.
        """
        place, size = self._begin, os.fstat(self._file.fileno()).st_size
        with self._path.open("rb") as file:
            file.seek(place)
            while place < size:
                frame = file.read(FRAME.size)
                length, checksum = FRAME.unpack(frame) if len(frame) == FRAME.size else (size, 0)
                end = place + FRAME.size + length
                entry = file.read(length) if end <= size else b""
                if end > size or (zlib.crc32(entry) != checksum and end == size):
                    break  # torn: its call was never answered
                if zlib.crc32(entry) != checksum:
                    raise DamagedError(f"{self._path} is damaged at byte {place}: what was written there is not there")
                self.count += 1
                yield entry
                place = end
        os.ftruncate(self._file.fileno(), place)
        self._end = self._synced = place

    def append(self, entry: bytes) -> None:
        """Write an entry: it outlives the process, and the machine once `sync` returns.

        Raises OSError, and then nothing is written.
        """
        framed = FRAME.pack(len(entry), zlib.crc32(entry)) + entry
        with self._appending:
            written = 0
            try:
                while written < len(framed):
                    written += os.pwrite(self._file.fileno(), framed[written:], self._end + written)
            except OSError:
                os.ftruncate(self._file.fileno(), self._end)
                raise
            self._end += len(framed)
            self.count += 1

    def sync(self) -> None:
        """Return when all that was appended before is on the disk; one waits for all who come together.

        Raises OSError.
        """
        mine = self._end
        with self._syncing:
            if self._synced < mine:
                end = self._end
                os.fsync(self._file.fileno())
                self._synced = end
