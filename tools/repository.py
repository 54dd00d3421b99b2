"""The files of the repository, for the checks in this folder."""
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ("build", ".git", "__pycache__")


def files(*suffixes):
    """Sorted paths of all files that belong to the repository, new ones included, relative to ROOT.

    As git knows them; without git (an unpacked archive) everything outside build folders.
    """
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others",
               "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
        paths = {Path(name) for name in listed if name and (ROOT / name).is_file()}
    except (OSError, subprocess.CalledProcessError):
        every = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        paths = {path for path in every if not any(part.startswith(OUTPUT) for part in path.parts)}
    return sorted(path for path in paths if not suffixes or path.suffix in suffixes)


def read_text(path):
    """Text of a repository file; None when it is binary."""
    data = (ROOT / path).read_bytes()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="surrogateescape")


def finish(problems, what):
    """Prints the problems, or that there are none, and ends the program with the right status."""
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems in {what}" if problems else f"{what}: fine")
    sys.exit(1 if problems else 0)
