#!/usr/bin/python3
"""A recording alert endpoint. Usage: webhook.py HOST PORT RECORD MODE
Each request that was answered with 200 becomes a JSON line in RECORD. While the file MODE holds a number
other than 200, requests are answered with that and recorded with it too."""
import http.server
import json
import sys
import time

HOST, PORT, RECORD, MODE = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open(MODE, encoding="utf-8") as mode:
            status = int(mode.read())
        with open(RECORD, "a", encoding="utf-8") as record:
            record.write(json.dumps({"at": time.time(), "from": self.client_address[0], "status": status,
                                     "path": self.path, "type": self.headers.get("Content-Type"),
                                     "body": body.decode("utf-8", "replace")}) + "\n")
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words):
        pass


http.server.ThreadingHTTPServer((HOST, PORT), Handler).serve_forever()
