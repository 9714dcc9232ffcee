"""What happens to the cluster while serve.py serves it: for `bench events`.

A task fails, an agent's process dies, an instance is terminated: each on a machine to which nothing has happened yet. As with a real master, only the task's
end is an event of Mesos'; that an agent is lost shows in the metrics and in the list of agents alone. That an instance has ended AWS tells in a message to the
queue, in EventBridge's envelope.
"""

import json
import queue
import re
import threading
import time
import uuid

HEARTBEAT = {"type": "HEARTBEAT"}
HEARTBEAT_SECONDS = 15
FRESH = re.compile(r"<instanceState><code>16</code><name>running</name></instanceState>")
TERMINATED = "<instanceState><code>48</code><name>terminated</name></instanceState>"


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def record(event: object) -> bytes:
    body = event if isinstance(event, bytes) else compact(event)
    return b"%d\n%b" % (len(body), body)


class Happening:
    def __init__(self, get):
        self.lock = threading.Lock()
        self.messages: queue.SimpleQueue = queue.SimpleQueue()
        self.subscribers: list[queue.SimpleQueue] = []
        agents = json.loads(get("GET_AGENTS.json"))["get_agents"]
        self.recovered = agents["recovered_agents"]
        self.agents = {agent["agent_info"]["id"]["value"]: agent for agent in agents["agents"]}
        self.agent_parts = {id: compact(agent) for id, agent in self.agents.items()}
        tasks = json.loads(get("GET_TASKS.json"))["get_tasks"]
        self.tasks = {task["task_id"]["value"]: task for task in tasks["tasks"]}
        self.task_parts = {id: compact(task) for id, task in self.tasks.items()}
        self.completed = [compact(task) for task in tasks["completed_tasks"]]
        self.metrics = {metric["name"]: metric for metric in json.loads(get("GET_METRICS.json"))["get_metrics"]["metrics"]}
        self.pages: dict[str, str] = {}
        self.instances: dict[str, tuple[str, str]] = {}
        page = 0
        while body := get(f"DescribeInstances.{page}.xml"):
            name, text = f"DescribeInstances.{page}.xml", body.decode()
            self.pages[name] = text
            for item in text.split("<reservationId>")[1:]:
                address = re.search(r"<privateIpAddress>([^<]*)<", item).group(1)
                self.instances[address] = (re.search(r"<instanceId>([^<]*)<", item).group(1), name)
            page += 1
        hosts = {agent["agent_info"]["hostname"]: id for id, agent in self.agents.items() if agent["active"] and not agent["deactivated"]}
        with_tasks = {task["agent_id"]["value"]: id for id, task in self.tasks.items()}
        # Machines with an agent, an instance and a task, to which nothing has happened yet.
        self.free = [(host, id, with_tasks[id]) for host, id in hosts.items() if id in with_tasks and host in self.instances]

    def answer(self, name: str) -> bytes | None:
        """An answer as it is by now. None: it is as it always was."""
        with self.lock:
            if name == "GET_AGENTS.json":
                return b'{"type":"GET_AGENTS","get_agents":{"agents":[%b],"recovered_agents":%b}}' % (
                    b",".join(self.agent_parts.values()), compact(self.recovered))
            if name == "GET_TASKS.json":
                return b'{"type":"GET_TASKS","get_tasks":{"tasks":[%b],"unreachable_tasks":[],"completed_tasks":[%b]}}' % (
                    b",".join(self.task_parts.values()), b",".join(self.completed))
            if name == "GET_METRICS.json":
                return compact({"type": "GET_METRICS", "get_metrics": {"metrics": list(self.metrics.values())}})
            page = self.pages.get(name)
            return page.encode() if page else None

    def happen(self, kind: str) -> dict | None:
        """Lets something happen. Returns the instance of its machine, and when it was told or could first be seen, by the monotonic clock."""
        with self.lock:
            if not self.free:
                return None
            host, agent, task = self.free.pop()
            instance, page = self.instances[host]
            if kind == "task":
                event = self.fail(task)
            else:
                self.agents[agent]["active"] = False
                self.agent_parts[agent] = compact(self.agents[agent])
                self.metrics["master/slaves_disconnected"]["value"] += 1
                event = None
            if kind == "instance":
                head, tail = self.pages[page].split(f"<instanceId>{instance}<", 1)
                self.pages[page] = f"{head}<instanceId>{instance}<" + FRESH.sub(TERMINATED, tail, count=1)
            at = time.monotonic_ns()
            if kind == "instance":
                self.messages.put(self.message(instance))
            if event:
                for subscriber in self.subscribers:
                    subscriber.put(record(event))
            return {"node": instance, "at": at}

    @staticmethod
    def message(instance: str) -> dict:
        id = str(uuid.uuid4())
        event = {
            "version": "0", "id": id, "detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2", "account": "123456789012",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "region": "us-east-1",
            "resources": [f"arn:aws:ec2:us-east-1:123456789012:instance/{instance}"], "detail": {"instance-id": instance, "state": "terminated"},
        }
        sent = {"SentTimestamp": str(int(time.time() * 1000)), "ApproximateReceiveCount": "1"}
        return {"MessageId": id, "ReceiptHandle": id, "Body": json.dumps(event), "Attributes": sent}

    def receive(self, most: int, wait: int) -> list[dict]:
        """A long poll: the first message ends it, and those that are there by then come with it."""
        messages = []
        try:
            messages.append(self.messages.get(timeout=wait) if wait else self.messages.get_nowait())
            while len(messages) < most:
                messages.append(self.messages.get_nowait())
        except queue.Empty:
            pass
        return messages

    def only(self, wanted: set[str]) -> bytes:
        """The instances with these ids, as a filter has it."""
        with self.lock:
            head, tail, found = "", "", []
            for text in self.pages.values():
                head, items, tail = re.fullmatch(r"(.*<reservationSet>)(.*)(</reservationSet>.*)", text, re.DOTALL).groups()
                if any(id in items for id in wanted):
                    parts = re.split(r"(?=<item><reservationId>)", items)
                    found += [part for part in parts if (match := re.search(r"<instanceId>([^<]*)<", part)) and match.group(1) in wanted]
            return (head + "".join(found) + re.sub(r"<nextToken>[^<]*</nextToken>", "", tail)).encode()

    def fail(self, id: str) -> dict:
        task = self.tasks.pop(id)
        del self.task_parts[id]
        status = {key: task["statuses"][-1][key] for key in ("task_id", "agent_id", "executor_id", "container_status") if key in task["statuses"][-1]}
        status |= {"state": "TASK_FAILED", "source": "SOURCE_EXECUTOR", "message": "Command exited with status 3", "timestamp": time.time()}
        task["state"] = "TASK_FAILED"
        task["statuses"].append(status)
        self.completed.append(compact(task))
        return {"type": "TASK_UPDATED", "task_updated": {"framework_id": task["framework_id"], "status": status, "state": "TASK_FAILED"}}

    def stream(self, write) -> None:
        """Writes records until the other end is gone; the first is the whole state."""
        own: queue.SimpleQueue = queue.SimpleQueue()
        with self.lock:
            self.subscribers.append(own)
        state = b'{"get_agents":%b,"get_tasks":%b}' % (self.answer("GET_AGENTS.json"), self.answer("GET_TASKS.json"))
        try:
            write(record(b'{"type":"SUBSCRIBED","subscribed":{"heartbeat_interval_seconds":%d,"get_state":%b}}' % (HEARTBEAT_SECONDS, state)))
            write(record(HEARTBEAT))
            while True:
                try:
                    write(own.get(timeout=HEARTBEAT_SECONDS))
                except queue.Empty:
                    write(record(HEARTBEAT))
        except OSError:
            with self.lock:
                self.subscribers.remove(own)
