"""What `lab up` is asked for."""

from __future__ import annotations

import click
import pytest

from infra.local.cli import teams_of


@pytest.mark.parametrize(
    ("names", "count", "teams"),
    [
        ((), None, ("blue",)),
        (("red", "blue"), None, ("red", "blue")),
        ((), 2, ("team-01", "team-02")),
        ((), 1, ("team-01",)),
    ],
)
def test_teams_are_named_or_numbered(names: tuple[str, ...], count: int | None, teams: tuple[str, ...]) -> None:
    """One is enough."""
    assert teams_of(names, count) == teams


def test_numbers_are_as_long_as_the_longest() -> None:
    """So that they sort."""
    teams = teams_of((), 100)
    assert (teams[0], teams[-1]) == ("team-001", "team-100")
    assert list(teams) == sorted(set(teams))


@pytest.mark.parametrize(("names", "count"), [(("red",), 2), (("red", "blue", "red"), None)])
def test_teams_that_cannot_be_are_refused(names: tuple[str, ...], count: int | None) -> None:
    """Named and numbered; the same name twice."""
    with pytest.raises(click.BadParameter):
        teams_of(names, count)
