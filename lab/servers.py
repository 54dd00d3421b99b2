"""The outside's servers: nginx for the web, ngircd for IRC, atftpd for TFTP, and small_servers.py for the rest.

Each outside network runs its own set; a server listens on every address of the network (TFTP: on those that need it).
"""

import json
import pathlib
import random
import shutil
import sys

import dummy_pe

HERE = pathlib.Path(__file__).resolve().parent
ANSWERS_PORT = 8081  # of nginx towards itself, on the loopback only

NGINX = """\
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx-error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    server_tokens off;
    types {{ text/html html php; image/gif gif; image/jpeg jpg; }}
    default_type application/octet-stream;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    map_hash_bucket_size 128;
    map $uri $bytes_per_second {{
        default 0;
{rates}
    }}
    server {{
{listen}
        root {dir}/www;
        limit_rate $bytes_per_second;
{posts}
    }}
    server {{  # a POST is answered from here, so that its body is read to the end first
        listen 127.0.0.1:{answers_port};
        location = /200 {{ return 200 "OK\\n"; }}
        location = /403 {{ return 403; }}
    }}
}}
"""

POST = """\
        location = {path} {{
            client_max_body_size 1m;
            proxy_pass http://127.0.0.1:{answers_port}/{status};
        }}"""

NGIRCD = """\
[Global]
    Name = irc.example.net
    Info = irc
    AdminInfo1 = irc
    AdminInfo2 = irc
    AdminEMail = irc@example.net
    Listen = 0.0.0.0
    Ports = {ports}
    MotdPhrase = -
    ServerUID = irc
    ServerGID = irc
[Limits]
    MaxConnections = 0
    MaxConnectionsIP = 0
    MaxJoins = 0
    MaxNickLength = 20
    PingTimeout = {ping}
    PongTimeout = 20
[Options]
    DNS = no
    Ident = no
    PAM = no
    MorePrivacy = no
"""


def start_all(lab, timetable, workdir):
    """Starts what every outside network needs, and returns when all of it listens."""
    for network in lab.scenario["outside"]:
        offer = timetable.networks[network["name"]]
        directory = pathlib.Path(workdir, network["name"])
        (directory / "www").mkdir(parents=True)
        for path in [directory, directory / "www"]:
            path.chmod(0o755)
        for path, (content, size, seed) in offer.files.items():
            write_file(directory / "www" / path.lstrip("/"), content, size, seed)
        _start_web(lab, network, offer, directory)
        _start_irc(lab, network, offer, directory)
        _start_tftp(lab, network, offer, directory)
        _start_dns(lab, network, timetable.names)


def write_file(path, content, size, seed):
    """One file to be served: a dummy executable, words, or noise."""
    path.parent.mkdir(exist_ok=True)
    if content == "exe":
        data = dummy_pe.make(size, seed)
    elif content == "data":
        data = random.Random(seed).randbytes(size)
    else:
        data = words(size, seed, html=content == "page")
    path.write_bytes(data)
    path.chmod(0o644)


def words(size, seed, html=False):
    """`size` bytes of text that means nothing."""
    rng = random.Random(seed)
    text = "<html><body>" if html else ""
    while len(text) < size:
        text += "".join(rng.choices("aaeeiioonnrrsstldumkgphyz", k=rng.randint(2, 9)))
        text += "\r\n" if rng.random() < 0.1 else " "
    return text[:size].encode()


def _start_web(lab, network, offer, directory):
    config = NGINX.format(
        dir=directory,
        answers_port=ANSWERS_PORT,
        rates="\n".join(f"        {path} {rate};" for path, rate in offer.rates.items()),
        listen="\n".join(f"        listen {port};" for port in sorted(offer.web_ports)),
        posts="\n".join(
            POST.format(path=path, status=status, answers_port=ANSWERS_PORT)
            for path, status in offer.answers.items()
        ),
    )
    (directory / "nginx.conf").write_text(config)
    lab.start(f"nginx ({network['name']})", network["name"],
              ["nginx", "-e", directory / "nginx-error.log", "-c", directory / "nginx.conf"])
    lab.wait_listening(network["name"], offer.web_ports)


def _start_irc(lab, network, offer, directory):
    if not offer.irc_ports:
        return
    ping = max(1, round(lab.scenario["ping_every"] / lab.scenario["compress"]))
    config = NGIRCD.format(ports=", ".join(map(str, sorted(offer.irc_ports))), ping=ping)
    (directory / "ngircd.conf").write_text(config)
    with open(directory / "ngircd.log", "w") as log:
        lab.start(f"ngircd ({network['name']})", network["name"],
                  ["ngircd", "-n", "-f", directory / "ngircd.conf"], stdout=log, stderr=log)
    lab.wait_listening(network["name"], offer.irc_ports)


def _start_tftp(lab, network, offer, directory):
    if not offer.tftp_addresses:
        return
    for address in sorted(offer.tftp_addresses):
        if network["tftp"] == "atftpd":
            argv = ["atftpd", "--daemon", "--no-fork", "--no-multicast", "--logfile", "-", "--user", "nobody.nogroup",
                    "--bind-address", address, directory / "www"]
        else:
            argv = [sys.executable, HERE / "small_servers.py", "tftp", address, directory / "www"]
        with open(directory / f"tftp-{address}.log", "w") as log:
            lab.start(f"tftp {address}", network["name"], argv, stdout=log, stderr=log)
    lab.wait_listening(network["name"], [69], udp=True)


def _start_dns(lab, network, names):
    if network["dns"]:
        lab.start(f"dns {network['dns']}", network["name"],
                  [sys.executable, HERE / "small_servers.py", "dns", network["dns"]], stdin=json.dumps(names))
        lab.wait_listening(network["name"], [53], udp=True)


def programs():
    """The programs the lab calls that are missing here."""
    needed = ["ip", "ss", "sysctl", "ethtool", "tcpdump", "zstd", "nginx", "ngircd", "atftpd"]
    return [name for name in needed if shutil.which(name) is None]
