"""What is in an HTML page, read by the description in docs/formats.md."""
import base64
import json
import re
import struct
import zlib

BLOCK = re.compile(r'<script type="([a-z/]+)" id="([a-z]+)">([^<]*)</script>')


class Page:
    """`lines`: the JSON lines by type; `columns`: lists by name, strings among them."""

    def __init__(self, html):
        self.html = html
        self.blocks = {name: text for _, name, text in BLOCK.findall(html)}
        self.lines = {}
        for line in self.blocks["report"].splitlines():
            item = json.loads(line)
            self.lines.setdefault(item["type"], []).append(item)
        self.columns = dict(unpack(zlib.decompress(base64.b64decode(self.blocks["columns"]))))

    def table(self, name):
        """Rows of a table as dictionaries."""
        own = {key.split(".")[1]: values for key, values in self.columns.items() if key.startswith(name + ".")}
        return [dict(zip(own, row)) for row in zip(*own.values())]


def unpack(plain):
    size, = struct.unpack_from("<I", plain)
    at = 4 + size
    for item in json.loads(plain[4:at]):
        rows = item.get("rows", 0)
        if "strings" in item:
            yield item["name"], item["strings"]
        elif "bytes" in item:
            n = item["bytes"]
            yield item["name"], [plain[at + i * n : at + (i + 1) * n] for i in range(rows)]
            at += rows * n
        else:
            planes = [plain[at + byte * rows : at + (byte + 1) * rows] for byte in range(item["width"])]
            yield item["name"], [sum(plane[i] << 8 * byte for byte, plane in enumerate(planes)) for i in range(rows)]
            at += rows * item["width"]
    if at != len(plain):
        raise ValueError(f"{len(plain) - at} bytes left over")
