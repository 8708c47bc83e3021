from __future__ import annotations

from tests.infra.account.resources import Resources, attribute


def test_two_outputs_are_the_answer_of_the_custom_resource(resources: Resources) -> None:
    """It asks about the compromised instance, and a function that does not answer holds the stack up for minutes."""
    (function,) = resources.of("AWS::Lambda::Function")
    (answer,) = resources.of("Custom::Attachments")
    assert resources.output("VolumeId") == {"Ref": answer}
    assert resources.output("InterfaceId") == attribute(answer, "InterfaceId")
    assert resources.only("Custom::Attachments") == {
        "InstanceId": {"Ref": resources.behind("InstanceId")},
        "VpcId": {"Ref": resources.behind("VpcId")},
        "ServiceTimeout": "300",
        "ServiceToken": attribute(function, "Arn"),
    }


def test_the_function_may_look_at_instances_only(resources: Resources) -> None:
    """Not even logs: what goes wrong is told to CloudFormation, and no log group stays behind."""
    role = resources.only("AWS::Lambda::Function")["Role"]["Fn::GetAtt"][0]
    assert "ManagedPolicyArns" not in resources.all[role]["Properties"]
    assert resources.statements(role) == [{"Action": "ec2:DescribeInstances", "Effect": "Allow", "Resource": "*"}]


def test_no_name_tells_the_instance(resources: Resources) -> None:
    """The function's and its role's, which CloudTrail shows, share no beginning with those of any instance."""
    function = next(iter(resources.of("AWS::Lambda::Function")))
    role = resources.all[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    hosts = resources.of("AWS::EC2::Instance")
    assert not {name[:3] for name in (function, role)} & {name[:3] for name in hosts}


def test_the_function_has_its_code_inline(resources: Resources) -> None:
    """Python 3.14, and less than the 4,096 characters that every version of CloudFormation takes."""
    function = resources.only("AWS::Lambda::Function")
    assert function["Runtime"] == "python3.14"
    assert function["Handler"] == "index.handler"
    assert len(function["Code"]["ZipFile"]) < 4096
