from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.desk.rate import Rate


def test_so_many_at_once_then_one_by_one() -> None:
    """Three a minute: the fourth at the same moment waits twenty seconds, and then is let in."""
    now = 0.0
    rate = Rate(per_minute=3, clock=lambda: now)
    assert [rate.wait("blue") for _ in range(4)] == [0, 0, 0, 20]
    now = 20.0
    assert [rate.wait("blue") for _ in range(2)] == [0, 20]


def test_each_team_has_its_own() -> None:
    """One team's haste is not another's."""
    rate = Rate(per_minute=1, clock=lambda: 0.0)
    assert [rate.wait(team) for team in ("blue", "red", "blue")] == [0, 0, 60]


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_never_more_than_twice_as_many_in_any_minute(pauses: list[float], per_minute: int) -> None:
    """A full bucket, and what runs in meanwhile."""
    now, admitted = 0.0, []
    rate = Rate(per_minute=per_minute, clock=lambda: now)
    for pause in pauses:
        now += pause
        if rate.wait("blue") == 0:
            admitted.append(now)
    assert all(sum(at <= other <= at + 60 for other in admitted) <= 2 * per_minute for at in admitted)
