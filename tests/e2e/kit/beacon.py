"""A capture with findings of every kind."""
from . import frames, pcap


def beacon(folder):
    """One beacon each over IPv4 with names and over IPv6 in short packets, and one that is never answered."""
    packets = []

    def connection(start, client, server, cport, sport, turns):
        made = frames.conversation(client, server, cport, sport, turns)
        packets.extend(frames.timed(map(frames.ethernet, made), start=frames.START + int(start * 1e9), step=2 * 10**7))

    request = b"GET /gate.php HTTP/1.1\r\nHost: Panel.Evil-Site.Example:8080\r\n\r\n"
    for i in range(60):
        connection(60 * i, frames.INSIDE, frames.SERVER, 40000 + i, 8080, [(request, b"HTTP/1.1 200 OK\r\n\r\n")])
        connection(60 * i + 7, frames.INSIDE6, frames.SERVER6, 50000 + i, 6667, [(b"PING :x\r\n", b"PONG :x\r\n")] * 2)
        syn = frames.tcp(frames.INSIDE, "198.51.100.77", 30000 + i, 4444, 1, 0, frames.SYN)
        rst = frames.tcp("198.51.100.77", frames.INSIDE, 4444, 30000 + i, 0, 2, frames.RST | frames.ACK)
        packets.extend(frames.timed(map(frames.ethernet, [syn, rst]), start=frames.START + (60 * i + 20) * 10**9))
    path = folder / "beacon.pcap"
    path.write_bytes(pcap.write(sorted(packets)))
    return path
