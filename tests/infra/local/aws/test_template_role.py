"""AWS::IAM::Role in a template."""

from __future__ import annotations

from typing import Any

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}


def test_a_roles_policies_are_documents(aws: Any) -> None:
    """GetRolePolicy answers with the JSON that the template gave."""
    policies = [{"PolicyName": "own", "PolicyDocument": POLICY}]
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": policies}}
    name = aws.outputs({"Role": role}, {"Name": {"Ref": "Role"}})["Name"]
    iam = aws.client("iam")
    assert iam.get_role_policy(RoleName=name, PolicyName="own")["PolicyDocument"] == POLICY
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == TRUST
