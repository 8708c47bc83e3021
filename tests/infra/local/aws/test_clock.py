"""moto tells the lab's time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from moto.core import utils
from moto.s3 import models

from infra.local import clock

s3: Any = models
THEN = datetime(2026, 1, 31, 23, 59, 59, 500_000, UTC)


@pytest.mark.usefixtures("endpoint")
def test_moto_tells_the_time_of_the_call() -> None:
    """Whichever way its modules ask, during a call they get the call's time."""
    with clock.at(THEN):
        assert utils.utcnow() == THEN.replace(tzinfo=None)
        assert utils.unix_time() == THEN.timestamp()
        assert s3.datetime.datetime.now(tz=UTC) == THEN
        assert s3.datetime.datetime.now().astimezone(UTC) == THEN


@pytest.mark.usefixtures("endpoint")
def test_moto_reads_times_as_before() -> None:
    """All else of the module is the library's own."""
    read = utils.str_to_rfc_1123_datetime("Sat, 31 Jan 2026 23:59:59 GMT")
    assert read == THEN.replace(microsecond=0, tzinfo=None)
    assert s3.datetime.timedelta(days=1).days == 1
