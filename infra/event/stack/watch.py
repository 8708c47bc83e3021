"""What the organiser hears of: alarms, and a budget that is nearly spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, Fn
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.event.stack.parameters import Parameters

PERCENT = 80  # of the budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A metric that is zero as long as all is well."""

    name: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]


class Watch(Construct):
    """An alarm for each sign."""

    def __init__(self, scope: Construct, name: str, *, parameters: Parameters, signs: tuple[Sign, ...]) -> None:
        super().__init__(scope, name)
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        acknowledge(topic, {"SNS2": "it tells that an alarm rang; a key for CloudWatch costs a dollar a month"})
        email = parameters.text("BudgetEmail")
        subscription = sns.CfnSubscription(self, "Email", topic_arn=topic.topic_arn, protocol="email", endpoint=email)
        subscription.cfn_options.condition = parameters.has_email
        for sign in signs:
            cloudwatch.CfnAlarm(
                self,
                sign.name,
                alarm_actions=[topic.topic_arn],
                comparison_operator="GreaterThanThreshold",
                dimensions=[
                    cloudwatch.CfnAlarm.DimensionProperty(name=key, value=value)
                    for key, value in sign.dimensions.items()
                ],
                evaluation_periods=1,
                metric_name=sign.metric,
                namespace=sign.namespace,
                period=300,
                statistic="Sum",
                threshold=0,
                treat_missing_data="notBreaching",
            )
        heard = [
            {
                "Notification": {
                    "ComparisonOperator": "GREATER_THAN",
                    "NotificationType": kind,
                    "Threshold": PERCENT,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": email}],
            }
            for kind in ("ACTUAL", "FORECASTED")
        ]
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_limit=budgets.CfnBudget.SpendProperty(amount=parameters.number("BudgetUsd"), unit="USD"),
                budget_type="COST",
                time_unit="MONTHLY",
            ),
            notifications_with_subscribers=Fn.condition_if(parameters.has_email.logical_id, heard, Aws.NO_VALUE),
        )
