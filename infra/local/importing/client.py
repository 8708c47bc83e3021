"""Sending records to a running lab, batch by batch, while the next ones are read."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.local.importing.found import Found
from infra.local.importing.logs import Skipped, read_log
from infra.local.importing.report import ImportReport
from infra.local.importing.wire import PATH, pack
from infra.local.lab_client import LabClient
from scenario.access import Credentials

MOST_RECORDS = 4_096  # of one batch: one of the store's row groups
MOST_CHARACTERS = 8_000_000
SENDERS = 2  # batches on their way at the same time: the lab works on as many at once


class ImportClient:
    """The import door of the lab at `endpoint`, for the organiser whose keys these are.

    `readers` are the ARNs of the roles that may query what is imported.
    """

    def __init__(self, endpoint: str, *, region: str, keys: Credentials, readers: Sequence[str]) -> None:
        self._lab = LabClient(endpoint, region=region, keys=keys)
        self._readers = list(readers)

    def open(self, name: str) -> str:
        """The id of the account's import store of this name, made if there is none. Raises LabRefusedError."""
        return str(self._lab.call("POST", PATH, json.dumps({"name": name, "readers": self._readers}).encode())["id"])

    def add(self, store_id: str, records: Sequence[Found]) -> dict[str, Any]:
        """Send records, each eventID once; the answer is `{"known": [eventID], "refused": {eventID: why}}`.

        Raises LabRefusedError.
        """
        return self._lab.call("POST", f"{PATH}/{store_id}", pack(records))


def import_logs(
    client: ImportClient, name: str, files: Sequence[Path], hear: Callable[[int, int], None]
) -> ImportReport:
    """Import these files into the team's import store of this name.

    `hear` is told of progress: how many records have been read, and how many bytes of the files. Raises
    LabRefusedError; what was sent before stays in the store, and the same files can be imported again.
    """
    report, began = ImportReport(files=len(files)), time.monotonic()
    waiting: deque[tuple[Future[dict[str, Any]], list[Found]]] = deque()
    with ThreadPoolExecutor(SENDERS) as sender:
        for batch in _batches(_fresh(files, report, hear)):
            report.store_id = report.store_id or client.open(name)
            if len(waiting) == SENDERS:
                _settle(*waiting.popleft(), report)
            waiting.append((sender.submit(client.add, report.store_id, batch), batch))
        while waiting:
            _settle(*waiting.popleft(), report)
    report.seconds = time.monotonic() - began
    return report


def _fresh(files: Iterable[Path], report: ImportReport, hear: Callable[[int, int], None]) -> Iterator[Found]:
    """Every event of the files once; the report hears of the rest."""
    seen: set[str] = set()
    before = 0
    for path in files:
        size = 0

        def read(position: int) -> None:
            nonlocal size
            size = position
            hear(len(seen), before + position)  # noqa: B023 - it is called in this round only

        for item in read_log(path, read):
            if isinstance(item, Skipped):
                report.skip(item)
            elif item.id in seen:
                report.skip(Skipped("duplicate", path, item.id))
            else:
                seen.add(item.id)
                yield item
        before += size


def _batches(records: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    length = 0
    for record in records:
        batch.append(record)
        length += len(record.text)
        if len(batch) == MOST_RECORDS or length > MOST_CHARACTERS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _settle(sent: Future[dict[str, Any]], batch: list[Found], report: ImportReport) -> None:
    """Wait for the answer to a batch, and count what became of it."""
    answer = sent.result()
    known, refused = set(answer["known"]), answer["refused"]
    taken = batch
    if known or refused:
        taken = [record for record in batch if record.id not in known and record.id not in refused]
        for record in batch:
            if record.id in known:
                report.skip(Skipped("duplicate", record.path, record.id))
            elif record.id in refused:
                report.skip(Skipped("refused", record.path, f"{record.id}: {refused[record.id]}"))
    if taken:
        times = [record.time for record in taken]
        report.came(min(times), max(times), len(taken))
