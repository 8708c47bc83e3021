"""What makes an AWS account fit for a lab, one check each. None changes anything; all raise botocore's errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.account.template import template
from infra.deploy.account import Account
from infra.deploy.doctor.permissions import refused
from infra.deploy.inventory.finders import PENDING_DELETION
from infra.deploy.inventory.known import learn
from infra.deploy.inventory.survey import counted, survey
from infra.deploy.stack import STACK_NAME
from infra.deploy.store import best_store, store_statuses

MOST_STORES = 10  # in a region, those pending deletion too; not adjustable
MOST_TRAILS = 5  # in a region; not adjustable
PROCESSORS = 2  # of one t3.micro
HOSTS = 3  # of a lab, without --bystanders
STANDARD = "acdhimrtz"  # the first letters of the instance types that share a quota of processors
FEW = 5  # what is named of a longer list


class Verdict(StrEnum):
    """What a check says."""

    OK = "ok"
    PROBLEM = "problem"
    UNKNOWN = "unknown"  # AWS did not answer


Seen = tuple[Verdict, str]
"""What a check says, in a sentence: what was seen, and what to do where that is no good."""


def identity(account: Account) -> Seen:
    """Who asks, and where."""
    return Verdict.OK, str(account)


def region(account: Account) -> Seen:
    """Whether the account has switched the region on."""
    (shown,) = account.client("ec2").describe_regions(RegionNames=[account.region], AllRegions=True)["Regions"]
    if shown["OptInStatus"] == "not-opted-in":
        return Verdict.PROBLEM, f"{account.region} is not switched on in this account: do so, or choose --region"
    return Verdict.OK, f"{account.region} is switched on"


def permissions(account: Account) -> Seen:
    """Whether the caller may do all that deploying and clearing takes. Raises NobodyToAskAboutError too."""
    missing = refused(account)
    if not missing:
        return Verdict.OK, "all that `lab deploy` and `lab teardown` do is allowed, as IAM simulates it"
    named = ", ".join(missing[:FEW])
    rest = f" and {len(missing) - FEW} more" if len(missing) > FEW else ""
    return Verdict.PROBLEM, f"IAM's simulation refuses {named}{rest}: ask for them, or choose another --profile"


def store(account: Account) -> Seen:
    """Which store `auto` would take."""
    if best_store(account.session) == "lake":
        return Verdict.OK, "`--store auto` takes lake: the account has an event data store, so CloudTrail Lake is open"
    return Verdict.OK, "`--store auto` takes athena: no event data store says that CloudTrail Lake is open here"


def stores(account: Account) -> Seen:
    """Whether there is room for one more event data store."""
    statuses = store_statuses(account.client("cloudtrail"))
    leaving = statuses.count(PENDING_DELETION)
    held = f"{len(statuses)} of {MOST_STORES} event data stores, {leaving} of them deleted less than seven days ago"
    if len(statuses) < MOST_STORES:
        return Verdict.OK, held
    return Verdict.PROBLEM, f"{held}: choose --store athena, another region, or wait"


def trails(account: Account) -> Seen:
    """Whether there is room for one more trail; those of other regions that reach into this one count."""
    shown = account.client("cloudtrail").describe_trails(includeShadowTrails=True)["trailList"]
    held = f"{len(shown)} of {MOST_TRAILS} trails"
    if len(shown) < MOST_TRAILS:
        return Verdict.OK, held
    return Verdict.PROBLEM, f"{held}: delete one, choose another region, or --store lake where that is open"


def vpcs(account: Account) -> Seen:
    """Whether there is room for one more VPC."""
    pages = account.client("ec2").get_paginator("describe_vpcs").paginate()
    held = sum(len(page["Vpcs"]) for page in pages)
    return _room(account, held, 1, "VPCs", "vpc", "L-F678F1CE")


def processors(account: Account) -> Seen:
    """Whether the instances of a lab may run beside those that run already."""
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = account.client("ec2").get_paginator("describe_instances").paginate(Filters=running)
    instances = [one for page in pages for reservation in page["Reservations"] for one in reservation["Instances"]]
    held = sum(_processors(one) for one in instances if one["InstanceType"][0] in STANDARD)
    return _room(account, held, HOSTS * PROCESSORS, "processors of running instances", "ec2", "L-1216C47A")


def image(account: Account) -> Seen:
    """Whether the public parameter names an image here."""
    name = json.loads(template())["Parameters"]["MachineImage"]["Default"]
    try:
        value = account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return Verdict.PROBLEM, f"{account.region} has no public parameter {name}: choose another region"
    return Verdict.OK, f"Amazon Linux 2023 is {value}"


def leftovers(account: Account) -> Seen:
    """What is there of this lab or an earlier one."""
    there = survey(account, learn(account))
    if not there:
        return Verdict.OK, "nothing of an earlier lab is there"
    listed = ", ".join(counted(len(ids), what) for what, ids in there.found.items() if ids)
    standing = [record.status for record in there.known.records if record.stands]
    if standing and standing[0] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return Verdict.OK, f"a lab stands here ({STACK_NAME}): {listed}"
    return Verdict.PROBLEM, f"an earlier lab left {listed}: clear it with `lab teardown`"


CHECKS: Final[Mapping[str, Callable[[Account], Seen]]] = {
    "credentials": identity,
    "region": region,
    "permissions": permissions,
    "store": store,
    "event data stores": stores,
    "trails": trails,
    "VPCs": vpcs,
    "instances": processors,
    "machine image": image,
    "leftovers": leftovers,
}
"""In the order in which they are told."""


def _room(account: Account, held: int, more: int, what: str, service: str, code: str) -> Seen:
    """Whether so many more fit into a quota of Service Quotas."""
    quota = account.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    most = int(quota["Value"])
    said = f"{held} of {most} {what}"
    if held + more <= most:
        return Verdict.OK, said
    return Verdict.PROBLEM, f"{said}, and a lab takes {more}: ask for more (Service Quotas, {service} {code})"


def _processors(instance: Mapping[str, Any]) -> int:
    shown = instance.get("CpuOptions", {})
    return int(shown.get("CoreCount", PROCESSORS)) * int(shown.get("ThreadsPerCore", 1))
