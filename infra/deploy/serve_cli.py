"""The verb `lab serve`."""

from __future__ import annotations

import json
import signal
import sys
from functools import partial

import click

from infra.deploy.cli import handover, overview
from infra.deploy.process import interrupt, start_detached, until_interrupt
from infra.deploy.surroundings import Surroundings


@click.command()
@click.option("--detach", is_flag=True, help="Return when the page answers and leave it running.")
@click.option("--json", "as_json", is_flag=True, help="Say where the lab is for machines, on one line.")
@click.option(
    "--portal-port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where; 0: any free one."
)
@click.pass_obj
def serve(surroundings: Surroundings, detach: bool, as_json: bool, portal_port: int) -> None:
    """Serve the page and the API of a lab that `lab deploy` has made, until Ctrl-C.

    With it `lab submit`, `lab grade`, `lab hint` and the page work as they do in a lab on this machine. It answers on
    this machine only: learners elsewhere come through a tunnel, such as `ssh -L 8080:127.0.0.1:8080`.

    \b
    Examples:
      lab serve
      lab serve --detach           in the background, until `lab down`; the lab on AWS stays
      lab serve --portal-port 0 --json --detach

    Exits with 3 where there is no such lab, where another process serves it, or where the port is in use.
    """
    folder = surroundings.folder
    if detach:
        folder.load()
        ready = start_detached(folder, sys.argv[1:])
        click.echo(json.dumps(handover(ready)) if as_json else overview(ready, folder.path, ready=True))
        return
    from infra.deploy.serve import serving  # slow to import, and the help needs none

    signal.signal(signal.SIGTERM, interrupt)
    with serving(folder, portal_port, say=partial(click.echo, err=True)) as lab, until_interrupt():
        click.echo(json.dumps(handover(lab)) if as_json else overview(lab, folder.path, ready=True))
        sys.stdout.flush()
    click.echo("the page has ended; the lab on AWS stands, and submissions are kept", err=True)
