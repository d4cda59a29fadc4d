"""Waiting for a condition, never for a time. A wait that runs out says what it waited for."""
import time


class Failure(Exception):
    """Something that should be so is not; the text is for people."""


def wait_for(what, condition, timeout=30.0, pause=0.02):
    """Returns the condition's first true value. An OSError or a database error counts as 'not yet'."""
    end = time.monotonic() + timeout
    last = None
    while True:
        try:
            value = condition()
            if value:
                return value
        except Failure:
            raise
        except Exception as error:  # a server that is not there yet answers in many ways
            last = error
        if time.monotonic() >= end:
            hint = f" (last error: {last})" if last else ""
            raise Failure(f"waited {timeout:g} s in vain for: {what}{hint}")
        time.sleep(pause)


def expect(condition, what):
    if not condition:
        raise Failure(what)
