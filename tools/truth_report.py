"""What tanpa evaluate, calibrate and train say, for the scripts that write docs/ from it."""
import json
import subprocess
import sys
from pathlib import Path

from repository import ROOT


class Tables:
    """The tables of one run: rows by the table's id, in their order."""

    def __init__(self, tanpa, *arguments):
        command = [str(tanpa), *map(str, arguments), "--format", "json", "--quiet"]
        out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        self.rows = [json.loads(line) for line in out.splitlines()]

    def table(self, name):
        return [row for row in self.rows if row["type"] == name]

    def cell(self, table, row, column):
        """The value of `column` in the row whose first cell is `row`."""
        for candidate in self.table(table):
            cells = {key: value for key, value in candidate.items() if key not in ("type", "v")}
            if next(iter(cells.values())) == row:
                return cells[column]
        raise KeyError(f"{table}: {row}: {column}")


def rate(cell):
    """'36 of 329: 10.9 % (8.0 to 14.8)'"""
    if not cell["of"]:
        return "0 of 0"
    return (f"{cell['count']} of {cell['of']}: {100 * cell['rate']:.1f} % "
            f"({100 * cell['low']:.1f} to {100 * cell['high']:.1f})")


def markdown(rows):
    """A table: the first row is its header; cells that are numbers go to the right."""
    right = [all(isinstance(row[i], (int, float)) or row[i] == "" for row in rows[1:]) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(map(str, rows[0])) + " |", "|" + "|".join("--:" if r else "---" for r in right) + "|"]
    lines += ["| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |" for row in rows[1:]]
    return "\n".join(lines)


def with_part(path, name, text):
    """The whole document with `text` in the place that is marked with the part's name."""
    begin = f"<!-- begin: {name}; written by tools/{Path(sys.argv[0]).name}, do not edit -->\n"
    end = f"<!-- end: {name} -->\n"
    old = path.read_text()
    if begin not in old or end not in old:
        sys.exit(f"{path.name} has no place for the part: {begin.strip()} … {end.strip()}")
    before, rest = old.split(begin, 1)
    return before + begin + "\n" + text + "\n" + end + rest.split(end, 1)[1]


def write_or_check(path, text, check):
    """Writes the document, or with `check` compares it. Returns an exit status."""
    if not check:
        path.write_text(text)
        return 0
    if path.exists() and path.read_text() == text:
        print(f"{path.name}: as the program says")
        return 0
    print(f"{path.relative_to(ROOT)}:1: is not what {sys.argv[0].rsplit('/', 1)[-1]} writes now")
    return 1
