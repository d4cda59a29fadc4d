#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) on a free port of 127.0.0.1. Every mail becomes a line of JSON in the file RECORD.
Usage: mail_server.py PORT_FILE RECORD CERT KEY HOW...
HOW: plain | starttls | smtps, then perhaps: auth (ha/secret), refuse=ADDRESS (550), later=ADDRESS (451)"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

port_file, record, cert, key, how, *more = sys.argv[1:]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, _options):
        for word in more:
            if word == "refuse=" + address:
                return "550 5.1.1 no such user"
            if word == "later=" + address:
                return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with open(record, "a", encoding="utf-8") as out:
            out.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                  "tls": session.ssl is not None or how == "smtps",
                                  "login": bool(session.authenticated),
                                  "text": envelope.content.decode("utf-8", "replace")}) + "\n")
        return "250 queued"


def authenticate(_server, _session, _envelope, _mechanism, given):
    fine = isinstance(given, LoginPassword) and given.login == b"ha" and given.password == b"secret"
    return AuthResult(success=fine, handled=False)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)


def new_session():
    return SMTP(handler, hostname="localhost", tls_context=context if how == "starttls" else None,
                require_starttls=how == "starttls", authenticator=authenticate if "auth" in more else None,
                auth_required="auth" in more, auth_require_tls=how == "starttls")


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(new_session, "127.0.0.1", 0, ssl=context if how == "smtps" else None)
    with open(port_file + ".new", "w", encoding="utf-8") as out:
        out.write(str(server.sockets[0].getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    await server.serve_forever()


handler = Handler()
asyncio.run(serve())
