"""Trails' log files: events gathered for some seconds, then written to the buckets as CloudTrail writes them.

AWS: every few minutes a gzipped {"Records": [...]} for each region, under
AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz, whose times are
those of the delivery; what cannot be delivered is tried again.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import gzip
import json
import logging
import secrets
import string
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from infra.local.aws.trail_bucket import AccessDeniedError, NoSuchBucketError
from infra.local.aws.trails import MendedTrail, trails_of

Record = Mapping[str, Any]

INTERVAL = 5.0  # seconds that events are gathered
MOST_RECORDS = 10_000  # in one file
UNIQUE = string.ascii_letters + string.digits
FAILURES = {NoSuchBucketError: "NoSuchBucket", AccessDeniedError: "AccessDenied"}

_log = logging.getLogger(__name__)


class TrailDelivery:
    """Takes records as they are recorded, and writes them to the buckets of the trails that take them.

    Every method may be called from any thread. `interval` is in seconds.
    """

    def __init__(self, *, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._gathered: dict[tuple[MendedTrail, str], list[Record]] = defaultdict(list)  # by trail and region
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._something = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trail delivery", daemon=True)
        self._thread.start()

    def take(self, records: Sequence[Record]) -> None:
        """Gather records for the trails of their accounts that log them."""
        trails = {account: tuple(trails_of(account)) for account in {r["recipientAccountId"] for r in records}}
        taken = [
            (trail, record)
            for record in records
            for trail in trails[record["recipientAccountId"]]
            if trail.takes(record)
        ]
        if taken:
            with self._lock:
                for trail, record in taken:
                    self._gathered[trail, record["awsRegion"]].append(record)
            self._something.set()

    def flush(self) -> None:
        """Deliver everything taken until now; return when it is in the buckets, or could not be put there."""
        with self._writing:
            self._something.clear()
            with self._lock:
                gathered, self._gathered = self._gathered, defaultdict(list)
            for (trail, region), records in gathered.items():
                self._deliver(trail, region, records)

    def deliver_earlier(self, account_id: str, earlier: Callable[[], Sequence[str]]) -> None:
        """Deliver what happened before the account's trails were made, as if they had been there.

        `earlier` gives these records as JSON; it is asked only where there is a trail.
        """
        for trail in trails_of(account_id):
            taken: dict[str, list[Record]] = defaultdict(list)
            for record in map(json.loads, earlier()):
                if trail.takes(record, ever=True):
                    taken[record["awsRegion"]].append(record)
            for region, those in taken.items():
                self._deliver(trail, region, those)

    def close(self) -> None:
        """Stop; what is not delivered yet is lost with the buckets."""
        self._ended.set()
        self._something.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._something.wait()
            if not self._ended.wait(self._interval):
                self.flush()

    def _deliver(self, trail: MendedTrail, region: str, records: list[Record]) -> None:
        time = datetime.now(UTC)
        for start in range(0, len(records), MOST_RECORDS):
            content = json.dumps({"Records": records[start : start + MOST_RECORDS]}, separators=(",", ":"))
            try:
                trail.bucket.put(log_file_key(trail, region, time), gzip.compress(content.encode()))
            except tuple(FAILURES) as error:
                self._keep(trail, region, records[start:], FAILURES[type(error)], time)
                return
        trail.status.attempt(time)

    def _keep(self, trail: MendedTrail, region: str, records: list[Record], error: str, time: datetime) -> None:
        """Keep what could not be delivered for the next time, as long as there is the trail."""
        if trail.status.error != error:
            _log.warning("trail %s cannot deliver to %s: %s", trail.arn, trail.bucket_name, error)
        trail.status.attempt(time, error)
        if trail in trails_of(trail.account_id):
            with self._lock:  # before those that came meanwhile
                self._gathered[trail, region] = records + self._gathered[trail, region]
            self._something.set()


def log_file_key(trail: MendedTrail, region: str, time: datetime) -> str:
    """A new key for a log file of events of this region, delivered at this time (UTC)."""
    unique = "".join(secrets.choice(UNIQUE) for _ in range(16))
    name = f"{trail.account_id}_CloudTrail_{region}_{time:%Y%m%dT%H%MZ}_{unique}.json.gz"
    return f"{trail.folder}{region}/{time:%Y/%m/%d}/{name}"
