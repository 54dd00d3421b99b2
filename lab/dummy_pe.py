"""Dummy executables: a valid PE header, then seeded random bytes. They load nowhere and do nothing.

Layout (PE/COFF specification): DOS header and stub, PE signature, COFF file header, PE32 optional header, one
section header, padding to 0x200; then the section `.text`, whose size fits the file. The entry point holds `ret`.
"""

import random
import struct

HEADER_BYTES = 0x200
SMALLEST = HEADER_BYTES + 0x10
STUB = b"\x0e\x1f\xba\x0e\x00\xb4\x09\xcd\x21\xb8\x01\x4c\xcd\x21This program cannot be run in DOS mode.\r\r\n$"
RET = b"\xc3"


def _aligned(size, step):
    return -(-size // step) * step


def make(size, seed):
    """A dummy executable of `size` bytes (at least SMALLEST); the same size and seed give the same bytes."""
    if size < SMALLEST:
        raise ValueError(f"a PE file of {size} bytes has no room for its header")
    body = size - HEADER_BYTES
    rng = random.Random(seed)

    dos = struct.pack("<2s58xI", b"MZ", 0x80) + STUB
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x014C, 1, 1230768000 + rng.randrange(31536000), 0, 0, 224, 0x010F)
    optional = struct.pack(
        "<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII",
        0x010B, 6, 0, body, 0, 0, 0x1000, 0x1000, 0x1000 + _aligned(body, 0x1000),  # magic .. base of data
        0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0,  # image base .. win32 version
        0x1000 + _aligned(body, 0x1000), HEADER_BYTES, 0, 2, 0,  # image size .. DLL characteristics
        0x100000, 0x1000, 0x100000, 0x1000, 0, 16,  # stack, heap, flags, number of directories
    ) + bytes(16 * 8)
    section = struct.pack("<8sIIIIIIHHI", b".text", body, 0x1000, body, HEADER_BYTES, 0, 0, 0, 0, 0x60000020)

    header = dos.ljust(0x80, b"\0") + coff + optional + section
    return header.ljust(HEADER_BYTES, b"\0") + RET + rng.randbytes(body - 1)


def looks_like_pe(data):
    """What a honeypot asks before it calls a file a sample: MZ, and PE\\0\\0 where the DOS header says."""
    if len(data) < 0x40 or data[:2] != b"MZ":
        return False
    (offset,) = struct.unpack_from("<I", data, 0x3C)
    return data[offset:offset + 4] == b"PE\0\0"
