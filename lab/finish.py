"""Makes the finished files of a raw recording: moves its clock to the scenario's date, and splits it into days.

The move is one constant, to the microsecond, for every packet and every line of every log: distances in time stay
what they were. A log's time is then cut (not rounded) to the second and written as local time.
"""

import csv
import datetime
import itertools

import pcap_file
from record import check_sizes


def captures(raw, outdir, scenario, shift_us):
    """Writes the capture, or one per local day, to `outdir`; yields the names of the files."""
    packets = list(pcap_file.read(raw))
    check_sizes(packets)
    packets.sort(key=lambda p: p.time_us)  # two processors may hand packets over microseconds out of order
    moved = [p._replace(time_us=p.time_us + shift_us) for p in packets]

    def name(packet):
        if scenario["capture"] != "day":
            return scenario["capture"]
        return _local(packet.time_us / 1e6, scenario).strftime("%Y-%m-%d")

    for stem, group in itertools.groupby(moved, name):
        yield pcap_file.write(outdir / f"{stem}.pcap", group, scenario["snaplen"])


def acquisition_log(raw, path, scenario, shift_us):
    """Writes a collector's log with local times of 1 s resolution; returns its name."""
    with open(raw, newline="") as source, open(path, "w", newline="") as target:
        rows = csv.reader(source)
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(next(rows))
        for row in rows:
            moment = _local(float(row[0]) + shift_us / 1e6, scenario)
            writer.writerow([moment.strftime("%Y-%m-%d %H:%M:%S"), *row[1:]])
    return path


def _local(seconds, scenario):
    return datetime.datetime.fromtimestamp(seconds, scenario["start"].tzinfo)
