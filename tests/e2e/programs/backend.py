#!/usr/bin/python3
"""The HTTP back end behind the VIP: answers every request with 200 and a health document. Usage: backend.py PORT"""
import asyncio
import sys

BODY = b'{"status":"ok"}'
REPLY = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
         % len(BODY)) + BODY


async def serve(reader, writer):
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(REPLY)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", int(sys.argv[1]), backlog=128)
    async with server:
        await server.serve_forever()


asyncio.run(main())
