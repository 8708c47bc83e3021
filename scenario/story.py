"""The story: what the compromised instance did, drawn from a team's seed, and its player for that instance.

Standard library only and Python 3.9 syntax: this file runs on the instance as it is, with AWS CLI v2 as `aws`:

    LAB_SEED=... python3 story.py play --account 111111111111 --region eu-west-1 \
        --names '{"drop_bucket": "...", "instance_id": "i-..."}' [--pace 0.1] [--first N]

- `LAB_SEED` is the lab's seed, read from the environment only; the team's seed is computed here.
- `--names` are the placeholders that the story needs.
- `--pace` stretches the timeline of two hours: 1 as written, 0.1 in twelve minutes, 0 (default) without any pause.
- `--first` stops after N steps.

It ends with 0 when all steps were tried; that AWS refuses some of them is part of the story.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar

T = TypeVar("T")
SCHEMA = "ec2-investigation-lab/story/1"
GLOBAL_REGION = "us-east-1"  # where CloudTrail writes IAM's events


@dataclass(frozen=True)
class Step:
    """One API call of the story.

    `service` is boto3's name ("s3"), `operation` the API's ("ListBuckets"), `region` the one called, which for a
    global service is the one that CloudTrail writes. Strings in `parameters` may hold placeholders in braces, filled
    in from the stage by whoever plays the step. `at` is in seconds since the story began.
    """

    at: float
    service: str
    operation: str
    region: str
    parameters: Dict[str, Any] = field(default_factory=dict)
    body: str = ""  # what an upload holds; empty for every other call
    refused: bool = False  # the instance's role may not make this call
    event_source: str = ""  # as CloudTrail writes it: "s3.amazonaws.com"
    event_name: str = ""  # as CloudTrail writes it
    read_only: bool = True  # as CloudTrail writes it


@dataclass(frozen=True)
class Story:
    """Ordered steps, by `at`. `seed_id` names the seed without giving it away."""

    seed_id: str
    steps: Tuple[Step, ...]


class Kind(NamedTuple):
    """A call that the story may make, as often and wherever the dice say."""

    service: str
    operation: str
    where: str = "any"  # "any" region of the story, "home", or "global"
    parameters: Mapping[str, Any] = {}
    primary: bool = False  # may be the call made most
    refused: bool = False


DROP = {"Bucket": "{drop_bucket}"}
USER_DATA = {"InstanceId": "{instance_id}", "Attribute": "userData"}
IDENTITY = Kind("sts", "GetCallerIdentity", primary=True)
BUCKETS = Kind("s3", "ListBuckets")
COMPUTE = (
    Kind("ec2", "DescribeInstances", primary=True),
    Kind("ec2", "DescribeRegions"),
    Kind("ec2", "DescribeAvailabilityZones"),
    Kind("ec2", "DescribeSecurityGroups", primary=True),
    Kind("ec2", "DescribeSubnets"),
    Kind("ec2", "DescribeVpcs"),
    Kind("ec2", "DescribeNetworkInterfaces", primary=True),
    Kind("ec2", "DescribeVolumes", primary=True),
    Kind("ec2", "DescribeSnapshots", parameters={"OwnerIds": ["self"]}, primary=True),
    Kind("ec2", "DescribeImages", parameters={"Owners": ["self"]}),
)
ALLOWED = (
    Kind("s3", "GetBucketLocation", "home", DROP),
    Kind("iam", "ListAccountAliases", "global"),
    Kind("kms", "ListAliases"),
    Kind("lambda", "ListFunctions", primary=True),
    Kind("dynamodb", "ListTables", primary=True),
    Kind("cloudtrail", "DescribeTrails"),
    Kind("logs", "DescribeLogGroups", primary=True),
)
REFUSED = (
    Kind("iam", "ListUsers", "global", primary=True, refused=True),
    Kind("iam", "ListRoles", "global", primary=True, refused=True),
    Kind("iam", "GetAccountAuthorizationDetails", "global", refused=True),
    Kind("iam", "GetAccountSummary", "global", refused=True),
    Kind("secretsmanager", "ListSecrets", primary=True, refused=True),
    Kind("ssm", "DescribeParameters", primary=True, refused=True),
    Kind("sns", "ListTopics", refused=True),
    Kind("kms", "ListKeys", refused=True),
    Kind("s3", "GetBucketPolicy", "home", DROP, refused=True),
    Kind("ec2", "GetPasswordData", "home", {"InstanceId": "{instance_id}"}, refused=True),
    Kind("ec2", "DescribeInstanceAttribute", "home", USER_DATA, refused=True),
)
DRAWN = ((COMPUTE, 4, 6), (ALLOWED, 4, 5), (REFUSED, 6, 8))  # from each table, between so many and so many kinds

# How often. More than twice any other call, the primary one stays ahead after every whole play and in the midst of the
# next: 70 > 2 x 34. Three kinds are always there, so that all of it adds up to between 150 and 300 calls.
PRIMARY_CALLS, BUCKETS_CALLS, OTHER_CALLS, UPLOADS, BURSTS = (70, 85), (26, 34), (4, 9), (3, 7), (9, 14)

PAUSES = 70_000  # all pauses between bursts together, in tenths of a second
EVENT_NAMES = {"ListFunctions": "ListFunctions20150331"}  # where CloudTrail does not write the API's own name
ELSEWHERE = ("us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "ap-northeast-1")

FOLDERS = ("backup", "export", "tmp/.cache", "archive/2024", "share/finance", "home/svc-report/out", "db/dump")
NESTED = ("archive/2024/Q4", "share/finance/EMEA", "home/svc-report/out", "db/dump/full", "srv/git/infra")
SPACED = ("customer list", "board minutes final", "Q3 P&L draft", "VPN access list", "salary review")
UNICODE = ("nhân sự", "hợp đồng khách hàng", "Gehälter übersicht", "顧客リスト", "relevé bancaire")
PLAIN = ("users", "wiki-dump", "id_inventory", "orders", "app-config", "jenkins-home", "notes")
ENDINGS = (".csv", ".tar.gz", ".sql", ".json", ".xlsx", ".zip")


class Dice:
    """Choices from a seed. Only `Random.random` is used, the one that Python promises to repeat in every version."""

    def __init__(self, *seed: str) -> None:
        digest = hashlib.sha256("\n".join(seed).encode()).hexdigest()
        self.roll = random.Random(int(digest, 16)).random  # noqa: S311 - must repeat, not be secret

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.roll() * (high - low + 1))

    def some(self, items: Sequence[T], count: int) -> List[T]:
        """`count` different ones of `items`, in drawn order."""
        rest = list(items)
        return [rest.pop(self.between(0, len(rest) - 1)) for _ in range(count)]

    def pick(self, items: Sequence[T]) -> T:
        """One of `items`."""
        return items[self.between(0, len(items) - 1)]


def team_seed(lab_seed: str, account_id: str) -> str:
    """The seed of the team that owns this account: HMAC-SHA256(lab seed, account id), hexadecimal."""
    return hmac.new(lab_seed.encode(), account_id.encode(), hashlib.sha256).hexdigest()


def draw(seed: str, home_region: str) -> Story:
    """The story of a team's seed in a lab deployed to `home_region`. Same arguments, same story, everywhere."""
    dice = Dice("story", seed)
    regions = [home_region, *dice.some([r for r in ELSEWHERE if r != home_region], dice.between(1, 2))]
    kinds = [IDENTITY, BUCKETS]
    for table, low, high in DRAWN:
        kinds += dice.some(table, dice.between(low, high))
    primary = dice.pick([kind for kind in kinds if kind.primary])
    bursts: List[List[Step]] = [[] for _ in range(dice.between(*BURSTS))]
    for kind in kinds:
        _scatter(kind, kind is primary, regions, bursts, dice)
    for burst in bursts:
        burst.sort(key=lambda step: regions.index(step.region) if step.region in regions else len(regions))
    for parameters, body in _uploads(dice):
        dice.pick(bursts[len(bursts) // 2 :]).append(_step("s3", "PutObject", home_region, parameters, body=body))
    return Story(_seed_id(seed), _timed(bursts, dice))


def bystander_story(seed: str, home_region: str, number: int) -> Story:
    """What the harmless host `number` (from 1) does: a few looks at the buckets, reports into one of them."""
    dice = Dice("bystander", seed, str(number))
    calls: List[Tuple[str, Dict[str, str]]] = [("ListBuckets", {})] * dice.between(2, 5)
    for day in dice.some(range(1, 29), dice.between(3, 6)):
        key = "reports/host-%d/daily-%02d.csv" % (number, day)
        calls.insert(dice.between(0, len(calls)), ("PutObject", {"Bucket": "{bystander_bucket}", "Key": key}))
    bursts = [[_step("s3", name, home_region, about, body=_body(about, dice))] for name, about in calls]
    return Story(_seed_id(seed), _timed(bursts, dice))


def story_as_json(story: Story) -> Dict[str, Any]:
    """The story as `lab story` prints it; `story.schema.json` describes it."""
    return {"schema": SCHEMA, "seed_id": story.seed_id, "steps": [asdict(step) for step in story.steps]}


def fill(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with each `{name}` in its strings replaced, however deep. Raises KeyError where a name is not given."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: names[match.group(1)], value)
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    return [fill(item, names) for item in value] if isinstance(value, list) else value


def _seed_id(seed: str) -> str:
    return hashlib.sha256(("id of " + seed).encode()).hexdigest()[:12]


def _step(service: str, operation: str, region: str, parameters: Mapping[str, Any], **more: Any) -> Step:
    more.setdefault("event_source", service + ".amazonaws.com")
    more.setdefault("event_name", EVENT_NAMES.get(operation, operation))
    more.setdefault("read_only", not operation.startswith("Put"))
    return Step(0, service, operation, region, dict(parameters), **more)


def _scatter(kind: Kind, primary: bool, regions: List[str], bursts: List[List[Step]], dice: Dice) -> None:
    """Add the calls of one kind to the bursts, at least one in each of its regions."""
    count = dice.between(*PRIMARY_CALLS if primary else BUCKETS_CALLS if kind == BUCKETS else OTHER_CALLS)
    everywhere = primary or kind in (BUCKETS, IDENTITY)
    chosen = regions if everywhere else dice.some(regions, dice.between(1, 2))
    places = {"any": chosen, "home": regions[:1], "global": [GLOBAL_REGION]}[kind.where]
    for number in range(count):
        burst = bursts[0] if kind == IDENTITY and number == 0 else dice.pick(bursts)
        region = places[number % len(places)]
        burst.append(_step(kind.service, kind.operation, region, kind.parameters, refused=kind.refused))


def _uploads(dice: Dice) -> List[Tuple[Dict[str, str], str]]:
    """Parameters and bodies: one key deep in folders, one with spaces, one beyond ASCII, and more of any sort."""
    files = [(dice.pick(NESTED), dice.pick(PLAIN[:2])), (dice.pick(FOLDERS), dice.pick(SPACED))]
    files.append((dice.pick(FOLDERS), dice.pick(UNICODE)))
    files += [(dice.pick(FOLDERS), stem) for stem in dice.some(PLAIN[2:], dice.between(*UPLOADS) - len(files))]
    named = ["%s/%s-%04d%s" % (folder, stem, dice.between(0, 9999), dice.pick(ENDINGS)) for folder, stem in files]
    uploads = [{"Bucket": "{drop_bucket}", "Key": key} for key in named]
    return [(upload, _body(upload, dice)) for upload in uploads]


def _body(parameters: Mapping[str, str], dice: Dice) -> str:
    """Some lines for an upload, nothing for another call."""
    lines = ["%06d,%06d" % (dice.between(0, 999999), dice.between(0, 999999)) for _ in range(dice.between(2, 40))]
    return "\n".join(lines) if "Key" in parameters else ""


def _timed(bursts: Sequence[Sequence[Step]], dice: Dice) -> Tuple[Step, ...]:
    """The steps in their order, seconds apart in a burst. Counted in whole tenths: sums of floats vary by version."""
    weights = [0] + [dice.between(50, 150) for _ in bursts[1:]]
    clock, steps = 0, []
    for number, burst in enumerate(bursts):
        clock += PAUSES * weights[number] // sum(weights)
        for step in burst:
            steps.append(replace(step, at=clock / 10))
            clock += dice.between(4, 34)
    return tuple(steps)


def cli_name(operation: str) -> str:
    """The AWS CLI's spelling of an operation: ListTables is list-tables."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", operation).lower()


def run_step(step: Step, names: Mapping[str, str]) -> int:
    """Make one call through the AWS CLI and give its exit status: 0 is an answer, the rest refusals and failures."""
    service = "s3api" if step.service == "s3" else step.service
    parameters = json.dumps(fill(step.parameters, names))
    command = ["aws", service, cli_name(step.operation), "--region", step.region, "--cli-input-json", parameters]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n") as body:
        body.write(step.body)
        body.flush()
        upload = ["--body", body.name] if step.body else []
        environment = {name: value for name, value in os.environ.items() if name != "LAB_SEED"}
        environment["AWS_PAGER"] = ""
        command += ["--no-paginate", *upload]
        return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """The player on the instance, as the top of this file describes it."""
    parser = argparse.ArgumentParser(description="Play the story through the AWS CLI.")
    parser.add_argument("verb", choices=["play"])
    parser.add_argument("--account", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--names", type=json.loads, required=True)
    parser.add_argument("--pace", type=float, default=0.0)
    parser.add_argument("--first", type=int)
    given = parser.parse_args(arguments)
    steps = draw(team_seed(os.environ["LAB_SEED"], given.account), given.region).steps[: given.first]
    began = time.monotonic()
    answered = 0
    for step in steps:
        time.sleep(max(0.0, began + step.at * given.pace - time.monotonic()))
        answered += run_step(step, given.names) == 0
    sys.stdout.write("played %d steps, %d answered\n" % (len(steps), answered))
    return 0


if __name__ == "__main__":
    sys.exit(main())
