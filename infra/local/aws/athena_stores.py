"""The stores behind Athena's views: every query sees what the files hold when it starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import DecodeError, Raw, Struct, json

from infra.local.aws.athena_catalog import File, Table, table_of, views
from infra.local.lake import Lake
from infra.local.lake.views import Line, OpenView, StaleViewError, View, Views


def side_of(account_id: str) -> str:
    """Whose these stores are in the lake: an account of their own, so that CloudTrail's API shows none of them."""
    return f"athena:{account_id}"


class LogFile(Struct):
    """A log file as CloudTrail writes it, on one line."""

    Records: list[Raw]


@dataclass(slots=True)
class Shown:
    """A view with its store, and the files that it shows."""

    opened: OpenView
    table: Table
    files: dict[str, str] = field(default_factory=dict)  # the tag by key
    size: int = 0  # bytes of all files


class Stores:
    """The stores behind the views of all accounts. Any thread may ask."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._views = Views(lake)
        self._lock = threading.Lock()
        self._shown: dict[tuple[str, str], dict[str, Shown]] = {}  # by account and region, then by the view's name

    def of(self, account_id: str, region: str) -> Mapping[str, Shown]:
        """The account's views by name, each up to date. Raises StaleViewError."""
        with self._lock:
            known = self._shown.setdefault((account_id, region), {})
            found = {view.name: view for view in views(account_id, region)}
            for name in [name for name, shown in known.items() if found.get(name) != shown.opened.view]:
                self._lake.delete_store(side_of(account_id), region, known.pop(name).opened.store.id)
            for name, view in found.items():
                if name not in known:
                    known[name] = self._open(account_id, region, view)
                self._update(known[name])
            return dict(known)

    def forget(self, account_id: str) -> None:
        """Drop all that there is of an account."""
        with self._lock:
            for key in [key for key in self._shown if key[0] == account_id]:
                del self._shown[key]
            self._lake.forget(side_of(account_id))

    def _open(self, account_id: str, region: str, view: View) -> Shown:
        database = view.name.partition(".")[0]
        table = table_of(account_id, region, database, self._views.table_of(view))
        return Shown(self._views.open(side_of(account_id), region, view, table.columns), table)

    def _update(self, shown: Shown) -> None:
        fresh = [file for file in shown.table.files() if shown.files.get(file.key) != file.tag]
        if any(file.key in shown.files for file in fresh):
            raise StaleViewError("local AWS takes files of logs that are written once, and one was written again")
        if lines := [line for file in fresh for line in _split(file)]:
            self._views.add(shown.opened, lines)
        shown.files |= {file.key: file.tag for file in fresh}
        shown.size += sum(file.size for file in fresh)


def _split(file: File) -> Iterator[Line]:
    """The file's lines, those with many records as lines with one each: a view makes the same of them, in less time."""
    for text, *partition in file.lines():
        try:
            records: Sequence[Raw] = json.decode(text, type=LogFile).Records
        except DecodeError:
            yield (text, *partition)
            continue
        for record in records:
            yield ('{"Records":[' + bytes(record).decode() + "]}", *partition)
