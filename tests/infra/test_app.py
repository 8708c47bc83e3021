from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.account.template import template

ROOT = Path(__file__).parents[2]


def test_cdk_gets_the_shipped_template(tmp_path: Path) -> None:
    """The app that cdk.json names writes the same template, for the stack that the context names, and says nothing."""
    app = json.loads((ROOT / "cdk.json").read_text("utf-8"))["app"].split()
    assert app[0] == "python"
    told = {"CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": json.dumps({"stack": "red"})}
    synth = subprocess.run(
        [sys.executable, *app[1:]], cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert (synth.returncode, synth.stdout, synth.stderr) == (0, "", "")
    (artifact,) = [
        one
        for one in json.loads((tmp_path / "manifest.json").read_text("utf-8"))["artifacts"].values()
        if one["type"] == "aws:cloudformation:stack"
    ]
    assert artifact["properties"]["stackName"] == "red"
    assert json.loads((tmp_path / artifact["properties"]["templateFile"]).read_text("utf-8")) == json.loads(template())
