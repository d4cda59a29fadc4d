"""An old primary with writes of its own whose peer answers late: status shows one judgement, not two."""

import socket
import threading
import time

from agent import check
from server import MARIADB, WAIT_ALONE

TIMEOUT = "rpl_semi_sync_master_timeout" if MARIADB else "rpl_semi_sync_source_timeout"
LATE = 2.4  # of a deadline of 4 s: more than a check leaves the peer, less than status shows it


def late_door(port):
    """A port of its own, behind which `port` answers LATE seconds after somebody came."""
    door = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(client):
        time.sleep(LATE)
        server = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        pump(server, client)

    def accept():
        while True:
            threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return door.getsockname()[1]


def configure(agent, old, new):
    with open(f"{agent.dir}/conf", encoding="ascii") as file:
        text = file.read()
    with open(f"{agent.dir}/conf", "w", encoding="ascii") as file:
        file.write(text.replace(old, new))


def run(pair):
    one, two, agent = pair.one, pair.two, pair.agent_one
    one.sql(f"SET GLOBAL {WAIT_ALONE} = ON, GLOBAL {TIMEOUT} = 100")
    two.sql("STOP SLAVE" if MARIADB else "STOP REPLICA")
    one.write(1)
    agent.run("check")  # which finds that it serves alone
    two.sql("RESET SLAVE ALL" if MARIADB else "RESET REPLICA ALL")
    two.sql("SET GLOBAL read_only = OFF")
    two.write(2)
    agent.notify("BACKUP")
    configure(agent, f"peer_port = {two.port}", f"peer_port = {late_door(two.port)}")
    configure(agent, "[agent]\n", "[agent]\ndeadline = 4s\n")
    _, output = agent.run("status")
    text = " ".join(output.split())
    check("status, as the first look, finds the two servers apart", "DIVERGED" in text, output)
    check("and does not say beside it that this one can be promoted",
          "can be promoted" not in text and "could be promoted" not in text and "exit 1" in text, output)
    configure(agent, "peer_port = ", f"peer_port = {two.port}\n#")
    code, output = agent.run("check")
    check("check says the same", code == 1 and "does not follow it" in output, output)
