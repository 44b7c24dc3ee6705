"""An AWS on 127.0.0.1: moto, and before it what moto lacks and ParallelCluster asks for.

    server.py PORT FOLDER

Files in FOLDER steer it: ssm-offline (Session Manager knows no instance), throttle (so many calls of
DescribeStackEvents are refused), hang (seconds every CloudFormation call takes), agent (a program that runs what
SendCommand sends), vanish (a stack's name: it is gone, without any event). GET /stand-in/clone?old=A&new=B makes
another stack from A's template; &keep=1 is for one that does not roll back.
"""
import base64
import json
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from datetime import datetime, timedelta, timezone
from io import BytesIO
from xml.sax.saxutils import escape

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

from stacks import ACCOUNT, REGION, Refused, Stacks

PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])


def client(service):
    return boto3.client(service, endpoint_url=f"http://127.0.0.1:{PORT}", region_name=REGION,
                        aws_access_key_id="testing", aws_secret_access_key="testing")


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return escape(str(value))


def xml(value, item):
    if isinstance(value, dict):
        return "".join(f"<{k}>{xml(v, item)}</{k}>" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "".join(f"<{item}>{xml(v, item)}</{item}>" for v in value)
    return text(value)


def form(body):
    """A query's fields as values: `Tags.member.1.Key` becomes `Tags: [{Key: ...}]`."""
    result = {}
    for key, value in urllib.parse.parse_qsl(body.decode(), keep_blank_values=True):
        parts = [p for p in key.split(".") if p != "member"]
        place = result
        for part, following in zip(parts, parts[1:] + [None]):
            if following is None:
                place[part] = value
            else:
                place = place.setdefault(part, {})

    def lists(value):
        if not isinstance(value, dict):
            return value
        if value and all(k.isdigit() for k in value):
            return [lists(value[k]) for k in sorted(value, key=int)]
        return {k: lists(v) for k, v in value.items()}
    return lists(result)


class World:
    """What there is beside CloudFormation."""

    LINES = {"cfn-init": ["[INFO] ConfigSets completed"], "chef-client": ["Infra Phase complete"],
             "clustermgtd": ["INFO - Clustermgtd startup"], "cloud-init-output": ["+ cfn-init"],
             "slurm_resume": ["INFO - Resume"]}

    def fetch(self, url):
        path = urllib.parse.urlparse(url)
        host = path.netloc.split(".")[0]
        bucket, key = (host, path.path[1:]) if ".s3." in path.netloc else path.path[1:].split("/", 1)
        return client("s3").get_object(Bucket=bucket, Key=urllib.parse.unquote(key))["Body"].read().decode()

    def _run(self, stack, kind, instance, cidr, more=()):
        ec2 = client("ec2")
        subnet = ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": [cidr]}])["Subnets"][0]["SubnetId"]
        release = stack.tags.get("parallelcluster:version", "3.14.0")
        tags = {"parallelcluster:cluster-name": stack.name, "parallelcluster:node-type": kind, "Name": kind,
                "parallelcluster:version": release,
                "parallelcluster:attributes": f"ubuntu2204, slurm, {release}, x86_64"} | dict(more)
        return ec2.run_instances(
            ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1, InstanceType=instance, SubnetId=subnet,
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]
        )["Instances"][0]

    def head_node(self, stack):
        node = self._run(stack, "HeadNode", "m5.8xlarge", "10.1.0.0/20")
        table, logs = client("dynamodb"), client("logs")
        table.create_table(TableName=f"parallelcluster-{stack.name}", BillingMode="PAY_PER_REQUEST",
                           KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
                           AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}])
        self._fleet(f"parallelcluster-{stack.name}", stack.scenario["fleet"])
        group = stack.parameters.get("ClusterCWLogGroup")
        if not group or not stack.scenario["logs"]:
            return
        logs.create_log_group(logGroupName=group)
        host, now = "ip-" + node["PrivateIpAddress"].replace(".", "-"), int(time.time() * 1000)
        for short, lines in (self.LINES | stack.scenario["lines"]).items():
            name = f"{host}.{node['InstanceId']}.{short}"
            logs.create_log_stream(logGroupName=group, logStreamName=name)
            logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=[
                {"timestamp": now + place, "message": line} for place, line in enumerate(lines)])

    def compute_nodes(self, stack):
        for number in range(1, stack.scenario["nodes"] + 1):
            self._run(stack, "Compute", "g5.8xlarge", "10.1.16.0/20", {
                "parallelcluster:queue-name": "compute-gpu", "parallelcluster:compute-resource-name": "distributed-ml",
                "parallelcluster:node-name": f"compute-gpu-st-distributed-ml-{number}"}.items())

    def clustermgtd(self, table, wanted):
        """What the daemon on the head node does within a minute of a request: here within a second."""
        time.sleep(1)
        name, stops = table.removeprefix("parallelcluster-"), wanted == "STOP_REQUESTED"
        stack = STACKS.find(name)
        if stops:
            ec2 = client("ec2")
            found = ec2.describe_instances(Filters=[{"Name": "tag:parallelcluster:cluster-name", "Values": [name]},
                                                    {"Name": "tag:parallelcluster:node-type", "Values": ["Compute"]}])
            ids = [i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]]
            if ids:
                ec2.terminate_instances(InstanceIds=ids)
        else:
            self.compute_nodes(stack)
        self._fleet(table, "STOPPED" if stops else "RUNNING")

    @staticmethod
    def _fleet(table, status):
        client("dynamodb").put_item(TableName=table, Item={"Id": {"S": "COMPUTE_FLEET"}, "Data": {"M": {
            "status": {"S": status}, "lastStatusUpdatedTime": {"S": "2026-11-26 11:00:00.000000+00:00"}}}})

    def gone(self, name):
        ec2 = client("ec2")
        found = ec2.describe_instances(Filters=[{"Name": "tag:parallelcluster:cluster-name", "Values": [name]}])
        ids = [i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]]
        if ids and not name.startswith("orphans"):
            ec2.terminate_instances(InstanceIds=ids)
        try:
            client("dynamodb").delete_table(TableName=f"parallelcluster-{name}")
        except Exception:  # noqa: BLE001 - a stack that never had a head node has no table
            pass


STACKS = Stacks(World())
RESERVATIONS, FILE_SYSTEMS, COMMANDS = {}, {}, {}


def own_ec2(action, ask):
    return console(ask) if action == "GetConsoleOutput" else reservations(action, ask)


def reservations(action, ask):
    if action == "CreateCapacityReservation":
        now = datetime.now(timezone.utc)
        block = ask["InstanceType"].startswith("p")
        made = {"capacityReservationId": "cr-" + uuid.uuid4().hex[:17], "ownerId": ACCOUNT,
                "instanceType": ask["InstanceType"], "instancePlatform": ask["InstancePlatform"],
                "availabilityZone": ask["AvailabilityZone"], "tenancy": "default",
                "totalInstanceCount": int(ask["InstanceCount"]), "availableInstanceCount": int(ask["InstanceCount"]),
                "state": "active", "startDate": now, "instanceMatchCriteria": ask.get("InstanceMatchCriteria", "open"),
                "reservationType": "capacity-block" if block else "default"}
        if ask.get("EndDate") or block:
            made["endDate"] = ask.get("EndDate") or now + timedelta(days=2)
        RESERVATIONS[made["capacityReservationId"]] = made
        return {"capacityReservation": made}
    wanted = ask.get("CapacityReservationId") or ask.get("CapacityReservationIds") or []
    for identity in wanted:
        if identity not in RESERVATIONS:
            raise Refused("InvalidCapacityReservationId.NotFound", f"The capacity reservation '{identity}' does not exist")
    return {"capacityReservationSet": [r for i, r in RESERVATIONS.items() if not wanted or i in wanted]}


CONSOLE = """[    4.121] cloud-init[812]: Cloud-init v. 24.4 running 'init'
[   64.530] cloud-init[812]: url_helper.py[WARNING]: Calling 'https://s3.us-east-1.amazonaws.com' failed: timed out
[  301.907] cloud-init[812]: cfn-init: Failed to retrieve metadata: no route to host
"""


def console(ask):
    """What a head node without a way out shows."""
    return {"instanceId": ask["InstanceId"], "timestamp": datetime.now(timezone.utc),
            "output": base64.b64encode(CONSOLE.encode()).decode()}


def file_systems(action, ask):
    if action == "CreateFileSystem":
        digits = uuid.uuid4().hex[:17]
        subnet = ask["SubnetIds"][0]
        interface = client("ec2").create_network_interface(
            SubnetId=subnet, Groups=ask["SecurityGroupIds"])["NetworkInterface"]
        made = {"FileSystemId": f"fs-{digits}", "FileSystemType": ask["FileSystemType"], "Lifecycle": "AVAILABLE",
                "OwnerId": ACCOUNT, "CreationTime": 1.7e9, "StorageCapacity": ask["StorageCapacity"],
                "VpcId": interface["VpcId"], "SubnetIds": [subnet], "NetworkInterfaceIds": [interface["NetworkInterfaceId"]],
                "DNSName": f"fs-{digits}.fsx.{REGION}.amazonaws.com",
                "ResourceARN": f"arn:aws:fsx:{REGION}:{ACCOUNT}:file-system/fs-{digits}", "Tags": []}
        if ask["FileSystemType"] == "LUSTRE":
            made |= {"LustreConfiguration": {"MountName": "czrc3amv", "DeploymentType": "PERSISTENT_2"},
                     "FileSystemTypeVersion": "2.15"}
        else:
            made["OpenZFSConfiguration"] = {"RootVolumeId": f"fsvol-{digits}", "DeploymentType": "SINGLE_AZ_1"}
        FILE_SYSTEMS[made["FileSystemId"]] = made
        return {"FileSystem": made}
    if action == "DescribeVolumes":
        found = [f for f in FILE_SYSTEMS.values() if not ask.get("VolumeIds") or "fsvol-" + f["FileSystemId"][3:] in ask["VolumeIds"]]
        if not found:
            raise Refused("VolumeNotFound", f"Volume {ask.get('VolumeIds')} does not exist")
        return {"Volumes": [{"VolumeId": "fsvol-" + f["FileSystemId"][3:], "FileSystemId": f["FileSystemId"], "Name": "fsx",
                             "VolumeType": "OPENZFS", "Lifecycle": "AVAILABLE",
                             "OpenZFSConfiguration": {"VolumePath": "/fsx"}} for f in found]}
    wanted = ask.get("FileSystemIds")
    for identity in wanted or []:
        if identity not in FILE_SYSTEMS:
            raise Refused("FileSystemNotFound", f"File system '{identity}' does not exist.")
    return {"FileSystems": [f for i, f in FILE_SYSTEMS.items() if not wanted or i in wanted]}


def run_command(identity, script):
    """A command for the agent on the head node; without one nothing runs it."""
    agent = FOLDER / "agent"
    if not agent.exists():
        COMMANDS[identity] = (127, "", "there is no agent")
        return
    ended = subprocess.run([str(agent)], input=script, capture_output=True, text=True, check=False)
    COMMANDS[identity] = (ended.returncode, ended.stdout, ended.stderr)


def session_manager(action, ask):
    offline = (FOLDER / "ssm-offline").exists()
    if action == "DescribeInstanceInformation":
        ids = [v for f in ask.get("Filters", []) if f.get("Key") == "InstanceIds" for v in f.get("Values", [])]
        return {"InstanceInformationList": [] if offline else [
            {"InstanceId": i, "PingStatus": "Online", "AgentVersion": "3.3.0.0", "PlatformType": "Linux",
             "PlatformName": "Ubuntu", "PlatformVersion": "22.04"} for i in ids]}
    if action == "StartSession":
        if offline:
            raise Refused("TargetNotConnected", f"{ask['Target']} is not connected.")
        return {"SessionId": "op-0123456789abcdef0", "TokenValue": "token",
                "StreamUrl": f"wss://ssmmessages.{REGION}.amazonaws.com/v1/data-channel/op-0123456789abcdef0"}
    if action == "SendCommand":
        identity = str(uuid.uuid4())
        COMMANDS[identity] = None
        threading.Thread(target=run_command, args=(identity, "\n".join(ask["Parameters"]["commands"])), daemon=True).start()
        return {"Command": {"CommandId": identity, "Status": "Pending"}}
    if action == "GetCommandInvocation":
        if COMMANDS[ask["CommandId"]] is None:
            return {"CommandId": ask["CommandId"], "InstanceId": ask["InstanceId"], "Status": "InProgress",
                    "ResponseCode": -1}
        code, out, err = COMMANDS[ask["CommandId"]]
        return {"CommandId": ask["CommandId"], "InstanceId": ask["InstanceId"], "ResponseCode": code,
                "Status": "Success" if code == 0 else "Failed", "StandardOutputContent": out[:24000],
                "StandardErrorContent": err[:8000]}
    return {"SessionId": ask.get("SessionId")}


def quotas(action, ask):
    return {"Quota": {"QuotaCode": ask["QuotaCode"], "ServiceCode": ask["ServiceCode"], "Value": 256.0}}


OWN_SSM = {"DescribeInstanceInformation", "StartSession", "TerminateSession", "SendCommand", "GetCommandInvocation"}
OWN_EC2 = {"CreateCapacityReservation", "DescribeCapacityReservations", "GetConsoleOutput"}


def steer(action):
    """Throttling and hanging, as the folder's files say."""
    hang, throttle, vanish = FOLDER / "hang", FOLDER / "throttle", FOLDER / "vanish"
    if vanish.exists():
        STACKS.drop(vanish.read_text().strip())
    if hang.exists():
        time.sleep(float(hang.read_text()))
    if action == "DescribeStackEvents" and throttle.exists():
        left = int(throttle.read_text())
        if left > 0:
            throttle.write_text(str(left - 1))
            raise Refused("Throttling", "Rate exceeded")


class App:
    """Answers itself what it plays, and hands on the rest."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start):
        if environ["PATH_INFO"] == "/stand-in/clone":
            return self.cloned(start, dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""))))
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size) if size else b""
        service = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        service = service.group(1) if service else ""
        target = environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if service in ("cloudformation", "ec2"):
            ask = form(body)
            action = ask.get("Action", "")
            if service == "cloudformation":
                return self.queried(start, action, lambda: (steer(action), STACKS.answer(action, ask))[1], "member")
            if action in OWN_EC2:
                return self.queried(start, action, lambda: own_ec2(action, ask), "item")
            # moto refuses disks that are only named: those of the instance itself.
            numbers = set(re.findall(rb"BlockDeviceMapping\.(\d+)\.VirtualName", body))
            if numbers:
                body = b"&".join(p for p in body.split(b"&") if not any(
                    p.startswith((b"BlockDeviceMapping.%s." % n, b"LaunchTemplateData.BlockDeviceMapping.%s." % n))
                    for n in numbers))
        elif service == "fsx":
            return self.asked(start, lambda: file_systems(target, json.loads(body)))
        elif service == "servicequotas":
            return self.asked(start, lambda: quotas(target, json.loads(body)))
        elif service == "ssm" and target in OWN_SSM:
            return self.asked(start, lambda: session_manager(target, json.loads(body)))
        elif service == "dynamodb" and (asked := re.search(rb'"(START_REQUESTED|STOP_REQUESTED)"', body)):
            table = json.loads(body).get("TableName", "")
            threading.Thread(target=STACKS.world.clustermgtd, args=(table, asked.group(1).decode()), daemon=True).start()
        elif service == "s3" and "policy" in query and environ["REQUEST_METHOD"] == "PUT":
            # 'deny without TLS' would shut this server out, since moto passes over the condition.
            start("204 No Content", [])
            return [b""]
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return self.moto(environ, start)

    @staticmethod
    def cloned(start, ask):
        try:
            answer, status = STACKS.clone(ask["old"], ask["new"], bool(ask.get("keep"))), "200 OK"
        except Refused as refused:
            answer, status = refused.message, "404 Not Found"
        answer = (answer + "\n").encode()
        start(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
        return [answer]

    @staticmethod
    def queried(start, action, work, item):
        names = {"member": "http://cloudformation.amazonaws.com/doc/2010-05-15/",
                 "item": "http://ec2.amazonaws.com/doc/2016-11-15/"}[item]
        try:
            answer, status = xml(work(), item), "200 OK"
            if item == "member":
                answer = f"<{action}Result>{answer}</{action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
            answer = f'<{action}Response xmlns="{names}">{answer}</{action}Response>'
        except Refused as refused:
            status = f"{refused.status} Bad Request"
            error = xml({"Error": {"Type": "Sender", "Code": refused.code, "Message": refused.message}}, item)
            answer = f"<ErrorResponse>{error}</ErrorResponse>" if item == "member" else \
                f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
        start(status, [("Content-Type", "text/xml")])
        return [answer.encode()]

    @staticmethod
    def asked(start, work):
        try:
            answer, status = work(), "200 OK"
        except Refused as refused:
            answer, status = {"__type": refused.code, "message": refused.message}, f"{refused.status} Bad Request"
        start(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps(answer).encode()]


if __name__ == "__main__":
    run_simple("127.0.0.1", PORT, App(), threaded=True)
