"""netlab beside the tools people know, in turns in one run: compare.py NETLAB LOAD [ROUNDS].

NETLAB and LOAD are the binaries; ncat, nmap and tr are compared with where they are installed. Prints the median of each and
their ratio, which is what counts. Everything is on 127.0.0.1 and ends by itself.
"""

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


def load_on(command, work):
    """What `work` gives a second while `command` serves, and the user CPU in seconds that `command` took."""
    port = free_port()
    fill = lambda words: [word.replace("PORT", port) for word in words]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(fill(command), **quiet)
    try:
        time.sleep(0.4)
        rate = float(subprocess.run(fill([load, *work]), capture_output=True, check=True).stdout)
    finally:
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
    pairs = [(peer(), ours()) for _ in range(rounds)]
    theirs, mine = (statistics.median(side) for side in zip(*pairs))
    ratio = mine / theirs if unit == "/s" else theirs / mine
    print(f"{title:44} {theirs:12.3g} {mine:12.3g} {unit:4} {ratio:6.2f} x", flush=True)


def servers(title, command, ours, work):
    compare(title, lambda: served(command, work), lambda: served(ours, work), "/s")


def main():
    print(f"{'':44} {'peer':>12} {'netlab':>12}")
    udp = [netlab, "text", "serve", "CHAIN", "--udp", "127.0.0.1:PORT"]
    for transform, chain in (("upper", "uppercase"), ("rot13", "rot13")):
        ours = [chain if word == "CHAIN" else word for word in udp]
        servers(f"UDP {chain}, Python", [*classic, "udp", transform, "PORT"], ours, ["udp", "PORT", "1", "128"])
    tcp = [netlab, "text", "serve", "--tcp", "127.0.0.1:PORT"]
    work = ["tcp", "PORT", "2", "32"]
    servers("TCP, a connection per request, Python", [*classic, "tcp", "upper", "PORT"], tcp, work)

    theirs = [*classic, "tcp", "upper", "PORT"]
    compare("  user CPU of each", lambda: user_seconds(theirs, 8), lambda: user_seconds(tcp, 8), "s")
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
