"""What a classroom was asked for stays with it, but for whom to write to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.deploy.state import NoLabError, StateFolder
from infra.event.classroom.asked import Asked, path_in
from tests.infra.event.classroom.rooms import entry, room


def test_a_room_comes_back_as_it_was_settled(tmp_path: Path) -> None:
    """With a seed, an account for each team and a token; e-mails are the roster's alone, accounts of a roster stay."""
    folder = StateFolder(tmp_path)
    red = replace(entry("red", language="vi"), emails=("ada@example.com",))
    blue = replace(entry("blue"), account_id="222222222222")
    asked = Asked.settle(room(red, blue, seed="", tls_cert=tmp_path / "cert", tls_key=tmp_path / "key"), folder)
    asked.save(folder)
    again = Asked.settle(room(resume=True), folder)
    assert again == asked
    assert len(again.room.seed) == 32
    assert again.room.teams[0].account_id.isdecimal()
    assert [team.account_id for team in again.room.teams][1] == "222222222222"
    assert "ada@example.com" not in path_in(folder).read_text()
    assert path_in(folder).stat().st_mode & 0o077 == 0


def test_a_file_that_was_edited_is_told(tmp_path: Path) -> None:
    """It is named, and nothing is begun in its place."""
    folder = StateFolder(tmp_path)
    path_in(folder).write_text('{"room": {}}')
    with pytest.raises(NoLabError, match=r"classroom\.json cannot be read \('teams'\)"):
        Asked.of(folder)
