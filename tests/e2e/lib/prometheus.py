"""A real Prometheus on the monitor's host, with the rules that are installed, and on each node a real node_exporter
that serves what `ha-agent metrics` writes once a second, as a timer would."""
import json
import os
import shutil
import urllib.parse

from . import processes
from .flavour import CONFIG
from .network import namespace
from .testbed import REPO
from .waiting import wait_for

CLUSTER = "pair1"
TEXTFILES = "/run/node/textfile"
PORT = 9090


def export(node):
    """From now on until the machine's end."""
    os.makedirs(os.path.join(node.dir, "textfile"), exist_ok=True)
    node.machine.start("metrics", ["/bin/sh", "-c", f"while sleep 1; do /run/ha/bin/ha-agent --config {CONFIG} metrics "
                                                    f"--textfile {TEXTFILES}/ha-agent.prom; done"])
    node.machine.start("node_exporter", ["/usr/bin/prometheus-node-exporter", "--collector.disable-defaults",
                                         "--collector.textfile", f"--collector.textfile.directory={TEXTFILES}",
                                         "--web.listen-address=:9100"])


class Prometheus:
    def __init__(self, cluster, address):
        self.folder = os.path.join(cluster.folder, "prometheus")
        os.makedirs(self.folder)
        self.enter = ["ip", "netns", "exec", namespace(cluster.testbed.id, "mon")]
        self.url = f"http://{address}:{PORT}/api/v1"
        shutil.copy(os.path.join(REPO, "etc", "prometheus", "ha-agent.rules.yml"), self.folder)
        targets = [{"targets": [f"{node.address}:9100"], "labels": {"cluster": CLUSTER, "node": node.name}}
                   for node in cluster.nodes]
        config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
                  "rule_files": ["ha-agent.rules.yml"],
                  "scrape_configs": [{"job_name": "node", "static_configs": targets}]}
        with open(os.path.join(self.folder, "prometheus.yml"), "w", encoding="utf-8") as out:
            json.dump(config, out)  # JSON is YAML
        self.process = processes.start(
            [*self.enter, "/usr/bin/prometheus", f"--config.file={self.folder}/prometheus.yml",
             f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address={address}:{PORT}"],
            os.path.join(cluster.folder, "prometheus.log"))
        wait_for("Prometheus", lambda: self.query("vector(1)"))

    def ask(self, what, **words):
        reply = json.loads(processes.run(*self.enter, "curl", "-sg", "--max-time", "10",
                                         f"{self.url}/{what}?{urllib.parse.urlencode(words)}").stdout)
        if reply["status"] != "success":
            raise RuntimeError(f"{words}: {reply}")
        return reply["data"]

    def query(self, expression):
        """[(labels, value)] of now."""
        return [(each["metric"], float(each["value"][1])) for each in self.ask("query", query=expression)["result"]]

    def history(self, expression, begin, end, step=1):
        """[(labels, [(time, value)])]."""
        found = self.ask("query_range", query=expression, start=begin, end=end, step=step)["result"]
        return [(each["metric"], [(float(at), float(value)) for at, value in each["values"]]) for each in found]

    def stop(self):
        processes.end(self.process)
