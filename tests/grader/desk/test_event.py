from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.event import LEADS_TO, Acts, Event, Kind, NotNowError, Phase, event_id, event_of
from grader.submissions import Act, SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

T0 = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ORGANISER = "organiser-token-of-128-bits"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def acts(*kinds: Kind | tuple[Kind, str]) -> list[Act]:
    """One act a minute, from minute 0 on."""
    named = [kind if isinstance(kind, tuple) else (kind, "") for kind in kinds]
    return [Act(of="e", kind=kind, at=minute(at), detail=detail) for at, (kind, detail) in enumerate(named)]


def after(*kinds: Kind | tuple[Kind, str], at: float = 60) -> Event:
    return event_of(acts(*kinds), minute(at))


ENDS = (Kind.ENDS_AT, minute(30).isoformat())


def test_a_lab_without_an_organiser_is_running() -> None:
    """Whoever learns alone needs no start."""
    assert after() == Event(at=minute(60), phase=Phase.RUNNING)


@pytest.mark.parametrize(
    ("done", "phase", "since"),
    [
        ((Kind.HOLD,), Phase.BEFORE, 0),
        ((Kind.HOLD, Kind.START), Phase.RUNNING, 1),
        ((Kind.PAUSE,), Phase.PAUSED, 0),
        ((Kind.PAUSE, Kind.RESUME), Phase.RUNNING, 1),
        ((Kind.PAUSE, Kind.END), Phase.ENDED, 1),
        ((Kind.HOLD, Kind.END), Phase.ENDED, 1),
        ((Kind.END, Kind.RESUME), Phase.RUNNING, 1),
    ],
)
def test_an_organiser_leads_it(done: tuple[Kind, ...], phase: Phase, since: int) -> None:
    """From phase to phase, with when each began."""
    event = after(*done)
    assert event == Event(at=minute(60), phase=phase, since=minute(since))
    assert event.taking is (phase is Phase.RUNNING)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ENDS_AT])
def test_what_a_phase_does_not_allow_changes_nothing(phase: Phase, kind: Kind) -> None:
    """Whatever order acts came in, they add up to an event."""
    to_phase = {
        Phase.BEFORE: (Kind.HOLD,),
        Phase.RUNNING: (),
        Phase.PAUSED: (Kind.PAUSE,),
        Phase.ENDED: (Kind.END,),
    }
    before = after(*to_phase[phase])
    assert before.phase is phase
    assert (after(*to_phase[phase], kind) == before) is (kind not in before.allowed)


def test_it_ends_by_the_clock() -> None:
    """To the second, whether it was paused meanwhile or not."""
    assert after(ENDS, at=29.99).taking
    assert after(ENDS, at=30) == Event(at=minute(30), phase=Phase.ENDED, since=minute(30), ends=minute(30))
    assert after(ENDS, Kind.PAUSE).phase is Phase.ENDED
    assert [after(ENDS, at=at).left for at in (0, 29.99, 31)] == [1800, 1, None]
    assert after(ENDS, (Kind.ENDS_AT, "")) == Event(at=minute(60))


def test_whoever_goes_on_after_the_end_has_no_end() -> None:
    """Else it would end at once again; an end that is still to come stays."""
    late = (Kind.ENDS_AT, minute(2).isoformat())
    assert after(late, Kind.FREEZE, Kind.UNFREEZE, Kind.RESUME) == Event(at=minute(60), since=minute(3))
    assert after(ENDS, Kind.END, Kind.RESUME, at=5).ends == minute(30)


def test_a_scoreboard_is_frozen_as_of_a_time() -> None:
    """In every phase, until it is thawed."""
    assert after(Kind.PAUSE, Kind.FREEZE).frozen == minute(1)
    assert after(Kind.FREEZE, Kind.FREEZE).frozen == minute(0)
    assert after(Kind.FREEZE, Kind.UNFREEZE).frozen is None


def test_acts_outlive_the_desk(tmp_path: Path) -> None:
    """A lab that goes on finds them; one that is made anew, with another token, is another event."""
    with SubmissionLog.open(tmp_path / "log") as log:
        Acts(log, event_id(ORGANISER)).do(Kind.PAUSE)
    with SubmissionLog.open(tmp_path / "log") as log:
        phases = [Acts(log, event_id(token)).event().phase for token in (ORGANISER, "another")]
    assert phases == [Phase.PAUSED, Phase.RUNNING]


@pytest.mark.parametrize(
    ("kind", "detail", "why"),
    [
        (Kind.START, "", "the event is running: it cannot start now"),
        (Kind.UNFREEZE, "", "the event is running: it cannot unfreeze now"),
        (Kind.ENDS_AT, T0.isoformat(), "an event can only end in the future"),
    ],
)
def test_what_cannot_be_done_is_not_kept(tmp_path: Path, kind: Kind, detail: str, why: str) -> None:
    """It is said so."""
    with SubmissionLog.open(tmp_path / "log") as log:
        held = Acts(log, "e", clock=lambda: T0)
        with pytest.raises(NotNowError, match=why):
            held.do(kind, detail)
        assert log.acts("e") == []


def test_every_phase_can_be_left() -> None:
    """No organiser is ever stuck."""
    assert set(LEADS_TO) == set(Phase)
    assert all(LEADS_TO.values())


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


REFUSED = {
    Kind.HOLD: "the event has not begun yet: nothing is taken until the organiser starts it",
    Kind.PAUSE: "the event is paused: nothing is taken until the organiser goes on",
    Kind.END: "the event has ended: nothing is taken any more",
}


@pytest.mark.parametrize("kind", list(REFUSED))
@pytest.mark.parametrize("path", ["/api/sheet", "/api/report", "/api/hints/isolated/1"])
def test_nothing_is_taken_while_it_does_not_run(log: SubmissionLog, kind: Kind, path: str) -> None:
    """409 with why, and nothing is kept; what was kept can be read."""
    Acts(log, event_id(ORGANISER)).do(kind)
    app = create_app((desk_team(),), log, organiser_token=ORGANISER)
    with serving(app) as url, httpx.Client(base_url=url, headers=BEARER) as client:
        answer, hints = client.post(path, json={"instance_id": "i-1"}), client.get("/api/hints/isolated")
        vietnamese = client.post(path, headers={"Accept-Language": "vi"})
    assert (answer.status_code, answer.json()) == (409, {"error": REFUSED[kind]})
    assert vietnamese.json()["error"].startswith("sự kiện ")
    assert (hints.status_code, log.sheets("blue"), log.hints("blue"), log.reports("blue")) == (200, [], {}, [])
