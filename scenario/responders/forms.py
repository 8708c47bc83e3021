"""Responders whose answers are right in another form, or are handed in otherwise: one by one, or after wrong ones."""

from __future__ import annotations

from typing import Any

from scenario.responders.answers import LISTS
from scenario.responders.responder import Responder, as_bytes, fails

Sheet = dict[str, Any]

NAMES = {"s3": "Amazon Simple Storage Service (S3)", "ec2": "Amazon EC2", "iam": "AWS Identity and Access Management"}


class OddCase(Responder):
    """Writes every answer in capitals, with blanks around it. That is right."""

    def written(self, sheet: Sheet) -> Sheet:
        """The choices have ids of their own, which are left alone."""
        odd = {field: _shouted(answer) for field, answer in sheet.items() if field != "prevention"}
        return sheet | odd


class AnyOrder(Responder):
    """Gives every list backwards, with its first entry twice. That is right."""

    def written(self, sheet: Sheet) -> Sheet:
        """A set has no order."""
        return sheet | {field: [*reversed(sheet[field]), sheet[field][0]] for field in LISTS}


class ArnForms(Responder):
    """Names the instance by its ARN, the files by theirs. That is right."""

    def written(self, sheet: Sheet) -> Sheet:
        """As IAM policies write them."""
        account, bucket = self.places()
        return sheet | {
            "instance_id": f"arn:aws:ec2:{self.access.region}:{account}:instance/{sheet['instance_id']}",
            "uploaded_files": [f"arn:aws:s3:::{bucket}/{key}" for key in sheet["uploaded_files"]],
        }

    def places(self) -> tuple[str, str]:
        """The account, and the bucket that the instance uploaded to."""
        account = self.access.session().client("sts").get_caller_identity()["Account"]
        names = "element_at(requestparameters, 'bucketName') as bucket"
        asked = f"select {names}, count(*) as total from {self.store_id} where eventname = 'PutObject'"  # noqa: S608
        hosts = f"{asked} and useridentity.principalid like '%:{self.instance_id()}' group by 1 order by total desc"
        return account, str(self.store.run(hosts).column("bucket")[0])


class S3Forms(ArnForms):
    """Names the instance by its role session, the files by their s3 addresses, the calls as IAM does. That is right."""

    def written(self, sheet: Sheet) -> Sheet:
        """As the AWS CLI and the console write them."""
        _, bucket = self.places()
        return sheet | {
            "instance_id": f"AROAEXAMPLEEXAMPLE123:{sheet['instance_id']}",
            "primary_call": f"ec2:{sheet['primary_call']}",
            "uploaded_files": [f"s3://{bucket}/{key}" for key in sheet["uploaded_files"]],
            "footprint": [_in_words(row) for row in sheet["footprint"]],
        }


class AnswersOneByOne(Responder):
    """Hands in a sheet for every answer. That is right: what a sheet leaves out keeps the earlier answer."""

    def sheets(self) -> list[bytes]:
        """As many sheets as answers."""
        return [as_bytes({field: answer}) for field, answer in self.respond().items()]


class WrongThenRight(Responder):
    """Hands in wrong answers first, and the right ones then. That is right."""

    def sheets(self) -> list[bytes]:
        """The last one counts."""
        return [as_bytes({"primary_call": "RunInstances", "prevention": ["ssh_port"]}), *super().sheets()]


class RightThenWrong(Responder):
    """Hands in the right answers first, and a wrong one then, which counts."""

    expects = fails("primary_call")

    def sheets(self) -> list[bytes]:
        """The last one counts."""
        return [*super().sheets(), as_bytes({"primary_call": "RunInstances"})]


class BruteForce(Responder):
    """Tries one call after the other until it is right, which is once too often: ten answers count."""

    expects = fails("primary_call")

    def sheets(self) -> list[bytes]:
        """Ten wrong ones, and then the right one."""
        right = self.respond()
        tries = [as_bytes({"primary_call": f"DescribeThing{number}"}) for number in range(10)]
        return [as_bytes({field: right[field] for field in right if field != "primary_call"}), *tries, as_bytes(right)]


def _shouted(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_shouted(entry) for entry in answer]
    if isinstance(answer, dict):
        return {name: _shouted(part) for name, part in answer.items()}
    return f"  {answer.upper()}\t"


def _in_words(row: dict[str, str]) -> dict[str, str]:
    """The service by its full name, the call as the AWS CLI spells it."""
    name = row["service"].partition(".")[0]
    dashed = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in row["action"]).lstrip("-")
    return {"action": dashed, "service": NAMES.get(name, name.upper()), "region": f"Region {row['region']}"}


RESPONDERS: tuple[type[Responder], ...] = (
    OddCase,
    AnyOrder,
    ArnForms,
    S3Forms,
    AnswersOneByOne,
    WrongThenRight,
    RightThenWrong,
    BruteForce,
)
