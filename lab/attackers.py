"""What people outside do: break in, push a file, and herd bots by IRC. The break-in is a dialogue of filler.

Each method of Attacker is one kind of action of the timetable and has its parameters. An outside network answers for
all of its addresses, so `source` may be any of them.
"""

import random
import socket
import threading
import time

import dummy_pe
from bots import PATIENCE, irc_lines
from weak_services import message, read_message


class Attacker:
    """Everyone in one outside network; methods are called from threads and share nothing."""

    def intrude(self, source, target, port, lengths):
        """Talks to a weak service: each message waits for its answer, the last one is the largest."""
        rng = random.Random(f"{source}/{target}/{lengths}")
        with socket.create_connection((target, port), PATIENCE, (source, 0)) as connection:
            stream = connection.makefile("rb")
            for length in lengths:
                connection.sendall(message(port, length, rng))
                read_message(port, stream)
                time.sleep(rng.uniform(0, 0.2))

    def push(self, source, target, port, size, seed):
        """Sends an executable to the port that an intrusion left open."""
        with socket.create_connection((target, port), PATIENCE, (source, 0)) as connection:
            connection.recv(4096)
            connection.sendall(dummy_pe.make(size, seed))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass

    def herd(self, source, target, port, channel, every, lengths, topic, seed):
        """Opens a channel, sets its topic and gives commands to the end of the recording."""
        rng = random.Random(seed)
        with socket.create_connection((target, port), PATIENCE, (source, 0)) as connection:
            connection.settimeout(None)
            connection.sendall(f"NICK op{seed % 10000}\r\nUSER op 0 * :op\r\n".encode())
            for words in irc_lines(connection):
                if words[1] == "001":
                    connection.sendall(f"JOIN {channel}\r\nTOPIC {channel} :{order(rng, topic)}\r\n".encode())
                    orders = (connection, channel, every, lengths, rng)
                    threading.Thread(target=command, args=orders, daemon=True).start()
                elif words[0] == "PING":
                    connection.sendall(f"PONG {words[1]}\r\n".encode())


def command(connection, channel, every, lengths, rng):
    """Sends a command to a channel at intervals drawn from `every`, for ever."""
    while True:
        time.sleep(rng.uniform(*every))
        connection.sendall(f"PRIVMSG {channel} :{order(rng, rng.randint(*lengths))}\r\n".encode())


def order(rng, length):
    """A line that looks like an order and is none."""
    return f"!{rng.choice(['scan', 'status', 'version', 'update', 'idle'])} ".ljust(length, rng.choice("0123456789"))
