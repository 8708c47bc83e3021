"""The organiser's account: composed here, built next door."""

from __future__ import annotations

import re

from aws_cdk import BootstraplessSynthesizer, CfnElement, CfnOutput, Stack
from constructs import Construct

from infra.event.stack import STACK_NAME
from infra.event.stack.functions import Functions
from infra.event.stack.labs import NAME, Labs
from infra.event.stack.machine import Machine
from infra.event.stack.page import Page
from infra.event.stack.parameters import Parameters
from infra.event.stack.storage import Storage
from infra.event.stack.watch import Sign, Watch


class EventStack(Stack):
    """One event. Its parameters and outputs are described in `infra.event.stack`."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(
            scope,
            "Event",
            stack_name=STACK_NAME,
            analytics_reporting=False,
            description="EC2 investigation lab: the organiser's account of an event",
            synthesizer=BootstraplessSynthesizer(),
        )
        asked = Parameters(self)
        storage = Storage(self, "Kept", parameters=asked)
        labs = Labs(self, "Labs", parameters=asked)
        functions = Functions(self, "Functions", parameters=asked, storage=storage, stack_set=NAME)
        machine = Machine(
            self, "Grading", functions=functions, storage=storage, concurrency=asked.number("Concurrency")
        )
        page = Page(self, "Page", function=functions.page.function)
        Watch(self, "Watch", parameters=asked, signs=_signs(functions, machine, page, storage))
        outputs = {
            "StackSetName": labs.stack_set.stack_set_name,
            "StateMachineArn": machine.state_machine.ref,
            "RosterBucket": storage.rosters.bucket_name,
            "ResultsBucket": storage.results.bucket_name,
            "ResultsTable": storage.table.table_name,
            "SecretArn": storage.secret.ref,
            "PageUrl": page.url,
        }
        for key, value in outputs.items():
            CfnOutput(self, key, value=value)

    def _allocate_logical_id(self, cfn_element: CfnElement) -> str:
        """Names without the digits that CDK adds: they say enough."""
        return re.sub(r"[0-9A-F]{8}$", "", str(super()._allocate_logical_id(cfn_element)))


def _signs(functions: Functions, machine: Machine, page: Page, storage: Storage) -> tuple[Sign, ...]:
    run = {"StateMachineArn": machine.state_machine.ref}
    return (
        *(
            Sign(
                name=f"{function.node.id}{metric}",
                namespace="AWS/Lambda",
                metric=metric,
                dimensions={"FunctionName": function.function.ref},
            )
            for function in functions.all
            for metric in ("Errors", "Throttles")
        ),
        *(
            Sign(name=f"Grading{metric}", namespace="AWS/States", metric=metric, dimensions=run)
            for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled")
        ),
        Sign(name="Page5xx", namespace="AWS/ApiGateway", metric="5xx", dimensions={"ApiId": page.api.ref}),
        Sign(
            name="TableThrottled",
            namespace="AWS/DynamoDB",
            metric="WriteThrottleEvents",
            dimensions={"TableName": storage.table.table_name},
        ),
    )
