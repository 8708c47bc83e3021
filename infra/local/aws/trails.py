"""Trails: what CloudTrail's API makes of them. Their log files are `trail_delivery`'s.

AWS: a trail's bucket has to let CloudTrail in; names are unique, five trails to a region; event selectors replace each
other; a status tells of real deliveries (API reference: CreateTrail, PutEventSelectors, GetTrailStatus).
Bare moto: takes any bucket of the account, any number of trails and a second one of the same name; says that a trail
without selectors has none; deletes by name only, and without a word; a status tells that all went well just now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import ModuleType
from typing import Any, Final

import moto.cloudtrail.urls
from moto.cloudtrail import models
from moto.cloudtrail.exceptions import S3BucketDoesNotExistException
from moto.cloudtrail.models import CloudTrailBackend, Trail, TrailStatus, cloudtrail_backends
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.exceptions import JsonRESTError

from infra.local import clock
from infra.local.aws import trail_selectors
from infra.local.aws.trail_bucket import AccessDeniedError, NoSuchBucketError, TrailBucket
from infra.local.call import AwsError

MOST_TRAILS: Final = 5  # in one region, those of other regions that log here included


class MendedStatus(TrailStatus):
    """Whether a trail logs, and what became of its last delivery. Times are UTC."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[datetime, datetime | None]] = []  # in which it logged; the last may be open
        self.attempted: datetime | None = None
        self.delivered: datetime | None = None
        self.error = ""  # of the last attempt: S3's error code

    def start_logging(self) -> None:
        """Log from now on."""
        if not self.is_logging:
            self.is_logging, self.started = True, clock.now()
            self._spans.append((self.started, None))

    def stop_logging(self) -> None:
        """Log no more."""
        if self.is_logging:
            self.is_logging, self.stopped = False, clock.now()
            self._spans[-1] = (self._spans[-1][0], self.stopped)

    def logged_at(self, time: str) -> bool:
        """Did the trail log at an eventTime? Events may come late, so that it is no matter whether it logs now."""
        return any(_text(start) <= time and (end is None or time <= _text(end)) for start, end in self._spans)

    def attempt(self, time: datetime, error: str = "") -> None:
        """Take note of a delivery, or of one that failed."""
        self.attempted, self.error = time, error
        if not error:
            self.delivered = time

    def description(self) -> dict[str, Any]:
        """What GetTrailStatus shows."""
        moments = {
            "LatestDeliveryTime": self.delivered,
            "StartLoggingTime": self.started,
            "StopLoggingTime": self.stopped,
        }
        texts = {
            "LatestDeliveryAttemptTime": self.attempted,
            "LatestDeliveryAttemptSucceeded": self.delivered,
            "LatestNotificationAttemptTime": None,
            "LatestNotificationAttemptSucceeded": None,
            "TimeLoggingStarted": self.started,
            "TimeLoggingStopped": self.stopped,
        }
        return {
            "IsLogging": self.is_logging,
            **({"LatestDeliveryError": self.error} if self.error else {}),
            **{name: moment.timestamp() for name, moment in moments.items() if moment},
            **{name: _text(moment) if moment else "" for name, moment in texts.items()},
        }


class MendedTrail(Trail):
    """A trail, its bucket and its selectors as AWS has them."""

    status: MendedStatus

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        self.status = MendedStatus()

    @property
    def bucket(self) -> TrailBucket:
        """Where log files go."""
        return TrailBucket(name=self.bucket_name, trail_arn=self.arn)

    @property
    def folder(self) -> str:
        """The beginning of the key of every log file."""
        prefix = f"{self.s3_key_prefix.strip('/')}/" if self.s3_key_prefix else ""
        return f"{prefix}AWSLogs/{self.account_id}/CloudTrail/"

    def check_bucket_exists(self) -> None:
        """Raise JsonRESTError unless CloudTrail can deliver to the bucket."""
        try:
            self.bucket.check(self.folder)
        except NoSuchBucketError:
            raise S3BucketDoesNotExistException(f"S3 bucket {self.bucket_name} does not exist!") from None
        except AccessDeniedError as error:
            reason = f" ({error})" if error.args else ""
            raise JsonRESTError(
                "InsufficientS3BucketPolicyException",
                f"Incorrect S3 bucket policy is detected for bucket: {self.bucket_name}{reason}",
            ) from error

    def takes(self, record: Mapping[str, Any], *, ever: bool = False) -> bool:
        """Does this record of its account belong into the trail's log files? `ever`: whenever it happened."""
        return (
            (ever or self.status.logged_at(record["eventTime"]))
            and (self.is_multi_region or record["awsRegion"] == self.region_name)
            and trail_selectors.takes(self.event_selectors, self.advanced_event_selectors, record)
        )

    def put_event_selectors(
        self, event_selectors: list[dict[str, Any]] | None, advanced_event_selectors: list[dict[str, Any]] | None
    ) -> None:
        """Have these selectors and no others. Raises JsonRESTError."""
        basic, advanced = event_selectors or [], advanced_event_selectors or []
        try:
            trail_selectors.check(basic, advanced)
        except AwsError as error:
            raise JsonRESTError(error.code, error.message) from error
        self.event_selectors = [dict(trail_selectors.whole(selector)) for selector in basic]
        self.advanced_event_selectors = advanced

    def get_event_selectors(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Basic and advanced ones."""
        if self.event_selectors or self.advanced_event_selectors:
            return self.event_selectors, self.advanced_event_selectors
        return [dict(trail_selectors.EVERYTHING_MANAGED)], []

    def update(self, *settings: Any, **named: Any) -> None:
        """Change what is given. Raises JsonRESTError, and changes nothing, for a bucket that cannot be used."""
        before = dict(vars(self))
        super().update(*settings, **named)
        try:
            self.check_bucket_exists()
        except JsonRESTError:
            vars(self).update(before)
            raise

    def description(self, include_region: bool = True) -> dict[str, Any]:
        """What GetTrail and DescribeTrails show."""
        shown = super().description(include_region=include_region)
        shown["HasCustomEventSelectors"] = bool(self.event_selectors or self.advanced_event_selectors)
        shown["HasInsightSelectors"] = bool(self.insight_selectors)
        return {name: value for name, value in shown.items() if value is not None}


class MendedBackend(CloudTrailBackend):
    """One account's trails in one region."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.cloudtrail.urls

    def create_trail(self, name: str, *settings: Any, **named: Any) -> Trail:
        """Create a trail. Raises JsonRESTError."""
        if name in self.trails:
            raise JsonRESTError(
                "TrailAlreadyExistsException", f"Trail {name} already exists for customer: {self.account_id}"
            )
        if len(list(self.describe_trails(include_shadow_trails=True))) >= MOST_TRAILS:
            raise JsonRESTError(
                "MaximumNumberOfTrailsExceededException",
                f"User: {self.account_id} already has {MOST_TRAILS} trails in {self.region_name}.",
            )
        return super().create_trail(name, *settings, **named)

    def delete_trail(self, name: str) -> None:
        """Delete a trail by its name or ARN. Raises JsonRESTError."""
        del self.trails[self.get_trail(name).trail_name]


class MendedResponse(CloudTrailResponse):
    """What CloudTrail answers about trails."""

    def describe_trails(self) -> str:
        """Those that are named, or all."""
        wanted = self._get_param("trailNameList")
        trails = self.cloudtrail_backend.describe_trails(self._get_bool_param("includeShadowTrails", True))
        shown = [trail for trail in trails if not wanted or {trail.trail_name, trail.arn} & set(wanted)]
        return json.dumps({"trailList": [trail.description(include_region=True) for trail in shown]})


def trails_of(account_id: str) -> Iterable[MendedTrail]:
    """All trails of an account, whatever their region."""
    # Copies: other threads may make trails meanwhile.
    for backend in tuple(cloudtrail_backends[account_id].values()):
        for trail in tuple(backend.trails.values()):
            if isinstance(trail, MendedTrail):
                yield trail


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def mend() -> None:
    """Have moto build CloudTrail from the classes above. The trails that it held until now are forgotten."""
    models.Trail = MendedTrail  # type: ignore[misc, assignment]
    moto.cloudtrail.urls.url_paths["{0}/$"] = MendedResponse.dispatch
    cloudtrail_backends.backend = MendedBackend
    cloudtrail_backends.clear()
