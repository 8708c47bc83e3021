from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.desk.see.asked import Asked
from grader.desk.see.sql import (
    AROUND,
    FEWEST,
    LEAST,
    MINUTE,
    MOST_BINS,
    MOST_ROWS,
    PRINCIPAL,
    ROLE,
    Window,
    picture,
    quoted,
    window,
    written,
)
from grader.desk.see.timeline import rows_of
from infra.deploy.state import Team
from scenario.query import Lake

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=3_000)))
def test_a_window_holds_all_that_is_asked_for(begin: datetime, span: timedelta) -> None:
    """In whole minutes, no more bins than may be, and no bin too many."""
    shown, end = window(begin, begin + span), begin + span
    assert shown.begin <= begin < shown.begin + shown.minutes * MINUTE
    assert shown.end - shown.minutes * MINUTE < end <= shown.end
    assert 1 <= shown.count <= MOST_BINS
    assert (shown.begin.second, shown.begin.microsecond) == (0, 0)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (1, Window(datetime(2026, 3, 1, 8, 7, tzinfo=UTC), 1, 60)),
        (24, Window(datetime(2026, 3, 1, 8, 5, tzinfo=UTC), 5, 289)),
        (24 * 60, Window(datetime(2026, 3, 1, 6, 0, tzinfo=UTC), 360, 241)),
        (24 * 1_000, Window(datetime(2026, 3, 1, tzinfo=UTC), 5_760, 251)),
    ],
)
def test_bins_are_of_round_lengths(hours: int, shown: Window) -> None:
    """From one minute to whole days, and they begin at round times."""
    begin = datetime(2026, 3, 1, 8, 7, tzinfo=UTC)
    assert window(begin, begin + timedelta(hours=hours)) == shown


def test_quotes_stay_within_the_text() -> None:
    """As SQL doubles them."""
    assert quoted("it's '; select") == "'it''s ''; select'"


def test_the_picture_is_what_the_events_say(team: Team) -> None:
    """Counted here event by event, with every burst, and in the same order; the rest is together in one row."""
    stage = team.stage
    begin, end = stage.created_at - timedelta(hours=26), stage.created_at + timedelta(hours=3)
    shown = window(begin, end)
    lake = Lake(team.access.session())
    own = f"{ROLE} not in ('{stage.learner_role_arn}', '{stage.grader_role_arn}')"
    events = lake.run(
        f"select {PRINCIPAL}, eventtime, eventname, errorcode, useridentity.arn from {stage.store_id} "
        f"where {own} and eventtime < '{written(end)}'"
    ).rows
    rows = rows_of(lake.run(picture(stage, Asked(), shown)))

    minutes: dict[str, Counter[int]] = defaultdict(Counter)
    errors, calls = Counter[str](), defaultdict[str, set[str]](set)
    for principal, time, name, error, _ in events:
        assert principal
        assert time
        assert name
        moment = datetime.fromisoformat(time).replace(tzinfo=UTC)
        minutes[principal][(moment - shown.begin) // MINUTE] += 1
        errors[principal] += bool(error)
        calls[principal].add(name)

    def burst(counts: Counter[int], minute: int) -> float:
        near = range(AROUND + 1)
        usual = max(sum(counts[minute - n] for n in near), sum(counts[minute + n] for n in near)) / (AROUND + 1)
        n = counts[minute]
        much = n * math.log(n / usual) - n + usual if n >= FEWEST and n > usual else 0.0
        return much if much >= LEAST else 0.0

    bursts = {who: sum(burst(counts, minute) for minute in list(counts)) for who, counts in minutes.items()}
    order = sorted(minutes, key=lambda who: (-bursts[who], -sum(minutes[who].values()), who))
    assert [row.key for row in rows] == [*order[:MOST_ROWS], *([None] if len(order) > MOST_ROWS else [])]
    for row in rows:
        keys = [row.key] if row.key else order[MOST_ROWS:]
        assert row.keys == len(keys)
        assert row.events == sum(sum(minutes[key].values()) for key in keys) == sum(cell[1] for cell in row.cells)
        assert row.errors == sum(errors[key] for key in keys) == sum(cell[2] for cell in row.cells)
        assert row.burst == pytest.approx(sum(bursts[key] for key in keys), abs=1)
        assert all(0 <= cell[0] < shown.count for cell in row.cells)
        if row.key:
            assert row.calls == len(calls[row.key])
    assert rows[0].key is not None
    assert rows[0].key.endswith(f":{stage.instance_id}")
