from __future__ import annotations

from tests.infra.account.resources import Resources, joined


def test_one_public_subnet_without_nat(resources: Resources) -> None:
    """The VPC has one subnet, hosts in it get public addresses, and nothing in it costs by the hour."""
    assert resources.only("AWS::EC2::Subnet")["MapPublicIpOnLaunch"] is True
    assert not resources.of("AWS::EC2::NatGateway")
    assert list(resources.of("AWS::EC2::Subnet")) == [resources.behind("SubnetId")]
    assert list(resources.of("AWS::EC2::VPC")) == [resources.behind("VpcId")]


def test_the_way_out_is_the_internet_gateway(resources: Resources) -> None:
    """The only route leads everything to the internet gateway."""
    (gateway,) = resources.of("AWS::EC2::InternetGateway")
    route = resources.only("AWS::EC2::Route")
    assert (route["DestinationCidrBlock"], route["GatewayId"]) == ("0.0.0.0/0", {"Ref": gateway})


def test_s3_is_reached_through_a_gateway_endpoint(resources: Resources) -> None:
    """The only endpoint is S3's, in the subnet's route table."""
    (table,) = resources.of("AWS::EC2::RouteTable")
    endpoint = resources.only("AWS::EC2::VPCEndpoint")
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["ServiceName"] == joined("com.amazonaws.", {"Ref": "AWS::Region"}, ".s3")
    assert endpoint["RouteTableIds"] == [{"Ref": table}]
