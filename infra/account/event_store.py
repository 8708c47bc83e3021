"""Where the account's events can be queried: in CloudTrail Lake or in Athena, as the deployer chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aws_cdk import CfnCondition, CfnResource, Fn
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.account.athena_store import AthenaStore
from infra.account.lake_store import LakeStore


class EventStore(Construct):
    """Both stores, of which one is made: `conditions` are those of the parameter, by the store's kind.

    `id` is what SQL names after FROM; what mentions it is made once events are taken.
    """

    def __init__(
        self, scope: Construct, name: str, *, buckets: Sequence[s3.Bucket], conditions: Mapping[str, CfnCondition]
    ) -> None:
        super().__init__(scope, name)
        self._conditions = conditions
        self._stores: Mapping[str, LakeStore | AthenaStore] = {
            "lake": LakeStore(self, "Lake", buckets=buckets),
            "athena": AthenaStore(self, "Default", buckets=buckets),  # names are short without another word
        }
        for kind, store in self._stores.items():
            _make_if(conditions[kind], store)
        lake, athena = self._stores["lake"], self._stores["athena"]
        self.id = Fn.condition_if(conditions["lake"].logical_id, lake.id, athena.id).to_string()

    def let_ask(self, roles: Sequence[iam.Role]) -> None:
        """Give these roles what asking the chosen store takes."""
        for kind, store in self._stores.items():
            policy = iam.Policy(self, f"Ask{kind.capitalize()}", statements=list(store.asking), roles=list(roles))
            acknowledge(policy, store.wide)
            _make_if(self._conditions[kind], policy)


def _make_if(condition: CfnCondition, part: Construct) -> None:
    for resource in _resources(part):
        resource.cfn_options.condition = condition


def _resources(part: Construct) -> Iterator[CfnResource]:
    for child in part.node.find_all():
        if isinstance(child, CfnResource):
            yield child
