"""Reads and writes classic pcap files (Ethernet, microseconds), as much of the format as the lab needs."""

import struct
import subprocess
from typing import NamedTuple

MAGIC = 0xA1B2C3D4
FILE_HEADER = struct.Struct("<IHHiIII")
PACKET_HEADER = struct.Struct("<IIII")
ETHERNET = 1


class Packet(NamedTuple):
    time_us: int  # since 1970
    wire_bytes: int  # its length on the wire
    data: bytes  # as much of it as was kept


def read(path):
    """Yields the packets of a file, which may be compressed by zstd."""
    if str(path).endswith(".zst"):
        with subprocess.Popen(["zstd", "-dcq", str(path)], stdout=subprocess.PIPE) as zstd:
            yield from _packets(zstd.stdout, path)
    else:
        with open(path, "rb") as file:
            yield from _packets(file, path)


def _packets(file, path):
    magic, _, _, _, _, _, link = FILE_HEADER.unpack(file.read(FILE_HEADER.size))
    if magic != MAGIC or link != ETHERNET:
        raise ValueError(f"{path}: not a pcap file of the lab's kind")
    while header := file.read(PACKET_HEADER.size):
        seconds, microseconds, kept, length = PACKET_HEADER.unpack(header)
        yield Packet(seconds * 1_000_000 + microseconds, length, file.read(kept))


def write(path, packets, snaplen):
    """Writes a file and compresses it to PATH.zst, whose name it returns."""
    with open(path, "wb") as file:
        file.write(FILE_HEADER.pack(MAGIC, 2, 4, 0, 0, snaplen, ETHERNET))
        for packet in packets:
            seconds, microseconds = divmod(packet.time_us, 1_000_000)
            file.write(PACKET_HEADER.pack(seconds, microseconds, len(packet.data), packet.wire_bytes))
            file.write(packet.data)
    subprocess.run(["zstd", "-19", "-qf", "--rm", str(path)], check=True)
    return f"{path}.zst"
