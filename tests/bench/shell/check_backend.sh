#!/bin/bash
# What a search for "keepalived check script" gives: the back end's health page, by curl.
curl -fsS -m 2 -o /dev/null http://127.0.0.1:8080/health || exit 1
exit 0
