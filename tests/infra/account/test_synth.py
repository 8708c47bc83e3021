"""What the constructs say today: that it is what is shipped, and what AWS's rules for good solutions find in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.account.synth import lab_stack, synthesise
from infra.account.template import template

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
WEAK = "weak on purpose: "


class Synthesis:
    """The app and the template of one synthesis that AwsSolutions has looked at."""

    def __init__(self) -> None:
        self.template = synthesise(lab_stack, self._look)

    def _look(self, app: App) -> None:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        self.app = app

    def acknowledged(self) -> Iterator[tuple[str, str, str]]:
        """The construct's path, the rule and the reason of every finding that may stand."""
        for construct in self.app.node.find_all():
            for entry in construct.node.metadata:
                said: Any = entry.data
                if entry.type == ACKNOWLEDGED:
                    yield from ((construct.node.path, rule, reason) for rule, reason in said.items())


@pytest.fixture(scope="module")
def synthesis() -> Synthesis:
    """One is enough. It ends in an error where AwsSolutions finds what nobody has acknowledged."""
    return Synthesis()


def test_the_shipped_template_is_fresh(synthesis: Synthesis) -> None:
    """What is shipped says what the constructs and `scenario/story.py` say today; `make synth` renews it."""
    assert json.loads(template()) == synthesis.template


def test_what_is_weak_is_weak_in_named_ways_only(synthesis: Synthesis) -> None:
    """The compromised host's role looks around and uploads, and every host can be terminated; that is all."""
    weak = {
        (path, rule.rpartition("-")[2]) for path, rule, reason in synthesis.acknowledged() if reason.startswith(WEAK)
    }
    assert weak == {
        ("Lab/Web/Role", "IAM5[Resource::*]"),
        ("Lab/Web/Role", "IAM5[Resource::<DataExchange.Arn>/*]"),
        *((f"Lab/{host}/Instance", "EC29") for host in ("Web", "Back/Api", "Back/Billing", "Back/Jobs")),
    }


def test_every_reason_says_something(synthesis: Synthesis) -> None:
    """In one line."""
    reasons = [reason for _, _, reason in synthesis.acknowledged()]
    assert all(20 < len(reason) < 120 and "\n" not in reason for reason in reasons)
    assert len(reasons) > 10
