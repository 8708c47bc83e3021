"""The CDK app that cdk.json starts, and the only reader of CDK context."""

from __future__ import annotations

from infra.account.node import use_packaged_node


def main() -> None:
    """Synthesise the stack of one team's account. `-c stack=NAME` gives it another name."""
    use_packaged_node()
    from aws_cdk import App

    from infra.account.stack import LabStack

    app = App()
    LabStack(app, stack_name=app.node.try_get_context("stack") or "ec2-investigation-lab")
    app.synth()


if __name__ == "__main__":
    main()
