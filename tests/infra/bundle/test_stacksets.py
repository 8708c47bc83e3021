"""The bundle for StackSets: its commands, run by the AWS CLI against local AWS."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from infra.account.template import template
from infra.bundle.folder import write
from infra.bundle.stacksets import bundle
from infra.deploy.listener import bind
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account
from scenario.access import open_session
from scenario.stage import Stage

ADMINISTRATOR, TARGET = "999999999999", "111111111111"


def commands(readme: str) -> list[str]:
    """The blocks of commands, in their order."""
    return re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)


def test_the_self_managed_commands_make_a_lab(tmp_path: Path) -> None:
    """As they stand: the target account has the stack, whose outputs are a stage of the team that was named."""
    write(tmp_path, bundle(seed="a-seed", store="athena"))
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        administrator, target = open_account(ADMINISTRATOR), open_account(TARGET)
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": administrator.access_key_id,
            "AWS_SECRET_ACCESS_KEY": administrator.secret_access_key,
        }
        session = open_session(target, region="us-east-1", endpoint=cloud.endpoint)
        session.client("iam").create_role(
            RoleName="AWSCloudFormationStackSetExecutionRole", AssumeRolePolicyDocument=json.dumps({"Statement": []})
        )
        self_managed = commands((tmp_path / "README.md").read_text("utf-8"))[0]
        subprocess.run(["sh", "-ec", self_managed], cwd=tmp_path, env=environment, check=True)
        (stack,) = session.client("cloudformation").describe_stacks()["Stacks"]
        stage = Stage.from_stack(stack)
        for account_id in (ADMINISTRATOR, TARGET):
            cloud.close_account(account_id)
    assert stack["StackName"].startswith("StackSet-ec2-investigation-lab-")
    assert (stage.team, stage.account_id, stage.store_kind) == ("red", TARGET, "athena")


def test_the_seed_is_with_the_parameters() -> None:
    """And nowhere else; the template is the shipped one."""
    files = bundle(seed="a-seed-for-tests", store="lake")
    assert [name for name, text in files.items() if "a-seed-for-tests" in text] == ["parameters.json"]
    assert files["template.json"] == template()
