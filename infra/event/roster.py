"""The roster of an event: a CSV file with a line for each team."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.event.entry_faults import Fault, Row, emails, faults_of
from scenario.language import LANGUAGES

MOST_TEAMS = 10_000
COLUMNS = ("team", "account_id", "region", "emails", "language")
EXAMPLE = """\
team,account_id,region,emails,language
red,111122223333,eu-west-1,an@example.com binh@example.com,vi
blue,444455556666,eu-west-1,ada@example.com;grace@example.com,en
"""


class RosterError(ValueError):
    """A roster that cannot be used as it is; `faults` has a line for each fault."""

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n  ".join([f"{path} cannot be used: mend this, then try again", *self.faults]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A team and its account."""

    team: str  # the account id where the roster names none
    account_id: str
    region: str
    emails: tuple[str, ...]
    language: str


def read(path: Path) -> tuple[Entry, ...]:
    """The teams of a roster, in its order. Raises RosterError with every fault at once."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(path, ["it is not written in UTF-8: save it as CSV in UTF-8"]) from None
    except OSError as error:
        raise RosterError(path, [f"it cannot be read ({error.strerror}); `lab event init` writes an example"]) from None
    rows, faults = _rows(text)
    faults += [(line, fault) for line, row in rows.items() for fault in faults_of(row)]
    faults += [*_repeated(rows, "team"), *_repeated(rows, "account_id")]
    if len(rows) > MOST_TEAMS:
        faults.append((1, f"it has {len(rows):,} teams, and an event takes {MOST_TEAMS:,}: make two events of it"))
    if not rows and not faults:
        faults.append((1, "no team comes after the header: add a line for each"))
    if faults:
        raise RosterError(path, [f"line {line}: {fault}" for line, fault in sorted(faults)])
    return tuple(map(_entry, rows.values()))


def _rows(text: str) -> tuple[dict[int, Row], list[Fault]]:
    """The teams by line, and what is wrong with the lines themselves."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[int, Row] = {}
    faults: list[Fault] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        lacking = ", ".join(name for name in COLUMNS if name not in header)
        if lacking:
            needed = f"it takes {', '.join(COLUMNS)}, with commas between them"
            return {}, [(1, f"the header lacks {lacking}; {needed}")]
        for cells in reader:
            if len(cells) > len(header):
                advice = "emails take spaces or semicolons between them"
                faults.append((reader.line_num, f"it has {len(cells)} cells, the header {len(header)}; {advice}"))
            elif any(map(str.strip, cells)):
                padded = [*cells, *[""] * (len(header) - len(cells))]
                rows[reader.line_num] = dict(zip(header, map(str.strip, padded), strict=True))
    except csv.Error as error:
        faults.append((reader.line_num, f"it is no CSV: {error}"))
    return rows, faults


def _team(row: Row) -> str:
    return row["team"] or row["account_id"]


def _entry(row: Row) -> Entry:
    return Entry(
        team=_team(row),
        account_id=row["account_id"],
        region=row["region"],
        emails=emails(row),
        language=row["language"] or LANGUAGES[0],
    )


def _repeated(rows: Mapping[int, Row], column: str) -> Iterable[Fault]:
    """An account holds one lab, and a team is known by its name alone."""
    first: dict[str, int] = {}
    for line, row in rows.items():
        value = row[column] or row["account_id"]
        if value and first.setdefault(value, line) != line:
            yield line, f"{column} {value!r} is in line {first[value]} already"
