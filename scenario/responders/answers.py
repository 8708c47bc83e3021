"""Responders whose containment is right, and whose answers are given otherwise: wrongly, or rightly in another form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scenario.access import Access, client_of
from scenario.responders.reference import NothingFoundError, ReferenceLearner
from scenario.responders.responder import Responder, as_bytes, fails, overlaps

Sheet = dict[str, Any]

_INSTANCE = re.compile(r"\bi-[0-9a-f]{17}\b")

LISTS: tuple[str, ...] = ("read_only_calls", "uploaded_files", "footprint", "prevention")
NAMES = {"s3": "Amazon Simple Storage Service (S3)", "ec2": "Amazon EC2", "iam": "AWS Identity and Access Management"}
EXTRAS: Sheet = {
    "read_only_calls": "DescribeSpotFleetRequests",
    "uploaded_files": "notes/never-uploaded.txt",
    "footprint": {"action": "DescribeSpotFleetRequests", "service": "ec2.amazonaws.com", "region": "sa-east-1"},
    "prevention": "shared_key",
}
"""One wrong entry for each list."""


class Superset(Responder):
    """Adds one wrong entry to every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """All that is right, and more."""
        return sheet | {field: [*sheet[field], EXTRAS[field]] for field in LISTS}


class Subset(Responder):
    """Leaves the last entry out of every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Nothing wrong, but not all."""
        return sheet | {field: sheet[field][:-1] for field in LISTS}


class OneForAnother(Responder):
    """Has a wrong entry in place of a right one in every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """As many as there should be."""
        return sheet | {field: [*sheet[field][1:], EXTRAS[field]] for field in LISTS}


class Guesses(Responder):
    """Answers with every choice and every call that it can think of, in every region."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Many more than there are."""
        calls = [
            *sheet["read_only_calls"],
            *(f"Describe{thing}s" for thing in ("Fleet", "Host", "Pool", "Route", "Tag")),
        ]
        rows = [
            row | {"region": region} for row in sheet["footprint"] for region in ("us-east-1", "eu-west-1", "sa-east-1")
        ]
        others = ["shared_key", "ssh_port", "keys_on_disk", "encrypt_volumes"]
        return sheet | {
            "read_only_calls": calls,
            "uploaded_files": [*sheet["uploaded_files"], *(f"export/{n}.csv" for n in range(50))],
            "footprint": rows,
            "prevention": [*sheet["prevention"], *others],
        }


class EmptyLists(Responder):
    """Gives every list without an entry."""

    expects = fails(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Says that there was nothing."""
        return sheet | {field: [] for field in LISTS}


class WrongCall(Responder):
    """Takes the call that led to the instance for the one that it made most."""

    expects = fails("primary_call")

    def primary_call(self, instance_id: str) -> str:
        """The module's first query is about this one."""
        return "ListBuckets"


class TwoInstances(Responder):
    """Names the right instance and another one, in one answer."""

    expects = fails("instance_id")

    def written(self, sheet: Sheet) -> Sheet:
        """Hedges."""
        return sheet | {"instance_id": f"{sheet['instance_id']} or i-0123456789abcdef0"}


class AnotherTeamsAnswers(Responder):
    """Hands in what another team has found."""

    expects = fails("instance_id") | overlaps("primary_call", *LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """The answers alone are copied: it has contained its own instance."""
        other = self.neighbour
        learner = ReferenceLearner(other.session(), store_id=other.store_id, store_kind=other.store_kind)
        return learner.investigate()


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


class NothingHandedIn(Responder):
    """Contains the instance and answers nothing."""

    expects = fails("answer")

    def sheets(self) -> list[bytes]:
        """None."""
        super().sheets()
        return []


class AnswersOnly(Responder):
    """Answers everything and contains nothing."""

    expects = fails("containment")

    def contain(self, instance_id: str) -> None:
        """Leaves it running."""


class Untouched(Responder):
    """Does nothing at all."""

    expects = fails("answer", "containment")

    def sheets(self) -> list[bytes]:
        """None."""
        return []


class EmptySheet(Responder):
    """Hands in a sheet that answers nothing, and does nothing else."""

    expects = fails("answer", "containment")

    def sheets(self) -> list[bytes]:
        """One, which is a sheet, and empty."""
        return [b"{}"]


class GradersQuestions(Responder):
    """Looks for the one instance in what the grader has asked of AWS, and goes by that: it must learn nothing."""

    expects = fails("answer", "containment")
    graded_first = True

    @classmethod
    def leaves_traces(cls) -> bool:
        """In a shared lab it would read others' questions too."""
        return True

    def sheets(self) -> list[bytes]:
        """An empty one, where no question tells."""
        return super().sheets() if self.told() else [b"{}"]

    def instance_id(self) -> str:
        """Without any query of the module."""
        return self.told()[0]

    def told(self) -> list[str]:
        """Each instance that a question names alone. Raises NothingFoundError where there are no questions."""
        questions = [*self.queries(), *self.calls()]
        if not questions:
            raise NothingFoundError("the grader has not asked anything yet")
        named = (set(_INSTANCE.findall(question)) for question in questions)
        return [instance for found in named if len(found) == 1 for instance in found]

    def queries(self) -> list[str]:
        """The SQL of every query of the store, whoever asked it."""
        return _ASKED[self.access.store_kind](self.access)

    def calls(self) -> list[str]:
        """Every call of the grader's role, as the store holds it."""
        role = "useridentity.sessioncontext.sessionissuer.username"
        rows = self.store.run(f"SELECT eventjson FROM {self.store_id} WHERE {role} LIKE '%GraderRole%'")  # noqa: S608
        return [text for text in rows.column("eventjson") if text]


class Reference(Responder):
    """The reference learner: everything is right."""


def _asked_lake(access: Access) -> list[str]:
    cloudtrail, store = access.session().client("cloudtrail"), access.store_id
    listed = cloudtrail.list_queries(EventDataStore=store)["Queries"]
    asked = [cloudtrail.describe_query(EventDataStore=store, QueryId=query["QueryId"]) for query in listed]
    return [answer["QueryString"] for answer in asked]


def _asked_athena(access: Access) -> list[str]:
    athena: Any = client_of(access.session(), "athena")
    ids = athena.list_query_executions(WorkGroup=access.store_id.partition(".")[0])["QueryExecutionIds"]
    return [athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Query"] for id_ in ids]


_ASKED: Mapping[str, Callable[[Access], list[str]]] = {"lake": _asked_lake, "athena": _asked_athena}
"""The SQL of a store's latest queries, by its kind."""


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


FIRST: tuple[type[Responder], ...] = (Untouched, EmptySheet, Reference)
"""What `lab validate` runs when it is not asked for all."""

RESPONDERS: tuple[type[Responder], ...] = (
    AnswersOnly,
    NothingHandedIn,
    Superset,
    Subset,
    OneForAnother,
    Guesses,
    EmptyLists,
    WrongCall,
    TwoInstances,
    AnotherTeamsAnswers,
    GradersQuestions,
    OddCase,
    AnyOrder,
    ArnForms,
    S3Forms,
    AnswersOneByOne,
    WrongThenRight,
    RightThenWrong,
    BruteForce,
)
