"""Two small UDP servers for the outside: DNS, and a TFTP server of the kind that bots carry along.

    small_servers.py dns ADDRESS            names on standard input, as JSON {name: address}
    small_servers.py tftp ADDRESS FOLDER

The TFTP server answers from port 69 itself, where RFC 1350 (and atftpd) would take a new port for each transfer.
"""

import json
import pathlib
import socket
import struct
import sys

RRQ, DATA, ACK, ERROR = 1, 3, 4, 5
BLOCK = 512


def udp(address, port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, port))
    return server


def serve_dns(address, names):
    """Answers A queries (RFC 1035): an address where the name is known, NXDOMAIN where it is not."""
    server = udp(address, 53)
    while True:
        query, client = server.recvfrom(512)
        labels, at = [], 12
        while at < len(query) and query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("ascii", "replace"))
            at += 1 + query[at]
        question = query[12:at + 5]
        found = names.get(".".join(labels))
        flags = 0x8180 if found else 0x8183
        reply = query[:2] + struct.pack(">HHHHH", flags, 1, 1 if found else 0, 0, 0) + question
        if found:
            reply += struct.pack(">HHHIH", 0xC00C, 1, 1, 300, 4) + socket.inet_aton(found)
        server.sendto(reply, client)


def serve_tftp(address, folder):
    """Sends files, one block per acknowledgement (RFC 1350), to several clients at a time."""
    server = udp(address, 69)
    transfers = {}
    while True:
        packet, client = server.recvfrom(2048)
        (code, block) = struct.unpack_from(">HH", packet)
        if code == RRQ:
            path = pathlib.Path(folder, packet[2:].split(b"\0")[0].decode().lstrip("/"))
            if not path.is_file():
                server.sendto(struct.pack(">HH", ERROR, 1) + b"File not found\0", client)
                continue
            transfers[client] = path.read_bytes()
            block = 0
        elif code != ACK or client not in transfers:
            continue
        data = transfers[client]
        if block * BLOCK > len(data):
            del transfers[client]
            continue
        server.sendto(struct.pack(">HH", DATA, block + 1) + data[block * BLOCK:(block + 1) * BLOCK], client)


if __name__ == "__main__":
    if sys.argv[1] == "dns":
        serve_dns(sys.argv[2], json.load(sys.stdin))
    else:
        serve_tftp(sys.argv[2], sys.argv[3])
