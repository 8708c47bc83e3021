"""CloudTrail shows a learner every call of the grader: none of them may tell what the questions are about."""

from __future__ import annotations

import json
from pathlib import Path

from grader.client import Portal
from infra.deploy.state import StateFolder, Team
from infra.local.lab import Plan, running
from scenario.query import Lake
from scenario.responders.reference import ReferenceLearner

ASKED = 10  # calls of the grader, at the least


def asked(team: Team) -> list[str]:
    """What the grader's role asked of AWS, as the learner finds it in the store."""
    role = team.stage.grader_role_arn
    sql = f"SELECT eventjson FROM {team.access.store_id} WHERE useridentity.sessioncontext.sessionissuer.arn = '{role}'"
    rows = Lake(team.access.session()).run(sql)
    return [json.dumps(json.loads(text or "")["requestParameters"]) for text in rows.column("eventjson")]


def test_no_question_of_the_grader_tells_the_compromised_instance(tmp_path: Path) -> None:
    """Neither the instance among the bystanders nor anything of it, with snapshots and after all is done."""
    plan = Plan(background=100, bystanders=2)
    with running(plan, StateFolder(tmp_path), say=lambda _: None) as lab:
        (team,) = lab.teams
        learner = ReferenceLearner(team.access.session(), store_id=team.access.store_id)
        learner.snapshot(learner.describe(team.stage.bystander_instance_ids[0]))
        portal = Portal(team.access.portal, team.access.token)
        portal.report()
        learner.contain(team.stage.instance_id)
        assert portal.report().open == 0
        questions = asked(team)
    stage = team.stage
    assert len(questions) > ASKED
    assert any("LIKE '%:i-%'" in question for question in questions)
    hosts = sorted([stage.instance_id, *stage.bystander_instance_ids])
    for question in questions:
        named = sorted(hosts, key=lambda host: question.find(host))
        assert stage.instance_id not in question or (named == hosts and all(host in question for host in hosts))
        for thing in (stage.volume_id, stage.interface_id, stage.security_group_id, stage.drop_bucket):
            assert thing not in question
