#!/usr/bin/python3
"""The vendors: a server a channel on a free port of 127.0.0.1, each of which fails at random and answers then as its
vendor would, or not at all. What fails was not taken. Usage: receivers.py FOLDER SEED SHARE [MINUTES]
FOLDER/ports gets {"CHANNEL": PORT}, FOLDER/CHANNEL a line of JSON a request: {"at": MONOTONIC, "how": HOW,
"ids": […]} with the events that its text names, in their order; HOW is "ok", or how it failed. SHARE: of 1, how many
fail. MINUTES: a robot may ask for a minute's pause, too."""
import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import random
import select
import socket
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
sys.dont_write_bytecode = True
from aiosmtpd.smtp import SMTP  # noqa: E402
from campaign.channels import CHANNELS, LOGIN_PAGE, SECRET  # noqa: E402
from lib.alerts import EVENT_ID  # noqa: E402

# How a receiver fails, and how often beside the others. A client that is left without an answer waits for 8 s.
KINDS = {"503": 5, "429": 3, "429 and when": 3, "busy": 4, "login page": 4, "closed": 6, "cut off": 4, "hangs": 0.3}
PAUSES_ROBOT = 0.2


class Receiver:
    """Decides, and keeps what it decided, one request after the other."""

    def __init__(self, folder, channel, seed, share, minutes):
        self.channel = channel
        self.share = share
        self.random = random.Random(f"{seed} {channel.name}")
        self.lock = threading.Lock()
        self.record = open(os.path.join(folder, channel.name), "w", encoding="utf-8", buffering=1)
        kinds = dict(KINDS)
        if channel.minute:
            kinds["busy"] = PAUSES_ROBOT if minutes else 0
        if not channel.body_decides:
            kinds["login page"] = 0
        self.kinds, self.weights = list(kinds), list(kinds.values())

    def decide(self):
        with self.lock:
            if self.random.random() >= self.share:
                return "ok"
            return self.random.choices(self.kinds, self.weights)[0]

    def keep(self, how, text):
        ids = list(dict.fromkeys(EVENT_ID.findall(text)))
        with self.lock:
            self.record.write(json.dumps({"at": time.monotonic(), "how": how, "ids": ids}) + "\n")


def texts_in(value):
    """Every string in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    return [text for each in value for text in texts_in(each)] if hasattr(value, "__iter__") else []


def refused(channel, path, body):
    """What the vendor says of a wrong signature; None: it is right, or there is none."""
    def sign(key, message):
        return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
    if channel.name == "dingtalk":
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        stamp = query.get("timestamp", ["0"])[0]
        if query.get("sign") != [sign(SECRET, f"{stamp}\n{SECRET}")] or abs(time.time() - int(stamp) / 1000) > 3600:
            return 200, '{"errcode":310000,"errmsg":"sign not match"}'
    if channel.name == "feishu":
        stamp = body.get("timestamp", "0")
        if body.get("sign") != sign(f"{stamp}\n{SECRET}", "") or abs(time.time() - int(stamp)) > 3600:
            return 200, '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}'
    return None


class Robot(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wrong = refused(receiver.channel, self.path, body)
        how = "wrong signature" if wrong else receiver.decide()
        receiver.keep(how, "\n".join(texts_in(body)))
        if wrong:
            self.answer(*wrong)
        elif how == "ok":
            self.answer(*receiver.channel.ok)
        elif how == "busy":
            self.answer(*receiver.channel.busy)
        elif how == "login page":
            self.answer(*LOGIN_PAGE)
        elif how == "503":
            self.answer(503, "<html>Service Unavailable</html>")
        elif how.startswith("429"):
            self.answer(429, "slow down", "2" if how == "429 and when" else None)
        elif how == "cut off":
            self.answer(200, receiver.channel.ok[1], missing=500)
        elif how == "hangs":
            select.select([self.connection], [], [])  # until the client leaves

    def answer(self, status, text, retry_after=None, missing=0):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode()) + missing))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(text.encode())

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # the client was killed

    def log_message(self, *_words):
        pass


class Postman:
    """The mail server's half; aiosmtpd speaks the protocol."""

    def __init__(self, receiver):
        self.receiver = receiver

    async def handle_MAIL(self, _server, _session, envelope, address, _options):
        envelope.mail_from = address
        envelope.how = self.receiver.decide()
        if envelope.how not in ("ok", "cut off"):
            self.receiver.keep(envelope.how, "")
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):
        how = envelope.how
        if how == "closed":
            server.transport.abort()
        elif how == "hangs":
            await asyncio.Event().wait()  # until the client leaves
        elif how == "busy":
            return " ".join(map(str, self.receiver.channel.busy))
        elif how not in ("ok", "cut off"):
            return "450 4.2.1 mailbox busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.receiver.keep(envelope.how, mail.get_body(("plain",)).get_content())
        if envelope.how == "cut off":
            server.transport.abort()
        return " ".join(map(str, self.receiver.channel.ok))


class Robots(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


async def serve_mail(receiver, ports, ready):
    handler = Postman(receiver)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler, hostname="localhost"), "127.0.0.1", 0,
                                                            family=socket.AF_INET)
    ports["mail"] = server.sockets[0].getsockname()[1]
    ready()
    await server.serve_forever()


def main():
    folder, seed, share, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3]), "MINUTES" in sys.argv[4:]
    receivers = {channel.name: Receiver(folder, channel, seed, share, minutes) for channel in CHANNELS}
    ports = {}
    for name, receiver in receivers.items():
        if name == "mail":
            continue
        server = Robots(("127.0.0.1", 0), Robot)
        server.receiver = receiver
        ports[name] = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def ready():
        place = os.path.join(folder, "ports")
        with open(place + ".new", "w", encoding="utf-8") as out:
            json.dump(ports, out)
        os.rename(place + ".new", place)
    asyncio.run(serve_mail(receivers["mail"], ports, ready))


main()
