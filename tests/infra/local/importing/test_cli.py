"""The verb, and that grades know nothing of what it brings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from grader.client import Portal
from grader.report import Finding, Report
from infra.cli import lab as stem
from infra.deploy.state import Lab, StateFolder, Team
from scenario.query import Lake
from tests.infra.local.importing.files import RECORDS, write_gzip, write_lines


def run(folder: StateFolder, *arguments: str) -> Result:
    """`lab import` for the team blue of the lab of this folder."""
    return CliRunner().invoke(
        stem, ["import", "--state", str(folder.path), "--team", "blue", *arguments], standalone_mode=False
    )


def findings(report: Report) -> list[Finding]:
    """What is graded, without what a report says of its own time."""
    return list(report.findings)


def forged(team: Team, record: dict[str, Any], number: int, name: str) -> dict[str, Any]:
    """A record of the lab's own account and instance that would contain it, if it counted."""
    stage = team.stage
    return {
        **record,
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventName": name,
        "eventSource": "ec2.amazonaws.com",
        "awsRegion": stage.region,
        "recipientAccountId": stage.account_id,
        "requestParameters": {
            "volumeId": stage.volume_id,
            "instancesSet": {"items": [{"instanceId": stage.instance_id}]},
        },
        "userIdentity": {**record["userIdentity"], "principalId": f"AROAEXAMPLE:{stage.instance_id}"},
        "eventTime": "2099-01-01T00:00:00Z",
    }


def test_an_import_changes_no_answer_and_no_grade(
    lab: Lab, team: Team, state_folder: StateFolder, tmp_path: Path
) -> None:
    """Records that speak of the lab's own instance are in the import store, where the learner finds them, and nowhere
    else: the report is the same before and after, and the lab's store holds none of them."""
    own = [record for record in RECORDS if "principalId" in record["userIdentity"]]
    names = ["TerminateInstances", "CreateSnapshot", "ListBuckets", "PutObject"] * 10
    records = [forged(team, record, n, name) for n, (record, name) in enumerate(zip(own, names, strict=False))]
    portal = Portal(team.access.portal, team.access.token)
    before = portal.report()
    result = run(state_folder, str(write_gzip(tmp_path / "log.json.gz", {"Records": records})), "--json")
    document = json.loads(result.stdout)
    assert (result.return_value, document["imported"], document["skipped"]) == (0, len(records), [])
    assert findings(portal.report()) == findings(before)
    session = team.access.session()
    lake = Lake(session)
    count = "select count(*) from {} where eventid like '00000000-0000-4000-8000-%'"
    assert lake.run(count.format(document["store"])).rows == ((str(len(records)),),)
    assert lake.run(count.format(team.stage.store_id)).rows == (("0",),)
    attribute: Any = [{"AttributeKey": "EventId", "AttributeValue": records[0]["eventID"]}]
    assert session.client("cloudtrail").lookup_events(LookupAttributes=attribute)["Events"] == []


def test_the_report_is_for_people(lab: Lab, team: Team, state_folder: StateFolder, tmp_path: Path) -> None:
    """Without --json it is text; nothing imported is exit code 1."""
    file = write_lines(tmp_path / "log.jsonl", *RECORDS[:10], "no json")
    first = run(state_folder, str(file), "--store", "people")
    assert first.return_value == 0
    assert first.stdout.startswith("imported 10 records from 1 files in ")
    assert "event data store" in first.stdout
    second = run(state_folder, str(file), "--store", "people")
    assert second.return_value == 1
    assert "skipped 10 events that these files or the store hold already" in second.stdout


def test_it_is_for_labs_on_this_machine(lab: Lab, team: Team, tmp_path: Path) -> None:
    """A lab on AWS has no such door."""
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    folder.save(replace(lab, teams=(replace(team, access=replace(team.access, endpoint=None)),)))
    result = run(folder, str(write_lines(tmp_path / "log.jsonl", RECORDS[0])))
    assert "on this machine only" in str(result.exception)
