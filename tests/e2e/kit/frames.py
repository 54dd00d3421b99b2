"""Composes packets from the link header up, and small conversations. Addresses are from documentation ranges."""
import ipaddress
import struct

from .pcap import Packet

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TCP, UDP, ICMP, GRE, IPIP, IPV6_IN_IP, ICMPV6 = 6, 17, 1, 47, 4, 41, 58
IPV4_TYPE, IPV6_TYPE, ARP_TYPE, VLAN_TYPE, QINQ_TYPE, MPLS_TYPE, PPPOE_TYPE = (
    0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8, 0x8847, 0x8864)

INSIDE, SERVER = "10.0.0.5", "203.0.113.9"
INSIDE6, SERVER6 = "fd00::5", "2001:db8::9"
START = 1236907200 * 10**9  # 2009-03-13 01:20:00 UTC


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def is_ipv6(address):
    return ":" in address


def ethernet(payload, kind=None):
    if kind is None:
        kind = IPV6_TYPE if payload[0] >> 4 == 6 else IPV4_TYPE
    return bytes.fromhex("020000000001020000000002") + struct.pack(">H", kind) + payload


def vlan(payload, tag, kind=None):
    """What follows the EtherType of a VLAN: the tag and the next EtherType."""
    if kind is None:
        kind = IPV6_TYPE if payload[0] >> 4 == 6 else IPV4_TYPE
    return struct.pack(">HH", tag, kind) + payload


def ip(source, destination, protocol, payload, ident=0, fragment=0, options=b""):
    """IPv4 or IPv6 by the addresses; `fragment` is IPv4's field: 0x2000 + offset / 8 for more, without for the last."""
    a, b = ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed
    if is_ipv6(source):
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + a + b + payload
    size = 20 + len(options)
    head = struct.pack(">BBHHHBBH", 0x40 | size // 4, 0, size + len(payload), ident, fragment, 64, protocol, 0)
    total = checksum(head + a + b + options)
    return head[:10] + struct.pack(">H", total) + a + b + options + payload


def transport_checksum(source, destination, protocol, segment):
    a, b = ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed
    return checksum(a + b + struct.pack(">II", len(segment), protocol) + segment)


def tcp(source, destination, sport, dport, seq, ack, flags, payload=b""):
    head = struct.pack(">HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    total = transport_checksum(source, destination, TCP, head + payload)
    return ip(source, destination, TCP, head[:16] + struct.pack(">H", total) + head[18:] + payload)


def udp_datagram(source, destination, sport, dport, payload):
    """Without the IP header, for those who fragment it."""
    head = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    total = transport_checksum(source, destination, UDP, head + payload) or 0xFFFF
    return head[:6] + struct.pack(">H", total) + payload


def udp(source, destination, sport, dport, payload):
    return ip(source, destination, UDP, udp_datagram(source, destination, sport, dport, payload))


def conversation(client=INSIDE, server=SERVER, cport=49152, sport=80, turns=((b"ping", b"pong"),)):
    """A TCP connection as IP packets: handshake, per turn a question and an answer, FIN both ways."""
    here, there = 1000, 2000

    def up(flags, payload=b""):
        return tcp(client, server, cport, sport, here, there if flags & ACK else 0, flags, payload)

    def down(flags, payload=b""):
        return tcp(server, client, sport, cport, there, here, flags, payload)

    yield up(SYN)
    here += 1
    yield down(SYN | ACK)
    there += 1
    yield up(ACK)
    for question, answer in turns:
        if question:
            yield up(PSH | ACK, question)
            here += len(question)
        if answer:
            yield down(PSH | ACK, answer)
            there += len(answer)
    yield up(FIN | ACK)
    here += 1
    yield down(FIN | ACK)
    there += 1
    yield up(ACK)


def timed(frames, start=START, step=10**7, link=1, snaplen=262144):
    """Frames as packets, `step` ns apart, of which `snaplen` bytes were captured."""
    return [Packet(start + i * step, f[:snaplen], len(f), link) for i, f in enumerate(frames)]


def small_capture():
    """Three short connections and a datagram; the last packets are small."""
    packets = [p for i in range(3) for p in conversation(cport=50000 + i, turns=[(b"ask", b"answer")] * 3)]
    packets.append(udp(INSIDE, SERVER, 50009, 53, b"x"))
    return timed(map(ethernet, packets))
