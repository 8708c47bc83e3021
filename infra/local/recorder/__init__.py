"""CloudTrail on this machine: every authenticated call becomes one record in the shape of AWS's own.

`record_of` is the pure heart, `Recorder` the thread that keeps it off the caller's path. What CloudTrail does
differently from botocore's model is data: `deviations.json`.
"""

from infra.local.recorder.assumed import assumed_role
from infra.local.recorder.facts import moto_host
from infra.local.recorder.origin import Facts, Host
from infra.local.recorder.record import record_of, service_call, service_record
from infra.local.recorder.recorder import Recorder

__all__ = ["Facts", "Host", "Recorder", "assumed_role", "moto_host", "record_of", "service_call", "service_record"]
