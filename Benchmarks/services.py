"""The answers of Marathon and of thirty Kafka schedulers, made when they are asked for: serve.py plays Admin Router with them.

They keep the shape and size of published ones in Tests/Fixtures/services. Names are made up, and the same for the same path. The brokers live
on agents that generate.py makes, which gives those their tasks, reservations and volumes, and Mesos their frameworks.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

CAPTURED = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
FIXTURES = CAPTURED / "services"

CLUSTERS = 30
BROKERS = 9
TOPICS = 500
PARTITIONS = 12
REPLICAS = 3
# The broker of each cluster that falls behind, in all of its partitions.
LAGGING = 4
# One broker lives on each of the first agents whose number ends so.
ENDINGS = (1, 4, 8)
# Ordinary apps beside the schedulers, and pods, with so many tasks each.
APPS = 500
PODS = 50
TASKS = 4


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@lru_cache(maxsize=1)
def master() -> str:
    """The id of the captured master, with which those of its agents and frameworks begin."""
    return json.loads((CAPTURED / "mesos" / "01-steady" / "v1_GET_MASTER.json").read_bytes())["get_master"]["master_info"]["id"]


def framework_id(cluster: int) -> str:
    return f"{master()}-{1000 + cluster}"


def agent_id(cluster: int, broker: int) -> str:
    tens, ending = divmod(cluster * BROKERS + broker, len(ENDINGS))
    return f"{master()}-S{tens * 10 + ENDINGS[ending]}"


def broker_on(agent: int) -> tuple[int, int] | None:
    """The cluster and the broker that lives on the agent of this number; None where none of ours does."""
    tens, ending = divmod(agent, 10)
    if ending not in ENDINGS:
        return None
    cluster, broker = divmod(tens * len(ENDINGS) + ENDINGS.index(ending), BROKERS)
    return (cluster, broker) if cluster < CLUSTERS else None


def task_id(cluster: int, broker: int) -> str:
    return f"prod.kafka-{cluster}__kafka-{broker}-broker__6cd0d1fe-c72f-4725-aebe-{cluster:06x}{broker:06x}"


def plan(name: str) -> dict:
    steps = [
        {"id": f"926089db-7ad3-43bc-8565-2e0adc9b{broker:04x}", "status": "COMPLETE", "name": f"kafka-{broker}:[broker]",
         "message": f"com.mesosphere.sdk.scheduler.plan.DeploymentStep: 'kafka-{broker}:[broker]' has status: 'COMPLETE'."}
        for broker in range(BROKERS)
    ]
    phases = [{"id": "e0c28f36-1a62-47b9-ae3b-a0889afe4dda", "name": "broker", "steps": steps, "strategy": "serial", "status": "COMPLETE"}]
    return {"phases": phases if name == "deploy" else [], "errors": [], "strategy": "serial", "status": "COMPLETE"}


def status(cluster: int) -> dict:
    instances = [
        {"name": f"kafka-{broker}", "tasks": [{"id": task_id(cluster, broker), "name": f"kafka-{broker}-broker", "status": "RUNNING"}]}
        for broker in range(BROKERS)
    ]
    return {"service": f"/prod/kafka-{cluster}", "pods": [{"name": "kafka", "instances": instances}]}


@lru_cache(maxsize=1)
def published_info() -> list:
    return json.loads((FIXTURES / "sdk" / "pod.info.hdfs-journal-0.json").read_bytes())


def info(cluster: int, broker: int) -> list:
    element = json.loads(json.dumps(published_info()[0]))
    element["info"] |= {"name": f"kafka-{broker}-broker", "taskId": {"value": task_id(cluster, broker)}}
    element["info"]["slaveId"] = {"value": agent_id(cluster, broker)}
    return [element]


def topic(cluster: int, number: int, is_lagging: bool) -> dict:
    def in_sync(partition: int) -> list[int]:
        replicas = [(cluster + number + partition + replica) % BROKERS for replica in range(REPLICAS)]
        return [broker for broker in replicas if broker != LAGGING or not is_lagging]

    return {
        "partitions": [
            {str(partition): {"controller_epoch": 1, "isr": in_sync(partition), "leader": in_sync(partition)[0], "leader_epoch": 0, "version": 1}}
            for partition in range(PARTITIONS)
        ]
    }


@lru_cache(maxsize=1)
def apps() -> bytes:
    whole = json.loads((FIXTURES / "marathon" / "groups.resident-task-with-volume.json").read_bytes())["apps"][0]
    whole["container"] = None
    del whole["residency"]
    made = []
    for cluster in range(CLUSTERS):
        labels = {
            "DCOS_PACKAGE_NAME": "kafka", "DCOS_SERVICE_NAME": f"/prod/kafka-{cluster}", "DCOS_PACKAGE_FRAMEWORK_NAME": f"prod/kafka-{cluster}",
            "DCOS_PACKAGE_VERSION": "2.10.0-2.4.0", "DCOS_COMMONS_API_VERSION": "v1", "DCOS_PACKAGE_METADATA": "A" * 40_000,
        }
        made.append(whole | {"id": f"/prod/kafka-{cluster}", "labels": labels})
    for app in range(APPS):
        tasks = [whole["tasks"][0] | {"id": f"app-{app}.{task}", "appId": f"/app-{app}", "localVolumes": []} for task in range(TASKS)]
        made.append(whole | {"id": f"/app-{app}", "instances": TASKS, "tasks": tasks})
    return compact({"apps": made})


@lru_cache(maxsize=1)
def pods() -> bytes:
    whole = json.loads((FIXTURES / "marathon" / "constructed.pods.status.json").read_bytes())[0]
    made = []
    for pod in range(PODS):
        instances = [whole["instances"][0] | {"id": f"pod-{pod}.instance-{task}"} for task in range(TASKS)]
        spec = whole["spec"] | {"id": f"/pod-{pod}", "scaling": {"kind": "fixed", "instances": TASKS}}
        made.append(whole | {"id": f"/pod-{pod}", "spec": spec, "status": "STABLE", "instances": instances})
    return compact(made)


@lru_cache(maxsize=2 * CLUSTERS * (TOPICS + BROKERS + 20))
def answer(path: str, is_lagging: bool) -> bytes | None:
    """The body for a path, without its query, while a broker of each cluster is behind or none is; None for what is not there."""
    if path == "/marathon/v2/apps":
        return apps()
    if path == "/marathon/v2/pods/::status":
        return pods()
    match = re.fullmatch(r"/service/prod/kafka-(\d+)/v1/(.+)", path)
    if not match or int(match.group(1)) >= CLUSTERS:
        return None
    cluster, rest = int(match.group(1)), match.group(2)
    plain = {
        "state/frameworkId": lambda: [framework_id(cluster)],
        "pod": lambda: [f"kafka-{broker}" for broker in range(BROKERS)],
        "pod/status": lambda: status(cluster),
        "plans": lambda: ["deploy", "recovery", "update"],
        "brokers": lambda: [str(broker) for broker in range(BROKERS)],
        "topics": lambda: [f"team-{number % 20}.events-{number:03}" for number in range(TOPICS)],
    }
    if rest in plain:
        return compact(plain[rest]())
    if match := re.fullmatch(r"plans/(deploy|recovery|update)", rest):
        return compact(plan(match.group(1)))
    if match := re.fullmatch(r"pod/kafka-(\d)/info", rest):
        return compact(info(cluster, int(match.group(1))))
    if match := re.fullmatch(r"topics/team-\d+\.events-(\d{3})", rest):
        return compact(topic(cluster, int(match.group(1)), is_lagging))
    return None
