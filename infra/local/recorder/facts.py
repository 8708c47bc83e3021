"""The network facts of local AWS: what moto's EC2 knows of an instance."""

from __future__ import annotations

from moto.ec2.models import EC2Backend, ec2_backends

from infra.local.recorder.origin import Host


def moto_host(account_id: str, instance_id: str) -> Host | None:
    """Where an instance of this cloud stands in the network; None where no region has it. The recorder's `facts`."""
    for region, backend in tuple(ec2_backends[account_id].items()):  # a copy: other threads open regions meanwhile
        for reservation in tuple(backend.reservations.values()):
            for instance in reservation.instances:
                if instance.id == instance_id and instance.private_ip:
                    gateway = _gateway(backend, instance.vpc_id)
                    return Host(region, instance.private_ip, instance.public_ip, gateway)
    return None


def _gateway(backend: EC2Backend, vpc_id: str | None) -> str | None:
    endpoints = tuple(backend.vpc_end_points.values())
    found = [point.id for point in endpoints if point.vpc_id == vpc_id and point.service_name.endswith(".s3")]
    return found[0] if found else None
