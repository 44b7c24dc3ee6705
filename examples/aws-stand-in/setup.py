"""Makes what the guide has before its cluster: network, file systems, scripts. Prints its variables.

    setup.py PORT
"""
import sys

import boto3

PORT = sys.argv[1]


def client(service):
    return boto3.client(service, endpoint_url=f"http://127.0.0.1:{PORT}", region_name="us-east-1",
                        aws_access_key_id="testing", aws_secret_access_key="testing")


ec2, fsx, s3 = client("ec2"), client("fsx"), client("s3")
vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
for switch in ("EnableDnsSupport", "EnableDnsHostnames"):
    ec2.modify_vpc_attribute(VpcId=vpc, **{switch: {"Value": True}})
gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
subnets = []
for block in ("10.1.0.0/20", "10.1.16.0/20"):
    subnets.append(ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"])
table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
ec2.modify_subnet_attribute(SubnetId=subnets[0], MapPublicIpOnLaunch={"Value": True})
group = ec2.create_security_group(GroupName="cluster", Description="the cluster's", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(
    GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}])
common = {"SubnetIds": [subnets[1]], "SecurityGroupIds": [group]}
lustre = fsx.create_file_system(FileSystemType="LUSTRE", StorageCapacity=1200, **common)["FileSystem"]
zfs = fsx.create_file_system(FileSystemType="OPENZFS", StorageCapacity=512, **common)["FileSystem"]
s3.create_bucket(Bucket="guide-scripts")
for key in ("head.sh", "compute.sh"):
    s3.put_object(Bucket="guide-scripts", Key=key, Body=b"#!/bin/bash\n")
variables = {
    "AWS_REGION": "us-east-1", "VPC_ID": vpc, "PUBLIC_SUBNET_ID": subnets[0], "PRIVATE_SUBNET_ID": subnets[1],
    "SECURITY_GROUP_ID": group, "FSX_LUSTRE_ID": lustre["FileSystemId"],
    "FSX_OPENZFS_ROOT_VOLUME_ID": "fsvol-" + zfs["FileSystemId"][3:],
    "HEAD_NODE_BOOTSTRAP_SCRIPT": "s3://guide-scripts/head.sh",
    "COMPUTE_NODE_BOOTSTRAP_SCRIPT": "s3://guide-scripts/compute.sh",
    "COMPUTE_INSTANCE_TYPE": "g5.8xlarge", "COMPUTE_MIN_COUNT": "2", "COMPUTE_MAX_COUNT": "2",
}
for name, value in variables.items():
    print(f"export {name}={value}")
