"""The learner's desk behind an HTTP API of API Gateway."""

from __future__ import annotations

import json

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as api
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.event.limits import bounds
from infra.event.stack.functions import KEPT

_A_SECOND = next(int(bound.limit.value) for bound in bounds() if bound.limit.id == "api_requests")
RATE, BURST = _A_SECOND // 2, _A_SECOND // 4  # requests a second: half of what the account's APIs may take together

_LOGGED = ("requestId", "requestTime", "routeKey", "status", "protocol", "responseLength", "integrationErrorMessage")


class Page(Construct):
    """`api` answers every path with the function; `url` is its address. Logs name no path: it may hold names."""

    def __init__(self, scope: Construct, name: str, *, function: lambda_.CfnFunction) -> None:
        super().__init__(scope, name)
        self.log = logs.LogGroup(self, "Log", retention=KEPT, removal_policy=RemovalPolicy.DESTROY)
        self.api = api.CfnApi(self, "Api", name=Aws.STACK_NAME, protocol_type="HTTP")
        integration = api.CfnIntegration(
            self,
            "Integration",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=function.attr_arn,
            payload_format_version="2.0",
            timeout_in_millis=29_000,
        )
        route = api.CfnRoute(
            self,
            "Route",
            api_id=self.api.ref,
            authorization_type="NONE",
            route_key="$default",
            target=f"integrations/{integration.ref}",
        )
        acknowledge(route, {"APIG4": "the desk asks every request for a team's token; the door itself is for anybody"})
        api.CfnStage(
            self,
            "Stage",
            access_log_settings=api.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.log.log_group_arn,
                format=json.dumps({field: f"$context.{field}" for field in _LOGGED}),
            ),
            api_id=self.api.ref,
            auto_deploy=True,
            default_route_settings=api.CfnStage.RouteSettingsProperty(
                throttling_burst_limit=BURST, throttling_rate_limit=RATE
            ),
            stage_name="$default",
        )
        lambda_.CfnPermission(
            self,
            "Invoke",
            action="lambda:InvokeFunction",
            function_name=function.attr_arn,
            principal="apigateway.amazonaws.com",
            source_arn=f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}:{self.api.ref}/*",
        )
        self.url = self.api.attr_api_endpoint
