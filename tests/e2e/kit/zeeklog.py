"""A strict reader of Zeek's ASCII logs: it follows #fields and #types and takes nothing that Zeek would not write."""
import ipaddress
import re

TYPES = {
    "time": (r"\d+\.\d{6}(\d{3})?", float),  # nine digits are tanpa's: those of its own fields
    "interval": (r"-?\d+\.\d{6}", float),
    "count": (r"\d+", int),
    "port": (r"\d{1,5}", int),
    "addr": (r"[0-9a-f.:]+", lambda text: str(ipaddress.ip_address(text))),
    "bool": (r"[TF]", lambda text: text == "T"),
    "enum": (r"[a-z_]+", str),
    "string": (r"[^\t\n\x00-\x1f]+", str),
    "set[string]": (r"[^\t\n]+", lambda text: text.split(",")),
}
STAMP = r"#%s\t\d{4}(-\d\d){5}"
HEADER = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-"]
# those of conn.log that are not &optional
ALWAYS_SET = {"ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto"}


def value(kind, text, field):
    if text == "-":
        if field in ALWAYS_SET:
            raise ValueError(f"{field} is not set")
        return None
    pattern, convert = TYPES[kind]
    if not re.fullmatch(pattern, text):
        raise ValueError(f"{field}: {text!r} is no {kind}")
    return convert(text)


def read(text):
    """The rows of a conn.log as dictionaries; raises ValueError at the first thing that is wrong."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    lines = text[:-1].split("\n")
    if lines[:4] != HEADER or lines[4] != "#path\tconn":
        raise ValueError(f"header: {lines[:5]}")
    some = re.fullmatch(STAMP % "open", lines[5]) is not None
    at = 6 if some else 5
    if not lines[at].startswith("#fields\t") or not lines[at + 1].startswith("#types\t"):
        raise ValueError("no #fields and #types behind the header")
    fields, types = lines[at].split("\t")[1:], lines[at + 1].split("\t")[1:]
    if len(fields) != len(types):
        raise ValueError("#fields and #types differ in number")
    if some != (re.fullmatch(STAMP % "close", lines[-1]) is not None):
        raise ValueError("#open or #close without the other")
    rows = []
    for line in lines[at + 2 : -1 if some else None]:
        values = line.split("\t")
        if line.startswith("#") or len(values) != len(fields):
            raise ValueError(f"{len(values)} values for {len(fields)} fields: {line}")
        rows.append({f: value(t, v, f) for f, t, v in zip(fields, types, values)})
    if bool(rows) != some:
        raise ValueError("#open and #close are of logs with sessions")
    return rows
