"""Reads a scenario file (TOML) and refuses what it does not know. README.md explains every key.

The tables below are the whole format: name -> default, where REQUIRED means that there is none.
"""

import copy
import datetime
import tomllib

from topology import LabError

REQUIRED = object()

TOP = {
    "title": REQUIRED,
    "seed": REQUIRED,
    "start": REQUIRED,  # date and time, with offset, that the recording is moved to
    "lasts": REQUIRED,  # seconds
    "compress": 1,
    "capture": "day",  # "day": one file per local day; any other word: one file of that name
    "snaplen": 65535,
    "inside_network": "10.0.0.0/24",
    "blocked_ports": [],
    "reboot_takes": 20,  # seconds
    "ping_every": 120,  # seconds, compressed: how long an IRC server waits before it sends PING
    "stack": {},
    "inside": REQUIRED,
    "outside": REQUIRED,
    "traffic": REQUIRED,
}

STACK = {
    "ttl": 64,
    "mss": 1460,
    "window": 65535,
    "quickack": False,
    "timestamps": True,
    "window_scaling": True,
    "sack": True,
}

INSIDE = {
    "name": REQUIRED,
    "address": REQUIRED,
    "stack": REQUIRED,
    "log": None,  # file name of its acquisition log; without one it collects nothing
    "services": [],  # ports that answer whoever attacks
    "shell_port": None,  # port that takes a pushed file
    "reboots": [],  # seconds
}

OUTSIDE = {
    "name": REQUIRED,
    "network": REQUIRED,
    "ttl": 52,
    "rtt_ms": [10, 50],
    "dns": None,  # address of its name server
    "tftp": "atftpd",  # or "single-port"
}

# Every kind of traffic takes these ...
TRAFFIC = {
    "kind": REQUIRED,
    "host": REQUIRED,  # the inside host it concerns
    "count": 1,
    "when": REQUIRED,  # seconds: earliest and latest start
}

# ... and those of its own. A pair is a range to draw from.
KINDS = {
    "infection": {
        "from": REQUIRED,
        "ports": [135, 445],
        "dialog": [3, 5],  # messages before the last one
        "request_bytes": [500, 900],  # the last one
        "brings": "nothing",  # or "http", "tftp", "push"
        "fetch_ports": [10000, 60000],
        "bytes": [20000, 80000],
    },
    "download": {
        "from": REQUIRED,
        "name": None,  # a DNS name to look up first
        "servers": 1,
        "ports": [80],
        "bytes": [20000, 80000],
        "content": "exe",  # or "page", "data"
        "rate": None,  # bytes per second
        "copies": 1,
        "copies_apart": [5, 30],
        "gives_up_after": None,  # range of fractions of the bytes
    },
    "irc": {
        "from": REQUIRED,
        "name": None,
        "port": 6667,
        "channel": REQUIRED,
        "nick": "DEU",
        "lasts": [200, 1000],  # seconds, compressed
        "commands_every": [60, 200],  # seconds, compressed
        "command_bytes": [20, 60],
        "reply_bytes": [20, 60],
        "topic_bytes": [20, 40],
        "ends": "quit",  # or "close", "stay"
    },
    "check_in": {
        "from": REQUIRED,
        "name": None,
        "port": 80,
        "request_bytes": [20, 60],
        "reply_bytes": [8, 40],
    },
    "upload": {
        "from": REQUIRED,
        "name": None,
        "port": 80,
        "bytes": [65536, 65536],
        "answer": REQUIRED,  # 200 or 403
        "then_bytes": [20000, 80000],  # after a 200
    },
    "scan": {
        "port": 445,
        "addresses": 50,
        "per_second": 10,
    },
    "page": {
        "from": REQUIRED,
        "name": None,
        "bytes": [4000, 30000],
        "objects": [1, 4],
    },
    "lookup": {
        "names": REQUIRED,
    },
}


# Keys whose value is one of a few.
CHOICES = {
    "tftp": ("atftpd", "single-port"),
    "brings": ("nothing", "http", "tftp", "push"),
    "content": ("exe", "page", "data"),
    "ends": ("quit", "close", "stay"),
    "answer": (200, 403),
}

LONGEST_NAME = 12  # of a host or network: interfaces are called after it


def _filled(given, table, where):
    """`given` with the defaults of `table`, or a LabError that names what is wrong and where."""
    for key in given:
        if key not in table:
            raise LabError(f"{where}: unknown key '{key}'")
    for key, default in table.items():
        if key not in given and default is REQUIRED:
            raise LabError(f"{where}: '{key}' is missing")
    for key in given.keys() & CHOICES.keys():
        if given[key] not in CHOICES[key]:
            choices = ", ".join(map(str, CHOICES[key]))
            raise LabError(f"{where}: '{key}' is {given[key]!r}, but must be one of {choices}")
    return {key: given.get(key, copy.deepcopy(default)) for key, default in table.items()}


def load(path):
    """The scenario as nested dictionaries with every key present."""
    try:
        with open(path, "rb") as file:
            scenario = _filled(tomllib.load(file), TOP, path)
    except OSError as error:
        raise LabError(f"cannot open '{path}': {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{path}: {error}") from error
    start = scenario["start"]
    if not isinstance(start, datetime.datetime) or start.tzinfo is None:
        raise LabError(f"{path}: 'start' must be a date and time with its offset, as 2009-03-13T23:57:00+09:00")

    stacks = {name: _filled(stack, STACK, f"{path}: stack '{name}'") for name, stack in scenario["stack"].items()}
    scenario["outside"] = [_filled(n, OUTSIDE, f"{path}: outside {i}") for i, n in enumerate(scenario["outside"], 1)]
    scenario["inside"] = [_filled(h, INSIDE, f"{path}: inside {i}") for i, h in enumerate(scenario["inside"], 1)]
    for place in scenario["inside"] + scenario["outside"]:
        if place["name"] == "gate" or len(place["name"]) > LONGEST_NAME:
            raise LabError(f"{path}: '{place['name']}' is no name: it must not be 'gate', nor over {LONGEST_NAME} long")
    for host in scenario["inside"]:
        if host["stack"] not in stacks:
            raise LabError(f"{path}: inside '{host['name']}': there is no stack '{host['stack']}'")
        host["stack"] = stacks[host["stack"]]

    scenario["traffic"] = [_batch(b, f"{path}: traffic {i}", scenario) for i, b in enumerate(scenario["traffic"], 1)]
    return scenario


def _batch(given, where, scenario):
    kind = given.get("kind")
    if kind not in KINDS:
        raise LabError(f"{where}: kind is '{kind}', but must be one of {', '.join(KINDS)}")
    batch = _filled(given, TRAFFIC | KINDS[kind], f"{where} ({kind})")
    host = next((h for h in scenario["inside"] if h["name"] == batch["host"]), None)
    if host is None:
        raise LabError(f"{where} ({kind}): there is no inside host '{batch['host']}'")
    if batch.get("brings") == "push" and not host["shell_port"]:
        raise LabError(f"{where} ({kind}): '{host['name']}' has no shell_port to push to")
    if "from" in batch and batch["from"] not in [n["name"] for n in scenario["outside"]]:
        raise LabError(f"{where} ({kind}): there is no outside network '{batch['from']}'")
    return batch
