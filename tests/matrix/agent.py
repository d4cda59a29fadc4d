"""The agent of one server's node, and the assertions: a line "ok …" or "FAIL …" each."""

import glob
import json
import os
import subprocess
import time


def check(text, condition, detail=""):
    print(f"ok    {text}" if condition else f"FAIL  {text} {detail}", flush=True)


def wait_until(what, condition, seconds=30):
    """Asks until it holds; raises, naming `what`, when it has not held within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


class Agent:
    """`section` is the resource's; `secrets` maps the names of files beside the configuration to what is in them.
    `told` is asked each assertion: check() above, or Rounds.expect."""

    def __init__(self, program, folder, node, section, secrets, told=check):
        self.program, self.dir, self.told = program, folder, told
        os.mkdir(folder)
        for name, secret in secrets.items():
            with open(f"{folder}/{name}", "w", opener=lambda p, f: os.open(p, f, 0o640)) as file:
                file.write(f"{secret}\n")
        with open(f"{folder}/conf", "w", encoding="ascii") as file:
            file.write(f"[agent]\nnode = {node}\nstate_dir = {folder}/state\n{section.format(dir=folder)}")

    def begin(self, *words):
        return subprocess.Popen([self.program, "--config", f"{self.dir}/conf", "--verbose", *words],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *words):
        """Exit code, output."""
        with self.begin(*words) as process:
            output = process.communicate(timeout=60)[0]
        return process.returncode, output

    def event(self, state):
        """keepalived's words begin, as its hook does; finish() waits for the end."""
        return self.begin("notify", "INSTANCE", "VI_1", state, "100")

    def finish(self, process):
        with process:
            output = process.communicate(timeout=60)[0]
        self.told("notify says done", process.returncode == 0, f"{self.dir}: {process.returncode}: {output}")
        end = self.last_line()
        self.told("and the journal does, too", end.get("type") == "end" and end["outcome"] == "done", end)

    def notify(self, state):
        """Seconds."""
        start = time.monotonic()
        self.finish(self.event(state))
        return time.monotonic() - start

    def lines(self):
        with open(f"{self.dir}/state/journal.jsonl", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def last_line(self):
        return self.lines()[-1]

    def last_step(self):
        return [line for line in self.lines() if line["type"] == "step"][-1]

    def saved(self):
        """The binary logs that were put aside."""
        return [path for path in glob.glob(f"{self.dir}/state/errant/*/*") if not path.endswith("/README")]
