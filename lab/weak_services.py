"""What a honeypot offers to attackers: services that answer whatever is said, and how the two talk.

On ports 139 and 445 a message is an SMB Echo, on every other port a DCE/RPC request or response: valid in form, so
that a dissector reads them, and filled with random bytes that exploit nothing.
"""

import random
import socket
import struct
import threading

SMB_PORTS = (139, 445)
SHORTEST = 60  # bytes a message must have to hold its headers


def message(port, length, rng, reply=False):
    """A message of `length` bytes in the manner of a port."""
    return (_smb_echo if port in SMB_PORTS else _rpc)(length, rng, reply)


def read_message(port, stream):
    """The next message from a buffered stream, or b"" at its end."""
    if port in SMB_PORTS:
        header = stream.read(4)
        rest = struct.unpack(">I", header)[0] if len(header) == 4 else 0
    else:
        header = stream.read(16)
        rest = struct.unpack_from("<8xH", header)[0] - 16 if len(header) == 16 else 0
    return header + stream.read(rest)


def _smb_echo(length, rng, reply):
    """[MS-CIFS] 2.2.4.39, behind a NetBIOS session header (RFC 1002)."""
    filler = rng.randbytes(length - 41)
    flags = 0x80 if reply else 0
    header = struct.pack("<4sBIBHH8sHHHHH", b"\xffSMB", 0x2B, 0, flags, 0, 0, bytes(8), 0, 0xFFFF, 1, 0, 1)
    return struct.pack(">I", length - 4) + header + struct.pack("<BHH", 1, 1, len(filler)) + filler


def _rpc(length, rng, reply):
    """A whole request or response of the connection-oriented protocol (C706, chapter 12)."""
    kind, stub = 2 if reply else 0, length - 24
    return struct.pack("<BBBBIHHIIHH", 5, 0, kind, 3, 0x10, length, 0, 1, stub, 0, 0) + rng.randbytes(stub)


def listen(port, serve):
    """Calls `serve(port, connection)` in a thread of its own for everyone who connects to a port."""
    server = socket.create_server(("0.0.0.0", port))

    def accept():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=serve, args=(port, connection), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def converse(port, connection):
    """Answers each message with a shorter one, until the other side hangs up."""
    with connection:
        rng = random.Random(connection.getpeername()[1])
        stream = connection.makefile("rb")
        try:
            while heard := read_message(port, stream):
                connection.sendall(message(port, rng.randint(SHORTEST, SHORTEST + len(heard) // 8), rng, reply=True))
        except OSError:
            pass
