"""What a lab was, saved before it goes: its stack as it stands, its events, and the reports of the state folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from grader.submissions import SubmissionLog
from infra.deploy.account import Account
from infra.deploy.inventory.known import Known
from infra.deploy.progress import Say, seldom
from infra.deploy.state import StateFolder
from scenario.query import QueryError, open_store
from scenario.stage import Stage, StageIncompleteError


class ExportError(RuntimeError):
    """The evidence could not be saved, so nothing was removed."""


STACK, EVENTS, REPORTS = "stack.json", "events.jsonl", "reports.json"


def save(account: Account, known: Known, state: StateFolder, folder: Path, say: Say) -> None:
    """Write what there is into the folder, made where it is not there: it holds the account's log, so for its owner.

    Raises ExportError; an earlier export of this folder is replaced file by file.
    """
    try:
        _save_all(account, known, state, folder, say)
    except (BotoCoreError, ClientError, OSError, QueryError) as error:
        raise ExportError(
            f"the evidence could not be saved to {folder}, so nothing was removed: {error}; try again, choose another "
            "--export DIR, or leave it out"
        ) from error


def _save_all(account: Account, known: Known, state: StateFolder, folder: Path, say: Say) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for record in known.records:
        if record.stands:
            _save_stack(account, record.stack_id, folder, say)
    if state.submissions.exists():
        with SubmissionLog.open(state.submissions) as log:
            reports = [report.as_json() for lab in log.graded() for report in log.reports(lab)]
        (folder / REPORTS).write_text(json.dumps(reports, indent=2, ensure_ascii=False) + "\n", "utf-8")
        say(f"saved {len(reports)} reports to {folder / REPORTS}")


def _save_stack(account: Account, stack_id: str, folder: Path, say: Say) -> None:
    shown = account.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]
    (folder / STACK).write_text(json.dumps(_described(shown), indent=2) + "\n", "utf-8")
    say(f"saved what the stack says to {folder / STACK}")
    try:
        stage = Stage.from_stack(shown)
    except StageIncompleteError as error:
        say(f"no events are saved: {error}")
    else:
        _save_events(account, stage, folder / EVENTS, say)


def _save_events(account: Account, stage: Stage, path: Path, say: Say) -> None:
    """Every record since the stack was made, one a line, as the store has it."""
    sql = (  # every part is ours: Lake takes no parameters for table names
        f"SELECT eventjson FROM {stage.store_id} "  # noqa: S608
        f"WHERE eventtime >= timestamp '{stage.created_at:%Y-%m-%d %H:%M:%S}' ORDER BY eventtime"
    )
    rows = open_store(account.session, stage).run(sql, heard=seldom(say, "asking the store for its events"))
    lines = [text for text in rows.column("eventjson") if text]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    say(f"saved {len(lines)} events to {path}")


def _described(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Of what DescribeStacks shows, what says what the lab was."""
    return {
        "stack": stack["StackId"],
        "status": stack["StackStatus"],
        "created": stack["CreationTime"].isoformat(),
        "parameters": {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])},
        "outputs": {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])},
    }
