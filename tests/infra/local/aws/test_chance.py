"""moto draws where the lab draws."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.sts.utils import random_session_token as session_token

from infra.local.chance import drawn_from


def test_the_same_seed_makes_the_same_ids(aws: Any) -> None:
    """Two volumes that were made under one seed would have one id, and numbers come again as well."""
    ids = []
    for _ in range(2):
        with drawn_from(5):
            ids.append((mock_random.random(), mock_random.uuid4(), mock_random.get_random_hex(17), session_token()))
    assert ids[0] == ids[1]
    assert mock_random.get_random_hex(17) != ids[0][2]


def test_what_a_region_begins_with_follows_from_the_account(aws: Any) -> None:
    """Its default VPC has the same id whoever calls first, and other accounts and regions have others."""
    made = [next(iter(ec2_backends[account]["eu-west-3"].vpcs)) for account in ("222222222222", "333333333333")]
    del ec2_backends["222222222222"]
    again = next(iter(ec2_backends["222222222222"]["eu-west-3"].vpcs))
    assert [made[0] == again, made[1] == again] == [True, False]
