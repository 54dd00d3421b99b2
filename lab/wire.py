"""The distance between inside and outside: carries packets between pairs of TUN devices and delays each one.

Runs in the gate's namespace. Reads from standard input a JSON list of cables {near, namespace, rtt_ms: [low, high]};
for each makes a TUN device `near` here and one called `wire` in the named namespace, then says "ready". Each outside
address has a round-trip time of its own, drawn from the range by a hash of the address, so the order of the packets
of a session is kept. (tc-netem would do, but not every kernel has it.)
"""

import fcntl
import heapq
import json
import os
import select
import struct
import subprocess
import sys
import time
import zlib

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
SOURCE, DESTINATION = slice(12, 16), slice(16, 20)  # of an IPv4 header


def open_tun(name):
    """Makes a TUN device in the present namespace; packets are read from and written to the descriptor."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def lay(cable, number):
    """Makes both ends of a cable; returns {descriptor: (other end, where the outside address stands, rtt range)}."""
    near = open_tun(cable["near"])
    far = open_tun(f"far{number}")
    move = ["ip", "link", "set", "dev", f"far{number}", "name", "wire", "netns", cable["namespace"]]
    subprocess.run(move, check=True)
    return {near: (far, DESTINATION, cable["rtt_ms"]), far: (near, SOURCE, cable["rtt_ms"])}


def one_way_seconds(address, rtt_ms):
    low, high = rtt_ms
    return (low + (high - low) * zlib.crc32(address) / 2**32) / 2000


def packets(fd):
    """All packets that wait on a descriptor."""
    while True:
        try:
            yield os.read(fd, 65536)
        except OSError:  # nothing more, or the device is not up yet
            return


def carry(ends):
    """Moves packets for ever, each after its delay."""
    under_way, serial = [], 0
    while True:
        patience = max(0, under_way[0][0] - time.monotonic()) if under_way else None
        for fd in select.select(list(ends), [], [], patience)[0]:
            other, outside, rtt_ms = ends[fd]
            for packet in packets(fd):
                if packet[0] >> 4 == 4:
                    due = time.monotonic() + one_way_seconds(packet[outside], rtt_ms)
                    heapq.heappush(under_way, (due, serial, other, packet))
                    serial += 1
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, fd, packet = heapq.heappop(under_way)
            try:
                os.write(fd, packet)
            except OSError:  # a full queue loses packets, as queues do
                pass


def main():
    ends = {}
    for number, cable in enumerate(json.load(sys.stdin)):
        ends |= lay(cable, number)
    print("ready", flush=True)
    carry(ends)


if __name__ == "__main__":
    main()
