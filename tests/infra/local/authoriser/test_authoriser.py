"""May this caller make this call: through boto3, with policies of moto's IAM and S3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.identity import open_account
from scenario.access import Credentials

ELSEWHERE = "222222222222"


def policy(*statements: dict[str, Any]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allowed(method: Any, **parameters: Any) -> bool:
    """Whether IAM lets the call through; what the service says then is no matter."""
    try:
        method(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("InternalFailure", "InternalError"):
            raise
        return error.response["Error"]["Code"] not in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
    return True


def test_an_allow_on_a_bucket_is_for_that_bucket(local_aws: Any) -> None:
    """ARN-scoped statements reach the bucket or the objects that they name, and no more."""
    s3 = local_aws.client("s3")
    for bucket in ("drop", "other"):
        s3.create_bucket(Bucket=bucket)
    role = local_aws.client(
        "s3",
        local_aws.role(
            "uploader",
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::drop/in/*"},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::drop",
                "Condition": {"StringLike": {"s3:prefix": "in/*"}},
            },
        ),
    )
    assert [
        allowed(role.put_object, Bucket="drop", Key="in/k", Body=b""),
        allowed(role.put_object, Bucket="drop", Key="out/k", Body=b""),
        allowed(role.put_object, Bucket="other", Key="in/k", Body=b""),
        allowed(role.get_object, Bucket="drop", Key="in/k"),
        allowed(role.list_objects_v2, Bucket="drop", Prefix="in/a"),
        allowed(role.list_objects_v2, Bucket="drop"),
        allowed(role.list_buckets),
    ] == [True, False, False, False, True, False, False]


def test_permissions_of_users_come_from_groups_and_managed_policies_too(local_aws: Any) -> None:
    """Inline, attached, of the user and of their groups: they add up."""
    iam = local_aws.client("iam")
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ann")
    iam.put_group_policy(
        GroupName="readers",
        PolicyName="read",
        PolicyDocument=policy({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}),
    )
    managed = iam.create_policy(
        PolicyName="vpcs", PolicyDocument=policy({"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"})
    )["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=managed)
    iam.put_user_policy(
        UserName="ann",
        PolicyName="self",
        PolicyDocument=policy(
            {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::*:user/${aws:username}"}
        ),
    )
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = Credentials(access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"])
    hers = local_aws.client("iam", ann)
    assert [
        allowed(hers.list_roles),
        allowed(local_aws.client("ec2", ann).describe_vpcs),
        allowed(hers.get_user, UserName="ann"),
        allowed(hers.get_user, UserName="organiser"),
        allowed(hers.list_users),
    ] == [True, True, True, False, False]
    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        hers.list_roles()


def test_a_role_is_assumed_with_its_external_id(local_aws: Any) -> None:
    """Trusting the account leaves it to the caller's own policies; the external id must be the right one."""
    iam, sts = local_aws.client("iam"), local_aws.client("sts")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "grader-secret"}},
    }
    arn = iam.create_role(RoleName="grader", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    nobody = local_aws.client("sts", local_aws.role("nobody"))
    ask = {"RoleArn": arn, "RoleSessionName": "grader"}
    assert [
        allowed(sts.assume_role, **ask, ExternalId="grader-secret"),
        allowed(sts.assume_role, **ask, ExternalId="wrong"),
        allowed(sts.assume_role, **ask),
        allowed(nobody.assume_role, **ask, ExternalId="grader-secret"),
        allowed(sts.assume_role, RoleArn=f"{arn}-not", RoleSessionName="grader"),
    ] == [True, False, False, False, False]


def test_a_role_that_trusts_a_service_is_not_for_people(local_aws: Any) -> None:
    """Not even the organiser assumes an instance's role; the message gives no reason, as STS's does."""
    local_aws.role("instance")
    with pytest.raises(ClientError) as caught:
        local_aws.client("sts").assume_role(
            RoleArn="arn:aws:iam::111111111111:role/instance", RoleSessionName="organiser"
        )
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "AccessDenied",
        "Message": "User: arn:aws:iam::111111111111:user/organiser is not authorized to perform: sts:AssumeRole on "
        "resource: arn:aws:iam::111111111111:role/instance",
    }


def test_a_role_of_another_account_must_trust_the_caller(local_aws: Any) -> None:
    """Across accounts trust policy and own policy both count, and the session belongs to the role's account."""
    theirs = open_account(ELSEWHERE)
    iam = local_aws.client("iam", theirs)
    for name, trusted in (("open", "111111111111"), ("closed", ELSEWHERE)):
        statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(statement))
    sts = local_aws.client("sts")
    answer = sts.assume_role(RoleArn=f"arn:aws:iam::{ELSEWHERE}:role/open", RoleSessionName="visitor")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ELSEWHERE}:assumed-role/open/visitor"
    assert not allowed(sts.assume_role, RoleArn=f"arn:aws:iam::{ELSEWHERE}:role/closed", RoleSessionName="visitor")


def test_a_bucket_of_another_account_must_let_the_caller_in(local_aws: Any) -> None:
    """A bucket's policy opens it to another account's principals, who need permission at home as well."""
    theirs = local_aws.client("s3", open_account(ELSEWHERE))
    theirs.create_bucket(Bucket="theirs")
    theirs.put_object(Bucket="theirs", Key="k", Body=b"b")
    mine = local_aws.client("s3")
    assert not allowed(mine.get_object, Bucket="theirs", Key="k")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "111111111111"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::theirs/*",
    }
    theirs.put_bucket_policy(Bucket="theirs", Policy=policy(statement))
    assert mine.get_object(Bucket="theirs", Key="k")["Body"].read() == b"b"
    assert not allowed(mine.put_object, Bucket="theirs", Key="k", Body=b"c")


def test_a_session_policy_narrows_the_role(local_aws: Any) -> None:
    """A role assumed with a policy may only do what both allow."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}
    local_aws.role("wide", {"Effect": "Allow", "Action": ["ec2:*", "iam:*"], "Resource": "*"}, trust=trust)
    session = local_aws.client("sts").assume_role(
        RoleArn="arn:aws:iam::111111111111:role/wide",
        RoleSessionName="narrow",
        Policy=policy({"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"}),
    )["Credentials"]
    narrow = Credentials(
        access_key_id=session["AccessKeyId"],
        secret_access_key=session["SecretAccessKey"],
        session_token=session["SessionToken"],
    )
    assert [
        allowed(local_aws.client("ec2", narrow).describe_vpcs),
        allowed(local_aws.client("iam", narrow).list_users),
        allowed(local_aws.client("s3", narrow).list_buckets),
    ] == [True, False, False]


def test_containment_can_be_limited_to_tagged_instances(local_aws: Any) -> None:
    """Tags of EC2 resources are condition keys."""
    ec2 = local_aws.client("ec2")
    group = ec2.create_security_group(GroupName="tagged", Description="d")["GroupId"]
    other = ec2.create_security_group(GroupName="other", Description="d")["GroupId"]
    ec2.create_tags(Resources=[group], Tags=[{"Key": "Team", "Value": "blue"}])
    statement = {
        "Effect": "Allow",
        "Action": "ec2:DeleteSecurityGroup",
        "Resource": "arn:aws:ec2:*:*:security-group/*",
        "Condition": {"StringEquals": {"aws:ResourceTag/Team": "blue"}},
    }
    limited = local_aws.client("ec2", local_aws.role("limited", statement))
    assert allowed(limited.delete_security_group, GroupId=group)
    assert not allowed(limited.delete_security_group, GroupId=other)


def test_attributes_of_an_instance_can_be_withheld(local_aws: Any) -> None:
    """User data can be kept from being changed while other attributes may be."""
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "ec2:ModifyInstanceAttribute", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "ec2:ModifyInstanceAttribute",
            "Resource": "*",
            "Condition": {"StringEqualsIgnoreCase": {"ec2:Attribute": "UserData"}},
        },
    ]
    ec2 = local_aws.client("ec2", local_aws.role("careful", *statements))
    protect = {"InstanceId": "i-0", "DisableApiTermination": {"Value": True}}
    assert allowed(ec2.modify_instance_attribute, **protect)
    assert not allowed(ec2.modify_instance_attribute, InstanceId="i-0", UserData={"Value": b"x"})


def test_everybody_may_ask_who_they_are(local_aws: Any) -> None:
    """GetCallerIdentity needs no permission, not even against a Deny."""
    role = local_aws.role("mute", {"Effect": "Deny", "Action": "*", "Resource": "*"})
    assert local_aws.client("sts", role).get_caller_identity()["Arn"] == (
        "arn:aws:sts::111111111111:assumed-role/mute/i-0123456789abcdef0"
    )
    assert not allowed(local_aws.client("iam", role).list_users)


MESSAGES = [
    (
        "ec2",
        "terminate_instances",
        {"InstanceIds": ["i-1"]},
        "You are not authorized to perform this operation. User: {user} is not authorized to perform: "
        "ec2:TerminateInstances on resource: arn:aws:ec2:us-east-1:111111111111:instance/i-1 because no "
        "identity-based policy allows the ec2:TerminateInstances action",
    ),
    (
        "iam",
        "list_users",
        {},
        "User: {user} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::111111111111:user/ "
        "because no identity-based policy allows the iam:ListUsers action",
    ),
    (
        "secretsmanager",
        "list_secrets",
        {},
        "User: {user} is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy "
        "allows the secretsmanager:ListSecrets action",
    ),
    (
        "organizations",
        "leave_organization",
        {},
        "User: {user} is not authorized to perform: organizations:LeaveOrganization on resource: * because no "
        "identity-based policy allows the organizations:LeaveOrganization action",
    ),
    (
        "sns",
        "list_topics",
        {},
        "User: {user} is not authorized to perform: SNS:ListTopics on resource: arn:aws:sns:us-east-1:111111111111:* "
        "because no identity-based policy allows the SNS:ListTopics action",
    ),
]


@pytest.mark.parametrize(("service", "method", "parameters", "message"), MESSAGES)
def test_a_denial_is_worded_as_the_service_words_it(
    local_aws: Any, service: str, method: str, parameters: dict[str, Any], message: str
) -> None:
    """Who, what, on which resource and why."""
    client = local_aws.client(service, local_aws.role("nobody"))
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    user = "arn:aws:sts::111111111111:assumed-role/nobody/i-0123456789abcdef0"
    assert caught.value.response["Error"]["Message"] == message.format(user=user)
