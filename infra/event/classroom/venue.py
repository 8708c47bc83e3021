"""The classroom as the verbs of an event see it: a `Venue`, fulfilled from the organiser's terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from grader.desk.team import DeskTeam
from grader.event.outcomes import Outcome, State
from grader.report import Report
from grader.submissions import SubmissionLog
from infra.deploy.cli import answers
from infra.deploy.desks import desks
from infra.deploy.progress import Say, seldom
from infra.deploy.readiness import looks
from infra.deploy.state import Lab, LabIsUpError, NoLabError, StateFolder, write_secret
from infra.event.classroom.asked import Asked, handouts_in, journal_in, path_in
from infra.event.roster import Entry
from infra.event.venue import BUNDLE, REPORT, Standing
from scenario.query import QueryError
from scenario.stage import Stage

AT_ONCE = 4  # teams: the server works for all of them on the same cores
END_WITHIN = 15.0  # seconds
TROUBLE = (BotoCoreError, ClientError, QueryError)
AS_A_WHOLE = "a class ends as a whole: leave --only out, or give a team a fresh lab with `lab reset`"
STOPPED = "its process has ended: `lab event deploy --local --resume` goes on"

Act = Callable[[DeskTeam], Outcome]


@dataclass(frozen=True, slots=True)
class Classroom:
    """The class of a state folder. Methods raise NoLabError where there is none, or none that is served."""

    folder: StateFolder

    def teams(self) -> Sequence[Entry]:
        """As they were asked for, with the accounts that they have."""
        return Asked.of(self.folder).room.teams

    def gone(self) -> Sequence[Entry]:
        """None: a class has the teams that it began with."""
        return ()

    def status(self, teams: Sequence[Entry], say: Say) -> Sequence[Standing]:
        """A lab is "up" while the class is served, else "kept"."""
        lab = self._lab()
        up = self.folder.holder() is not None and answers(lab)
        graded = {outcome.team: outcome for outcome in self.graded(teams)}
        stands = {team.stage.team for team in lab.teams}
        state = "up" if up else "kept"
        return [
            Standing(
                entry=team,
                lab=state if team.team in stands else "",
                cause="" if up else STOPPED,
                graded=graded.get(team.team),
            )
            for team in teams
        ]

    def check(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Ready is who has every kind of event that the answer key needs."""

        def look(desk: DeskTeam) -> Outcome:
            missing = next(iter(looks(desk, timedelta(0)))).missing
            lacking = ", ".join(f"{kind}: {' '.join(sorted(names))}" for kind, names in missing.items() if names)
            return _outcome(
                desk.stage, "check", "unknown" if lacking else "done", f"missing {lacking}" if lacking else ""
            )

        return self._for_each(teams, "check", look, say)

    def grade(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """What a report rests on is written down before the report is kept."""
        with SubmissionLog.open(self.folder.submissions) as log:

            def judge(desk: DeskTeam) -> Outcome:
                collected = desk.collect(log)
                report = desk.judge(collected)
                self._bundles.mkdir(mode=0o700, exist_ok=True)
                text = json.dumps(collected.as_json(), ensure_ascii=False, indent=2)
                write_secret(self._bundles / f"{desk.stage.store_id}.json", text)
                log.add_report(desk.stage.store_id, report, collected.evidence.gathered_at)
                return _graded(desk.stage, report)

            return self._for_each(teams, "grade", judge, say)

    def graded(self, teams: Sequence[Entry]) -> Sequence[Outcome]:
        """From the last report of each team, whoever asked for it."""
        chosen = {team.team for team in teams}
        if not self.folder.submissions.exists():
            return ()
        with SubmissionLog.open(self.folder.submissions) as log:
            last = [(team.stage, log.last_report(team.stage.store_id)) for team in self._lab().teams]
        return [_graded(stage, report) for stage, report in last if report is not None and stage.team in chosen]

    def results(self, teams: Sequence[Entry], say: Say) -> Iterator[tuple[Entry, Mapping[str, bytes]]]:
        """The last report; and the bundle of the last grading by `lab event grade`, where there was one."""
        stages = {team.stage.team: team.stage for team in self._lab().teams}
        with SubmissionLog.open(self.folder.submissions) as log:
            for team in teams:
                store_id = stages[team.team].store_id
                report, bundle = log.last_report(store_id), self._bundles / f"{store_id}.json"
                if report is not None:
                    kept = {REPORT: json.dumps(report.as_json(), ensure_ascii=False, indent=2).encode()}
                    yield team, kept | ({BUNDLE: bundle.read_bytes()} if bundle.exists() else {})

    def find(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """The whole class, whichever of its teams are meant."""
        return self._ending(teams, "find", "its account on this machine, its journal and its handouts")

    def teardown(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """End the process, and forget all accounts; what was handed in and graded stays."""
        outcomes = self._ending(teams, "teardown", "")
        if not outcomes or any(outcome.state == "failed" for outcome in outcomes):
            return outcomes
        pid = self.folder.holder()
        if pid is not None:
            say(f"process {pid} ends")
            os.kill(pid, signal.SIGTERM)
            self._wait_for_end(pid)
        shutil.rmtree(journal_in(self.folder), ignore_errors=True)
        shutil.rmtree(handouts_in(self.folder), ignore_errors=True)
        self.folder.forget()
        return outcomes

    def close(self, say: Say, *, results: bool) -> None:
        """Forget the room, and with `results` all that was handed in and graded."""
        path_in(self.folder).unlink(missing_ok=True)
        if results:
            shutil.rmtree(self._bundles, ignore_errors=True)
            for file in self.folder.path.glob(f"{self.folder.submissions.name}*"):
                file.unlink()

    @property
    def _bundles(self) -> Path:
        return self.folder.path / "bundles"

    def _lab(self) -> Lab:
        Asked.of(self.folder)
        return self.folder.load()

    def _for_each(self, teams: Sequence[Entry], act: str, do: Act, say: Say) -> Sequence[Outcome]:
        """Do it for every team, several at once; what goes wrong for one is its outcome."""
        lab = self._lab()
        if self.folder.holder() is None:
            raise NoLabError(f"nobody serves the class of {self.folder.path}: {STOPPED}")
        chosen = {team.team for team in teams}
        meant = [desk for desk in desks(lab, self.folder.signing_secret()) if desk.stage.team in chosen]

        def outcome(desk: DeskTeam) -> Outcome:
            try:
                return do(desk)
            except TROUBLE as error:
                return _outcome(desk.stage, act, "failed", str(error))

        outcomes = []
        told = seldom(say, f"{act} of {len(meant)} teams")
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for one in pool.map(outcome, meant):
                outcomes.append(one)
                told(time.monotonic() - began)
        return outcomes

    def _ending(self, teams: Sequence[Entry], act: str, cause: str) -> Sequence[Outcome]:
        every = self.teams()
        whole = {team.team for team in teams} == {team.team for team in every}
        state: State = "done" if whole or act == "find" else "failed"
        now = datetime.now(UTC)
        return [
            Outcome(
                team=team.team,
                account_id=team.account_id,
                act=act,
                state=state,
                at=now,
                cause=cause if state == "done" else AS_A_WHOLE,
            )
            for team in teams
        ]

    def _wait_for_end(self, pid: int) -> None:
        until = time.monotonic() + END_WITHIN
        while self.folder.holder() == pid:
            if time.monotonic() > until:
                raise LabIsUpError(
                    f"process {pid} has not ended after {END_WITHIN:.0f} s, and nothing is removed: see "
                    f"{self.folder.log}, end it, then do this again"
                )
            time.sleep(0.05)


def _outcome(stage: Stage, act: str, state: State, cause: str) -> Outcome:
    return Outcome(
        team=stage.team, account_id=stage.account_id, act=act, state=state, at=datetime.now(UTC), cause=cause
    )


def _graded(stage: Stage, report: Report) -> Outcome:
    return Outcome(
        team=stage.team,
        account_id=stage.account_id,
        act="grade",
        state="unknown" if report.open else "done",
        at=report.graded_at,
        score=report.score,
        max=report.max,
        open=report.open,
    )
