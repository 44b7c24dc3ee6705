"""Makes a stack from another one's template, parameters and tags: clone.py OLD NEW [--keep]."""
import sys

import boto3

old, new = sys.argv[1:3]
cloud = boto3.client("cloudformation")
stack = cloud.describe_stacks(StackName=old)["Stacks"][0]
template = cloud.get_template(StackName=old)["TemplateBody"]
key = f"templates/{new}"
boto3.client("s3").put_object(Bucket="guide-scripts", Key=key, Body=template if isinstance(template, str) else __import__("json").dumps(template))
print(cloud.create_stack(
    StackName=new, TemplateURL=f"https://guide-scripts.s3.us-east-1.amazonaws.com/{key}",
    DisableRollback="--keep" in sys.argv[3:], Capabilities=["CAPABILITY_IAM"],
    Parameters=[{"ParameterKey": p["ParameterKey"], "ParameterValue": p["ParameterValue"].replace(f"/{old}-", f"/{new}-")}
                for p in stack["Parameters"]],
    Tags=[{"Key": t["Key"], "Value": new if t["Key"] == "parallelcluster:cluster-name" else t["Value"]}
          for t in stack["Tags"]])["StackId"])
