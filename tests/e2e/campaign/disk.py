"""The file system that state_dir lies on: small, of its own, and full when it is told to be."""
import ctypes
import errno
import os

from lib import mounts
from lib.processes import run

CLONE_NEWNS = 0x20000
SIZE = "64m"
BLOCK = bytes(4096)


def own_mounts():
    """What is mounted from here on goes with this process. What the senders say to syslog goes nowhere: it would be
    tens of thousands of lines."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run("mount", "--make-rprivate", "/")
    if os.path.exists("/dev/log"):
        run("mount", "--bind", "/dev/null", "/dev/log")


class Disk:
    def __init__(self, place):
        os.makedirs(place)
        mounts.tmpfs(place, f"size={SIZE},mode=0700")
        self.ballast = os.path.join(place, "ballast")
        self._file = None

    @property
    def full(self):
        return self._file is not None

    def fill(self):
        """Also what has become free since: a marker that is pruned leaves a page."""
        if self._file is None:
            self._file = os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while os.write(self._file, BLOCK) == len(BLOCK):
                continue
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def free(self):
        os.close(self._file)
        self._file = None
        os.unlink(self.ballast)
