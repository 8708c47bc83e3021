"""NoEcho parameters in everything that shows parameters, except DescribeStacks, which `stack` sees to.

AWS: "CloudFormation returns the parameter value masked as asterisks (*****) for any calls that describe the stack or
stack events" (template anatomy, Parameters).
Bare moto: DescribeChangeSet, DescribeStackSet and DescribeStackInstance show the value.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from infra.local.aws.parameters import masked
from infra.local.aws.stack import ToldStack


class MaskedAnswers(CloudFormationResponse):
    """CloudFormation's answers, with NoEcho parameters as asterisks."""

    def describe_change_set(self) -> ActionResult:
        """As moto's, masked."""
        shown: Any = copy(super().describe_change_set().result)
        shown.parameters = masked(shown.template_dict, shown.parameters)
        return ActionResult(shown)

    def describe_stack_set(self) -> ActionResult:
        """As moto's, masked."""
        answer: Any = super().describe_stack_set().result
        shown = copy(answer["StackSet"])
        shown.parameters = masked(ToldStack.parse_template(shown.template), shown.parameters)
        return ActionResult({"StackSet": shown})

    def describe_stack_instance(self) -> ActionResult:
        """As moto's, masked."""
        answer: Any = super().describe_stack_instance().result
        template = self.cloudformation_backend.describe_stack_set(self._get_param("StackSetName")).template
        shown = {**answer["StackInstance"]}
        shown["ParameterOverrides"] = _masked_list(ToldStack.parse_template(template), shown["ParameterOverrides"])
        return ActionResult({"StackInstance": shown})


def _masked_list(template: dict[str, Any], overrides: Any) -> list[dict[str, Any]]:
    given = overrides if isinstance(overrides, dict) else {o["ParameterKey"]: o["ParameterValue"] for o in overrides}
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in masked(template, given).items()]
