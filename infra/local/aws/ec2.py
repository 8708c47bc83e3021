"""EC2 with every mend: which classes moto makes its backends, instances and answers of, and their precedence."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import moto.ec2.urls
from moto.ec2 import utils
from moto.ec2.models import (
    EC2Backend,
    amis,
    ec2_backends,
    elastic_block_store,
    elastic_ip_addresses,
    elastic_network_interfaces,
    instances,
    security_groups,
)
from moto.ec2.responses import EC2Response

from infra.local.aws.addresses import AddressedInterface, Addresses, public_address
from infra.local.aws.groups import GroupedInstance, GroupedInterface, Groups
from infra.local.aws.ids import ProfileIds, RequestedInterface, resource_digits
from infra.local.aws.instance_images import InstanceImages
from infra.local.aws.interfaces import Interfaces, NamedInterface
from infra.local.aws.lag import LaggingAnswers
from infra.local.aws.new_instances import DescribedInstance, FreshAnswers
from infra.local.aws.public_images import FewImages, PublicImage
from infra.local.aws.root_volume import RootVolumes, UnstatedDevices
from infra.local.aws.rules import OwnedRule, Permission, RuleAnswers, Rules
from infra.local.aws.snapshot_locks import LockableSnapshot, LockAnswers, SnapshotLocks
from infra.local.aws.snapshot_sharing import Sharing, SharingAnswers
from infra.local.aws.snapshots import CopyAnswer, Snapshots, TimedSnapshot
from infra.local.aws.stopped_only import StoppedOnly
from infra.local.aws.tags import TagAnswers
from infra.local.aws.template_instance import TemplateInstance
from infra.local.aws.template_interface import TemplateInterface
from infra.local.aws.terminated import MortalInstance, Terminated, TerminatedAnswer
from infra.local.aws.volumes import Volumes
from infra.local.aws.vpcs import Vpcs


class MendedInstance(TemplateInstance, MortalInstance, GroupedInstance, DescribedInstance):
    """An instance with every mend."""


class MendedInterface(TemplateInterface, RequestedInterface, NamedInterface, AddressedInterface, GroupedInterface):
    """An interface with every mend."""


class MendedSnapshot(TimedSnapshot, LockableSnapshot):
    """A snapshot with every mend."""


class MendedBackend(
    Terminated,
    StoppedOnly,
    Groups,
    Rules,
    Vpcs,
    Interfaces,
    Addresses,
    RootVolumes,
    Volumes,
    InstanceImages,
    SnapshotLocks,
    Sharing,
    Snapshots,
    FewImages,
    ProfileIds,
    EC2Backend,
):
    """One account's EC2 in one region, with every mend."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.ec2.urls


class MendedResponse(
    LaggingAnswers,
    TerminatedAnswer,
    UnstatedDevices,
    RuleAnswers,
    LockAnswers,
    SharingAnswers,
    CopyAnswer,
    TagAnswers,
    FreshAnswers,
    EC2Response,
):
    """What EC2 answers, with every mend."""


def mend() -> None:
    """Have moto build EC2 from the classes above. What it held in EC2 until now is forgotten."""
    replaced: tuple[tuple[ModuleType, str, Any], ...] = (
        (instances, "Instance", MendedInstance),
        (elastic_network_interfaces, "NetworkInterface", MendedInterface),
        (elastic_block_store, "Snapshot", MendedSnapshot),
        (security_groups, "SecurityGroupRule", OwnedRule),
        (security_groups, "GroupedSecurityRuleView", Permission),
        (amis, "Ami", PublicImage),
        (elastic_ip_addresses, "random_ip", public_address),
        (utils, "random_resource_id", resource_digits),
    )
    for module, name, ours in replaced:
        setattr(module, name, ours)
    moto.ec2.urls.url_paths["{0}/"] = MendedResponse.dispatch
    ec2_backends.backend = MendedBackend
    ec2_backends.clear()
