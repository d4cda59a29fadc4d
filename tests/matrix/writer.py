"""A client that writes one number after the other until the server refuses, and keeps those that were acknowledged."""

import threading

from agent import wait_until


class Writer(threading.Thread):
    """A flavour's session() connects and returns what writes a number and says whether it was acknowledged;
    REFUSALS are the errors by which its server refuses."""

    REFUSALS = ()

    def __init__(self, server, first):
        super().__init__(daemon=True)
        self.server, self.next, self.acknowledged, self.refusal = server, first, set(), None
        self.start()

    def session(self):
        raise NotImplementedError

    def run(self):
        try:
            write = self.session()
            while True:
                if write(self.next):
                    self.acknowledged.add(self.next)
                self.next += 1
        except self.REFUSALS as error:
            self.refusal = error

    def wait_for(self, count):
        wait_until(f"{count} writes", lambda: len(self.acknowledged) >= count or self.refusal)
