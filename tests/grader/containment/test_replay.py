"""The replay of groups and rules against a slow, obvious model: the scene itself, looked at when the instance ended."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from grader.containment.isolated import isolated
from grader.report import Verdict
from tests.grader.scenes import ORIGINAL, Scene, permission

GROUPS = (ORIGINAL, "sg-0one", "sg-0two")
RULES = (
    ("egress", permission()),
    ("egress", permission("127.0.0.1/32")),
    ("egress", permission("10.0.0.0/8", "tcp", FromPort=443, ToPort=443)),
    ("ingress", permission("0.0.0.0/0", "tcp", FromPort=22, ToPort=22)),
)
CLOSED = [permission("127.0.0.1/32")]

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("group"), st.sampled_from(GROUPS[1:])),
        st.tuples(st.just("rule"), st.sampled_from(GROUPS), st.sampled_from(RULES)),
        st.tuples(st.just("move"), st.sets(st.sampled_from(GROUPS), min_size=1)),
    ),
    max_size=12,
)


def play(scene: Scene, at: int, act: tuple[object, ...]) -> None:
    """One act, where AWS would let it happen."""
    match act:
        case "group", str(group) if group not in scene.groups:
            scene.new_group(at, group)
        case "rule", str(group), (str(side), dict(rule)) if group in scene.groups:
            change = scene.revoke if rule in scene.groups[group][side] else scene.allow
            change(at, group, rule, side)
        case "move", set(groups) if groups <= set(scene.groups):
            scene.move(at, *sorted(groups), by_interface=at % 2 == 0)


def cut_off(scene: Scene) -> bool:
    """Whether the instance is, at this moment."""
    rules = [rule for group in scene.placed for side in scene.groups[group].values() for rule in side]
    return ORIGINAL not in scene.placed and all(rule in CLOSED for rule in rules)


@given(ACTS, ACTS, st.booleans())
def test_any_interleaving_is_judged_by_how_it_stood_at_the_end(
    before: list[tuple[object, ...]], after: list[tuple[object, ...]], interface_gone: bool
) -> None:
    """Whatever came before and after, what counts is the state just before the first termination."""
    scene = Scene()
    for at, act in enumerate(before, 1):
        play(scene, at, act)
    expected = Verdict.PASS if cut_off(scene) else Verdict.FAIL
    scene.terminate(100)
    for at, act in enumerate(after, 101):
        play(scene, at, act)
    scene.hidden |= {"interfaces"} if interface_gone else set()
    assert isolated(scene.evidence(), timedelta(0)).verdict is expected


@given(ACTS)
def test_while_the_instance_lives_it_is_judged_as_it_stands(acts: list[tuple[object, ...]]) -> None:
    """Nothing has ended: the state of now counts."""
    scene = Scene()
    for at, act in enumerate(acts, 1):
        play(scene, at, act)
    assert isolated(scene.evidence(), timedelta(0)).verdict is (Verdict.PASS if cut_off(scene) else Verdict.FAIL)
