"""A honeypot's collector: watches its spool folder and writes the acquisition log.

    collector.py SPOOL LOG

It stands outside the honeypot, so a reboot does not touch it. A file that has lain still for SETTLE seconds is judged:
it is logged when it is complete, is a PE file, and is not known yet by its SHA-1. The time in the log is the moment of
that judgement, by the system's clock, in seconds since 1970 with a fraction; finish.py writes it as local time.
"""

import csv
import hashlib
import json
import pathlib
import sys
import time

import dummy_pe

SETTLE = 0.3
COLUMNS = ["time", "source", "source_port", "destination", "destination_port", "protocol", "sha1", "sample", "file"]


def judge(description, known):
    """The row for the log, or None; `description` is the .json file beside a sample."""
    about = json.loads(description.read_text())
    data = description.with_suffix(".sample").read_bytes()
    digest = hashlib.sha1(data).hexdigest()
    if len(data) != about["length"] or not dummy_pe.looks_like_pe(data) or digest in known:
        return None
    known.add(digest)
    sample = f"Dummy.{digest[:4].upper()}"
    return [f"{time.time():.6f}", *(about[key] for key in COLUMNS[1:6]), digest, sample, about["file"]]


def main(spool, log):
    known, seen = set(), set()
    with open(log, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        while True:
            for description in sorted(pathlib.Path(spool).glob("*.json")):
                if description in seen or time.time() - description.stat().st_mtime < SETTLE:
                    continue
                seen.add(description)
                if row := judge(description, known):
                    writer.writerow(row)
                    file.flush()
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
