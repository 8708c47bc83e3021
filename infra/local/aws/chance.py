"""moto's chance: the lab's.

AWS: every id is new.
Bare moto: one generator for all threads, so that no call can be carried out once more with the same ids. What a service
has in an account and region before anybody calls it, as EC2 has a default VPC, is made by the first call, whatever that
is: it is drawn from the account's number here, and so is the same after every start.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any, Final

from moto.core.base_backend import AccountSpecificBackend
from moto.kms import utils as kms
from moto.moto_api._internal.moto_random import MotoRandom
from moto.s3 import models as s3
from moto.sts import utils as sts

from infra.local.chance import drawn, drawn_from, token_bytes

_number: Final[Any] = MotoRandom.random
_bits: Final[Any] = MotoRandom.getrandbits
# These ask the system instead: for keys, uploads and session tokens.
MODULES: Final[tuple[Any, ...]] = (kms, s3, sts)
_backend: Final[Any] = AccountSpecificBackend.__getitem__


def number(self: MotoRandom) -> float:
    """From 0 up to 1."""
    source = drawn()
    return source.random() if source else float(_number(self))


def bits(self: MotoRandom, count: int, /) -> int:
    """So many random bits."""
    source = drawn()
    return source.getrandbits(count) if source else int(_bits(self, count))


def backend(self: Any, region: str) -> Any:
    """What a service has in this region of an account."""
    if region in self.keys():
        return _backend(self, region)
    with drawn_from(f"{self.account_id}/{self.service_name}/{region}"):
        return _backend(self, region)


def mend() -> None:
    """Have moto draw where the lab draws."""
    for owner, name, ours in (
        (MotoRandom, "random", number),
        (MotoRandom, "getrandbits", bits),
        (AccountSpecificBackend, "__getitem__", backend),
    ):
        setattr(owner, name, ours)
    system: Any = ModuleType("os")
    system.__dict__.update(vars(os))
    system.urandom = token_bytes
    for module in MODULES:
        module.os = system
