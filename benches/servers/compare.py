"""netlab beside the tools people know, in turns in one run: compare.py NETLAB LOAD [ROUNDS].

NETLAB and LOAD are the binaries; nsd, knotd, nginx, tinyproxy and squid (these three with wrk), ncat, nmap and tr are compared with where
they are installed. Prints the median of each and their ratio, which is what counts. Everything is on 127.0.0.1 and ends by itself.
"""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

netlab, load = sys.argv[1], sys.argv[2]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
classic = [sys.executable, os.path.join(os.path.dirname(__file__), "classic.py")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextlib.contextmanager
def serving(command):
    """`command` at work, its port in the place of PORT."""
    port = free_port()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([word.replace("PORT", port) for word in command], **quiet)
    try:
        time.sleep(1)
        yield port, server
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            # tinyproxy waits for connections that nobody will end.
            server.kill()
            server.wait()


def load_on(command, work):
    """What `work` gives a second while `command` serves, and the user CPU in seconds that `command` took."""
    with serving(command) as (port, server):
        words = [word.replace("PORT", port) for word in work]
        rate = float(subprocess.run([load, *words], capture_output=True, check=True).stdout)
        server.kill()
        _, server.returncode, usage = os.wait4(server.pid, 0)
    return rate, usage.ru_utime


def served(command, work):
    return load_on(command, work)[0]


def user_seconds(command, run_seconds):
    """User CPU that `command` takes for a connection with one request."""
    rate, user = load_on(command, ["tcp", "PORT", str(run_seconds), "32"])
    return user / (rate * run_seconds)


def seconds(command):
    begun = time.monotonic()
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


def compare(title, peer, ours, unit):
    """Runs both in turns; a ratio over 1 is in our favour."""
    try:
        pairs = [(peer(), ours()) for _ in range(rounds)]
    except subprocess.CalledProcessError as error:
        # A peer that does not start here, mostly; the others are still to be compared with.
        return print(f"{title:52} not compared: {error}", flush=True)
    theirs, mine = (statistics.median(side) for side in zip(*pairs))
    ratio = mine / theirs if unit == "/s" else theirs / mine
    print(f"{title:52} {theirs:12.3g} {mine:12.3g} {unit:4} {ratio:6.2f} x", flush=True)


def servers(title, command, ours, work):
    compare(title, lambda: served(command, work), lambda: served(ours, work), "/s")


ZONE = """$ORIGIN load.test.
$TTL 300
@ SOA ns h 1 7200 600 86400 60
@ NS ns
ns A 192.0.2.254
""" + "".join(f"h{host:02} A 192.0.2.{host}\n" for host in range(100))

# One worker each, as netlab has on two processors.
NSD = """server:
  server-count: 1
  ip-address: 127.0.0.1@NUMBER
  username: ""
  chroot: ""
  zonesdir: "DIR"
  pidfile: "DIR/nsd.pid"
  xfrdfile: "DIR/xfrd.state"
  xfrdir: "DIR"
  zonelistfile: "DIR/zone.list"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: load.test
  zonefile: load.test.zone
"""
KNOT = """server:
  listen: 127.0.0.1@NUMBER
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  rundir: DIR
database:
  storage: DIR
zone:
  - domain: load.test
    storage: DIR
    file: load.test.zone
"""


def dns():
    with tempfile.TemporaryDirectory() as directory:
        zone = os.path.join(directory, "load.test.zone")
        with open(zone, "w") as file:
            file.write(ZONE)
        ours = [netlab, "dns", "serve", "--zone", zone, "--listen", "127.0.0.1:PORT"]
        for name, text in (("nsd", NSD), ("knotd", KNOT)):
            if not shutil.which(name):
                continue
            command = configured(directory, name, text, f"{name} {'-d ' if name == 'nsd' else ''}-c")
            for clients in ("1", "16"):
                title = f"DNS over UDP, {clients} client{'s' if clients != '1' else ''}, {name}"
                servers(title, command, ours, ["dns", "PORT", "2", "128", clients])


# Two processes, as netlab uses both processors; what is compared is serving, so nothing is logged.
NGINX = """worker_processes 2;
pid DIR/nginx.pid;
error_log DIR/error.log;
daemon off;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path DIR; proxy_temp_path DIR; fastcgi_temp_path DIR; uwsgi_temp_path DIR; scgi_temp_path DIR;
  SERVER
}
"""
SITE = "server { listen 127.0.0.1:NUMBER backlog=4096; root DIR/site; expires 1h; }"


def wrk(command, file, *more):
    """Requests a second for a file while `command` serves; `file` is a path, or what a proxy is asked for."""
    with serving(command) as (port, _), tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        # Made once: wrk would be the slower side.
        script.write(f'init = function() made = wrk.format("GET", "{file}") end request = function() return made end')
        script.flush()
        work = ["wrk", "-t1", "-d3s", "-s", script.name, *more, f"http://127.0.0.1:{port}/"]
        said = subprocess.run(work, capture_output=True, check=True, text=True).stdout
    # tinyproxy ends every connection without saying so, which wrk counts.
    if "Non-2xx" in said or ("Socket errors" in said and command[0] != "sh"):
        raise SystemExit(said)
    return float(said.split("Requests/sec:")[1].split()[0])


def configured(directory, name, text, start):
    """A command that writes its configuration once the port is known, and starts with it."""
    config = os.path.join(directory, f"{name}.conf")
    with open(f"{config}.in", "w") as file:
        file.write(text.replace("DIR", directory))
    return ["sh", "-c", f"sed s/NUMBER/$0/ {config}.in > {config} && exec {start} {config}", "PORT"]


def nginx(directory, name, server):
    return configured(directory, name, NGINX.replace("SERVER", server), "nginx -c")


SMALL, LARGE = ("small.html", 1024), ("large.bin", 2**20)
LOADS = (
    ("1 KiB, 64 connections kept", SMALL, ["-c64"]),
    ("1 KiB, a connection each", SMALL, ["-c64", "-H", "Connection: close"]),
    ("1 MiB, 16 connections kept", LARGE, ["-c16"]),
)


@contextlib.contextmanager
def site():
    """A directory for everybody, with the two files below `site`."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as directory:
        # squid gives up its rights before it looks around.
        os.chmod(directory, 0o777)
        os.mkdir(os.path.join(directory, "site"))
        for name, octets in (SMALL, LARGE):
            with open(os.path.join(directory, "site", name), "wb") as file:
                file.write(b"x" * octets)
        yield directory


def http():
    if not (shutil.which("nginx") and shutil.which("wrk")):
        return
    with site() as directory:
        theirs = nginx(directory, "site", SITE)
        ours = [netlab, "http", "serve", f"{directory}/site", "--listen", "127.0.0.1:PORT"]
        for title, (file, _), more in LOADS:
            peer, own = (lambda command=command: wrk(command, f"/{file}", *more) for command in (theirs, ours))
            compare(f"HTTP, {title}, nginx", peer, own, "/s")


TINYPROXY = """Port NUMBER
Listen 127.0.0.1
MaxClients 1000
LogLevel Error
LogFile "DIR/tinyproxy.log"
Allow 127.0.0.1
"""
# A reverse proxy takes the same requests.
NGINX_PROXY = """upstream origin { server 127.0.0.1:ORIGIN; keepalive 64; }
  proxy_cache_path DIR/cache keys_zone=cache:10m;
  server {
    listen 127.0.0.1:NUMBER backlog=4096;
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache CACHE; }
  }
"""
SQUID = """http_port 127.0.0.1:NUMBER
http_access allow all
access_log none
cache_log /dev/null
pid_filename none
netdb_filename none
pinger_enable off
coredump_dir DIR
shutdown_lifetime 0 seconds
cache_mem 64 MB
maximum_object_size_in_memory 8 MB
"""


def proxies():
    if not (shutil.which("nginx") and shutil.which("wrk")):
        return
    with site() as directory:
        origin = nginx(directory, "site", SITE)
        # A name of its own each time: one that was killed leaves shared memory behind, and the next of that name does not start.
        squid = "squid -N -n netlab$$"
        with serving(origin) as (origin_port, _):
            reverse = NGINX_PROXY.replace("ORIGIN", str(origin_port))
            peers = (
                ("tinyproxy", "0", configured(directory, "tinyproxy", TINYPROXY, "tinyproxy -d -c")),
                ("squid", "0", configured(directory, "squid", SQUID + "cache deny all\n", f"{squid} -f")),
                ("nginx", "0", nginx(directory, "proxy", reverse.replace("CACHE", "off"))),
                ("squid", "64", configured(directory, "squid-cache", SQUID, f"{squid} -f")),
                ("nginx", "64", nginx(directory, "proxy-cache", reverse.replace("CACHE", "cache"))),
            )
            for name, cache, theirs in peers:
                if not shutil.which(name):
                    continue
                ours = [netlab, "proxy", "--listen", "127.0.0.1:PORT", "--cache", cache]
                kind = "proxy" if cache == "0" else "proxy, from the cache"
                for title, (file, _), more in LOADS:
                    url = f"http://127.0.0.1:{origin_port}/{file}"
                    peer, own = (lambda command=command: wrk(command, url, *more) for command in (theirs, ours))
                    compare(f"{kind}, {title.replace(' connections', '')}, {name}", peer, own, "/s")


def main():
    print(f"{'':52} {'peer':>12} {'netlab':>12}")
    dns()
    http()
    proxies()
    udp = [netlab, "text", "serve", "CHAIN", "--udp", "127.0.0.1:PORT"]
    for transform, chain in (("upper", "uppercase"), ("rot13", "rot13")):
        ours = [chain if word == "CHAIN" else word for word in udp]
        servers(f"UDP {chain}, Python", [*classic, "udp", transform, "PORT"], ours, ["udp", "PORT", "1", "128"])
    tcp = [netlab, "text", "serve", "--tcp", "127.0.0.1:PORT"]
    work = ["tcp", "PORT", "2", "32"]
    servers("TCP, a connection per request, Python", [*classic, "tcp", "upper", "PORT"], tcp, work)

    theirs = [*classic, "tcp", "upper", "PORT"]
    # The system counts in ticks, of which few fall into our own work: a short run is off by a fifth.
    compare("  user CPU of each", lambda: user_seconds(theirs, 15), lambda: user_seconds(tcp, 40), "s")
    if shutil.which("ncat"):
        room = [netlab, "chat", "serve", "--tcp", "127.0.0.1:PORT"]
        for in_flight in ("1", "16"):
            broker = ["ncat", "--broker", "-l", "127.0.0.1", "PORT", "-m", "1000"]
            servers(f"chat, 50 members, {in_flight} in flight, ncat --broker", broker, room, ["chat", "PORT", "50", in_flight])
    if shutil.which("nmap"):
        nmap = "nmap -n -sT -p1-65535 127.0.0.1"
        compare("65,535 ports, nmap -sT", lambda: seconds(nmap), lambda: seconds(f"{netlab} scan 127.0.0.1 -p 1-65535"), "s")
    if shutil.which("tr"):
        with tempfile.NamedTemporaryFile(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as file:
            file.write(b"The quick brown fox jumps over the lazy dog 13 times.\n" * (256 * 2**20 // 54))
            file.flush()
            for chain, tr in (("uppercase", "tr a-z A-Z"), ("rot13", "tr A-Za-z N-ZA-Mn-za-m")):
                apply = f"{netlab} text apply {chain}"
                compare(f"256 MiB to /dev/null, {tr}", lambda: seconds(f"{tr} < {file.name}"), lambda: seconds(f"{apply} < {file.name}"), "s")
                pipe = "cat {0} | {1} | cat"
                compare(
                    f"256 MiB between pipes, {tr}",
                    lambda: seconds(pipe.format(file.name, tr)),
                    lambda: seconds(pipe.format(file.name, apply)),
                    "s",
                )


main()
