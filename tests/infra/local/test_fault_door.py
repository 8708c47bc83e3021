"""The door behind which faults are switched on: for organisers only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.deploy.listener import bind
from infra.local.endpoint import Endpoint
from infra.local.fault_door import FaultDoor
from infra.local.faults import PATH, Fault, Faults
from infra.local.identity import open_account
from infra.local.lab_client import LabClient, LabRefusedError, MistakenError
from infra.local.wsgi import served
from scenario.access import Credentials
from tests.infra.local.conftest import ACCOUNT, REGION, LocalAws, Taken

FAULT = {"kind": "throttle", "operation": "ec2:CreateSnapshot", "times": 3, "rate": 0.5, "seconds": 30.0}


@pytest.fixture
def faults() -> Faults:
    """The faults behind the door."""
    return Faults()


@pytest.fixture
def aws(faults: Faults, empty_cloud: None) -> Iterator[LocalAws]:
    """Local AWS with the door in front."""
    listener = bind("127.0.0.1", 0, option="")
    with served(FaultDoor(Endpoint(handlers={}), faults), listener.socket):
        yield LocalAws(listener.url, open_account(ACCOUNT), Taken())


def door(aws: LocalAws, keys: Credentials | None = None) -> LabClient:
    """Somebody's way to the door, the organiser's by default."""
    return LabClient(aws.url, region=REGION, keys=keys or aws.organiser)


def test_on_and_off(aws: LocalAws, faults: Faults) -> None:
    """A fault is added, shown with how often it struck, and cleared; local AWS is reached through the door."""
    organiser = door(aws)
    assert organiser.call("GET", PATH) == {"faults": []}
    assert organiser.call("POST", PATH, json.dumps(FAULT).encode()) == {"faults": [{**FAULT, "struck": 0}]}
    assert faults.shown(ACCOUNT) == [{**FAULT, "struck": 0}]
    assert organiser.call("DELETE", PATH) == {"faults": []}
    assert aws.client("sts").get_caller_identity()["Account"] == ACCOUNT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "flood"}, "there is no fault 'flood'; there are throttle, unavailable, failed-snapshot, lag"),
        ({"operation": "ec3:CreateSnapshot"}, "there is no service 'ec3', as in `ec2:CreateSnapshot`"),
        ({"kind": "lag", "operation": "s3:*"}, "lag is about operations of ec2 only"),
        ({"operation": "ec2:MakeSnapshot"}, "ec2 has no operation 'MakeSnapshot'"),
        ({"operation": "CreateSnapshot"}, "there is no service 'CreateSnapshot', as in `ec2:CreateSnapshot`"),
    ],
)
def test_a_fault_that_never_strikes_is_refused(
    aws: LocalAws, faults: Faults, change: dict[str, str], message: str
) -> None:
    """Misspelt kinds, services and operations."""
    with pytest.raises(MistakenError, match=message):
        door(aws).call("POST", PATH, json.dumps(FAULT | change).encode())
    assert faults.shown(ACCOUNT) == []


@pytest.mark.parametrize("operation", ["*", "*:Describe*", "s3:*", "ec2:Describe*"])
def test_letters_may_be_left_open(aws: LocalAws, operation: str) -> None:
    """Every call, every service's, every one of a service."""
    (fault,) = door(aws).call("POST", PATH, json.dumps(FAULT | {"operation": operation}).encode())["faults"]
    assert fault["operation"] == operation


def test_learners_cannot(aws: LocalAws, faults: Faults) -> None:
    """Neither a role that may do everything, nor another user, nor wrong keys open the door."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = aws.role("learner", everything)
    iam: Any = aws.client("iam")
    iam.create_user(UserName="mallory")
    key = iam.create_access_key(UserName="mallory")["AccessKey"]
    mallory = Credentials(access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"])
    wrong = Credentials(access_key_id=aws.organiser.access_key_id, secret_access_key="wrong")
    for keys in (role, mallory, wrong):
        with pytest.raises(LabRefusedError):
            door(aws, keys).call("POST", PATH, json.dumps(FAULT).encode())
    assert faults.shown(ACCOUNT) == []


def test_an_organiser_rules_one_account(aws: LocalAws, faults: Faults) -> None:
    """Another team's organiser changes nothing here."""
    other = open_account("222222222222")
    door(aws, other).call("POST", PATH, json.dumps(FAULT).encode())
    assert (faults.shown(ACCOUNT), len(faults.shown("222222222222"))) == ([], 1)
    faults.add(ACCOUNT, Fault(kind="lag", operation="ec2:Describe*"))
    door(aws, other).call("DELETE", PATH)
    assert len(faults.shown(ACCOUNT)) == 1
