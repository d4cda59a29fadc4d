"""The place alerts go to: a recording HTTP server in the client's namespace, which can be down or ill."""
import json
import os

from . import processes
from .flavour import WEBHOOK_PORT
from .network import namespace
from .waiting import wait_for


class Webhook:
    def __init__(self, testbed, folder, address):
        self.testbed = testbed
        self.folder = folder
        self.address = address
        self.url = f"http://{address}:{WEBHOOK_PORT}/ops"
        self.record = os.path.join(folder, "alerts")
        self.mode = os.path.join(folder, "webhook.mode")
        self.process = None
        self.answer(200)
        self.up()

    def up(self):
        self.process = processes.start(
            self._inside("/usr/bin/python3", os.path.join(self.testbed.programs, "webhook.py"), self.address,
                         str(WEBHOOK_PORT), self.record, self.mode), os.path.join(self.folder, "webhook.log"))
        wait_for("the webhook", lambda: processes.run(
            *self._inside("ss", "-Hltn", "sport", "=", f":{WEBHOOK_PORT}")).stdout.strip())

    def _inside(self, *argv):
        return ["ip", "netns", "exec", namespace(self.testbed.id, "mon"), *argv]

    def down(self):
        """Nobody listens: connections are refused."""
        processes.end(self.process)

    def answer(self, status):
        with open(self.mode + ".new", "w", encoding="utf-8") as mode:
            mode.write(str(status))
        os.rename(self.mode + ".new", self.mode)

    def requests(self):
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding="utf-8") as record:
            return [json.loads(line) for line in record if line.endswith("\n")]

    def delivered(self):
        """[(sender's address, text)] of what was answered with 200."""
        return [(each["from"], json.loads(each["body"])["text"]) for each in self.requests() if each["status"] == 200]

    def stop(self):
        processes.end(self.process)
