from __future__ import annotations

from tests.infra.account.resources import Resources, attribute, joined


def test_the_lab_has_two_buckets_without_names(resources: Resources) -> None:
    """The outputs name all buckets there are beside those of Athena, and AWS chooses what they are called."""
    buckets = resources.of("AWS::S3::Bucket")
    always = {name for name, bucket in buckets.items() if "Condition" not in bucket}
    assert always == {resources.behind("DropBucket"), resources.behind("BystanderBucket")}
    assert not any("BucketName" in bucket["Properties"] for bucket in buckets.values())


def test_buckets_are_private_and_encrypted(resources: Resources) -> None:
    """Nothing makes a bucket public, and what it holds is encrypted."""
    for bucket in resources.of("AWS::S3::Bucket").values():
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["Properties"]["BucketEncryption"] == {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }


def test_buckets_go_with_the_stack(resources: Resources) -> None:
    """No bucket outlives the stack, once teardown has emptied it."""
    assert {bucket["DeletionPolicy"] for bucket in resources.of("AWS::S3::Bucket").values()} == {"Delete"}
    assert not any(
        "VersioningConfiguration" in bucket["Properties"] for bucket in resources.of("AWS::S3::Bucket").values()
    )


def test_buckets_refuse_what_is_not_tls(resources: Resources) -> None:
    """Each bucket denies everything to everybody who comes without TLS, and its policy denies nothing else."""
    policies = [policy["Properties"] for policy in resources.of("AWS::S3::BucketPolicy").values()]
    assert {policy["Bucket"]["Ref"] for policy in policies} == set(resources.of("AWS::S3::Bucket"))
    for policy in policies:
        arn = attribute(policy["Bucket"]["Ref"], "Arn")
        assert [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"] == [
            {
                "Action": "s3:*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Resource": [arn, joined(arn, "/*")],
            }
        ]
