from __future__ import annotations

from infra.account.template import template
from infra.deploy.account import Account, enter
from infra.deploy.identities import learner_session
from infra.deploy.inventory.known import learn
from infra.deploy.inventory.survey import survey
from infra.deploy.stack import STACK_NAME, deploy
from infra.deploy.teardown.removal import remove_image
from infra.deploy.teardown.teardown import teardown
from tests.infra.deploy.accounts import everything
from tests.infra.deploy.conftest import Spare

OWN_TEMPLATE = '{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}'


def live(account: Account) -> None:
    """Have of everything that a lab has something else, with names that a lab could have."""
    ec2 = account.client("ec2")
    (image,) = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023*x86_64"]}])[
        "Images"
    ][:1]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=STACK_NAME, Description="isolated", VpcId=vpc)["GroupId"]
    ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    ec2.create_network_acl(VpcId=vpc)
    (instance,) = ec2.run_instances(ImageId=image["ImageId"], SubnetId=subnet, MinCount=1, MaxCount=1)["Instances"]
    own = ec2.create_image(InstanceId=instance["InstanceId"], Name="web")["ImageId"]
    remove_image(account, own)  # its snapshot stays
    ec2.create_image(InstanceId=instance["InstanceId"], Name="web")
    ec2.create_volume(AvailabilityZone=f"{account.region}a", Size=1)
    account.client("s3").create_bucket(Bucket=f"{STACK_NAME}-{account.account_id}")
    account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{STACK_NAME}-VolumesFunction")
    account.client("cloudtrail").create_event_data_store(Name=f"{STACK_NAME}-EventsLake")
    account.client("cloudformation").create_stack(StackName=f"{STACK_NAME}-2", TemplateBody=OWN_TEMPLATE)


def test_what_is_not_the_labs_is_not_found(spare: Spare) -> None:
    """However much it is named like a lab's, and though a learner has looked at it."""
    account = enter("spare", None, yes=False)
    live(account)
    theirs = everything(account.session)
    assert not survey(account, learn(account))
    stage = deploy(account.session, template(), {"LabSeed": "a-seed", "Bystanders": "0", "Store": "lake"})
    keys = learner_session(account.session, stage.learner_role_arn, "blue")
    keys.session(region=account.region, endpoint=account.endpoint).client("ec2").describe_instances()
    assert teardown(account, learn(account), print).refused == ()
    assert everything(account.session) == theirs
    stores = account.client("cloudtrail").list_event_data_stores()["EventDataStores"]
    (own,) = (store["EventDataStoreArn"] for store in stores if store["Name"] == f"{STACK_NAME}-EventsLake")
    assert account.client("cloudtrail").get_event_data_store(EventDataStore=own)["Status"] == "ENABLED"
