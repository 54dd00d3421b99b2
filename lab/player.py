"""Plays the timetable of one host (or one outside network) inside its namespace, each action in a thread of its own.

Reads one JSON object from standard input:
    side        "inside" or "outside"
    began       the recording's zero on the system's monotonic clock, seconds
    actions     as timetable.py makes them, in order of time
    spool       folder for files that arrive, or null       (inside)
    resolver    address of the name server, or null         (inside)
    services    ports that converse with attackers          (inside)
    shell_port  port that takes a pushed file, or null      (inside)
Runs until it is killed. A broken connection is part of the play; any other error is printed.
"""

import json
import sys
import threading
import time

from attackers import Attacker
from bots import Bot
from weak_services import converse, listen


def play(actor, action):
    parameters = {key: value for key, value in action.items() if key not in ("kind", "at")}
    try:
        getattr(actor, action["kind"])(**parameters)
    except OSError as error:
        print(f"{action['at']:8.3f} {action['kind']}: {error}", file=sys.stderr, flush=True)


def main():
    part = json.load(sys.stdin)
    if part["side"] == "inside":
        actor = Bot(part["spool"], part["resolver"])
        for port in part["services"]:
            listen(port, converse)
        if part["shell_port"]:
            listen(part["shell_port"], actor.take_pushed)
    else:
        actor = Attacker()
    for action in part["actions"]:
        time.sleep(max(0, part["began"] + action["at"] - time.monotonic()))
        threading.Thread(target=play, args=(actor, action), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
