"""What all doors of organisers have in common: what cannot be read is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import pytest

from infra.deploy.listener import bind
from infra.deploy.state import Team
from infra.local import faults, reset
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account
from infra.local.importing import wire
from infra.local.lab_client import LabClient, LabRefusedError
from tests.infra.local.conftest import ACCOUNT, REGION, reset_cloud

FAULT = {"kind": "throttle", "operation": "ec2:CreateSnapshot", "times": 3, "rate": 0.5, "seconds": 30.0}
STORE = {"name": "imported", "readers": []}


@pytest.fixture(scope="module")
def door() -> Iterator[LabClient]:
    """The organiser's way to the doors of a served cloud; no team is ever reset."""

    def never(account_id: str, new_seed: bool) -> Team:
        raise AssertionError(account_id, new_seed)

    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        cloud.resets.open(never)
        yield LabClient(cloud.endpoint, region=REGION, keys=open_account(ACCOUNT))
    reset_cloud()


@pytest.mark.parametrize("path", [faults.PATH, reset.PATH, wire.PATH])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe{", b"[" * 100_000, b"[]", b"7", b"null", b'"throttle"', b"{}"],
    ids=lambda b: str(b[:9]),
)
def test_what_is_no_document_is_refused(door: LabClient, path: str, body: bytes) -> None:
    """Neither JSON, nor an object, nor one with anything in it."""
    with pytest.raises(LabRefusedError, match="this cannot be read: "):
        door.call("POST", path, body)


@pytest.mark.parametrize(
    ("path", "document", "complaint"),
    [
        (faults.PATH, FAULT | {"colour": "red"}, "unknown field `colour`"),
        (faults.PATH, FAULT | {"kind": ["throttle"]}, r"`\$\.kind`"),
        (faults.PATH, FAULT | {"operation": 7}, r"`\$\.operation`"),
        (faults.PATH, FAULT | {"times": "often"}, r"`\$\.times`"),
        (faults.PATH, FAULT | {"times": True}, r"`\$\.times`"),
        (faults.PATH, FAULT | {"rate": None}, r"`\$\.rate`"),
        (faults.PATH, FAULT | {"rate": 2}, r"`\$\.rate`"),
        (faults.PATH, FAULT | {"seconds": -1}, r"`\$\.seconds`"),
        (reset.PATH, {"new_seed": "yes"}, r"`\$\.new_seed`"),
        (reset.PATH, {"new_seed": True, "seed": 1}, "unknown field `seed`"),
        (wire.PATH, STORE | {"name": 7}, r"`\$\.name`"),
        (wire.PATH, STORE | {"readers": "arn"}, r"`\$\.readers`"),
        (wire.PATH, STORE | {"readers": [7]}, r"`\$\.readers\[0\]`"),
    ],
)
def test_a_field_that_is_wrong_is_named(door: LabClient, path: str, document: object, complaint: str) -> None:
    """Unknown ones, and values of another type."""
    with pytest.raises(LabRefusedError, match=f"this cannot be read: .*{complaint}"):
        door.call("POST", path, json.dumps(document).encode())


@pytest.mark.parametrize("batch", [b"", b"\xff", msgspec.msgpack.encode([["a"]]), msgspec.msgpack.encode([["a", 7]])])
def test_what_is_no_batch_is_refused(door: LabClient, batch: bytes) -> None:
    """Pairs of texts."""
    store = door.call("POST", wire.PATH, json.dumps(STORE).encode())["id"]
    with pytest.raises(LabRefusedError, match="this cannot be read: it is no batch"):
        door.call("POST", f"{wire.PATH}/{store}", batch)
