"""Deleting what a stack made, each type of resource.

AWS: a deleted stack's resources are gone; what is gone already counts as deleted; a bucket with objects in it, or a
network with foreign things in it, is DELETE_FAILED.
Bare moto: interfaces, endpoints, gateways, routes, route tables, their associations and addresses stay behind; a
bucket with objects stays without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.cloudformation import parsing
from moto.core.exceptions import ServiceException
from moto.ec2.models import EC2Backend, ec2_backends
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from infra.local.aws.failure import ResourceFailedError

IN_EC2: Final[Mapping[str, Callable[[EC2Backend, Any], Any]]] = {
    "AWS::EC2::EIP": lambda ec2, address: ec2.release_address(allocation_id=address.allocation_id),
    "AWS::EC2::InternetGateway": lambda ec2, gateway: ec2.delete_internet_gateway(gateway.id),
    "AWS::EC2::NetworkInterface": lambda ec2, interface: ec2.delete_network_interface(interface.id),
    "AWS::EC2::Route": lambda ec2, route: ec2.delete_route(route.route_table.id, route.destination_cidr_block),
    "AWS::EC2::RouteTable": lambda ec2, table: ec2.delete_route_table(table.id),
    "AWS::EC2::VPCEndpoint": lambda ec2, endpoint: ec2.delete_vpc_endpoints([endpoint.id]),
    "AWS::EC2::VPCGatewayAttachment": lambda ec2, attachment: ec2.detach_internet_gateway(
        attachment.gateway_id, attachment.vpc_id
    ),
}


def delete(resource: Any, definition: Mapping[str, Any], account_id: str, region: str) -> None:
    """Delete one resource of a stack. Raises ServiceException, AwsError, ResourceFailedError."""
    kind = definition["Type"]
    try:
        if kind in IN_EC2:
            IN_EC2[kind](ec2_backends[account_id][region], resource)
        elif kind == "AWS::S3::Bucket":
            _delete_bucket(resource.name, account_id, region)
        elif callable(getattr(resource, "delete", None)):
            resource.delete(account_id, region)
        else:
            parsing.resource_class_from_type(kind).delete_from_cloudformation_json(
                resource.physical_resource_id, dict(definition), account_id, region
            )
    except ServiceException as error:
        if not _means_gone(error.code):
            raise


def _means_gone(code: str) -> bool:
    return "NotFound" in code or code.startswith("NoSuch")


def _delete_bucket(name: str, account_id: str, region: str) -> None:
    if s3_backends[account_id][get_partition(region)].delete_bucket(name) is None:
        raise ResourceFailedError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
