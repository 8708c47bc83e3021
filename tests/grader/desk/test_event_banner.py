from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.event import Acts, Kind, event_id, utc_now
from grader.submissions import SubmissionLog
from tests.grader.desk.test_event import BEARER, ORGANISER
from tests.grader.desk_teams import desk_team
from tests.grader.serving import serving


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.HOLD, ["Not begun yet."]),
        (Kind.PAUSE, ["Paused."]),
        (Kind.END, ["The event has ended."]),
        (Kind.FREEZE, []),
    ],
)
def test_learners_are_told_of_the_event(tmp_path: Path, kind: Kind, said: list[str]) -> None:
    """Where it runs there is nothing to say; nobody else is told."""
    with SubmissionLog.open(tmp_path / "log") as log:
        Acts(log, event_id(ORGANISER)).do(kind)
        with serving(create_app((desk_team(),), log, organiser_token=ORGANISER)) as url:
            banner = httpx.get(f"{url}/event-banner", headers=BEARER)
            nobody = httpx.get(f"{url}/event-banner")
    assert (banner.status_code, re.findall("<strong>(.*)</strong>", banner.text)) == (200, said)
    assert nobody.status_code == 401


def test_learners_see_how_much_time_is_left(tmp_path: Path) -> None:
    """In seconds, for the page to count down."""
    with SubmissionLog.open(tmp_path / "log") as log:
        Acts(log, event_id(ORGANISER)).do(Kind.ENDS_AT, (utc_now() + timedelta(hours=1, minutes=2)).isoformat())
        with serving(create_app((desk_team(),), log, organiser_token=ORGANISER)) as url:
            banner = httpx.get(f"{url}/event-banner", headers=BEARER).text
    ((left, shown),) = re.findall(r'data-left="(\d+)">(\d:\d\d:\d\d)<', banner)
    assert 3600 < int(left) <= 3720
    assert shown[:4] in ("1:01", "1:02")
