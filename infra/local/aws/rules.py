"""Rules of security groups, as the operations on them take and show them.

AWS: a rule for all protocols (-1) needs no ports, shows -1 for them by itself, and nothing as a permission of its
group; AuthorizeSecurityGroup* answer with every rule that they made, each with the owner of its group; a rule may be
changed to name another group (EC2 API reference, ModifySecurityGroupRules).
Bare moto: insists on ports, shows them or not, depending on who has looked before; shows the rules of the last
permission only, without owner, and keeps the old group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import GroupedSecurityRuleView, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

ALL: Final = "-1"
PORTED: Final = ("tcp", "6", "udp", "17")
ALL_PORTS: Final = {"FromPort": -1, "ToPort": -1}


class OwnedRule(SecurityGroupRule):
    """A rule that names the owner of its group, and has ports always."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        if self.ip_protocol == ALL:
            self.from_port = self.to_port = -1

    @property
    def group_owner_id(self) -> str:
        """The account of the group."""
        return self.owner_id


class Permission(GroupedSecurityRuleView):
    """A rule as its group shows it."""

    def __init__(self, from_port: int | None, to_port: int | None, ip_protocol: str | None) -> None:
        ports = (None, None) if ip_protocol == ALL else (from_port, to_port)
        super().__init__(*ports, ip_protocol)


class Rules(EC2Backend):
    """How a backend changes rules."""

    def modify_security_group_rules(self, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        """As moto's, for every protocol and source. Raises InvalidGroup.NotFound."""
        named = {rule_id: rule["ReferencedGroupId"] for rule_id, rule in rules.items() if "ReferencedGroupId" in rule}
        for other in named.values():
            if self.get_security_group_from_id(other) is None:
                raise InvalidSecurityGroupNotFoundError(other)
        super().modify_security_group_rules(group_id, {rule_id: _ported(rule) for rule_id, rule in rules.items()})
        group: Any = self.get_security_group_from_id(group_id)
        for rule_id, new in rules.items():
            rule = group.get_rule(rule_id)
            rule.source_group = {"GroupId": named[rule_id], "UserId": self.account_id} if rule_id in named else {}
            ranges = {key: new[name] for name, key in (("CidrIpv4", "CidrIp"), ("CidrIpv6", "CidrIpv6")) if name in new}
            rule.ip_range = {**ranges, **({"Description": new["Description"]} if "Description" in new else {})}


class RuleAnswers(SecurityGroups):
    """What the operations on groups and rules answer."""

    def create_security_group(self) -> ActionResult:
        """As moto's, with the tags that the group was given."""
        answer: Any = super().create_security_group().result
        tags = self.ec2_backend.get_security_group_from_id(answer["GroupId"]).get_tags()
        return ActionResult({**answer, "Tags": tags} if tags else answer)

    def authorize_security_group_ingress(self) -> ActionResult:
        """As moto's, with the rules of all permissions."""
        return self._authorized(self.ec2_backend.authorize_security_group_ingress)

    def authorize_security_group_egress(self) -> ActionResult:
        """As moto's, with the rules of all permissions."""
        return self._authorized(self.ec2_backend.authorize_security_group_egress)

    def _authorized(self, authorize: Callable[..., tuple[list[Any], Any]]) -> ActionResult:
        self.error_on_dryrun()
        rules = [rule for permission in self._process_rules_from_querystring() for rule in authorize(**permission)[0]]
        return ActionResult({"Return": True, "SecurityGroupRules": rules})


def _ported(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule with ports, which all protocols but two can do without."""
    return rule if str(rule.get("IpProtocol")).lower() in (*PORTED, "none") else {**ALL_PORTS, **rule}
