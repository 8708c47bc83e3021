"""A symmetric KMS key has no key pair.

AWS: GetPublicKey, Sign and Verify of a symmetric key are UnsupportedOperationException or InvalidKeyUsageException.
Bare moto: makes an RSA key pair for every key, 150 ms for the first encrypted volume of each account, and hands the
public half of a symmetric key to whoever asks.
"""

from __future__ import annotations

from typing import Any, NoReturn

from moto.core.exceptions import JsonRESTError
from moto.kms import models
from moto.kms.utils import AbstractPrivateKey, KeySpec, generate_private_key


class NoKeyPair(AbstractPrivateKey):
    """What a symmetric key has instead."""

    def public_key(self) -> NoReturn:
        """Raises UnsupportedOperationException, as GetPublicKey does."""
        raise JsonRESTError("UnsupportedOperationException", "The key is symmetric: it has no public key.")

    def sign(self, message: bytes, signing_algorithm: str) -> NoReturn:
        """Raises InvalidKeyUsageException, as Sign does."""
        raise JsonRESTError("InvalidKeyUsageException", "The key is symmetric: it cannot sign.")

    def verify(self, message: bytes, signature: bytes, signing_algorithm: str) -> NoReturn:
        """Raises InvalidKeyUsageException, as Verify does."""
        raise JsonRESTError("InvalidKeyUsageException", "The key is symmetric: it cannot verify.")


def key_pair(key_spec: str) -> Any:
    """The key pair of a new key, where its kind has one."""
    return NoKeyPair() if key_spec == KeySpec.SYMMETRIC_DEFAULT else generate_private_key(key_spec)


def mend() -> None:
    """Have moto's KMS make keys with `key_pair`."""
    setattr(models, "generate_private_key", key_pair)  # noqa: B010  # mypy: moto does not export it
