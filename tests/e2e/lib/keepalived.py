"""keepalived on a machine, with the configuration that the documentation recommends."""
import os
import signal

from . import processes
from .network import SECOND_VIP, VIP
from .waiting import wait_for

CONF = """global_defs {{
    router_id {name}
    script_user root
    enable_script_security
{globals}}}

vrrp_script ha_check {{
    script "{check}"
    user {check_user}
    interval 1
    timeout 1
    fall 2
    rise 2
}}

{track_file}vrrp_instance VI_1 {{
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int {advert_int}
    garp_master_refresh 1
    virtual_ipaddress {{
        {vip}/24 dev eth0
    }}
    track_script {{
        ha_check
    }}
{tracked}    notify "{notify}" root
}}
"""

# Through which `ha-agent switchover` gives the VIP away.
TRACK_FILE = """track_file ha_yield {{
    file "{yield_file}"
    weight 0
    init_file 0
}}

"""
TRACKED = """    track_file {
        ha_yield
    }
"""

# A second address beside the first, and a group that moves both.
GROUP = """
vrrp_instance VI_2 {{
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 52
    priority {priority}
    advert_int {advert_int}
    virtual_ipaddress {{
        {second_vip}/24 dev eth0
    }}
    notify "{notify}" root
}}

vrrp_sync_group G1 {{
    group {{
        VI_1
        VI_2
    }}
    notify "{notify}" root
}}
"""


class Keepalived:
    def __init__(self, machine, priority, flavour, fast=False, group=False):
        self.machine = machine
        self.daemon = None
        with open(os.path.join(machine.dir, "keepalived.conf"), "w", encoding="utf-8") as conf:
            yields = flavour.yield_file
            conf.write((CONF + GROUP if group else CONF).format(
                track_file=TRACK_FILE.format(yield_file=yields) if yields else "", tracked=TRACKED if yields else "",
                name=machine.name, priority=priority, vip=VIP, second_vip=SECOND_VIP, check=flavour.check,
                check_user=flavour.check_user, notify=flavour.notify, advert_int="0.1" if fast else "1",
                globals="    vrrp_version 3\n" if fast else ""))

    def start(self):
        self.machine.run("/usr/sbin/keepalived", "--config-test", "--use-file=/run/node/keepalived.conf")
        self.daemon = self.machine.start("keepalived", [
            *self.machine.prefix, "/usr/sbin/keepalived", "--dont-fork", "--log-console", "--log-detail", "--no-syslog", "--vrrp",
            "--use-file=/run/node/keepalived.conf", "--pid=/run/keepalived.pid", "--vrrp_pid=/run/vrrp.pid"])

    def stop(self):
        self.daemon.end(signal.SIGTERM)

    def kill(self):
        """The parent; its children notice, say STOP and are gone when this returns."""
        left = processes.children(self.daemon.pid)
        self.daemon.kill()
        wait_for("the end of keepalived's children", lambda: not any(processes.lives(pid) for pid in left))

    def kill_vrrp_child(self):
        """The parent lives on and starts a new one."""
        child = processes.children(self.daemon.pid)[0]
        os.kill(child, signal.SIGKILL)

    def freeze(self):
        """Neither checks nor advertisements any more, and the VIP stays where it is."""
        for pid in (self.daemon.pid, *processes.children(self.daemon.pid)):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        self.daemon.thaw()
        for pid in processes.children(self.daemon.pid):
            os.kill(pid, signal.SIGCONT)

    def log(self):
        if self.daemon is None:
            return ""  # it was never started
        with open(self.machine.log("keepalived"), encoding="utf-8", errors="replace") as log:
            return log.read()
