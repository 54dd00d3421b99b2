"""What the stand-ins on an inside host do: ordinary sockets, ordinary protocols, nothing harmful.

Each method of Bot is one kind of action of the timetable and has its parameters. Whatever file arrives is handed to
the honeypot's spool folder, as a honeypot's sensors do; only the collector decides what becomes of it.
"""

import json
import os
import pathlib
import random
import select
import socket
import struct
import time

from servers import words

AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"
PATIENCE = 30  # seconds without a byte before a stand-in gives up
SCAN_PATIENCE = 3  # seconds until a scanner drops a connection that is not made
TFTP_BLOCK = 512


class Bot:
    """One inside host's stand-ins; methods are called from threads and share nothing but the spool."""

    def __init__(self, spool=None, resolver=None):
        self.spool = spool
        self.resolver = resolver

    # -- HTTP ----------------------------------------------------------------------------------------------------

    def download(self, address, port, path, name=None, leave_after=None):
        """GETs one file; `leave_after` that many bytes of it the stand-in loses interest."""
        if name:
            self.lookup(name)
        with socket.create_connection((address, port), PATIENCE) as connection:
            ends = _ends(connection, "TCP")
            connection.sendall(_request("GET", name or address, port, path))
            length, body = _response(connection, leave_after)
        if length is not None:
            self._hand_in(ends, path, length, body)

    def upload(self, address, port, path, size, seed, name=None, then=None):
        """POSTs `size` bytes; on 200 fetches the file `then` from the same server."""
        if name:
            self.lookup(name)
        with socket.create_connection((address, port), PATIENCE) as connection:
            connection.sendall(_request("POST", name or address, port, path, words(size, seed)))
            answer = connection.recv(4096)
            while connection.recv(4096):
                pass
        if then and b" 200 " in answer[:16]:
            time.sleep(0.5)
            self.download(address, port, then)

    def browse(self, address, paths, name=None):
        """Reads a web page and its pictures over one connection, as a person's browser would."""
        if name:
            self.lookup(name)
        with socket.create_connection((address, 80), PATIENCE) as connection:
            for number, path in enumerate(paths, 1):
                last = number == len(paths)
                connection.sendall(_request("GET", name or address, 80, path, more=not last))
                _response(connection)

    # -- TFTP ----------------------------------------------------------------------------------------------------

    def tftp(self, address, path):
        """Fetches a file by TFTP (RFC 1350), whichever port the server answers from."""
        data = bytearray()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            client.bind((_own_address(address), 0))
            ends = dict(_ends(client, "UDP", peer=(address, 69)))
            client.sendto(struct.pack(">H", 1) + path.lstrip("/").encode() + b"\0octet\0", (address, 69))
            expected, block = 1, b" " * TFTP_BLOCK
            while len(block) == TFTP_BLOCK:
                packet, server = client.recvfrom(2048)
                code, number = struct.unpack_from(">HH", packet)
                if code != 3:
                    return
                client.sendto(struct.pack(">HH", 4, number), server)
                if number == expected & 0xFFFF:
                    block = packet[4:]
                    data += block
                    expected += 1
        self._hand_in(ends, path, len(data), bytes(data))

    # -- IRC -----------------------------------------------------------------------------------------------------

    def irc(self, address, port, channel, nick, lasts, lengths, ends, seed, name=None):
        """Joins a channel, answers PING and commands, and leaves after `lasts` seconds in the way `ends` says."""
        if name:
            self.lookup(name)
        rng = random.Random(seed)
        until = time.monotonic() + lasts
        with socket.create_connection((address, port), PATIENCE) as connection:
            connection.sendall(f"NICK {nick}\r\nUSER {nick[-5:]} 0 * :{nick}\r\n".encode())
            for words_ in irc_lines(connection, until if ends != "stay" else None):
                command = words_[1]
                if command == "001":
                    connection.sendall(f"JOIN {channel}\r\n".encode())
                elif words_[0] == "PING":
                    connection.sendall(f"PONG {command}\r\n".encode())
                elif command == "PRIVMSG" and words_[-1].startswith("!"):
                    herder = words_[0].lstrip(":").split("!")[0]
                    time.sleep(rng.uniform(0.1, 0.6))
                    report = f"[{words_[-1].split()[0].strip('!').upper()}]: ".ljust(rng.randint(*lengths), "x")
                    connection.sendall(f"PRIVMSG {herder} :{report}\r\n".encode())
            if ends == "quit":
                connection.sendall(b"QUIT :\r\n")
                while connection.recv(4096):
                    pass

    # -- the rest ------------------------------------------------------------------------------------------------

    def scan(self, addresses, port, per_second):
        """Tries to connect to one address after the other; what answers is left alone."""
        waiting = []
        for address in addresses:
            attempt = socket.socket()
            attempt.setblocking(False)
            attempt.connect_ex((address, port))
            waiting.append((time.monotonic() + SCAN_PATIENCE, attempt))
            time.sleep(1 / per_second)
            while waiting[0][0] < time.monotonic():
                waiting.pop(0)[1].close()
        for given_up, attempt in waiting:
            time.sleep(max(0, given_up - time.monotonic()))
            attempt.close()

    def lookup(self, name):
        """Asks the name server for an address, and does not need the answer."""
        if not self.resolver:
            return
        query = struct.pack(">HHHHHH", random.getrandbits(16), 0x0100, 1, 0, 0, 0)
        for label in name.split("."):
            query += bytes([len(label)]) + label.encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            client.sendto(query + struct.pack(">BHH", 0, 1, 1), (self.resolver, 53))
            client.recv(512)

    def take_pushed(self, _port, connection):
        """Takes a file that somebody outside sends to the shell port, until he hangs up."""
        with connection:
            ends = _ends(connection, "TCP", inbound=True)
            connection.settimeout(PATIENCE)
            connection.sendall(b"Microsoft Windows\r\n\r\nC:\\>")
            data = b"".join(iter(lambda: connection.recv(65536), b""))
        self._hand_in(ends, "pushed.exe", len(data), data)

    def _hand_in(self, ends, path, length, body):
        """Leaves what arrived in the spool; the description appears last and in one step."""
        if self.spool is None:
            return
        stem = pathlib.Path(self.spool, f"{time.time_ns()}-{ends['source_port']}-{ends['destination_port']}")
        stem.with_suffix(".sample").write_bytes(body)
        about = ends | {"file": path.rpartition("/")[2].partition("?")[0], "length": length}
        stem.with_suffix(".tmp").write_text(json.dumps(about))
        os.rename(stem.with_suffix(".tmp"), stem.with_suffix(".json"))


def irc_lines(connection, until=None):
    """Yields the lines a server sends, as lists of words (the last may hold spaces), up to the moment `until`."""
    pending = b""
    while True:
        wait = None if until is None else max(0, until - time.monotonic())
        if not select.select([connection], [], [], wait)[0]:
            return
        data = connection.recv(4096)
        if not data:
            return
        *lines, pending = (pending + data).split(b"\r\n")
        for line in lines:
            head, colon, tail = line.decode("latin-1").partition(" :")
            yield head.split() + ([tail] if colon else [])


def _ends(connection, protocol, peer=None, inbound=False):
    """Both ends of a session; the source is who began it."""
    here, there = connection.getsockname(), peer or connection.getpeername()
    source, destination = (there, here) if inbound else (here, there)
    return {
        "source": source[0], "source_port": source[1],
        "destination": destination[0], "destination_port": destination[1], "protocol": protocol,
    }


def _own_address(towards):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((towards, 9))  # sends nothing, but settles the own address
        return probe.getsockname()[0]


def _request(method, host, port, path, body=b"", more=False):
    at = host if port == 80 else f"{host}:{port}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {at}", f"User-Agent: {AGENT}", "Accept: */*"]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    lines.append(f"Connection: {'keep-alive' if more else 'close'}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _response(connection, leave_after=None):
    """The announced length and the body of an HTTP response; (None, b"") when there was none, or it was not 200."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        if not piece:
            return None, b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        return None, b""
    length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), None)
    body = bytearray(body)
    while (length is None or len(body) < length) and (leave_after is None or len(body) < leave_after):
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return len(body) if length is None else length, bytes(body)
