"""The channels of a campaign: what each vendor answers, and how many messages a minute it takes."""
import json
import os
from dataclasses import dataclass

BURST = 3  # a channel's bucket: so many at once, however low its rate
SECRET = "SECtest0123456789"
LOGIN_PAGE = (200, "<!DOCTYPE html><html><body>Please log in to this network</body></html>")


def _json(status, **fields):
    return status, json.dumps(fields)


@dataclass
class Channel:
    """`vendor`: messages a minute; None: there is no limit but our own, `usual`. `rate_limit`: the key's value where
    the usual rate would take days; None: the vendor's default, where digests carry the load."""
    name: str
    usual: int
    ok: tuple
    busy: tuple            # "not now", in the vendor's words
    vendor: int = None
    rate_limit: int = None
    body_decides: bool = False  # a 200 that is not the vendor's is no success
    minute: bool = False   # who is told "not now" leaves the robot alone for a minute
    lines: tuple = ()      # of its section

    @property
    def allowed(self):
        """In any 60 s."""
        if self.rate_limit:
            return self.rate_limit + BURST
        return self.vendor or self.usual + BURST

    @property
    def limited_by(self):
        return "rate_limit" if self.rate_limit else "vendor" if self.vendor else "default"


ERRCODE_OK = _json(200, errcode=0, errmsg="ok")
CHANNELS = [
    Channel("text", 60, (200, "ok"), _json(200, errcode=45009, errmsg="api freq out of limit")),
    Channel("slack", 50, (200, "ok"), _json(200, ok=False, error="ratelimited"), vendor=60),
    Channel("wecom", 16, ERRCODE_OK, _json(200, errcode=45009, errmsg="api freq out of limit"), vendor=20,
            rate_limit=300, body_decides=True, minute=True),
    Channel("dingtalk", 16, ERRCODE_OK, _json(200, errcode=130101, errmsg="send too fast"), vendor=20,
            body_decides=True, minute=True),
    Channel("feishu", 90, _json(200, code=0, msg="success", data={}),
            _json(400, code=9499, msg="too many request", data={}), vendor=100, body_decides=True, minute=True),
    Channel("telegram", 16, _json(200, ok=True, result={"message_id": 1}),
            _json(429, ok=False, error_code=429, description="Too Many Requests: retry after 2",
                  parameters={"retry_after": 2}), vendor=20, rate_limit=300, body_decides=True,
            lines=("chat_id = -100",)),
    Channel("generic", 60, (201, ""), _json(200, errcode=-1, errmsg="system busy")),
    Channel("mail", 60, (250, "queued"), (451, "4.7.1 greylisted")),
]
SIGNED = ("dingtalk", "feishu")


def write_config(folder, state_dir, ports):
    """Gives the place of the configuration. VI_1 drives the roles, which are none; other instances are recorded."""
    def own(name, text):
        path = os.path.join(folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        return path
    secret = own("robot.secret", SECRET + "\n")
    template = own("generic.json", '{"event": {"text": "{text}", "severity": "{severity}"}}\n')
    sections = [["[agent]", "node = db1", "instance = VI_1", f"state_dir = {state_dir}"]]
    for channel in CHANNELS:
        limit = [f"rate_limit = {channel.rate_limit}"] if channel.rate_limit else []
        if channel.name == "mail":
            sections.append(["[mail mail]", f"server = smtp://127.0.0.1:{ports['mail']}", "from = ha-agent@example.org",
                             "to = ops@example.org", "allow_plain = yes", *limit])
            continue
        lines = list(channel.lines)
        if channel.name in SIGNED:
            lines.append(f"secret_file = {secret}")
        if channel.name == "generic":
            lines.append(f"template_file = {template}")
        sections.append([f"[webhook {channel.name}]", f"format = {channel.name}",
                         f"url = http://127.0.0.1:{ports[channel.name]}/robot?key=K", "allow_http = yes",
                         *lines, *limit])
    return own("ha-agent.conf", "\n\n".join("\n".join(section) for section in sections) + "\n")
