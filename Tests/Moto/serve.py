"""moto for the tests, with what it lacks: impaired statuses, scheduled events, image dates and states, faults.

Prints the port that it listens on (127.0.0.1) as its first line and ends when its standard input does, or when its parent is gone.

POST /control/boto    {"service", "call", "arguments"}                     a call of boto3 to this server; answers its result as JSON
POST /control/status  {"id", "system", "instance", "events": [{"code", "description", "notBefore"}]}
POST /control/image   {"id", "created", "deprecated", "state"}             all but the id may be left out
POST /control/fault   {"action", "times", "status", "code", "shape", "done"}  shape: xml (default), json or html; times 0: no more;
                                                                           done: it is carried out, and then answered so
POST /control/forbid  {"user", "policy"}                                   takes an inline policy from a user
POST /control/verify  {}                                                   from now on signatures and policies are checked
POST /control/calls   {}                                                   the actions received so far, in order
POST /control/time    {"at": "2026-10-01T00:00:00Z"} or {"clock": path}    when what is made from now on is made; a clock is Mayfly's `ClockFile`
POST /control/pace    {"pending", "ending"}                                seconds that an instance takes to run, also one that is starting, and to be terminated; 0 by default
POST /control/hosts   {}                                                   every instance with what it was launched by, and the commands sent over SSM
"""

import io
import json
import logging
import os
import re
import sys
import threading
import time
from datetime import datetime

# Nothing is left lying beside the sources.
sys.dont_write_bytecode = True
# The images that moto invents would only make the first call slow.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

import boto3  # noqa: E402
import requests  # noqa: E402
from moto.autoscaling.models import ASG_NAME_TAG, AutoScalingBackend  # noqa: E402
from moto.ec2.models import ec2_backends  # noqa: E402
from moto.ec2.models.instances import Instance  # noqa: E402
from moto.iam.models import iam_backends  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

import slower  # noqa: E402

REGION = "us-east-1"
ACCOUNT = "123456789012"
served = DomainDispatcherApplication(create_backend_app)
lock = threading.RLock()
statuses = {}
faults = []
calls = []
# What SSM was told to run, in order: moto itself sends every command to every instance.
commands = []
launches = {}
base = None


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def check(which):
    def read(instance):
        if instance.state_code != 16:
            return {"Status": "not-applicable"}
        status = statuses.get(instance.id, {}).get(which, "ok")
        detail = {"ok": "passed", "impaired": "failed"}.get(status, status)
        return {"Status": status, "Details": [{"Name": "reachability", "Status": detail}]}

    return property(read)


def events(instance):
    listed = statuses.get(instance.id, {}).get("events", [])
    return [
        {
            "InstanceEventId": f"instance-event-{number:017x}",
            "Code": event["code"],
            "Description": event.get("description", ""),
            **({"NotBefore": moment(event["notBefore"])} if "notBefore" in event else {}),
        }
        for number, event in enumerate(listed)
    ] or None


# moto's serializer reads these three by name.
Instance.system_status = check("system")
Instance.instance_status = check("instance")
Instance.events = property(events)


def end_in_group(backend, instance_id, should_decrement):
    """moto takes the group's tag from an instance that the group ends; AWS leaves it there."""
    activity = moto_ends_in_group(backend, instance_id, should_decrement)
    instance = ec2_backends[ACCOUNT][REGION].get_instance(instance_id)
    instance.add_tags({ASG_NAME_TAG: instance.autoscaling_group.name})
    return activity


moto_ends_in_group = AutoScalingBackend.terminate_instance
AutoScalingBackend.terminate_instance = end_in_group


def hosts():
    machines = [
        {
            "id": instance.id,
            "state": instance.state,
            "image": instance.image_id,
            "ip": instance.private_ip,
            "zone": instance.placement.zone,
            "subnet": instance.subnet_id,
            "launched": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "token": instance.client_token,
            "tags": {tag["key"]: tag["value"] for tag in instance.get_tags()},
        }
        for reservation in ec2_backends[ACCOUNT][REGION].reservations.values()
        for instance in reservation.instances
    ]
    return {"machines": machines, "commands": commands}


def boto(order):
    client = boto3.client(
        order["service"], region_name=REGION, endpoint_url=base, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="set-up")
    result = getattr(client, order["call"])(**order.get("arguments", {}))
    result.pop("ResponseMetadata", None)
    return result


def change_image(order):
    for regions in ec2_backends.values():
        image = regions[REGION].amis.get(order["id"])
        if image is None:
            continue
        if "created" in order:
            image.creation_date = moment(order["created"]).replace(tzinfo=None)
        if "deprecated" in order:
            image.deprecation_time = order["deprecated"]
        if "state" in order:
            image.state = order["state"]


def control(path, order):
    if path == "/control/boto":
        return boto(order)
    if path == "/control/verify":
        requests.post(base + "/moto-api/reset-auth", data="0", timeout=10)
        return {}
    if path == "/control/forbid":
        user = iam_backends[ACCOUNT]["aws"].get_user(order["user"])
        del user.policies[order["policy"]]
        return {}
    with lock:
        if path == "/control/status":
            statuses[order["id"]] = order
        elif path == "/control/image":
            change_image(order)
        elif path == "/control/fault":
            faults[:] = [fault for fault in faults if fault["action"] != order["action"]] if order.get("times") == 0 else faults + [order]
        elif path == "/control/calls":
            return calls
        elif path == "/control/time":
            slower.times = order
        elif path == "/control/pace":
            slower.set_pace(order)
        elif path == "/control/hosts":
            return hosts()
        else:
            raise ValueError(f"no such control: {path}")
    return {}


def refuse(fault, start):
    code = fault.get("code", "RequestLimitExceeded")
    shape = fault.get("shape", "xml")
    if shape == "xml":
        kind = "text/xml;charset=UTF-8"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{code}</Code><Message>Injected.</Message></Error></Errors><RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>"
        )
    elif shape == "json":
        kind, body = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": "Injected."})
    else:
        kind, body = "text/html", "<!doctype html>\n<html><title>502 Bad Gateway</title><body>Injected.<br></body></html>"
    start(f"{fault['status']} Injected", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body.encode()]


def application(environ, start):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    path = environ["PATH_INFO"]
    if path.startswith("/control/"):
        try:
            status, answer = "200 OK", control(path, json.loads(body or b"{}"))
        except Exception as problem:  # told to the test, which fails with it
            status, answer = "500 Failed", {"error": str(problem)}
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(answer, default=str).encode()]
    form = re.search(rb"(?:^|&)Action=(\w+)", body)
    action = form.group(1).decode() if form else environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]
    with lock:
        calls.append(action)
        fault = next((fault for fault in faults if fault["action"] in (action, "*")), None)
        if fault:
            fault["times"] -= 1
            if fault["times"] <= 0:
                faults.remove(fault)
    if fault and not fault.get("done"):
        return refuse(fault, start)
    if action == "SendCommand":
        order = json.loads(body)
        commands.extend({"instance": instance, "lines": order["Parameters"]["commands"]} for instance in order["InstanceIds"])
    # moto launches another instance for each call; EC2 answers the first one's for the same token.
    token = re.search(rb"(?:^|&)ClientToken=([^&]+)", body) if action == "RunInstances" else None
    if not token and not fault:
        return served(environ, start)
    with lock:
        known = launches.get(token.group(1)) if token else None
    if not known:
        said = {}
        parts = b"".join(served(environ, lambda status, headers, *_: said.update(status=status, headers=headers)))
        known = (said["status"], said["headers"], parts)
        if token and said["status"].startswith("200"):
            with lock:
                launches[token.group(1)] = known
    if fault:
        return refuse(fault, start)
    start(known[0], known[1])
    return [known[2]]


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def end_with_parent(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threading.Thread(target=end_with_input, daemon=True).start()
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    server = make_server("127.0.0.1", 0, application, threaded=True)
    base = f"http://127.0.0.1:{server.server_port}"
    print(server.server_port, flush=True)
    server.serve_forever()
