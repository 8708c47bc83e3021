"""One upload walks through the whole house: step, call, record, row, answer, event, finding, report."""

from __future__ import annotations

import json
from typing import Any

from grader.client import Portal
from infra.deploy.state import Lab, Team
from infra.local.metadata import credentials_of
from scenario.access import open_session
from scenario.answer_key import key_of
from scenario.query import Lake
from scenario.story import Story, draw, team_seed
from scenario.traffic import play


def test_one_upload_keeps_its_ids_from_the_story_to_the_report(lab: Lab, team: Team) -> None:
    """The request id that the instance got and the event id of its record are those that the report shows."""
    stage, access = team.stage, team.access

    # Step: the first upload of the story.
    story = draw(team_seed(lab.seed, stage.account_id), stage.region)
    step = next(step for step in story.steps if step.operation == "PutObject")

    # Call: played alone, as the instance.
    answers: list[dict[str, Any]] = []
    session = open_session(
        credentials_of(stage.account_id, stage.region, stage.instance_id), region=stage.region, endpoint=lab.endpoint
    )
    session.events.register("after-call.s3.PutObject", lambda parsed, **_: answers.append(parsed))
    played = play(Story(story.seed_id, (step,)), stage, session)
    assert (played.calls, played.surprises, len(answers)) == (1, (), 1)
    request_id = answers[0]["ResponseMetadata"]["RequestId"]

    # Record and row: what the learner's SQL sees.
    lake = Lake(access.session())
    about = f"from {access.store_id} where requestid = '{request_id}'"
    found = lake.run(f"select eventid, eventname, eventjson {about}")
    ((event_id, event_name, text),) = found.rows
    record = json.loads(str(text))
    assert (event_name, record["requestID"], record["eventID"]) == ("PutObject", request_id, event_id)
    assert record["userIdentity"]["principalId"].endswith(f":{stage.instance_id}")
    assert record["requestParameters"]["key"] == step.parameters["Key"]

    # Answer: by the workshop's own query.
    sql = (
        f"select element_at(requestparameters, 'key') as file from {access.store_id} "
        f"where eventid = '{event_id}' and eventname = 'PutObject'"
    )
    ((file,),) = lake.run(sql).rows
    assert file == step.parameters["Key"]

    # Finding and report: all files handed in, this one among them.
    portal = Portal(access.portal, access.token)
    portal.submit(json.dumps({"uploaded_files": key_of(stage, lab.seed)["uploaded_files"]}).encode())
    (finding,) = [finding for finding in portal.report().findings if finding.id == "uploaded_files"]
    assert (str(finding.verdict), finding.points) == ("pass", finding.max)
    assert event_id in finding.evidence
