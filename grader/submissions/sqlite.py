"""The submission log in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Self

from grader.report import Notebook, Report
from grader.sheet.parse import Sheet
from grader.submissions.log import Act, Asked, Submission

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sheets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, lab TEXT NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS reports (
    number INTEGER PRIMARY KEY AUTOINCREMENT, lab TEXT NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS hints (
    lab TEXT NOT NULL, task TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (lab, task, step)
) STRICT;
CREATE TABLE IF NOT EXISTS notebooks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, lab TEXT NOT NULL, at TEXT NOT NULL, sha256 TEXT NOT NULL,
    document BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS acts (
    number INTEGER PRIMARY KEY AUTOINCREMENT, of TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS queries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, lab TEXT NOT NULL, at TEXT NOT NULL, sql TEXT NOT NULL,
    outcome TEXT NOT NULL, rows INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sheets_by_lab ON sheets (lab, number);
CREATE INDEX IF NOT EXISTS reports_by_lab ON reports (lab, number);
CREATE INDEX IF NOT EXISTS notebooks_by_lab ON notebooks (lab, number, sha256, at);
CREATE INDEX IF NOT EXISTS queries_by_lab ON queries (lab, number);
CREATE INDEX IF NOT EXISTS acts_by_subject ON acts (of, number);
CREATE TRIGGER IF NOT EXISTS sheets_stay BEFORE UPDATE ON sheets BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS sheets_last BEFORE DELETE ON sheets BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS reports_stay BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS reports_last BEFORE DELETE ON reports BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS hints_stay BEFORE UPDATE ON hints BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS hints_last BEFORE DELETE ON hints BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS notebooks_stay BEFORE UPDATE ON notebooks BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS notebooks_last BEFORE DELETE ON notebooks BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS queries_stay BEFORE UPDATE ON queries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS queries_last BEFORE DELETE ON queries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS acts_stay BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS acts_last BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""

_LAST_REPORT = "SELECT document FROM reports WHERE lab = ? AND at <= ? ORDER BY number DESC LIMIT 1"
_NO_END = datetime.max.replace(tzinfo=UTC)
_ACTIVE = """
SELECT max(at) FROM (
    SELECT at FROM sheets WHERE lab = ?1 UNION ALL SELECT at FROM hints WHERE lab = ?1
    UNION ALL SELECT at FROM queries WHERE lab = ?1 UNION ALL SELECT at FROM notebooks WHERE lab = ?1
)"""
_NOTEBOOKS = "SELECT sha256, at FROM notebooks WHERE lab = ? ORDER BY number"

BUSY = 30.0  # seconds that one process waits for another's write


@dataclass(frozen=True, slots=True)
class _Connection:
    """A connection to the file, for one thread at a time."""

    sqlite: sqlite3.Connection
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, path: Path, synchronous: str) -> Self:
        """To the file with our tables in it."""
        connection = sqlite3.connect(path, timeout=BUSY, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.executescript(_SCHEMA)
        return cls(connection)

    def all(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.lock:
            return self.sqlite.execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, which ends with the block."""
        with self.lock, self.sqlite:  # SQLite's own context: commit, or roll back
            yield self.sqlite

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.sqlite.close()


class SubmissionLog:
    """`grader.submissions.log.Submissions` in `path`; several threads and several processes may share the file.

    What is handed in, shown, reported or done is on disk once it is acknowledged, also after a power cut. Whoever reads
    does not wait for that. A query that was run is not waited for either: it outlives this process, not a power cut.
    Raises sqlite3.Error where the file cannot be written, or is none of SQLite's.
    """

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._lasting = _Connection.open(path, "FULL")
        self._quick = _Connection.open(path, "NORMAL")

    def add_sheet(self, lab: str, sheet: Sheet, at: datetime) -> int:
        """Keep a sheet; gives its number."""
        return self._add("INSERT INTO sheets (lab, at, document) VALUES (?, ?, ?)", lab, at, sheet)

    def sheets(self, lab: str) -> Sequence[Submission]:
        """Every sheet of one lab, the oldest first."""
        rows = self._quick.all("SELECT number, at, document FROM sheets WHERE lab = ? ORDER BY number", lab)
        return [
            Submission(number=number, lab=lab, at=datetime.fromisoformat(at), sheet=json.loads(document))
            for number, at, document in rows
        ]

    def add_report(self, lab: str, report: Report, at: datetime) -> int:
        """Keep a report; gives its number."""
        return self._add("INSERT INTO reports (lab, at, document) VALUES (?, ?, ?)", lab, at, report.as_json())

    def reports(self, lab: str) -> Sequence[Report]:
        """Every report of one lab, the oldest first."""
        rows = self._quick.all("SELECT document FROM reports WHERE lab = ? ORDER BY number", lab)
        return [Report.from_json(json.loads(document)) for (document,) in rows]

    def last_report(self, lab: str, until: datetime | None = None) -> Report | None:
        """The last report of one lab, kept at that time or before; None where there is none."""
        rows = self._quick.all(_LAST_REPORT, lab, (until or _NO_END).isoformat())
        return Report.from_json(json.loads(rows[0][0])) if rows else None

    def graded(self) -> Sequence[str]:
        """Every lab that has a report, by the time of its last one."""
        return [lab for (lab,) in self._quick.all("SELECT lab FROM reports GROUP BY lab ORDER BY max(number)")]

    def add_hints(self, lab: str, task: str, steps: int, at: datetime) -> None:
        """Keep that the first so many hints of a task were shown; what is kept already stays as it is."""
        rows = [(lab, task, step, at.isoformat()) for step in range(1, steps + 1)]
        with self._lasting.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO hints (lab, task, step, at) VALUES (?, ?, ?, ?)", rows)

    def hints(self, lab: str) -> Mapping[str, int]:
        """By task: how many hints were shown; tasks without any are not in it."""
        return dict(self._quick.all("SELECT task, count(*) FROM hints WHERE lab = ? GROUP BY task ORDER BY task", lab))

    def add_query(self, lab: str, asked: Asked) -> None:
        """Keep a query that was run."""
        row = (lab, asked.at.isoformat(), asked.sql, asked.outcome, asked.rows)
        with self._quick.writing() as connection:
            connection.execute("INSERT INTO queries (lab, at, sql, outcome, rows) VALUES (?, ?, ?, ?, ?)", row)

    def queries(self, lab: str) -> Sequence[Asked]:
        """Every query of one lab, the oldest first."""
        rows = self._quick.all("SELECT at, sql, outcome, rows FROM queries WHERE lab = ? ORDER BY number", lab)
        return [
            Asked(at=datetime.fromisoformat(at), sql=sql, outcome=outcome, rows=count)
            for at, sql, outcome, count in rows
        ]

    def active(self, lab: str) -> datetime | None:
        """When a team last handed something in, took a hint or ran a query on the page; None where it never did."""
        ((at,),) = self._quick.all(_ACTIVE, lab)
        return datetime.fromisoformat(at) if at else None

    def add_notebook(self, lab: str, document: bytes, at: datetime) -> Notebook:
        """Keep an executed notebook as it is. The same file as the last one is not kept again: the first time stays."""
        sha256 = hashlib.sha256(document).hexdigest()
        with self._lasting.writing() as connection:
            connection.execute("BEGIN IMMEDIATE")  # what is the last one must not change before this one is there
            last = connection.execute(f"{_NOTEBOOKS} DESC LIMIT 1", (lab,)).fetchone()
            if last and last[0] == sha256:
                return _notebook(last)
            row = (lab, at.isoformat(), sha256, document)
            connection.execute("INSERT INTO notebooks (lab, at, sha256, document) VALUES (?, ?, ?, ?)", row)
        return Notebook(sha256=sha256, at=at)

    def notebooks(self, lab: str) -> Sequence[Notebook]:
        """Every notebook of one lab, the oldest first."""
        return [_notebook(row) for row in self._quick.all(_NOTEBOOKS, lab)]

    def notebook(self, lab: str, sha256: str) -> bytes:
        """The file of a notebook. Raises KeyError where there is none of that hash."""
        rows = self._quick.all("SELECT document FROM notebooks WHERE lab = ? AND sha256 = ? LIMIT 1", lab, sha256)
        if not rows:
            raise KeyError(sha256)
        return bytes(rows[0][0])

    def add_act(self, act: Act) -> None:
        """Keep what an organiser did."""
        row = (act.of, act.kind, act.at.isoformat(), act.detail)
        with self._lasting.writing() as connection:
            connection.execute("INSERT INTO acts (of, kind, at, detail) VALUES (?, ?, ?, ?)", row)

    def acts(self, of: str) -> Sequence[Act]:
        """All that was done to one event or lab, the oldest first."""
        rows = self._quick.all("SELECT kind, at, detail FROM acts WHERE of = ? ORDER BY number", of)
        return [Act(of=of, kind=kind, at=datetime.fromisoformat(at), detail=detail) for kind, at, detail in rows]

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """The log in `path`, made where there is none, closed after the block."""
        log = cls(path)
        try:
            yield log
        finally:
            log.close()

    def close(self) -> None:
        """Let go of the file."""
        self._quick.close()
        self._lasting.close()

    def _add(self, statement: str, whose: str, at: datetime, document: Mapping[str, Any]) -> int:
        text = json.dumps(document, ensure_ascii=False)
        with self._lasting.writing() as connection:
            number = connection.execute(statement, (whose, at.isoformat(), text)).lastrowid
        assert number is not None
        return number


def _notebook(row: tuple[str, str]) -> Notebook:
    return Notebook(sha256=row[0], at=datetime.fromisoformat(row[1]))
