"""Records what passes the gate with tcpdump, and vouches for it: nothing dropped, no packet larger than the MTU."""

import re
import signal
import time

from topology import LabError

BUFFER_KIB = 65536
MTU = 1500
ETHERNET_HEADER = 14


class Recorder:
    """One tcpdump on the bridge that all inside hosts hang on."""

    def __init__(self, lab, path, snaplen):
        self.path = path
        self._errors = open(f"{path}.err", "w+")
        argv = ["tcpdump", "-i", "br-in", "-n", "-U", "-Z", "root", "-B", BUFFER_KIB, "-s", snaplen, "-w", path]
        self._tcpdump = lab.start("tcpdump", "gate", argv, stderr=self._errors)
        self._wait_for("listening on")

    def stop(self, lab):
        """Ends the recording; raises when it lacks packets."""
        time.sleep(1)  # for packets still on their way to tcpdump
        self._tcpdump.send_signal(signal.SIGINT)
        self._tcpdump.wait(30)
        lab.processes.pop("tcpdump")
        said = self._wait_for("dropped by kernel")
        self._errors.close()
        if dropped := [n for n in re.findall(r"(\d+) packets? dropped", said) if n != "0"]:
            raise LabError(f"tcpdump dropped {dropped[0]} packets; the recording is of no use")

    def _wait_for(self, words, seconds=10):
        deadline = time.monotonic() + seconds
        while True:
            self._errors.seek(0)
            said = self._errors.read()
            if words in said:
                return said
            if time.monotonic() > deadline:
                raise LabError(f"tcpdump does not say '{words}': {said.strip()}")
            time.sleep(0.1)


def check_sizes(packets):
    """Raises when a packet is larger than a wire could carry; `packets` as from pcap_file.read()."""
    for number, packet in enumerate(packets, 1):
        if packet.wire_bytes > MTU + ETHERNET_HEADER:
            raise LabError(f"packet {number} has {packet.wire_bytes} bytes: segmentation offload is not off")
