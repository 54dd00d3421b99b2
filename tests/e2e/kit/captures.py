"""Captures to test on: those in examples/, and the real ones outside the repository when they are there."""
import subprocess

from .program import DATA, REPOSITORY


def examples():
    return sorted((REPOSITORY / "examples").glob("*/*.pcap*"))


def real():
    """Real captures that are not in the repository; none when the folder is not there."""
    return sorted((DATA / "captures").glob("*.pcap.zst"))


def some_real():
    """Every sixth of them, and those where many packets share a timestamp: hard for whoever cuts or merges."""
    paths = real()
    simultaneous = [p for p in paths if p.name.startswith(("pe-powershell", "reverse-pe-powershell", "exploit-kits"))]
    return sorted(set(paths[::6] + simultaneous))


TOOLS = {".gz": ["gzip"], ".zst": ["zstd"], ".xz": ["xz"], ".lz4": ["lz4"], ".bz2": ["bzip2"]}


def pack(data, ending):
    """`data` as the tool for that ending packs it ("" leaves it plain)."""
    if not ending:
        return data
    return subprocess.run([*TOOLS[ending], "-qc"], input=data, capture_output=True, check=True).stdout


def unpack(path):
    """The bytes of a capture file, unpacked by the tool for its ending."""
    if path.suffix not in TOOLS:
        return path.read_bytes()
    return subprocess.run([*TOOLS[path.suffix], "-dqc", str(path)], capture_output=True, check=True).stdout
