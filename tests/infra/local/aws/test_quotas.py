"""Service Quotas is mended: EC2 has the quota that a lab needs."""

from __future__ import annotations

from typing import Any


def test_ec2_has_a_quota_of_processors(aws: Any, refused: Any) -> None:
    """Beside those of VPC; one that nobody has is not there."""
    quotas = aws.client("service-quotas")
    found = quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-1216C47A")["Quota"]
    assert (found["Value"], found["Adjustable"]) == (32.0, True)
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 5.0
    assert refused(quotas.get_service_quota, ServiceCode="ec2", QuotaCode="L-0")[0] == "NoSuchResourceException"
