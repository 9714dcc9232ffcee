"""Lets moto take its time: instances that run, and are terminated, a while after they were told to; and a clock that is set, or is another process'."""

import struct
import time
import weakref
from datetime import datetime, timedelta, timezone

import moto.autoscaling.models
import moto.ec2.models.amis
import moto.ec2.models.instances
import moto.ec2.models.launch_templates
import moto.ssm.models
from moto.ec2.models.instances import Instance, InstanceState

# {}: the system's clock; {"at": "2026-10-01T00:00:00Z"}: it stands still; {"clock": path}: what Mayfly's `ClockFile` shows.
times = {}
# Seconds of real time.
pace = {"pending": 0.0, "ending": 0.0}
# Instances that do not run yet.
starting = weakref.WeakSet()


def now():
    """In UTC and without saying so, as moto has its times."""
    chosen = times
    if "at" in chosen:
        return datetime.fromisoformat(chosen["at"].replace("Z", "+00:00")).replace(tzinfo=None)
    if "clock" not in chosen:
        return datetime.now(timezone.utc).replace(tzinfo=None)
    while True:
        with open(chosen["clock"], "rb") as file:
            first, factor, start, at, watched, leash, last = struct.unpack("=7q", file.read(56))
        if first == last:
            break
    # As `ClockPace` has it: so many times as fast as real time, as far as its watcher lets it.
    passed = max(0, time.clock_gettime_ns(time.CLOCK_MONOTONIC) - at) / 1e6
    room = max(0, watched + leash - start)
    shown = start + (passed * factor if passed * factor <= room else room + passed - room / factor)
    return datetime(1970, 1, 1) + timedelta(milliseconds=int(shown))


for module in (moto.autoscaling.models, moto.ec2.models.amis, moto.ec2.models.instances, moto.ec2.models.launch_templates, moto.ssm.models):
    module.utcnow = now


def state(instance):
    kept, move = instance.__dict__["_kept"], instance.__dict__.get("_move")
    if move and time.monotonic() >= move[0]:
        kept.name, kept.code = move[1]
        instance.__dict__["_move"] = None
    return kept


def begin(instance, *arguments, **options):
    create(instance, *arguments, **options)
    if pace["pending"]:
        instance._state.name, instance._state.code = "pending", 0
        instance.__dict__["_move"] = (time.monotonic() + pace["pending"], ("running", 16))
        starting.add(instance)


def set_pace(order):
    """It holds from now on, and those that are starting start as it has it."""
    pace.update(order)
    for instance in list(starting):
        if instance._state.name == "pending":
            instance.__dict__["_move"] = (time.monotonic() + pace["pending"], ("running", 16))
        else:
            starting.discard(instance)


def end(instance):
    if instance._state.name in ("shutting-down", "terminated"):
        return InstanceState(instance._state.name, instance._state.code)
    before = terminate(instance)
    if pace["ending"]:
        instance._state.name, instance._state.code = "shutting-down", 32
        instance.__dict__["_move"] = (time.monotonic() + pace["ending"], ("terminated", 48))
    return before


create, terminate = Instance.__init__, Instance.terminate
Instance._state = property(state, lambda instance, kept: instance.__dict__.update(_kept=kept))
Instance.__init__, Instance.terminate = begin, end
