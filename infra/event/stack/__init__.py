"""The organiser's account of an event on AWS: one stack, `EventStack`, which `infra.event.organisation` deploys.

Stack name: STACK_NAME. `template.event_template()` is its template as it is shipped: no assets, below 51,200 bytes.

| parameter | what it is |
|---|---|
| LabSeed, GraderExternalId, SigningKey, TokenKey, OrganiserToken | secrets; all go into one secret of Secrets Manager |
| Store, Bystanders | the account template's parameters of these names |
| Permissions | SELF_MANAGED, or SERVICE_MANAGED for accounts of an organisation |
| Concurrency | how many accounts are graded at once |
| BudgetUsd, BudgetEmail | dollars a month; who hears of it and of alarms, "" for nobody |
| StagingBucket, PackageKey, LabTemplateKey | where the functions' package and the account template are |

`staging.stage` uploads package and template, and gives the last three; `staging.clear` removes them.

| output | what it is |
|---|---|
| StackSetName | the stack set of the account template; stack instances are made and removed by API |
| StateMachineArn | the grading; its input is `{"act": "grade" or "check", "roster": {"bucket": ..., "key": ...}}` |
| RosterBucket | the roster at key `roster.json`: `[{"team", "account_id", "region", "language"}]`, never e-mails |
| ResultsBucket | `results/ACCOUNT_ID/report.json` and `bundle.json`: the last of every team; versions are the others |
| ResultsTable | outcomes, submissions, reports: read it with `grader.event.outcomes`, `grader.submissions.dynamodb` |
| SecretArn | the secret |
| PageUrl | the desk; a team's link is `PageUrl/#token=TOKEN`, its token `grader.event.tokens.team_token` |

"check" only looks whether an account's lab is ready: its stack is there and every event that the answer key needs can
be queried. The stack set gives every lab GraderRole under one name (`grader.event.labs.GRADER_ROLE`), which the
organiser's account may assume with the event's external id.

The functions (`grader.event.grading.handler`, `grader.event.asking_again.handler`, `grader.event.page.handler`) make
their clients when they are called, with the credentials and the endpoint of their environment, and read the variables
of `grader.event.settings`.
"""

from __future__ import annotations

STACK_NAME = "lab-event"
