"""EC2 has quotas too.

AWS: GetServiceQuota gives the value that is in force for the account, for EC2 too (Service Quotas API reference).
Bare moto: knows the quotas of VPC only.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Final

import moto.servicequotas.urls
from moto.servicequotas.models import ServiceQuotasBackend, servicequotas_backends

VCPUS: Final = {
    "ServiceCode": "ec2",
    "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
    "QuotaCode": "L-1216C47A",
    "QuotaName": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    "Value": 32.0,  # of an account that has been used for a while; a fresh one may have 5
    "Unit": "None",
    "Adjustable": True,
    "GlobalQuota": False,
}


class MoreQuotas(ServiceQuotasBackend):
    """One account's quotas in one region, with the one that a lab needs of EC2's."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.servicequotas.urls

    def get_service_quota(self, service_code: str, quota_code: str) -> dict[str, Any]:
        """As moto's."""
        if (service_code, quota_code) == (VCPUS["ServiceCode"], VCPUS["QuotaCode"]):
            place = f"{self.region_name}:{self.account_id}"
            return {**VCPUS, "QuotaArn": f"arn:aws:servicequotas:{place}:{service_code}/{quota_code}"}
        return super().get_service_quota(service_code, quota_code)


def mend() -> None:
    """Have moto use such backends. What it held there until now is forgotten."""
    servicequotas_backends.backend = MoreQuotas
    servicequotas_backends.clear()
