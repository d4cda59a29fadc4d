"""What keepalived calls in a measurement. Both flavours get the same servers with the same options."""
import os
import shutil

from lib.flavour import SHELL, Agent, Shell


class Measured(Agent):
    """ha-agent drives; the shell scripts lie beside it, with their settings, to be timed in turn with it."""
    # As in the shell's: without it those scripts lose writes and wait for 10 s in either place.
    mysql_options = Shell.mysql_options

    def __init__(self, timer=None):
        self.timer = timer

    def payload(self, testbed):
        folder = super().payload(testbed)
        for name in os.listdir(SHELL):
            shutil.copy(os.path.join(SHELL, name), folder)
        if self.timer:
            shutil.copy(self.timer, os.path.join(folder, "timer"))
        return folder

    def configure(self, folder, name, peer, hook, extra=None):
        super().configure(folder, name, peer, hook, extra)
        Shell().configure(folder, name, peer, hook)


class HttpOnly(Shell):
    """The check that most people have."""
    check = "/run/ha/bin/check_backend.sh"
