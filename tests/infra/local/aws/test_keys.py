"""Symmetric keys have no key pair; others do."""

from __future__ import annotations

from typing import Any


def test_a_symmetric_key_has_no_public_key(aws: Any, refused: Any) -> None:
    """It is refused; encrypting works as ever."""
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert refused(kms.get_public_key, KeyId=key)[0] == "UnsupportedOperationException"
    sealed = kms.encrypt(KeyId=key, Plaintext=b"evidence")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"evidence"


def test_an_asymmetric_key_has_one(aws: Any) -> None:
    """Keys of other kinds are as before."""
    kms = aws.client("kms")
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    assert kms.get_public_key(KeyId=key)["KeyUsage"] == "SIGN_VERIFY"
