"""What moto lacks or gets wrong, one file per mended behaviour. `install` teaches it all."""

from infra.local.aws.install import install

__all__ = ["install"]
