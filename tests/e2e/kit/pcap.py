"""Reads and writes capture files, independently of libpcap and of tanpa: pcap-savefile(5) and the pcapng draft."""
import struct
from typing import NamedTuple

US, NS = 0xA1B2C3D4, 0xA1B23C4D  # magic numbers: microseconds, nanoseconds
ETHERNET = 1


class Packet(NamedTuple):
    ns: int  # since the epoch
    data: bytes
    wire: int  # bytes on the wire, at least len(data)
    link: int = ETHERNET


# ---- classic pcap ----


def records(data):
    """(offset of the record, Packet) for each packet of an undamaged pcap file."""
    for order in "<>":
        magic, _, _, _, _, _, link = struct.unpack_from(order + "IHHiIII", data)
        if magic in (US, NS):
            break
    else:
        raise ValueError("not a pcap file")
    at, unit = 24, 1000 if magic == US else 1
    while at < len(data):
        seconds, fraction, captured, wire = struct.unpack_from(order + "IIII", data, at)
        if at + 16 + captured > len(data):
            raise ValueError(f"cut record at byte {at}")
        yield at, Packet(seconds * 10**9 + fraction * unit, data[at + 16 : at + 16 + captured], wire, link)
        at += 16 + captured


def read(data):
    return [packet for _, packet in records(data)]


def offsets(data):
    """Where each record begins."""
    return [at for at, _ in records(data)]


def write(packets, order="<", magic=US, link=ETHERNET):
    unit = 1000 if magic == US else 1
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for p in packets:
        parts += [struct.pack(order + "IIII", p.ns // 10**9, p.ns % 10**9 // unit, len(p.data), p.wire), p.data]
    return b"".join(parts)


# ---- pcapng ----

SECTION, INTERFACE, OBSOLETE_PACKET, SIMPLE_PACKET, NAMES, STATISTICS, PACKET = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6


class Pcapng:
    """A pcapng file in the making; `.data` is what there is of it, `.offsets` is where its blocks begin."""

    def __init__(self, order="<"):
        self.written, self.offsets = bytearray(), []
        self.section(order)

    @property
    def data(self):
        return bytes(self.written)

    def block(self, kind, body):
        body += bytes(-len(body) % 4)
        length = struct.pack(self.order + "I", len(body) + 12)
        self.offsets.append(len(self.written))
        self.written += struct.pack(self.order + "I", kind) + length + body + length
        return self

    def options(self, *options):
        """(code, value) pairs, padded, with the end of options."""
        out = b""
        for code, value in options:
            out += struct.pack(self.order + "HH", code, len(value)) + value + bytes(-len(value) % 4)
        return out + bytes(4)

    def section(self, order="<"):
        """A new section: its byte order, and no interface yet."""
        self.order, self.interfaces = order, []
        body = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + self.options((4, b"test"))
        return self.block(SECTION, body)

    def interface(self, link=ETHERNET, tsresol=None, tsoffset=0, snaplen=0):
        """`tsresol` as in the file: n for 10^-n, 0x80 + n for 2^-n, None to leave the option out (10^-6)."""
        options = [(2, b"eth0")]
        if tsresol is not None:
            options.append((9, bytes([tsresol])))
        if tsoffset:
            options.append((14, struct.pack(self.order + "q", tsoffset)))
        self.interfaces.append((6 if tsresol is None else tsresol, tsoffset))
        return self.block(INTERFACE, struct.pack(self.order + "HHI", link, 0, snaplen) + self.options(*options))

    def units(self, interface, ns):
        """`ns` in units of the interface: rounded up, so that a reader who cuts off comes back to the same ns."""
        tsresol, tsoffset = self.interfaces[interface]
        per_second = 2 ** (tsresol & 0x7F) if tsresol & 0x80 else 10**tsresol
        return -(-(ns - tsoffset * 10**9) * per_second // 10**9)

    def packet(self, packet, interface=0, comment=b""):
        units = self.units(interface, packet.ns)
        head = struct.pack(self.order + "IIIII", interface, units >> 32, units & 0xFFFFFFFF, len(packet.data),
                           packet.wire)
        options = self.options((1, comment)) if comment else b""
        return self.block(PACKET, head + packet.data + bytes(-len(packet.data) % 4) + options)

    def obsolete_packet(self, packet, interface=0):
        units = self.units(interface, packet.ns)
        head = struct.pack(self.order + "HHIIII", interface, 0, units >> 32, units & 0xFFFFFFFF, len(packet.data),
                           packet.wire)
        return self.block(OBSOLETE_PACKET, head + packet.data)

    def simple_packet(self, packet):
        """No time and no captured length: that is the length on the wire, or the first interface's snaplen."""
        return self.block(SIMPLE_PACKET, struct.pack(self.order + "I", packet.wire) + packet.data)


def to_pcapng(packets, order="<", **interface):
    """One section, one interface."""
    out = Pcapng(order).interface(**interface)
    for packet in packets:
        out.packet(packet)
    return out.data
