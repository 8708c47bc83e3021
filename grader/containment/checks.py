"""Every containment check, by the id of its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from grader.containment.isolated import isolated
from grader.containment.judgement import Judgement
from grader.containment.no_collateral_damage import no_collateral_damage
from grader.containment.snapshotted import snapshotted
from grader.containment.terminated import terminated
from grader.evidence.bundle import Evidence

CHECKS: Mapping[str, Callable[[Evidence, timedelta], Judgement]] = {
    "snapshotted": snapshotted,
    "isolated": isolated,
    "terminated": terminated,
    "no_collateral_damage": no_collateral_damage,
}
