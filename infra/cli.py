"""The `lab` command: the verbs of the three packages on one stem.

Every verb is a click command in the package it belongs to, loaded when it is called. What all verbs share is said here
once: where the lab is (`--state`, `--team`), in which language it speaks (`--lang`), how a mistake reads, and what the
exit code means (`scenario.exits`).
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from infra.complaint import complain
from infra.deploy.surroundings import Surroundings
from infra.stem import Stem
from scenario.exits import Exit

VERBS = {
    "up": "infra.local.cli",
    "doctor": "infra.deploy.doctor.cli",
    "deploy": "infra.deploy.deploy_cli",
    "cost": "infra.deploy.deploy_cli",
    "wait": "infra.deploy.wait_cli",
    "replay": "infra.deploy.wait_cli",
    "serve": "infra.deploy.serve_cli",
    "status": "infra.deploy.cli",
    "env": "infra.deploy.cli",
    "console": "infra.deploy.console_cli",
    "query": "scenario.cli",
    "import": "infra.local.importing.cli",
    "fault": "infra.local.fault_cli",
    "reset": "infra.local.reset_cli",
    "notebook": "grader.notebook.cli",
    "submit": "grader.cli",
    "grade": "grader.cli",
    "hint": "grader.hint",
    "export": "grader.organiser",
    "down": "infra.local.cli",
    "teardown": "infra.deploy.teardown.cli",
    "bundle": "infra.bundle.cli",
    "event": "infra.event.cli",
    "story": "scenario.cli",
    "key": "infra.deploy.cli",
    "collect": "grader.organiser",
    "verify": "grader.organiser",
    "stats": "grader.stats",
    "flags": "grader.flags",
    "validate": "infra.local.validate_cli",
}


INTERRUPTED = 130  # what shells make of SIGINT


@click.group(cls=Stem, verbs=VERBS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ec2-investigation-lab", prog_name="lab")
def lab() -> None:
    """An incident-response lab for AWS: investigate a compromised EC2 instance, contain it, get graded.

    \b
    A lab on this machine, from beginning to end:
      lab up --detach
      eval "$(lab env)"
      lab query "select eventname, count(*) as total from EDS_ID group by eventname"
      lab submit sheet.json && lab grade
      lab down

    \b
    A lab on AWS:
      lab deploy --profile NAME, lab wait, lab serve, lab teardown --profile NAME

    Exit codes: 0 done, 1 the check failed, 2 usage, 3 not ready or unknown, 4 AWS or network.
    """


def main() -> None:
    """Run the command line and leave with the exit code of the table in `scenario.exits`.

    What can go wrong outside the lab's own code becomes one sentence; a fault of the lab keeps its traceback.
    """
    surroundings = Surroundings()
    try:
        result: Any = lab.main(prog_name="lab", standalone_mode=False, obj=surroundings)
    except click.ClickException as error:
        complain(error, surroundings)
        sys.exit(Exit.USAGE if isinstance(error, click.FileError) else error.exit_code)  # click's own is 1: failed
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted", surroundings)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        complain(f"Error: {sentence(error)}", surroundings)
        sys.exit(code)
    sys.exit(result if isinstance(result, int) else Exit.DONE)


# By name, so that a verb that never meets an error need not import where it comes from.
EXITS = {
    "scenario.access.NoAccessError": Exit.NOT_READY,
    "scenario.stage.StageIncompleteError": Exit.NOT_READY,
    "scenario.language.UnknownLanguageError": Exit.USAGE,
    "scenario.query.errors.QueryRejectedError": Exit.USAGE,
    "scenario.query.errors.QueryError": Exit.AWS,
    "infra.deploy.state.NoLabError": Exit.NOT_READY,
    "infra.deploy.state.NoTeamError": Exit.USAGE,
    "infra.deploy.state.ElsewhereError": Exit.USAGE,
    "infra.deploy.stack.DeploymentError": Exit.AWS,
    "infra.deploy.teardown.teardown.TeardownError": Exit.AWS,
    "infra.deploy.teardown.exported.ExportError": Exit.AWS,
    "infra.deploy.account.AccountError": Exit.USAGE,
    "infra.deploy.console.NoConsoleError": Exit.AWS,
    "infra.deploy.learners.SessionOverError": Exit.AWS,
    "infra.deploy.proof.NotSpareError": Exit.NOT_READY,
    "infra.deploy.readiness.NotReadyError": Exit.NOT_READY,
    "infra.deploy.replay.NobodyPlaysError": Exit.NOT_READY,
    "infra.deploy.deployment.DeploymentMismatchError": Exit.USAGE,
    "infra.deploy.change.StackInTheWayError": Exit.NOT_READY,
    "infra.deploy.stack_events.StillWorkingError": Exit.NOT_READY,
    "infra.deploy.state.LabIsUpError": Exit.NOT_READY,
    "infra.deploy.listener.PortTakenError": Exit.NOT_READY,
    "infra.event.roster.RosterError": Exit.USAGE,
    "infra.event.classroom.network.CertificateError": Exit.USAGE,
    "infra.local.journal.files.DamagedError": Exit.NOT_READY,
    "infra.local.journal.files.OtherVersionError": Exit.NOT_READY,
    "infra.event.stack.package.PackageError": Exit.NOT_READY,
    "infra.event.organisation.event_stack.CloseError": Exit.AWS,
    "infra.event.organisation.execution.ExecutionError": Exit.AWS,
    "infra.event.organisation.stack_set.OperationError": Exit.NOT_READY,
    "infra.bundle.folder.FolderNotEmptyError": Exit.USAGE,
    "infra.local.players.StoryError": Exit.AWS,
    "infra.local.lab_client.LabRefusedError": Exit.AWS,
    "infra.local.lab_client.MistakenError": Exit.USAGE,
    "grader.client.NothingTakenError": Exit.NOT_READY,
    "grader.client.PortalBusyError": Exit.NOT_READY,
    "grader.client.PortalError": Exit.AWS,
    "grader.organiser.NotGradedError": Exit.NOT_READY,
    "sqlite3.Error": Exit.NOT_READY,
    "botocore.exceptions.BotoCoreError": Exit.AWS,
    "botocore.exceptions.ClientError": Exit.AWS,
}


SIGN_IN = "name a profile that works with --profile, or sign in anew"
ADVICE = {
    "botocore.exceptions.NoCredentialsError": SIGN_IN,
    "botocore.exceptions.ProfileNotFound": SIGN_IN,
}
"""What to do next, where whoever raised the error does not say it."""


def exit_code(error: Exception) -> Exit | None:
    """What an error means to whoever called `lab`; None for a fault of the lab itself.

    A file or folder that the system refuses is the caller's to choose.
    """
    if isinstance(error, OSError) and error.filename is not None:
        return Exit.USAGE
    return next((EXITS[name] for name in names_of(error) if name in EXITS), None)


def sentence(error: Exception) -> str:
    """What is said of an error: what it says itself, and what to do where it does not say that."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename2 or error.filename} cannot be used: {error.strerror}"
    return ": ".join([str(error), *(ADVICE[name] for name in names_of(error) if name in ADVICE)])


def names_of(error: Exception) -> list[str]:
    """The error's class and all that it derives from."""
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]


if __name__ == "__main__":
    main()
