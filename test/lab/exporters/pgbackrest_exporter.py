#!/usr/bin/python3
"""A stand-in for pgbackrest_exporter, which no archive of the lab has: ages and states of what `pgbackrest info` lists."""
import json
import os
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A full backup is one of each smaller kind, too, when its age is asked.
KINDS = {"full": ["full"], "diff": ["full", "diff"], "incr": ["full", "diff", "incr"]}


def exposition():
    info = subprocess.run(
        ["pgbackrest", "--output=json", "--log-level-console=off", "info"], capture_output=True, text=True, check=True
    )
    lines = []
    for stanza in json.loads(info.stdout):
        name = f'stanza="{stanza["name"]}"'
        lines.append(f'pgbackrest_stanza_status{{{name}}} {stanza["status"]["code"]}')
        for kind, counted in KINDS.items():
            ends = [backup["timestamp"]["stop"] for backup in stanza["backup"] if backup["type"] in counted]
            if ends:
                labels = f'backup_type="{kind}",block_incr="n",{name}'
                age = time.time() - max(ends)
                lines.append(f"pgbackrest_backup_since_last_completion_seconds{{{labels}}} {age:.0f}")
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


ThreadingHTTPServer(("", int(os.environ["EXPORTER_PORT"])), Answer).serve_forever()
