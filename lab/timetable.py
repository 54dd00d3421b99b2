"""Turns a scenario into a timetable: who does what at which second, and what the servers must hold for it.

The draw is seeded per batch of traffic: the same scenario gives the same timetable, and a change to one batch leaves
the others as they are. What happens on the wire is still up to the programs and the TCP stacks.

An action is a dictionary {"kind", "at", ...}; its other keys are the parameters of the function of that name in
bots.py or attackers.py.
"""

import dataclasses
import ipaddress
import math
import random

WORDS = "win sys svc msn upd reg net drv host task nt boot lan ssl wmi dll hot key".split()
MARGIN = 1.5  # seconds kept free on either side of a reboot


@dataclasses.dataclass
class Network:
    """What the servers of one outside network must offer."""

    web_ports: set = dataclasses.field(default_factory=lambda: {80})
    irc_ports: set = dataclasses.field(default_factory=set)
    tftp_addresses: set = dataclasses.field(default_factory=set)
    files: dict = dataclasses.field(default_factory=dict)  # path -> (content, bytes, seed)
    rates: dict = dataclasses.field(default_factory=dict)  # path -> bytes per second
    answers: dict = dataclasses.field(default_factory=dict)  # path that takes a POST -> status


class Timetable:
    """`actions`: {inside host or outside network: [action, ...]}; `networks`: {name: Network}; `names`: DNS."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.actions = {place["name"]: [] for place in scenario["inside"] + scenario["outside"]}
        self.networks = {network["name"]: Network() for network in scenario["outside"]}
        self.names = {}
        self._inside = {host["name"]: host for host in scenario["inside"]}
        self._ranges = {n["name"]: ipaddress.ip_network(n["network"]) for n in scenario["outside"]}
        for number, batch in enumerate(scenario["traffic"]):
            rng = random.Random(f"{scenario['seed']}/{number}")
            getattr(self, f"_{batch['kind']}")(batch, rng)
        for actions in self.actions.values():
            actions.sort(key=lambda action: action["at"])

    # -- kinds of traffic ----------------------------------------------------------------------------------------

    def _infection(self, batch, rng):
        for at in self._times(batch, rng):
            attacker = self._address(batch["from"], rng)
            host = self._inside[batch["host"]]
            lengths = [rng.randint(70, 150) for _ in range(_whole(rng, batch["dialog"]))]
            self._add(batch["from"], "intrude", at, source=attacker, target=host["address"],
                      port=rng.choice(batch["ports"]), lengths=lengths + [_whole(rng, batch["request_bytes"])])
            self._fetch(batch, rng, self._awake(host["name"], at + rng.uniform(1.5, 3.5)), attacker, host)

    def _fetch(self, batch, rng, at, attacker, host):
        network = self.networks[batch["from"]]
        if batch["brings"] == "http":
            port = _whole(rng, batch["fetch_ports"])
            network.web_ports.add(port)
            path = self._file(batch["from"], rng, "exe", _size(rng, batch["bytes"]))
            self._add(host["name"], "download", at, address=attacker, port=port, path=path)
        elif batch["brings"] == "tftp":
            network.tftp_addresses.add(attacker)
            path = self._file(batch["from"], rng, "exe", _size(rng, batch["bytes"]))
            self._add(host["name"], "tftp", at, address=attacker, path=path)
        elif batch["brings"] == "push":
            self._add(batch["from"], "push", at, source=attacker, target=host["address"], port=host["shell_port"],
                      size=_size(rng, batch["bytes"]), seed=rng.getrandbits(32))

    def _download(self, batch, rng):
        servers = [self._server(batch, rng) for _ in range(batch["servers"])]
        for at in self._times(batch, rng):
            address, port = rng.choice(servers), rng.choice(batch["ports"])
            self.networks[batch["from"]].web_ports.add(port)
            size = _size(rng, batch["bytes"])
            path = self._file(batch["from"], rng, batch["content"], size)
            if batch["rate"]:
                self.networks[batch["from"]].rates[path] = batch["rate"]
            leave = int(size * rng.uniform(*batch["gives_up_after"])) if batch["gives_up_after"] else None
            for _ in range(batch["copies"]):
                self._add(batch["host"], "download", at, address=address, port=port, path=path, name=batch["name"],
                          leave_after=leave)
                at = self._awake(batch["host"], at + rng.uniform(*batch["copies_apart"]))

    def _irc(self, batch, rng):
        address = self._server(batch, rng)
        self.networks[batch["from"]].irc_ports.add(batch["port"])
        self._add(batch["from"], "herd", max(0, batch["when"][0] - 1), source=self._address(batch["from"], rng),
                  target=address, port=batch["port"], channel=batch["channel"],
                  every=self._compressed(batch["commands_every"]), lengths=batch["command_bytes"],
                  topic=_whole(rng, batch["topic_bytes"]), seed=rng.getrandbits(32))
        for at in self._times(batch, rng):
            self._add(batch["host"], "irc", at, address=address, port=batch["port"], name=batch["name"],
                      channel=batch["channel"], nick=f"{batch['nick']}|{rng.randrange(10000, 99999)}",
                      lasts=rng.uniform(*self._compressed(batch["lasts"])), lengths=batch["reply_bytes"],
                      ends=batch["ends"], seed=rng.getrandbits(32))

    def _check_in(self, batch, rng):
        """Not drawn but regular: `count` times, at even distances within `when`."""
        address = self._server(batch, rng)
        self.networks[batch["from"]].web_ports.add(batch["port"])
        first, last = batch["when"]
        step = (last - first) / max(1, batch["count"] - 1)
        script = f"/{rng.choice(WORDS)}{rng.randrange(100)}"
        identity = rng.getrandbits(48)
        for number in range(batch["count"]):
            path = f"{script}/{number:03}.php"
            reply = _whole(rng, batch["reply_bytes"])
            self.networks[batch["from"]].files[path] = ("text", reply, rng.getrandbits(32))
            query = f"?id={identity:012x}&d=".ljust(_whole(rng, batch["request_bytes"]), "7")
            at = self._awake(batch["host"], first + number * step)
            self._add(batch["host"], "download", at, address=address, port=batch["port"], path=path + query,
                      name=batch["name"])

    def _upload(self, batch, rng):
        for at in self._times(batch, rng):
            address = self._server(batch, rng)
            network = self.networks[batch["from"]]
            network.web_ports.add(batch["port"])
            path = f"/{rng.choice(WORDS)}/{rng.randrange(1000)}.cgi"
            network.answers[path] = batch["answer"]
            then = None
            if batch["answer"] == 200:
                then = self._file(batch["from"], rng, "exe", _size(rng, batch["then_bytes"]))
            self._add(batch["host"], "upload", at, address=address, port=batch["port"], path=path, name=batch["name"],
                      size=_whole(rng, batch["bytes"]), seed=rng.getrandbits(32), then=then)

    def _scan(self, batch, rng):
        networks = list(self._ranges)
        for at in self._times(batch, rng):
            targets = [self._address(rng.choice(networks), rng) for _ in range(batch["addresses"])]
            self._add(batch["host"], "scan", at, addresses=targets, port=batch["port"],
                      per_second=batch["per_second"])

    def _page(self, batch, rng):
        address = self._server(batch, rng)
        for at in self._times(batch, rng):
            paths = [self._file(batch["from"], rng, "page", _size(rng, batch["bytes"]))]
            for _ in range(_whole(rng, batch["objects"])):
                paths.append(self._file(batch["from"], rng, "data", _size(rng, batch["bytes"])))
            self._add(batch["host"], "browse", at, address=address, paths=paths, name=batch["name"])

    def _lookup(self, batch, rng):
        for at in self._times(batch, rng):
            name = rng.choice(batch["names"])
            self.names.setdefault(name, self._address(rng.choice(list(self._ranges)), rng))
            self._add(batch["host"], "lookup", at, name=name)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _add(self, place, kind, at, **parameters):
        self.actions[place].append({"kind": kind, "at": round(at, 3)} | parameters)

    def _times(self, batch, rng):
        return [self._awake(batch["host"], rng.uniform(*batch["when"])) for _ in range(batch["count"])]

    def _awake(self, host, at):
        """`at`, or, where the host is down just then, a moment after it is up again."""
        for reboot in self._inside[host]["reboots"]:
            up = reboot + self.scenario["reboot_takes"]
            if reboot <= at < up + MARGIN:
                return up + MARGIN + (at - reboot)
        return at

    def _compressed(self, seconds):
        return [s / self.scenario["compress"] for s in seconds]

    def _address(self, network, rng):
        return str(self._ranges[network][rng.randrange(1, self._ranges[network].num_addresses - 1)])

    def _server(self, batch, rng):
        """An address in the batch's network; one name always has the same one."""
        if batch["name"] is None:
            return self._address(batch["from"], rng)
        return self.names.setdefault(batch["name"], self._address(batch["from"], rng))

    def _file(self, network, rng, content, size):
        """Puts a file on the servers of a network; returns its path, unlike any other's."""
        suffix = {"exe": "exe", "page": "html", "data": rng.choice(["gif", "jpg", "bin"])}[content]
        files = self.networks[network].files
        while True:
            path = f"/{rng.choice(WORDS)}{rng.choice(WORDS)}{rng.randrange(100)}.{suffix}"
            if path not in files:
                files[path] = (content, size, rng.getrandbits(32))
                return path


def _whole(rng, ends):
    return rng.randint(*ends)


def _size(rng, ends):
    """A size whose logarithm is evenly spread, as file sizes roughly are."""
    low, high = ends
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))
