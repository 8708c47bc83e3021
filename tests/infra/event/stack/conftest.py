"""The shipped template to ask questions of. That it is fresh is proved once, in test_synth.py."""

from __future__ import annotations

import json

import pytest

from infra.event.stack.template import event_template
from tests.infra.account.resources import Resources


@pytest.fixture
def resources() -> Resources:
    """The shipped template's resources."""
    return Resources(json.loads(event_template()))
