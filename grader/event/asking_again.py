"""The function that says who is to be asked again: `{"act", "roster", "began", "execution"}` in.

Out comes what the state machine goes on with: `{"act", "roster", "teams", "at"}`. `roster` names the teams
whose outcome is unknown and may settle by itself, `teams` says how many they are, `at` when to ask them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.event.organiser_account import organiser_account
from grader.event.roster import read_roster, write_roster

LONGEST = timedelta(hours=4)  # that one execution goes on asking: twice as long as an event is waited for


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Write the roster of those who are asked again. Raises botocore's errors."""
    account, roster = organiser_account(), event["roster"]
    s3, outcomes = account.client("s3"), account.outcomes.last(event["act"])
    entries = read_roster(s3.get_object(Bucket=roster["bucket"], Key=roster["key"])["Body"].read())
    now = datetime.now(UTC)
    due = {
        entry: outcome.again_at
        for entry in entries
        if (outcome := outcomes.get(entry.account_id)) and outcome.state == "unknown" and outcome.again_at
    }
    if now >= datetime.fromisoformat(event["began"]) + LONGEST:
        due = {}
    if due:
        roster = {"bucket": account.settings.rosters, "key": f"again/{event['execution']}.json"}
        s3.put_object(Bucket=roster["bucket"], Key=roster["key"], Body=write_roster(due).encode())
    at = max([now, *due.values()])
    return {
        "act": event["act"],
        "roster": roster,
        "teams": len(due),
        "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
