"""Runs tanpa and the tools around it.

TANPA            the program under test (default: build/tanpa)
TANPA_SANITIZED  "1": it was built with sanitizers, which need more memory and time
TANPA_DATA       folder of real captures that are not in the repository; tests on them are skipped without
"""
import itertools
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[3]
TANPA = os.environ.get("TANPA", str(REPOSITORY / "build/tanpa"))
SANITIZED = os.environ.get("TANPA_SANITIZED") == "1"
DATA = Path(os.environ.get("TANPA_DATA", REPOSITORY.parent / "shared/data"))
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
ENVIRONMENT.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})

DONE, FAILED, USAGE, DAMAGED = 0, 1, 2, 3  # exit status, as in tanpa(1)
COMPLAINTS = (b"AddressSanitizer", b"LeakSanitizer", b"ThreadSanitizer", b"runtime error:")


class Run(NamedTuple):
    status: int
    out: bytes
    err: str


def check_sanitizers(err, command):
    """No test passes with a sanitizer's report."""
    if any(words in err for words in COMPLAINTS):
        raise AssertionError(f"sanitizer report of {command}:\n{err.decode(errors='replace')}")


def tanpa(*args, stdin=None, cwd=None, status=None):
    """Runs tanpa with `stdin` (bytes) and, when `status` is given, insists on that exit status."""
    command = [TANPA, *map(str, args)]
    done = subprocess.run(command, input=stdin if stdin is not None else b"", capture_output=True, cwd=cwd,
                          env=ENVIRONMENT, timeout=300)
    check_sanitizers(done.stderr, command)
    run = Run(done.returncode, done.stdout, done.stderr.decode())
    if run.status < 0:
        raise AssertionError(f"signal {-run.status} ended {command}\n{run.err}")
    if status is not None and run.status != status:
        raise AssertionError(f"exit status {run.status}, expected {status}: {command}\n{run.err}")
    return run


def sessions(*args, **options):
    """All sessions, attempts included, as JSON lines (bytes, to be compared as they are)."""
    options.setdefault("status", DONE)
    return tanpa("sessions", "--attempts", "--format", "json", *args, **options).out


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def scan(*args, **options):
    """The objects of a scan by type: {"scan": [...], "input": [...], "channel": [...], ...}."""
    options.setdefault("status", DONE)
    objects = {"scan": [], "input": [], "finding": [], "channel": [], "propagation": []}
    for line in json_lines(tanpa("scan", "--json", *args, **options).out):
        objects[line["type"]].append(line)
    return objects


class TestCase(unittest.TestCase):
    """A test with an empty folder of its own, self.folder."""

    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tanpa-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def assertSameBytes(self, mine, expected, what="output"):
        """Like assertEqual for output of any size: names the first line that differs, of JSON only the fields."""
        if mine == expected:
            return
        a, b = mine.split(b"\n"), expected.split(b"\n")
        pairs = itertools.zip_longest(a, b, fillvalue=b"(none)")
        number, x, y = next((number, x, y) for number, (x, y) in enumerate(pairs, 1) if x != y)
        if x.startswith(b"{") and y.startswith(b"{"):
            x, y = json.loads(x), json.loads(y)
            x, y = ({key: value for key, value in row.items() if x.get(key) != y.get(key)} for row in (x, y))
        self.fail(f"{what}: line {number} of {len(a)} differs:\n  {x}\nexpected (of {len(b)} lines):\n  {y}")
