"""The processes that make and send alerts: keepalived's hooks, and what their timer and `watch` run beside them."""
import bisect
import json
import os
import random
import select
import time

from lib import processes

STATES = ("MASTER", "BACKUP", "FAULT")
REST = 0.5  # seconds, between two runs of a courier


class Process:
    def __init__(self, argv, log):
        self.popen = processes.start(argv, log)
        self.pidfd = os.pidfd_open(self.popen.pid)
        self.status = None  # after reap()
        self.ended = None

    @property
    def pid(self):
        return self.popen.pid

    def reap(self):
        """Whether it has ended."""
        if self.status is None and self.popen.poll() is not None:
            self.status, self.ended = self.popen.returncode, time.monotonic()
            os.close(self.pidfd)
        return self.status is not None

    def kill(self):
        """False: it had ended by itself."""
        if self.reap():
            return False
        self.popen.kill()
        self.popen.wait()
        self.reap()
        return self.status < 0


class Hook(Process):
    """An event of an instance's. Its alert is known by the end of the event's id: the hook's start and pid."""

    def __init__(self, argv, log, instance, number):
        super().__init__(argv, log)
        self.instance = instance
        self.number = number   # in the order in which keepalived would have started them
        self.recorded = False  # seen in events/
        self.told = False      # its alert is in the outbox
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
            self.key = f"{stat.read().rpartition(')')[2].split()[19]}-{self.pid}"

    def look(self, events):
        """`events`: the names in the folder of events, by the end of their ids."""
        path = events.get(self.key)
        if path is None:
            self.told = self.told or self.recorded  # only what was told is pruned
            return
        self.recorded = True
        try:
            with open(path, encoding="utf-8") as event:
                self.told = json.load(event)["told"]
        except (OSError, ValueError):
            pass  # pruned or replaced in this moment


class Senders:
    """`made` has the hooks whose alerts came into being, by instance and in order; `lost` those that were killed before
    their event was on the disk."""

    def __init__(self, agent, config, state_dir, log, seed, instances, couriers=2):
        self.command = [agent, "--config", config]
        self.state_dir = state_dir
        self.log = log
        self.random = random.Random(f"{seed} senders")
        self.instances = [f"VI_{number}" for number in range(1, instances + 1)]
        self.made = {instance: [] for instance in self.instances}
        self.lost = []
        self.hooks = []     # alive
        self.started = 0
        self.last = {}      # instance: the state it is in
        self.couriers = [None] * couriers
        self.killed = {"hook": 0, "courier": 0}

    def alive(self):
        return [*self.hooks, *(each for each in self.couriers if each)]

    def count(self):
        return sum(len(hooks) for hooks in self.made.values())

    def events(self):
        folder = os.path.join(self.state_dir, "events")
        names = os.listdir(folder) if os.path.isdir(folder) else ()
        return {name[:-len(".json")].partition("-")[2]: os.path.join(folder, name)
                for name in names if name.endswith(".json")}

    def backlog(self):
        """How much waits on each channel."""
        waiting = {}
        folder = os.path.join(self.state_dir, "outbox")
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith(".json") and not name.startswith("."):
                channel = name[:-len(".json")].rpartition(".")[2]
                waiting[channel] = waiting.get(channel, 0) + 1
        return waiting

    def tend(self):
        """Takes note of what has ended, and starts the couriers anew, as their timer does, only more often."""
        for number, courier in enumerate(self.couriers):
            if courier is None or (courier.reap() and time.monotonic() > courier.ended + REST):
                self.couriers[number] = Process([*self.command, "alerts", "retry", "--due"], self.log)
        if not self.hooks:
            return
        events = self.events()
        for hook in list(self.hooks):
            hook.look(events)
            if hook.reap():
                self.hooks.remove(hook)
                self.keep(hook)

    def keep(self, hook):
        """In the order of the events, which is not that in which their hooks end."""
        bisect.insort(self.made[hook.instance], hook, key=lambda each: each.number)

    def free_instance(self):
        """One whose newest event is told: keepalived's events of an instance are seconds apart."""
        busy = {hook.instance for hook in self.hooks if not hook.told}
        free = [instance for instance in self.instances if instance not in busy]
        return self.random.choice(free) if free else None

    def make_event(self, instance):
        state = self.random.choice([each for each in STATES if each != self.last.get(instance)])
        self.last[instance] = state
        self.started += 1
        self.hooks.append(Hook([*self.command, "notify", "INSTANCE", instance, state, "100"], self.log, instance,
                               self.started))

    def kill_one(self):
        """At a random moment of a random one's life. False: it was over."""
        victims = self.hooks if self.hooks and self.random.random() < 0.5 else self.couriers
        victim = self.random.choice([each for each in victims if each] or self.alive() or [None])
        if victim is None or not victim.kill():
            return False
        if isinstance(victim, Hook):
            self.hooks.remove(victim)
            self.killed["hook"] += 1
            # Without a record nobody but the dead process knew of the event.
            victim.look(self.events())
            if victim.recorded:
                self.keep(victim)
            else:
                self.lost.append(victim)
        else:
            self.killed["courier"] += 1
        return True

    def wait(self, seconds):
        """Until one of the processes ends, at most so long."""
        poll = select.poll()
        for process in self.alive():
            if process.status is None:
                poll.register(process.pidfd, select.POLLIN)
        poll.poll(seconds * 1000)

    def end(self):
        for process in self.alive():
            process.kill()
