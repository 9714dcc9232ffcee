#!/usr/bin/env python3
"""Soaks the daemon: a week of the invented cluster in ten minutes, with kill -9 and restarts, and a verdict with figures.

The cluster runs in one process (`mayfly demo --serve`, an endless story), the daemon in another (`mayfly run`), both by one clock that runs a thousand
times as fast as ours; only HTTP time-outs, signing and logins are in real time. At seeded moments the daemon is killed, and each time a copy of its
ledger must hold every finding that its log told of. At the end the same is asked of everything that the receiver of alerts got, and memory, file
descriptors and the ledger's size must have stayed where they were. Only the standard library is needed.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

# How far the later median may lie above the earlier one before it counts as growth, and what is allowed whatever the share.
MEMORY_SHARE, MEMORY_FLOOR = 1.25, 12 << 20
DESCRIPTORS_MORE = 8
LEDGER_SHARE, LEDGER_FLOOR = 1.5, 2 << 20
# A finding that ended longer ago than the retention may be gone; what was told of within this much of the cluster's time must be there.
REMEMBERED_SECONDS = 20 * 3600
# So much of the run at its end is one life, to see whether memory grows.
LAST_LIFE_SHARE = 0.4
# Of the time in which Mesos may go unread: the invented masters fail over now and then, and a daemon that is killed reads nothing for a moment.
UNREAD_SHARE = 0.1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the mayfly program")
    parser.add_argument("--seconds", type=int, default=605, help="how long, in real time (default: 605, a week at the default speed)")
    parser.add_argument("--speed", type=int, default=1000, help="how many times as fast the cluster's clock runs (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the cluster's story and of the moments of the kills (default: 1)")
    parser.add_argument("--rules", default="rules", help="the directory of the rule files (default: rules)")
    parser.add_argument("--keep", help="a directory for logs and ledgers, which are otherwise removed when all is well")
    return parser.parse_args()


def say(text):
    print(f"{datetime.now().strftime('%H:%M:%S')}  {text}", flush=True)


def milliseconds(text):
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc).timestamp() * 1000)


class Ledger:
    """A copy of the ledger's files as they are at this moment: what a daemon that starts now would find."""

    def __init__(self, path, folder):
        self.copy = folder / "copy.db"
        for suffix in ("", "-wal", "-shm"):
            target = Path(str(self.copy) + suffix)
            target.unlink(missing_ok=True)
            if suffix != "-shm" and Path(str(path) + suffix).exists():
                shutil.copyfile(str(path) + suffix, target)
        self.database = sqlite3.connect(self.copy)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.close()

    def is_sound(self):
        return self.database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

    def findings(self):
        """(node id, rule, since when, in milliseconds) -> when it ended; None while it goes on."""
        query = (
            "WITH name (key, id) AS (SELECT key, id FROM node UNION SELECT node, id FROM node_alias) "
            "SELECT name.id, finding.rule, coalesce(finding.firing_since, finding.since), finding.resolved_at "
            "FROM finding JOIN name ON name.key = finding.node ORDER BY finding.id"
        )
        return {(node, rule, since): over for node, rule, since, over in self.database.execute(query)}


class Life:
    """One process of the daemon, from its start to its end."""

    def __init__(self, program, environment, log):
        self.log = log
        self.start = time.monotonic()
        self.samples = []
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                [program, "run", "--log-format", "json", "--log-level", "notice"], env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=errors)

    def age(self):
        return time.monotonic() - self.start

    def sample(self):
        """(age, resident bytes, open file descriptors), or nothing when it has ended."""
        try:
            with open(f"/proc/{self.process.pid}/statm") as file:
                resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            self.samples.append((self.age(), resident, len(os.listdir(f"/proc/{self.process.pid}/fd"))))
        except (FileNotFoundError, ProcessLookupError, PermissionError, IndexError):
            pass

    def end(self, by):
        self.process.send_signal(by)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def lines(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            for line in file:
                # The last one may be cut short.
                try:
                    yield json.loads(line)
                except ValueError:
                    continue

    def told(self):
        """(node id, rule, since when it fires, whether it is over) of each finding that its log told of."""
        for line in self.lines():
            if line.get("message") == "Finding changed" and line.get("finding.state") in ("firing", "resolved"):
                yield line["node.id"], line["rule.name"], milliseconds(line["finding.since"]), line["finding.state"] == "resolved"


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.lives, self.problems, self.ledger_sizes, self.cluster_samples = [], [], [], []
        self.kills = self.restarts = self.checked = 0

    def problem(self, text):
        say("PROBLEM: " + text)
        self.problems.append(text)

    def begin(self):
        errors = open(self.folder / "cluster.log", "wb")
        self.cluster = subprocess.Popen(
            [self.options.program, "demo", "--serve", "--json", "--speed", str(self.options.speed), "--seed", str(self.options.seed), "--rules",
             self.options.rules, "--ledger", str(self.folder / "soak.db")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        line = self.cluster.stdout.readline()
        if not line:
            raise SystemExit(f"the invented cluster did not start; see {self.folder}/cluster.log")
        self.announced = json.loads(line)
        self.ledger = Path(self.announced["ledger"])
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MAYFLY_"))} | self.announced["environment"]
        self.environment["AWS_EC2_METADATA_DISABLED"] = "true"

    def cluster_now(self):
        factor, start = self.environment["MAYFLY_CLOCK"].split("@")
        return milliseconds(start) + (time.time() * 1000 - milliseconds(start)) * int(factor)

    def run(self):
        started = time.monotonic()
        end = started + self.options.seconds
        last_life = end - self.options.seconds * LAST_LIFE_SHARE
        while True:
            life = Life(self.options.program, self.environment, self.folder / f"daemon-{len(self.lives):03}.log")
            self.lives.append(life)
            until = end if time.monotonic() >= last_life else min(time.monotonic() + self.random.uniform(4, 45), last_life)
            self.watch(life, until)
            if until >= end:
                break
            kills = self.random.random() < 0.8
            code = life.process.poll()
            if code is not None:
                self.problem(f"the daemon of {life.log.name} ended by itself with exit code {code}")
            elif kills:
                life.end(signal.SIGKILL)
                self.kills += 1
            else:
                self.restarts += 1
                if (code := life.end(signal.SIGTERM)) != 0:
                    self.problem(f"the daemon of {life.log.name} ended with {code} on SIGTERM")
            self.check(life)
        if (code := self.lives[-1].end(signal.SIGTERM)) != 0:
            self.problem(f"the last daemon ended with {code} on SIGTERM")
        self.check(self.lives[-1])
        self.check_alerts()

    def watch(self, life, until):
        while time.monotonic() < until and life.process.poll() is None:
            time.sleep(min(1, max(0.01, until - time.monotonic())))
            life.sample()
            size = sum(Path(str(self.ledger) + suffix).stat().st_size for suffix in ("", "-wal") if Path(str(self.ledger) + suffix).exists())
            self.ledger_sizes.append((time.monotonic(), size))
            if self.cluster.poll() is not None:
                raise SystemExit(f"the invented cluster ended by itself; see {self.folder}/cluster.log")

    def check(self, life):
        """Everything that this life told of must be in the ledger that it left."""
        recent = self.cluster_now() - REMEMBERED_SECONDS * 1000
        with Ledger(self.ledger, self.folder) as ledger:
            if not ledger.is_sound():
                self.problem(f"the ledger that {life.log.name} left is damaged")
                return
            known = ledger.findings()
        count = 0
        for node, rule, since, is_over in life.told():
            if since < recent:
                continue
            count += 1
            if (node, rule, since) not in known:
                self.problem(f"{life.log.name} told that {rule} fires on {node} since {since}, and the ledger does not know it")
            elif is_over and not known[node, rule, since]:
                self.problem(f"{life.log.name} told that {rule} is over on {node}, and in the ledger it goes on")
        self.checked += count

    def received(self):
        with urllib.request.urlopen(self.announced["alerts"], timeout=30) as answer:
            return [json.loads(line) for line in answer.read().splitlines() if line]

    def check_alerts(self):
        """Every alert that came is of a finding in the ledger, and every finding that was told of in the log came."""
        self.alerts = [delivery["body"] for delivery in self.received() if isinstance(delivery["body"], dict)]
        if not self.alerts:
            self.problem("no alert came at all: nothing was shown of them")
            return
        recent = self.cluster_now() - REMEMBERED_SECONDS * 1000
        with Ledger(self.ledger, self.folder) as ledger:
            known = ledger.findings()
        came, ended = set(), set()
        for alert in self.alerts:
            if alert.get("origin") != "rule":
                continue
            key = (alert["node"], alert["rule"], milliseconds(alert["firing_since"]))
            came.add(key)
            if alert.get("state") == "resolved":
                ended.add(key)
            if key[2] >= recent and key not in known:
                self.problem(f"an alert came of {key[1]} on {key[0]} since {key[2]}, and the ledger does not know it")
        # The last ones may still be in the queue; keep rules are not told.
        settled = self.cluster_now() - 4 * 3600 * 1000
        verdicts = {line["rule.name"]: line["rule.verdict"] for life in self.lives for line in life.lines() if "rule.verdict" in line}
        missing = {
            (node, rule, since) for life in self.lives for node, rule, since, is_over in life.told()
            # What was only pending is over without anybody being told.
            if not is_over and since < settled and verdicts.get(rule) != "keep" and (node, rule, since) not in came
        }
        for node, rule, since in sorted(missing)[:20]:
            self.problem(f"{rule} on {node} since {since} was logged, and no alert of it came")
        silent = {key for key in came - ended if known.get(key) and known[key] < settled}
        for node, rule, since in sorted(silent)[:20]:
            self.problem(f"{rule} on {node} since {since} is over since {known[node, rule, since]}, and nobody was told")

    # What is compared is the earlier half of the last, long life with its later half: what is warm at its start stays warm.

    def halves(self, values):
        settled = values[len(values) // 5:]
        middle = len(settled) // 2
        return settled[:middle], settled[middle:]

    def compare(self, name, values, share, floor, unit=1, suffix=""):
        early, late = self.halves(values)
        if not early or not late:
            self.problem(f"{name}: too few samples")
            return
        first, second = statistics.median(early), statistics.median(late)
        verdict = "flat" if second <= max(first * share, first + floor) else "GROWS"
        say(f"{name}: {first / unit:.1f}{suffix}, later {second / unit:.1f}{suffix}, at most {max(values) / unit:.1f}{suffix}: {verdict}")
        if verdict != "flat":
            self.problem(f"{name} grows from {first / unit:.1f}{suffix} to {second / unit:.1f}{suffix}")

    def report(self):
        hours = self.options.seconds * self.options.speed / 3600
        say(f"{hours:.0f} hours of the cluster; {len(self.lives)} lives of the daemon, {self.kills} kill -9, {self.restarts} SIGTERM")
        rounds = [line for life in self.lives for line in life.lines()]
        failures = sum(line.get("message") == "Round failed, the next one tries again" for line in rounds)
        say(f"{sum(line.get('message') == 'Finding changed' for line in rounds)} changes of findings logged, {self.checked} of them looked for in a ledger"
            f", {len(self.alerts)} alerts received, {failures} rounds failed")
        if failures:
            self.problem(f"{failures} rounds failed")
        # Mesos is asked every 15 seconds of the cluster's time; what does not answer at all shows nothing.
        unread = sum(line.get("message") == "Mesos could not be read, will retry" for line in rounds)
        share = unread / (hours * 240)
        say(f"Mesos could not be read {unread} times, in {share:.1%} of the time")
        if share > UNREAD_SHARE:
            self.problem(f"Mesos was unread in {share:.1%} of the time: the week was hardly watched")
        if self.checked == 0:
            self.problem("no finding was told of at all: nothing was shown")
        samples = self.lives[-1].samples
        self.compare("resident memory of the last life", [sample[1] for sample in samples], MEMORY_SHARE, MEMORY_FLOOR, 1 << 20, " MiB")
        self.compare("file descriptors of the last life", [sample[2] for sample in samples], 1.0, DESCRIPTORS_MORE)
        peaks = [max(sample[2] for sample in life.samples) for life in self.lives if life.samples]
        say(f"file descriptors at most: {max(peaks)} in any life")
        begun = self.ledger_sizes[0][0]
        # From the third day on the retention of one day holds.
        days = 3 * 86_400 / self.options.speed
        sizes = [size for at, size in self.ledger_sizes if at - begun > min(days, self.options.seconds / 3)]
        self.compare("the ledger with its WAL", sizes, LEDGER_SHARE, LEDGER_FLOOR, 1 << 20, " MiB")
        say("PASSED: nothing grew, and nothing that was told was lost" if not self.problems else f"FAILED: {len(self.problems)} problems, see above")

    def end(self):
        for life in self.lives[-1:]:
            if life.process.poll() is None:
                life.process.kill()
                life.process.wait()
        self.cluster.terminate()
        try:
            self.cluster.wait(10)
        except subprocess.TimeoutExpired:
            self.cluster.kill()


def main():
    options = arguments()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="mayfly-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    soak = Soak(options, folder)
    soak.alerts = []
    soak.begin()
    say(f"the invented cluster runs {options.speed} times as fast; logs and ledger are in {folder}")
    try:
        soak.run()
        soak.report()
    finally:
        soak.end()
    if not soak.problems and not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if soak.problems else 0)


if __name__ == "__main__":
    main()
