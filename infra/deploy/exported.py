"""What a lab was, saved before it goes: its stack as it stands, its events, and the reports of the state folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.submissions import SubmissionLog
from infra.deploy.account import Account
from infra.deploy.inventory import Known
from infra.deploy.state import StateFolder
from scenario.query import open_store
from scenario.stage import Stage, StageIncompleteError

STACK, EVENTS, REPORTS = "stack.json", "events.jsonl", "reports.json"


def save(account: Account, known: Known, state: StateFolder, folder: Path, say: Callable[[str], None]) -> None:
    """Write what there is into the folder, made where it is not there: it holds the account's log, so for its owner.

    Raises OSError, QueryError, botocore's errors; an earlier export of this folder is replaced file by file.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for record in known.records:
        if record.stands:
            _save_stack(account, record.stack_id, folder, say)
    if state.submissions.exists():
        with SubmissionLog.open(state.submissions) as log:
            reports = [report.as_json() for lab in log.graded() for report in log.reports(lab)]
        (folder / REPORTS).write_text(json.dumps(reports, indent=2, ensure_ascii=False) + "\n", "utf-8")
        say(f"saved {len(reports)} reports to {folder / REPORTS}")


def _save_stack(account: Account, stack_id: str, folder: Path, say: Callable[[str], None]) -> None:
    shown = account.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]
    (folder / STACK).write_text(json.dumps(_described(shown), indent=2) + "\n", "utf-8")
    say(f"saved what the stack says to {folder / STACK}")
    try:
        stage = Stage.from_stack(shown)
    except StageIncompleteError as error:
        say(f"no events are saved: {error}")
    else:
        _save_events(account, stage, folder / EVENTS, say)


def _save_events(account: Account, stage: Stage, path: Path, say: Callable[[str], None]) -> None:
    """Every record since the stack was made, one a line, as the store has it."""
    sql = (  # every part is ours: Lake takes no parameters for table names
        f"SELECT eventjson FROM {stage.store_id} "  # noqa: S608
        f"WHERE eventtime >= timestamp '{stage.created_at:%Y-%m-%d %H:%M:%S}' ORDER BY eventtime"
    )
    asked = open_store(account.session, stage)
    rows = asked.run(sql, heard=lambda seconds: say(f"asking the store for its events ({seconds:.0f} s)"))
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
