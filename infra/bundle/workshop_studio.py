"""A bundle for Workshop Studio: `contentspec.yaml`, the account template, the participants' policy and the guide.

No public AWS reference of the layout was found. It follows what public workshops of contentspec 2.0 have in common;
README.md in the bundle says what nobody has verified.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from infra.account.template import template
from infra.bundle.content import as_files
from scenario.story import ELSEWHERE, GLOBAL_REGION

TEMPLATE, POLICY = "static/lab.template.json", "static/participant-policy.json"
LOCALES = {"en": "en-US", "vi": "vi-VN"}
DEPLOYABLE = ("us-west-2", "eu-west-1", "ap-southeast-1")  # beside the one that is recommended
VISIBLE = ("LearnerRoleArn", "StoreId")  # of the stack's outputs: others tell the compromised instance

PARTICIPANT: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "BecomeTheLearner",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": "arn:aws:iam::*:role/*-AccessLearnerRole-*",
        }
    ],
}
"""What participants may do themselves: all else they do as the learner."""


def bundle(*, seed: str, store: str) -> dict[str, str]:
    """Every file by its path. The seed is in `contentspec.yaml`, which participants do not see."""
    return {
        "contentspec.yaml": yaml.safe_dump(_spec(seed, store), sort_keys=False, allow_unicode=True),
        TEMPLATE: template(),
        POLICY: json.dumps(PARTICIPANT, indent=2) + "\n",
        "README.md": files("infra.bundle").joinpath("workshop_studio.md").read_text("utf-8"),
        **as_files(),
    }


def _spec(seed: str, store: str) -> dict[str, Any]:
    regions = sorted({GLOBAL_REGION, *DEPLOYABLE, *ELSEWHERE})
    return {
        "version": 2.0,
        "defaultLocaleCode": LOCALES["en"],
        "localeCodes": list(LOCALES.values()),
        "awsAccountConfig": {
            "accountSources": ["WorkshopStudio"],
            "participantRole": {"iamPolicies": [POLICY]},
            "regionConfiguration": {
                "minAccessibleRegions": len(regions),
                "maxAccessibleRegions": len(regions),
                "accessibleRegions": {"required": regions},
                "deployableRegions": {"recommended": [GLOBAL_REGION], "optional": list(DEPLOYABLE)},
            },
        },
        "infrastructure": {
            "cloudformationTemplates": [
                {
                    "templateLocation": TEMPLATE,
                    "label": "EC2 investigation lab",
                    "parameters": [_parameter(*one) for one in _parameters(seed, store).items()],
                    "participantVisibleStackOutputs": list(VISIBLE),
                }
            ]
        },
    }


def _parameters(seed: str, store: str) -> dict[str, str]:
    return {
        "TeamId": "{{.TeamID}}",
        "LabSeed": seed,
        "Store": store,
        "LearnerPrincipal": "{{.ParticipantRoleArn}}",
    }


def _parameter(name: str, value: str) -> dict[str, Any]:
    return {"templateParameter": name, "defaultValue": value, "userOverridable": False}
