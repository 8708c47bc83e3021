"""What AWS's rules for good solutions find in the lab, and why it stays: said beside the construct that it is about.

The rules are cdk-nag's pack AwsSolutions. A test runs them and lets pass what was acknowledged here; whoever
synthesises needs only CDK, and the template shows nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import Construct


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Let findings stand in a construct and in all below it: by rule, as "EC29" or "IAM5[Resource::*]", the reason."""
    for rule, reason in reasons.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason))
