#!/usr/bin/env python3
"""Makes the answers of a large cluster for the bench, out of captured ones.

    generate.py FOLDER [--agents N] [--tasks N] [--seed N]

Thirty Kafka clusters of services.py live among the agents: their brokers' tasks, volumes and frameworks are part of the answers.

Writes FOLDER/variant-0 (the whole), FOLDER/variant-1 (only the answers in which one node in a hundred differs) and
FOLDER/expected.json. Every element keeps the shape and size that it has in the capture; only names, addresses and times are made up.
The same arguments make the same bytes. A folder that already holds them is left alone.
"""

import argparse
import hashlib
import json
import random
import re
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import services

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"

# The time at which the answers are given. The bench hands it to the rounds as their `now`.
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)  # a Monday, 07:00 in New York
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
TARGET_IMAGE = "ami-a1b5fbb3c358b06fa"
OLD_IMAGE = "ami-a5f3874fac351276b"
# DescribeInstances and DescribeInstanceStatus come in pages of so many.
PAGE = 500

# What is wrong in variant 0, and with how many nodes. No node has two faults.
FAULTS = {
    "inactive_and_impaired": 10,  # Mesos lost its connection, and EC2 calls the host impaired
    "inactive": 5,  # Mesos lost its connection; EC2 sees nothing
    "impaired": 5,  # the agent is active; EC2 calls the instance impaired
    "retirement": 5,  # EC2 will retire the host in two days
    "outdated": 200,  # launched from the image before the target
    "failing_tasks": 20,  # six tasks failed in the last 50 minutes
    "deactivated": 5,  # by an operator
    "without_instance": 3,  # an agent on no instance that the sweep finds
    "without_agent": 3,  # an instance on which no agent ever registered
}
# What changes in variant 1 for one node in a hundred, in equal parts.
CHANGES = ["inactive", "impaired", "tag", "attribute"]

# The findings that a fault makes, by rule, under the shipped rules. Those of variant 0 are `firing`, for the bench lets every hold time
# pass; those of the nodes that change in variant 1 are still `pending`. Only what is listed here is expected, and nothing else may be
# found. Six failed tasks are no finding, nor is what an operator has deactivated.
FINDINGS: dict[str, list[str]] = {
    "inactive_and_impaired": ["agent-lost", "agent-lost-unconfirmed", "instance-system-impaired"],
    "inactive": ["agent-lost-unconfirmed"],
    "impaired": ["instance-status-impaired"],
    "retirement": ["retirement-imminent", "retirement-scheduled"],
    "outdated": ["image-outdated"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # As many as the brokers of services.py need, of which there are three in ten; more than twice as many as have a fault.
    least = services.CLUSTERS * services.BROKERS * 10 // len(services.ENDINGS)
    if arguments.agents < least or arguments.tasks < arguments.agents:
        parser.error(f"at least {least} agents, and a task for each")

    sources = [Path(__file__), Path(services.__file__), *sorted(p for p in FIXTURES.rglob("*") if p.name in USED)]
    content = b"".join(path.read_bytes() for path in sources) + repr((arguments.agents, arguments.tasks, arguments.seed)).encode()
    stamp = hashlib.sha256(content).hexdigest()
    kept = arguments.folder / "stamp"
    if kept.exists() and kept.read_text() == stamp:
        print(f"{arguments.folder} is up to date")
        return
    shutil.rmtree(arguments.folder, ignore_errors=True)

    fleet = Fleet(arguments.agents, arguments.tasks, random.Random(arguments.seed))
    first = fleet.answers()
    expected = {"now_milliseconds": milliseconds(NOW), "agents": arguments.agents, "tasks": arguments.tasks, "variants": [fleet.expected()]}
    changed = fleet.change()
    second = fleet.answers()
    expected["variants"].append({**fleet.expected(), "changed": changed})

    write(arguments.folder / "variant-0", first)
    write(arguments.folder / "variant-1", {name: body for name, body in second.items() if first[name] != body})
    (arguments.folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    kept.write_text(stamp)
    print(f"{arguments.folder}: {len(first)} answers, {sum(map(len, first.values())):,} bytes")


USED = {
    "v1_GET_MASTER.json", "v1_GET_FLAGS.json", "v1_GET_AGENTS.json", "v1_GET_TASKS.json", "v1_GET_FRAMEWORKS.json",
    "v1_GET_MAINTENANCE_STATUS.json", "v1_GET_METRICS.json", "ec2.DescribeInstances.filters.response.http",
    "plus.DescribeInstanceStatus.impaired.response.http", "ec2.DescribeImages.byid.response.http", "ssm.GetParameter.response.http",
}  # fmt: skip


def captured_json(call: str) -> dict:
    return json.loads((FIXTURES / "mesos" / "01-steady" / f"v1_{call}.json").read_bytes())


def captured_body(name: str) -> str:
    return (FIXTURES / "aws" / f"{name}.response.http").read_bytes().split(b"\r\n\r\n", 1)[1].decode()


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def milliseconds(time: datetime) -> int:
    return int(time.timestamp()) * 1000


def iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write(folder: Path, answers: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, body in answers.items():
        (folder / name).write_bytes(body.encode())


class Node:
    """One machine: its agent and its instance, as they are now."""

    def __init__(self, index: int, rng: random.Random, master: str):
        self.index = index
        self.agent_id = f"{master}-S{index}"
        self.instance_id = f"i-{rng.getrandbits(68):017x}"
        self.address = f"10.{40 + index // 50_000}.{index // 200 % 250}.{index % 200 + 10}"
        self.zone = ZONES[index % len(ZONES)]
        # One in two hundred is public, three in ten carry a broker, the rest run what comes; some run nothing.
        self.kind = "public" if index % 200 == 7 else "kafka" if index % 10 in services.ENDINGS else "idle" if index % 40 == 0 else "plain"
        self.broker = services.broker_on(index)
        self.registered = NOW - timedelta(seconds=rng.randrange(86_400, 60 * 86_400))
        self.image = TARGET_IMAGE
        self.seed = rng.getrandbits(64)
        self.active = True
        self.deactivated = False
        self.system = "ok"
        self.instance = "ok"
        self.event = False
        self.failures = 0
        self.has_agent = True
        self.has_instance = True
        self.rack = f"r{index % 50}"
        self.owner = "platform"

    @property
    def id(self) -> str:
        return self.instance_id if self.has_instance else f"agent:{self.agent_id}"


class Fleet:
    def __init__(self, agents: int, tasks: int, rng: random.Random):
        self.rng = rng
        self.tasks = tasks
        self.master = captured_json("GET_MASTER")["get_master"]["master_info"]["id"]
        self.nodes = [Node(index, rng, self.master) for index in range(agents + FAULTS["without_agent"])]
        self.faults: dict[str, list[Node]] = {}
        self.changed: set[Node] = set()
        sound = [node for node in self.nodes if node.kind == "plain"]
        self.rng.shuffle(sound)
        for fault, count in FAULTS.items():
            self.faults[fault] = [sound.pop() for _ in range(count)]
            for node in self.faults[fault]:
                self.make(fault, node)
        self.sound = sound
        self.order = [node for node in self.nodes]
        self.rng.shuffle(self.order)
        self.agent_templates = self.read_agent_templates()
        self.task_templates = self.read_task_templates()
        self.instance_template = self.read_instance_template()

    def make(self, fault: str, node: Node) -> None:
        match fault:
            case "inactive_and_impaired":
                node.active, node.system = False, "impaired"
            case "inactive":
                node.active = False
            case "impaired":
                node.instance = "impaired"
            case "retirement":
                node.event = True
            case "outdated":
                node.image = OLD_IMAGE
            case "failing_tasks":
                node.failures = 6
            case "deactivated":
                node.active, node.deactivated = False, True
            case "without_instance":
                node.has_instance = False
            case "without_agent":
                node.has_agent = False
            case "tag":
                node.owner = "storage"
            case "attribute":
                node.rack = "r99"

    def change(self) -> dict[str, list[str]]:
        """Changes one node in a hundred, sound ones only, and says which."""
        changed: dict[str, list[str]] = {}
        for number in range(len(self.nodes) // 100):
            kind = CHANGES[number % len(CHANGES)]
            node = self.sound.pop()
            self.make(kind, node)
            self.changed.add(node)
            changed.setdefault(kind, []).append(node.id)
            if kind in self.faults:
                self.faults[kind].append(node)
        return {kind: sorted(ids) for kind, ids in changed.items()}

    def expected(self) -> dict:
        findings = [
            {"rule": rule, "node": node.id, "state": "pending" if node in self.changed else "firing"}
            for fault, nodes in self.faults.items()
            for rule in FINDINGS.get(fault, [])
            for node in nodes
        ]
        findings.sort(key=lambda finding: (finding["rule"], finding["node"]))
        return {"faults": {fault: sorted(node.id for node in nodes) for fault, nodes in self.faults.items()}, "findings": findings}

    # Mesos

    def read_agent_templates(self) -> dict[str, str]:
        captured = {agent["agent_info"]["id"]["value"][-2:]: agent for agent in captured_json("GET_AGENTS")["get_agents"]["agents"]}
        kafka, plain, public = captured["S1"], captured["S4"], captured["S3"]
        plain["agent_info"]["attributes"] = kafka["agent_info"]["attributes"]
        idle = compact(plain)
        shared = [resource for resource in kafka["allocated_resources"] if resource["role"] == "*"]
        plain = {key: value for key, value in plain.items() if key != "capabilities"}
        plain |= {"allocated_resources": shared, "capabilities": kafka["capabilities"]}
        return {"kafka": compact(kafka), "plain": compact(plain), "idle": idle, "public": compact(public)}

    def read_task_templates(self) -> dict[str, str]:
        captured = captured_json("GET_TASKS")["get_tasks"]
        tasks = {task["name"]: compact(task) for task in captured["tasks"] + captured["completed_tasks"]}
        return {
            "broker": tasks["kafka-1-broker"], "public": tasks["edge-lb.marathon-lb"], "plain": tasks["nightly-report"],
            "failed": tasks["failed-job"], "finished": tasks["done-job"],
        }  # fmt: skip

    @staticmethod
    def with_new_ids(text: str, rng: random.Random, keep: str) -> str:
        """Every UUID but the master's replaced, the same one always by the same."""
        fresh: dict[str, str] = {keep: keep}

        def replaced(match: re.Match) -> str:
            old = match.group(0)
            if old not in fresh:
                digits = f"{rng.getrandbits(128):032x}"
                fresh[old] = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            return fresh[old]

        return re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", replaced, text)

    def agent(self, node: Node) -> str:
        text = self.agent_templates[node.kind]
        text = self.with_new_ids(text, random.Random(node.seed), self.master)
        text = re.sub(r'"hostname":"[^"]*"', f'"hostname":"{node.address}"', text, count=1)
        text = re.sub(r"slave\(1\)@[0-9.]+:", f"slave(1)@{node.address}:", text)
        text = re.sub(re.escape(self.master) + r"-S\d+", node.agent_id, text)
        text = re.sub(r"us-east-1[a-c]", node.zone, text)
        text = text.replace('"text":{"value":"r2"}', f'"text":{{"value":"{node.rack}"}}')
        text = self.of_cluster(text, node)
        nanoseconds = milliseconds(node.registered) * 1_000_000 + node.seed % 1_000_000_000
        text = re.sub(r'"registered_time":\{"nanoseconds":\d+\}', f'"registered_time":{{"nanoseconds":{nanoseconds}}}', text)
        if not node.active:
            text = text.replace('"active":true', '"active":false', 1)
        if node.deactivated:
            text = text.replace('"deactivated":false', '"deactivated":true', 1)
        return text

    def task(self, kind: str, node: Node, rng: random.Random, ended: datetime | None = None) -> str:
        text = self.with_new_ids(self.task_templates[kind], rng, self.master)
        text = re.sub(re.escape(self.master) + r"-S\d+", node.agent_id, text)
        text = re.sub(r'"ip_address":"[^"]*"', f'"ip_address":"{node.address}"', text)
        if kind == "broker":
            text = self.of_cluster(text, node)
        last = (ended or node.registered + timedelta(seconds=rng.randrange(60, 3600))).timestamp()
        count = text.count('"timestamp":')
        times = iter(f'"timestamp":{last - 1.5 * (count - 1 - number):.6f}' for number in range(count))
        return re.sub(r'"timestamp":[0-9.e+]+', lambda _: next(times), text)

    def of_cluster(self, text: str, node: Node) -> str:
        """The captured broker's names, where one of the thirty clusters lives on the node, as that one's."""
        if node.broker is None:
            return text
        cluster, broker = node.broker
        text = re.sub(r"kafka-1-broker__[0-9a-f-]{36}", services.task_id(cluster, broker), text)
        text = text.replace("kafka-1-broker", f"kafka-{broker}-broker").replace(f'"{self.master}-0000"', f'"{services.framework_id(cluster)}"')
        return text.replace("kafka-role", f"prod__kafka-{cluster}-role").replace("kafka-principal", f"prod__kafka-{cluster}-principal")

    def frameworks(self) -> str:
        """The captured ones, and one for each of the thirty clusters, with what its nine brokers have."""
        answer = captured_json("GET_FRAMEWORKS")
        found = answer["get_frameworks"]["frameworks"]
        kafka = next(framework for framework in found if framework["framework_info"]["name"] == "kafka")
        rng = random.Random(3)
        for cluster in range(services.CLUSTERS):
            copies = [json.loads(self.with_new_ids(compact(kafka), rng, self.master)) for _ in range(services.BROKERS // 3)]
            framework = copies[0] | {"allocated_resources": [resource for copy in copies for resource in copy["allocated_resources"]]}
            text = compact(framework).replace("kafka-role", f"prod__kafka-{cluster}-role").replace("kafka-principal", f"prod__kafka-{cluster}-principal")
            framework = json.loads(text)
            framework["framework_info"] |= {
                "id": {"value": services.framework_id(cluster)}, "name": f"/prod/kafka-{cluster}",
                "labels": {"labels": [{"key": "DCOS_SERVICE_NAME", "value": f"/prod/kafka-{cluster}"}]},
            }  # fmt: skip
            found.append(framework)
        return compact(answer)

    def all_tasks(self) -> tuple[list[str], list[str]]:
        """Running ones, spread over all agents that may run any; ended ones, as many as a master remembers of one framework."""
        rng = random.Random(2)
        failed = [
            self.task("failed", node, rng, NOW - timedelta(seconds=rng.randrange(60, 3000)))
            for node in self.nodes
            for _ in range(node.failures)
        ]
        hosts = [node for node in self.order if node.has_agent and node.kind != "idle"]
        ended = min(1000, self.tasks // 40)
        finished = [
            self.task("finished", rng.choice(hosts), rng, NOW - timedelta(seconds=rng.randrange(60, 86_400)))
            for _ in range(max(0, ended - len(failed)))
        ]
        running: list[str] = []
        number = 0
        while len(running) < self.tasks - len(failed) - len(finished):
            node = hosts[number % len(hosts)]
            is_first = number < len(hosts)
            kind = "public" if node.kind == "public" else "broker" if node.kind == "kafka" and is_first else "plain"
            running.append(self.task(kind, node, rng))
            number += 1
        return running, failed + finished

    def answers(self) -> dict[str, str]:
        agents = [node for node in self.order if node.has_agent]
        instances = [node for node in self.order if node.has_instance]
        running, ended = self.all_tasks()
        answers = {
            "GET_AGENTS.json": '{"type":"GET_AGENTS","get_agents":{"agents":[' + ",".join(map(self.agent, agents)) + '],"recovered_agents":[]}}',
            "GET_TASKS.json": '{"type":"GET_TASKS","get_tasks":{"tasks":['
            + ",".join(running) + '],"unreachable_tasks":[],"completed_tasks":[' + ",".join(ended) + "]}}",
            "GET_FRAMEWORKS.json": self.frameworks(),
            "GET_MAINTENANCE_STATUS.json": compact(captured_json("GET_MAINTENANCE_STATUS")),
            "GET_METRICS.json": self.metrics(agents),
            "GET_MASTER.json": self.master_answer(),
            "GET_FLAGS.json": self.flags(),
            "DescribeImages.0.xml": self.images(),
            "GetParameter.json": self.parameter(),
        }  # fmt: skip
        answers |= self.pages("DescribeInstances", "reservationSet", instances, self.reservation)
        answers |= self.pages("DescribeInstanceStatus", "instanceStatusSet", instances, self.status)
        return answers

    @staticmethod
    def metrics(agents: list[Node]) -> str:
        answer = captured_json("GET_METRICS")
        values = {
            "master/slaves_active": sum(node.active for node in agents),
            "master/slaves_inactive": sum(not node.active for node in agents),
            "master/slaves_connected": sum(node.active or node.deactivated for node in agents),
            "master/slaves_disconnected": sum(not node.active and not node.deactivated for node in agents),
            "master/slaves_unreachable": 0,
        }
        for metric in answer["get_metrics"]["metrics"]:
            if metric["name"] in values:
                metric["value"] = float(values[metric["name"]])
        return compact(answer)

    @staticmethod
    def master_answer() -> str:
        answer = captured_json("GET_MASTER")
        elected = NOW - timedelta(days=70)
        answer["get_master"] |= {"start_time": elected.timestamp() - 0.5, "elected_time": elected.timestamp()}
        return compact(answer)

    @staticmethod
    def flags() -> str:
        answer = captured_json("GET_FLAGS")
        usual = {"agent_ping_timeout": "15secs", "max_agent_ping_timeouts": "5"}
        for flag in answer["get_flags"]["flags"]:
            flag["value"] = usual.get(flag["name"], flag["value"])
        return compact(answer)

    # AWS

    def read_instance_template(self) -> str:
        body = captured_body("ec2.DescribeInstances.filters")
        return re.search(r"<instancesSet>(<item>.*?<vpcId>[^<]*</vpcId><privateIpAddress>[^<]*</privateIpAddress></item>)", body).group(1)

    def reservation(self, node: Node) -> str:
        rng = random.Random(node.seed)
        text = self.instance_template
        for prefix in ("vol", "eni", "eni-attach"):
            text = re.sub(rf">{prefix}-[0-9a-f]{{17}}<", f">{prefix}-{rng.getrandbits(68):017x}<", text)
        launched = iso(node.registered - timedelta(seconds=90))
        text = re.sub(r">\d{4}-\d\d-\d\dT[0-9:.]+Z<", f">{launched}<", text)
        text = re.sub(r"<privateIpAddress>[^<]*<", f"<privateIpAddress>{node.address}<", text)
        text = re.sub(r"ip-[0-9-]+\.ec2", f"ip-{node.address.replace('.', '-')}.ec2", text)
        text = re.sub(r"<instanceId>[^<]*<", f"<instanceId>{node.instance_id}<", text)
        text = re.sub(r"<imageId>[^<]*<", f"<imageId>{node.image}<", text)
        text = re.sub(r"<availabilityZone>[^<]*<", f"<availabilityZone>{node.zone}<", text)
        tags = {"Name": f"agent-{node.index}", "cluster": "dcos-a", "Role": "dcos-agent", "Owner": node.owner, "aws:autoscaling:groupName": "dcos-agents"}
        items = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in tags.items())
        text = re.sub(r"<tagSet>.*?</tagSet>", f"<tagSet>{items}</tagSet>", text)
        return (
            f"<item><reservationId>r-{rng.getrandbits(68):017x}</reservationId><ownerId>123456789012</ownerId><groupSet/>"
            f"<instancesSet>{text}</instancesSet></item>"
        )

    @staticmethod
    def status(node: Node) -> str:
        def check(value: str) -> str:
            since = f"<impairedSince>{iso(NOW - timedelta(hours=1))}</impairedSince>" if value == "impaired" else ""
            reach = "failed" if value == "impaired" else "passed"
            return f"<details><item>{since}<name>reachability</name><status>{reach}</status></item></details><status>{value}</status>"

        event = ""
        if node.event:
            event = (
                f"<eventsSet><item><instanceEventId>instance-event-{node.instance_id[2:]}</instanceEventId><code>instance-retirement</code>"
                "<description>The instance is running on degraded hardware</description>"
                f"<notAfter>{iso(NOW + timedelta(days=3))}</notAfter><notBefore>{iso(NOW + timedelta(days=2))}</notBefore></item></eventsSet>"
            )
        return (
            f"<item><availabilityZone>{node.zone}</availabilityZone>{event}<instanceId>{node.instance_id}</instanceId>"
            "<instanceState><code>16</code><name>running</name></instanceState>"
            f"<instanceStatus>{check(node.instance)}</instanceStatus><systemStatus>{check(node.system)}</systemStatus></item>"
        )

    @staticmethod
    def pages(action: str, element: str, nodes: list[Node], item) -> dict[str, str]:
        """`ACTION.N.xml`; each page but the last ends with the next one's token, `page-N`."""
        count = -(-len(nodes) // PAGE)
        answers = {}
        for page in range(count):
            items = "".join(map(item, nodes[page * PAGE : (page + 1) * PAGE]))
            token = f"<nextToken>page-{page + 1}</nextToken>" if page + 1 < count else ""
            answers[f"{action}.{page}.xml"] = (
                '<?xml version="1.0" encoding="utf-8"?>\n'
                f'<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><{element}>{items}</{element}>'
                f"{token}<requestId>request-id</requestId></{action}Response>"
            )
        return answers

    @staticmethod
    def images() -> str:
        created = iter([iso(NOW - timedelta(days=120)), iso(NOW - timedelta(days=15))])
        body = captured_body("ec2.DescribeImages.byid")
        return re.sub(r"<creationDate>[^<]*<", lambda _: f"<creationDate>{next(created)}<", body)

    @staticmethod
    def parameter() -> str:
        answer = json.loads(captured_body("ssm.GetParameter"))
        answer["Parameter"] |= {"Value": TARGET_IMAGE, "LastModifiedDate": (NOW - timedelta(days=10)).timestamp()}
        return json.dumps(answer)


if __name__ == "__main__":
    sys.exit(main())
