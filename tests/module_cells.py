"""The module's own code, cell by cell as it stands in the workshop.

`%s` stands where a learner pastes the id of the instance; nothing else was changed.
"""

SET_UP = """
import boto3
import pandas as pd
client = boto3.client("cloudtrail")
stores = client.list_event_data_stores()
EDS_ID = stores["EventDataStores"][0]["EventDataStoreArn"].split("/")[-1]
def results(query_id):
    response = client.get_query_results(EventDataStore=EDS_ID, QueryId=query_id)
    if response["QueryStatus"] == "FINISHED":
        return pd.DataFrame([{k: v for cell in row for k, v in cell.items()} for row in response["QueryResultRows"]])
    print("not finished yet")
"""
SNAPSHOT = """
import time
instance_id='%s'
ec2=boto3.resource('ec2')
instance=ec2.Instance(instance_id)
ebs_vol=instance.block_device_mappings[0]['Ebs']['VolumeId']
response=ec2.create_snapshot(VolumeId=ebs_vol)
print(response)
"""
WAIT = "time.sleep(30) # allow snapshot to finish"
CONTAIN = f"""
{WAIT}
vpc_id=instance.vpc_id
security_group=instance.security_groups[0]['GroupId']
ec2_client=boto3.client('ec2')
response=ec2_client.create_security_group(
    GroupName='Restricted_Group',
    Description='Restricts_access',
    VpcId=vpc_id
)
restricted_sg=ec2.SecurityGroup(response['GroupId'])
response=restricted_sg.revoke_egress(
    IpPermissions=restricted_sg.ip_permissions_egress
)
response=instance.modify_attribute(Groups=[restricted_sg.id])
instance.terminate()
"""
