"""The lab's network: namespaces, cables, addresses and the programs that run in them.

              ┌──────────── gate ────────────┐
  winxp ──veth┤                              ├tun── wire ──tun┤ homes     198.51.100.0/24
              ├ br-in (tcpdump)      routing ├tun── wire ──tun┤ hosting   203.0.113.0/24
win2000 ──veth┤                              ├tun── wire ──tun┤ ...
              └──────────────────────────────┘

Every box is a network namespace of its own, so every host has its own TCP stack. A whole outside network lives in
one namespace, which answers for all of its addresses. The wire (wire.py) delays packets, since the Internet does.
Nothing here has a route to, or a cable into, the machine's own network.
"""

import ipaddress
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
NAMESPACE = "tanpa-{pid}-{name}"


class LabError(Exception):
    """Something the person who runs the lab should read, without a traceback."""


def run(*argv):
    """Runs a command to its end; its error output becomes a LabError."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"{' '.join(map(str, argv))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Topology:
    """All namespaces and processes of one run; as a context manager it takes every one of them away again."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.processes = {}  # name -> (namespace, Popen)
        self.generation = {}  # inside host -> how often it was booted
        self.namespaces = set()

    def __enter__(self):
        remove_left_overs()
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends every process in every namespace of this run, then removes the namespaces."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave anything behind
        for name in list(self.processes):
            self.stop(name)
        for namespace in list(self.namespaces):
            remove_namespace(namespace)
            self.namespaces.discard(namespace)

    # -- programs ------------------------------------------------------------------------------------------------

    def start(self, name, host, argv, stdin=None, **popen):
        """Starts a program called `name` in the namespace of `host`; `stdin` is text handed to it, then closed."""
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace(host), *map(str, argv)],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            **popen,
        )
        self.processes[name] = (host, process)
        if stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        return process

    def stop(self, name, seconds=2):
        """Asks a program to end, so that it can end its children; kills it when it does not."""
        _, process = self.processes[name]
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self.kill(name)

    def kill(self, name):
        """Ends a program and its children at once; the host's kernel closes their sockets."""
        _, process = self.processes.pop(name)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def check_alive(self):
        """Raises when a program that should run to the end of the recording has ended."""
        for name, (host, process) in self.processes.items():
            if process.poll() is not None:
                raise LabError(f"{name} on {host} ended early, with status {process.returncode}")

    def wait_listening(self, host, ports, udp=False, seconds=10):
        """Waits until every port of `ports` is listened to on `host`."""
        missing = set(ports)
        deadline = time.monotonic() + seconds
        while missing:
            table = run("ip", "netns", "exec", self.namespace(host), "ss", "-Hln", "-u" if udp else "-t")
            missing -= {int(line.split()[3].rpartition(":")[2]) for line in table.splitlines()}
            if missing and time.monotonic() > deadline:
                raise LabError(f"nothing listens on {host} port {', '.join(map(str, sorted(missing)))}")
            time.sleep(0.1)

    # -- the network ---------------------------------------------------------------------------------------------

    def namespace(self, host):
        """The namespace of a host; a rebooted host has a new one."""
        booted = self.generation.get(host, 0)
        return NAMESPACE.format(pid=os.getpid(), name=f"{host}-{booted}" if booted else host)

    def plug_in(self, host):
        """Boots an inside host: a new namespace with its cable, its address and its TCP habits."""
        self.generation[host["name"]] = self.generation.get(host["name"], 0) + 1
        self._add_namespace(host["name"])
        port = f"to-{host['name']}"
        run("ip", "link", "add", "name", port, "netns", self.namespace("gate"), "type", "veth",
            "peer", "name", "eth0", "netns", self.namespace(host["name"]), "address", mac_address(host["address"]))
        self._plain_packets("gate", port)
        self._ip("gate", "link", "set", "dev", port, "master", "br-in", "up")
        self._plain_packets(host["name"], "eth0")
        prefix = ipaddress.ip_network(self.scenario["inside_network"]).prefixlen
        self._ip(host["name"], "address", "add", f"{host['address']}/{prefix}", "dev", "eth0")
        self._ip(host["name"], "link", "set", "dev", "eth0", "up")
        stack = host["stack"]
        self._ip(host["name"], "route", "add", "default", "via", self._gate_address(), "advmss", stack["mss"],
                 "window", stack["window"], "quickack", int(stack["quickack"]))
        self._sysctl(host["name"], "ipv4.ip_default_ttl", stack["ttl"])
        self._sysctl(host["name"], "ipv4.tcp_timestamps", int(stack["timestamps"]))
        self._sysctl(host["name"], "ipv4.tcp_window_scaling", int(stack["window_scaling"]))
        self._sysctl(host["name"], "ipv4.tcp_sack", int(stack["sack"]))

    def pull_plug(self, host):
        """Cuts an inside host off, then ends all that ran on it: no FIN and no RST can leave any more."""
        name = host["name"]
        self._ip("gate", "link", "delete", "dev", f"to-{name}")
        for process in [p for p, (where, _) in self.processes.items() if where == name]:
            self.kill(process)
        remove_namespace(self.namespace(name))
        self.namespaces.discard(self.namespace(name))

    def _build(self):
        self._add_namespace("gate")
        self._ip("gate", "link", "add", "name", "br-in", "address", mac_address(self._gate_address()),
                 "type", "bridge")
        self._plain_packets("gate", "br-in")
        prefix = ipaddress.ip_network(self.scenario["inside_network"]).prefixlen
        self._ip("gate", "address", "add", f"{self._gate_address()}/{prefix}", "dev", "br-in")
        self._ip("gate", "link", "set", "dev", "br-in", "up")
        self._sysctl("gate", "ipv4.ip_forward", 1)
        for port in self.scenario["blocked_ports"]:
            self._ip("gate", "rule", "add", "iif", "br-in", "ipproto", "tcp", "dport", port, "blackhole")
        for network in self.scenario["outside"]:
            self._add_namespace(network["name"])
        self._lay_wire()
        for network in self.scenario["outside"]:
            self._connect_outside(network)
        for host in self.scenario["inside"]:
            self.plug_in(host)

    def _lay_wire(self):
        cables = [
            {"near": f"to-{n['name']}", "namespace": self.namespace(n["name"]), "rtt_ms": n["rtt_ms"]}
            for n in self.scenario["outside"]
        ]
        wire = self.start("wire", "gate", [sys.executable, HERE / "wire.py"], stdin=json.dumps(cables),
                          stdout=subprocess.PIPE)
        if wire.stdout.readline() != "ready\n":
            raise LabError("the wire between inside and outside could not be laid (is there a /dev/net/tun?)")

    def _connect_outside(self, network):
        name = network["name"]
        self._ip("gate", "link", "set", "dev", f"to-{name}", "up")
        self._ip("gate", "route", "add", network["network"], "dev", f"to-{name}")
        self._ip(name, "link", "set", "dev", "wire", "up")
        self._ip(name, "route", "add", self.scenario["inside_network"], "dev", "wire")
        self._ip(name, "route", "add", "local", network["network"], "dev", "lo")
        self._sysctl(name, "ipv4.ip_default_ttl", network["ttl"])
        self._sysctl(name, "ipv4.tcp_retries2", 3)  # gives a host that went away up after seconds, in silence

    def _add_namespace(self, host):
        namespace = self.namespace(host)
        self.namespaces.add(namespace)
        run("ip", "netns", "add", namespace)
        for scope in ("all", "default"):
            self._sysctl(host, f"ipv6.conf.{scope}.disable_ipv6", 1)
            self._sysctl(host, f"ipv4.conf.{scope}.rp_filter", 0)
        self._sysctl(host, "ipv4.tcp_no_metrics_save", 1)
        self._ip(host, "link", "set", "dev", "lo", "up")

    def _plain_packets(self, host, device):
        """Makes a device carry packets as a real card would send them: no larger than the MTU, checksums right."""
        for feature in ("tso", "gso", "gro", "tx"):
            subprocess.run(["ip", "netns", "exec", self.namespace(host), "ethtool", "-K", device, feature, "off"],
                           capture_output=True)  # not every device has every feature; record.py checks the outcome

    def _gate_address(self):
        return str(next(ipaddress.ip_network(self.scenario["inside_network"]).hosts()))

    def _ip(self, host, *words):
        run("ip", "-n", self.namespace(host), *words)

    def _sysctl(self, host, key, value):
        run("ip", "netns", "exec", self.namespace(host), "sysctl", "-qw", f"net.{key}={value}")


def mac_address(address):
    """The locally administered MAC address that goes with an IP address, before and after a reboot."""
    return "02:00:" + ":".join(f"{byte:02x}" for byte in ipaddress.ip_address(address).packed)


def remove_namespace(namespace):
    """Ends every process in a namespace and removes it."""
    pids = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True).stdout.split()
    for pid in pids:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    subprocess.run(["ip", "netns", "delete", namespace], capture_output=True)


def remove_left_overs():
    """Removes namespaces of earlier runs that were killed before they could tidy up."""
    for line in run("ip", "netns", "list").splitlines():
        match = re.match(NAMESPACE.format(pid=r"(\d+)", name=""), line)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            remove_namespace(line.split()[0])
