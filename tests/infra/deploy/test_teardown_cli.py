"""`lab teardown`, as organisers type it, in accounts of local AWS."""

from __future__ import annotations

from pathlib import Path

from scenario.exits import Exit
from tests.infra.deploy.accounts import everything, grade, leave_traces, play_stories, solve
from tests.infra.deploy.conftest import Spare


def test_labs_come_and_go_in_one_account_and_leave_nothing(spare: Spare, tmp_path: Path) -> None:
    """Two labs are deployed, attacked, solved and removed: neither leaves anything, nor enters the other's grade."""
    before = everything(spare.session)
    for store in ("lake", "athena"):
        assert spare.deploy("--store", store, "--bystanders", "1").code == Exit.DONE
        play_stories(spare)
        assert grade(spare).score == 0
        solve(spare)
        report = grade(spare)
        assert (report.score, report.max) == (100, 100)
        team = spare.folder.load().teams[0]
        leave_traces(team.access.session(), team.stage)
        done = spare.lab("teardown", "--profile", "spare", "--export", str(tmp_path / store), answer="y\n")
        assert (done.code, everything(spare.session)) == (Exit.DONE, before), done.out
        again = spare.lab("teardown", "--profile", "spare")
        assert (again.code, again.out) == (Exit.DONE, "nothing of a lab is there\n")
