#!/usr/bin/python3
"""A stand-in for keepalived_exporter, which no archive of the lab has: what keepalived writes down when it is asked by a signal."""
import argparse
import os
import re
import signal
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PID = "/run/keepalived.pid"
DATA = "/tmp/keepalived.data"
STATS = "/tmp/keepalived.stats"
STATES = {"INIT": 0, "BACKUP": 1, "MASTER": 2, "FAULT": 3}
COUNTERS = {
    "Advertisements.Received": "advertisements_received",
    "Advertisements.Sent": "advertisements_sent",
    "Became master": "become_master",
    "Released master": "release_master",
    "Authentication Errors.Failure": "authentication_failure",
}


def written(sig, path):
    """The file that keepalived writes on a signal."""
    if os.path.exists(path):
        os.remove(path)
    with open(PID) as file:
        os.kill(int(file.read()), sig)
    for _ in range(40):
        time.sleep(0.05)
        if os.path.exists(path) and os.path.getsize(path) > 0:
            time.sleep(0.05)
            with open(path) as file:
                return file.read()
    raise OSError(f"no {path}")


def counters(text):
    """Values of the one instance, named by the headings above them."""
    heading = ""
    for line in text.splitlines():
        name, _, value = line.strip().partition(":")
        if value.strip() == "":
            heading = name
            continue
        key = name if name in COUNTERS else f"{heading}.{name}"
        if key in COUNTERS:
            yield COUNTERS[key], int(value)


def exposition():
    try:
        data, stats = written(signal.SIGUSR1, DATA), written(signal.SIGUSR2, STATS)
    except OSError:
        return "keepalived_up 0\n"
    instance = re.search(r"VRRP Instance = (\S+).*?State = (\w+).*?Interface = (\S+).*?Router ID = (\d+)", data, re.S)
    name, state, interface, router = instance.groups()
    labels = f'iname="{name}",intf="{interface}",vrid="{router}"'
    lines = ["keepalived_up 1"]
    for address in re.findall(r"Virtual IP \(\d+\):\n\s+([\d.]+)", data):
        lines.append(f'keepalived_vrrp_state{{{labels},ip_address="{address}"}} {STATES[state]}')
    for counter, value in counters(stats):
        lines.append(f'keepalived_{counter}_total{{{labels},state="{state}"}} {value}')
    for script, status in re.findall(r"VRRP Script = (\S+).*?Status = (\w+)", data, re.S):
        lines.append(f'keepalived_script_status{{name="{script}"}} {int(status == "GOOD")}')
    return "\n".join(lines) + "\n"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        body = exposition().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


parser = argparse.ArgumentParser()
parser.add_argument("--web.listen-address", dest="address")
parser.add_argument("--web.telemetry-path", dest="path")
ThreadingHTTPServer(("", int(parser.parse_args().address.split(":")[-1])), Answer).serve_forever()
