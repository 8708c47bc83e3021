"""AWS's own AssumeRole: how an instance or a function gets the session that it acts with."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.local.recorder.operations import recorded
from infra.local.recorder.record import Record, service_call
from infra.local.recorder.spelling import java_date
from scenario.access import Credentials


def assumed_role(
    service: str,
    role_arn: str,
    session_name: str,
    credentials: Credentials,
    *,
    begins: datetime,
    lasts: timedelta,
    region: str,
) -> Record:
    """The record of a service ("ec2.amazonaws.com") that takes a role for one of its customer's resources.

    The session's key id and token are in it, its secret is not.
    """
    account_id = role_arn.split(":")[4]
    return service_call(
        service=service,
        operation=recorded("sts", "AssumeRole"),
        time=begins,
        region=region,
        account_id=account_id,
        requestParameters={"roleArn": role_arn, "roleSessionName": session_name},
        responseElements={
            "credentials": {
                "accessKeyId": credentials.access_key_id,
                "sessionToken": credentials.session_token,
                "expiration": java_date(begins + lasts),
            }
        },
        resources=[{"accountId": account_id, "type": "AWS::IAM::Role", "ARN": role_arn}],
    )
