"""CloudFormation as far as ParallelCluster needs it: stacks keep their template, and play a timeline of events.

No resource is made. What becomes of a stack is decided by its name: scenarios.json.
"""
import fnmatch
import json
import pathlib
import re
import threading
import time
import uuid
from datetime import datetime, timezone

import yaml

ACCOUNT = "123456789012"
REGION = "us-east-1"
HERE = pathlib.Path(__file__).resolve().parent
STACK = "AWS::CloudFormation::Stack"
WAIT = "AWS::CloudFormation::WaitCondition"


class Refused(Exception):
    """An answer with an error code, as AWS gives it."""

    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class LooseLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags read as plain values."""


LooseLoader.add_multi_constructor("!", lambda loader, suffix, node: {suffix: loader.construct_scalar(node)}
                                  if isinstance(node, yaml.ScalarNode) else {suffix: None})


def scenario(name):
    """How a stack of this name goes: the defaults, and what the first fitting pattern changes."""
    chosen = {"end": "complete", "step": 0.03, "wait": 3.0, "rollback": 3.0, "nodes": 2, "fleet": "RUNNING",
              "logs": True, "lines": {}}
    for pattern, changes in json.loads((HERE / "scenarios.json").read_text()).items():
        if fnmatch.fnmatch(name, pattern):
            return chosen | changes
    return chosen


def mentioned(value):
    """The names a template's value refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" and isinstance(inner, str):
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else str(inner).split(".")[0]
            elif key == "Fn::Sub":
                text = inner[0] if isinstance(inner, list) else inner
                yield from (part.split(".")[0] for part in re.findall(r"\$\{([^!}]+)\}", str(text)))
                yield from mentioned(inner)
            else:
                yield from mentioned(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mentioned(inner)


def in_order(resources):
    """The resources' names, each after those it needs; wait conditions after the head node."""
    needs = {}
    for name, resource in resources.items():
        wanted = set(mentioned({k: v for k, v in resource.items() if k != "Metadata"}))
        depends = resource.get("DependsOn", [])
        wanted |= {depends} if isinstance(depends, str) else set(depends)
        if resource["Type"] == WAIT:
            wanted.add("HeadNode")
        needs[name] = (wanted & set(resources)) - {name}
    done, left = [], list(resources)
    while left:
        ready = [n for n in left if needs[n] <= set(done)] or left[:1]
        ready.sort(key=lambda n: resources[n]["Type"] == WAIT)
        done.append(ready[0])
        left.remove(ready[0])
    return done


class Stack:
    """One stack: its text, and the events that have happened by now."""

    def __init__(self, name, template, parameters, tags, keeps_failure, world, body=None):
        self.name, self.template, self.tags, self.world = name, template, tags, world
        self.identity = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{uuid.uuid4()}"
        self.keeps_failure = keeps_failure
        self.scenario = scenario(name)
        # A stack that hangs for long has begun as long ago.
        self.created = time.time() - self.scenario.get("age", 0)
        self.plan, self.events, self.status = [], [], "CREATE_IN_PROGRESS"
        self.nested = {}
        self.body = body or yaml.load(template, LooseLoader)
        self.parameters = {k: v.get("Default", "") for k, v in self.body.get("Parameters", {}).items()} | parameters
        self._plan_creation()

    @property
    def resources(self):
        return self.body.get("Resources", {})

    def _event(self, when, logical, kind, status, reason="", physical=None, stack=None):
        self.events.append({
            "StackId": stack or self.identity, "EventId": f"{logical}-{status}-{uuid.uuid4()}",
            "StackName": self.name if stack is None else stack.split("/")[1], "LogicalResourceId": logical,
            "PhysicalResourceId": physical or logical, "ResourceType": kind,
            "Timestamp": datetime.fromtimestamp(when, timezone.utc), "ResourceStatus": status,
            **({"ResourceStatusReason": reason} if reason else {})})

    def _own(self, when, status, reason=""):
        self._event(when, self.name, STACK, status, reason, self.identity)
        self.status = status

    def _plan_creation(self):
        how, when = self.scenario, self.created
        self._own(when, "CREATE_IN_PROGRESS", "User Initiated")
        for name in in_order(self.resources):
            kind = self.resources[name]["Type"]
            physical = self._nested_arn(name) if kind == STACK else None
            self.plan.append((when, lambda t, a=(name, kind, "CREATE_IN_PROGRESS", "", physical): self._event(t, *a)))
            if how["end"] == "hang" and kind == WAIT:
                return
            fails = (how["end"] == "fail" and kind == how.get("resource", WAIT)) or \
                    (how["end"] == "nested" and kind == STACK)
            when += how["wait"] if kind == WAIT else how["step"]
            if fails:
                return self._plan_failure(when, name, kind, physical)
            if kind == STACK:
                self.plan.append((when, lambda t, p=physical: self._nested_event(p, t, "CREATE_COMPLETE")))
            self.plan.append((when, lambda t, a=(name, kind, "CREATE_COMPLETE", "", physical): self._made(t, *a)))
        self.plan.append((when + how["step"], lambda t: self._finished(t)))

    def _made(self, when, name, kind, status, reason, physical):
        self._event(when, name, kind, status, reason, physical)
        if name == "HeadNode":
            threading.Thread(target=self.world.head_node, args=(self,), daemon=True).start()

    def _finished(self, when):
        self._own(when, "CREATE_COMPLETE")
        threading.Thread(target=self.world.compute_nodes, args=(self,), daemon=True).start()

    def _nested_arn(self, name):
        label = f"{self.name}-{name}-{uuid.uuid4().hex[:12].upper()}"
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{label}/{uuid.uuid4()}"

    def _nested_event(self, arn, when, status, reason=""):
        label = arn.split("/")[1]
        events = self.nested.setdefault(arn, [])
        before, self.events = self.events, events
        if status == "CREATE_COMPLETE":
            self._event(when, label, STACK, "CREATE_IN_PROGRESS", "User Initiated", arn, arn)
        self._event(when, "LaunchTemplateQueue", "AWS::EC2::LaunchTemplate", status, reason, None, arn)
        self._event(when, label, STACK, status, "", arn, arn)
        self.events = before

    def _plan_failure(self, when, name, kind, physical):
        how = self.scenario
        reason = how["reason"]
        if how["end"] == "nested":
            self.plan.append((when, lambda t: self._nested_event(physical, t, "CREATE_FAILED", how["reason"])))
            reason = f"Embedded stack {physical} was not successfully created: The following resource(s) failed " \
                     "to create: [LaunchTemplateQueue]. "
        self.plan.append((when, lambda t: self._event(t, name, kind, "CREATE_FAILED", reason, physical)))
        for other in [n for n in self.resources if n != name][-2:]:
            self.plan.append((when, lambda t, n=other: self._event(
                t, n, self.resources[n]["Type"], "CREATE_FAILED", "Resource creation cancelled")))
        said = f"The following resource(s) failed to create: [{name}]. "
        if self.keeps_failure:
            self.plan.append((when, lambda t: self._own(t, "CREATE_FAILED", said)))
            return
        self.plan.append((when, lambda t: self._own(t, "ROLLBACK_IN_PROGRESS", said + "Rollback requested by user.")))
        self.plan.append((when + how["rollback"], lambda t: self._own(t, "ROLLBACK_COMPLETE")))

    def update(self, template, parameters, tags):
        self.template, self.body = template, yaml.load(template, LooseLoader)
        self.parameters |= parameters
        self.tags = tags or self.tags
        now = time.time()
        self._own(now, "UPDATE_IN_PROGRESS", "User Initiated")
        waits = [n for n, r in self.resources.items() if r["Type"] == WAIT]
        for name in waits:
            self.plan.append((now, lambda t, n=name: self._event(t, n, WAIT, "UPDATE_IN_PROGRESS")))
            self.plan.append((now + 1, lambda t, n=name: self._event(t, n, WAIT, "UPDATE_COMPLETE")))
        self.plan.append((now + 2, lambda t: self._own(t, "UPDATE_COMPLETE")))

    def delete(self):
        now = time.time()
        self._own(now, "DELETE_IN_PROGRESS", "User Initiated")
        self.plan = []
        for place, name in enumerate(reversed(in_order(self.resources))):
            kind, when = self.resources[name]["Type"], now + place * 0.02
            self.plan.append((when, lambda t, a=(name, kind, "DELETE_IN_PROGRESS"): self._event(t, *a)))
            self.plan.append((when, lambda t, a=(name, kind, "DELETE_COMPLETE"): self._event(t, *a)))
        self.plan.append((now + 2, lambda t: self._own(t, "DELETE_COMPLETE")))
        threading.Thread(target=self.world.gone, args=(self.name,), daemon=True).start()

    def look(self):
        """Everything up to now happens."""
        while self.plan and self.plan[0][0] <= time.time():
            when, happen = self.plan.pop(0)
            happen(when)
        return self

    def describe(self):
        return {"StackId": self.identity, "StackName": self.name, "StackStatus": self.status,
                "CreationTime": datetime.fromtimestamp(self.created, timezone.utc),
                "DisableRollback": self.keeps_failure, "Description": self.body.get("Description", ""),
                "Capabilities": ["CAPABILITY_IAM"], "Outputs": [],
                "Parameters": [{"ParameterKey": k, "ParameterValue": str(v)} for k, v in self.parameters.items()],
                "Tags": [{"Key": k, "Value": v} for k, v in self.tags.items()]}


class Stacks:
    """The service: one method per action."""

    def __init__(self, world):
        self.world, self.all, self.lock = world, [], threading.RLock()

    def answer(self, action, ask):
        with self.lock:
            for stack in self.all:
                stack.look()
            method = getattr(self, action, None)
            if method is None:
                raise Refused("InvalidAction", f"{action} is not played here")
            return method(ask)

    def find(self, name, deleted=False):
        alive = [s for s in self.all if s.name == name and s.status != "DELETE_COMPLETE"]
        exact = [s for s in self.all if s.identity == name]
        for stack in alive + exact:
            if deleted or stack.status != "DELETE_COMPLETE" or stack in exact:
                return stack
        raise Refused("ValidationError", f"Stack with id {name} does not exist")

    def _template(self, ask):
        return ask.get("TemplateBody") or self.world.fetch(ask["TemplateURL"])

    @staticmethod
    def _pairs(items, key, value):
        return {i[key]: i.get(value, "") for i in items or []}

    def CreateStack(self, ask):
        name = ask["StackName"]
        if any(s.name == name and s.status != "DELETE_COMPLETE" for s in self.all):
            raise Refused("AlreadyExistsException", f"Stack [{name}] already exists")
        stack = Stack(name, self._template(ask), self._pairs(ask.get("Parameters"), "ParameterKey", "ParameterValue"),
                      self._pairs(ask.get("Tags"), "Key", "Value"),
                      str(ask.get("DisableRollback", "")).lower() == "true", self.world)
        self.all.append(stack)
        return {"StackId": stack.identity}

    def clone(self, old, new, keeps_failure):
        """Another stack of an older one's template, which may be deleted by now."""
        with self.lock:
            origin = next((s for s in reversed(self.all) if s.name == old), None)
            if origin is None:
                raise Refused("ValidationError", f"there is no stack {old}")
            parameters = {k: str(v).replace(f"/{old}-", f"/{new}-") for k, v in origin.parameters.items()}
            tags = origin.tags | {"parallelcluster:cluster-name": new}
            self.all.append(Stack(new, origin.template, parameters, tags, keeps_failure, self.world, origin.body))
            return self.all[-1].identity

    def drop(self, name):
        """It is gone, and nothing tells of it."""
        with self.lock:
            self.all = [s for s in self.all if s.name != name]

    def UpdateStack(self, ask):
        stack = self.find(ask["StackName"])
        stack.update(stack.template if str(ask.get("UsePreviousTemplate")).lower() == "true" else self._template(ask),
                     self._pairs(ask.get("Parameters"), "ParameterKey", "ParameterValue"),
                     self._pairs(ask.get("Tags"), "Key", "Value"))
        return {"StackId": stack.identity}

    def DeleteStack(self, ask):
        try:
            stack = self.find(ask["StackName"])
        except Refused:
            return {}
        if stack.status not in ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"):
            stack.delete()
        return {}

    def DescribeStacks(self, ask):
        if "StackName" in ask:
            return {"Stacks": [self.find(ask["StackName"]).describe()]}
        return {"Stacks": [s.describe() for s in self.all if s.status != "DELETE_COMPLETE"]}

    def DescribeStackEvents(self, ask):
        name = ask["StackName"]
        for stack in self.all:
            if name in stack.nested:
                return {"StackEvents": list(reversed(stack.nested[name]))}
        return {"StackEvents": list(reversed(self.find(name, deleted=True).events))}

    def DescribeStackResource(self, ask):
        stack, name = self.find(ask["StackName"]), ask["LogicalResourceId"]
        if name not in stack.resources:
            raise Refused("ValidationError", f"Resource {name} does not exist for stack {stack.name}")
        return {"StackResourceDetail": self._resource(stack, name)}

    def DescribeStackResources(self, ask):
        stack = self.find(ask["StackName"])
        return {"StackResources": [self._resource(stack, n) for n in stack.resources]}

    def ListStackResources(self, ask):
        stack = self.find(ask["StackName"])
        return {"StackResourceSummaries": [self._resource(stack, n) for n in stack.resources]}

    @staticmethod
    def _resource(stack, name):
        last = [e for e in stack.events if e["LogicalResourceId"] == name]
        now = datetime.now(timezone.utc)
        return {"StackName": stack.name, "StackId": stack.identity, "LogicalResourceId": name,
                "PhysicalResourceId": last[-1]["PhysicalResourceId"] if last else name,
                "ResourceType": stack.resources[name]["Type"], "Timestamp": now, "LastUpdatedTimestamp": now,
                "ResourceStatus": last[-1]["ResourceStatus"] if last else "CREATE_IN_PROGRESS"}

    def GetTemplate(self, ask):
        return {"TemplateBody": self.find(ask["StackName"]).template}

    def ValidateTemplate(self, ask):
        return {"Parameters": []}
