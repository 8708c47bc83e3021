"""The lab's side of `lab fault`.

| request | answer |
|---|---|
| GET /_lab/faults | 200 `{"faults": [...]}`: the account's faults, each with how often it `struck` |
| POST /_lab/faults: a fault | the same, with this one |
| DELETE /_lab/faults | the same: none |
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import botocore.session

from infra.local.call import AwsError
from infra.local.faults import KINDS, PATH, Fault, Faults
from infra.local.message import Message
from infra.local.organiser_door import App, Journal, OrganiserDoor


class FaultDoor(OrganiserDoor):
    """Where organisers switch faults on and off."""

    path = PATH

    def __init__(self, app: App, faults: Faults, journal: Journal | None = None) -> None:
        super().__init__(app, journal)
        self._faults = faults

    def serve(self, message: Message, account_id: str, region: str) -> Mapping[str, Any]:
        """Raises AwsError for what is no fault, and for one that could never strike."""
        if message.method == "POST":
            self._faults.add(account_id, checked(self.document(message, Fault)))
        elif message.method == "DELETE":
            self._faults.clear(account_id)
        return {"faults": self._faults.shown(account_id)}


def checked(fault: Fault) -> Fault:
    """The same fault. Raises AwsError where it is about no operation that there is."""
    service, _, operation = fault.operation.partition(":")
    session = botocore.session.get_session()
    if fault.kind not in KINDS:
        raise AwsError("InvalidParameterValue", f"there is no fault {fault.kind!r}; there are {', '.join(KINDS)}")
    if service != (KINDS[fault.kind].service or service):
        raise AwsError("InvalidParameterValue", f"{fault.kind} is about operations of {KINDS[fault.kind].service} only")
    if service == "*":
        return fault
    if service not in session.get_available_services():
        raise AwsError("InvalidParameterValue", f"there is no service {service!r}, as in `ec2:CreateSnapshot`")
    if not any(fnmatchcase(name, operation) for name in session.get_service_model(service).operation_names):
        raise AwsError("InvalidParameterValue", f"{service} has no operation {operation!r}")
    return fault
