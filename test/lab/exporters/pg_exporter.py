#!/usr/bin/python3
"""A stand-in for pg_exporter, which no archive of the lab has.

It reads the environment and the collectors that a bundle writes for the real program, runs their SQL on PostgreSQL or
PgBouncer and prints NAMESPACE_COLUMN for each column that is a number. Not here: its cache, limits of time, histograms.
"""
import os
import re
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import yaml

ENV = {name[len("PG_EXPORTER_"):]: value for name, value in os.environ.items() if name.startswith("PG_EXPORTER_")}
POOL = "/pgbouncer?" in ENV["URL"]


def collectors():
    """Collectors of a file, or of all files of a directory; of two with one name the later file has the last word."""
    path = ENV["CONFIG"]
    found = {}
    files = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
    for file in sorted(files):
        with open(file, encoding="utf-8") as text:
            found.update(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {})
    return found


COLLECTORS = collectors()


class Server:
    """A database, and what is known of it: collectors ask for it by their tags."""

    def __init__(self, database=None):
        more = {} if database is None else {"dbname": database}
        self.link = psycopg2.connect(ENV["URL"], connect_timeout=3, **more)
        self.link.autocommit = True
        self.forked = database is not None
        if POOL:
            self.version = int("%d%02d%02d" % tuple(map(int, re.findall(r"\d+", self.rows("SHOW VERSION")[0]["version"]))))
            return
        self.version = self.link.server_version
        facts = self.rows(
            "SELECT pg_is_in_recovery() AS replica, current_database() AS name,"
            " ARRAY(SELECT extname::text FROM pg_extension) AS extensions,"
            " ARRAY(SELECT nspname::text FROM pg_namespace) AS schemas"
        )[0]
        self.replica, self.name = facts["replica"], facts["name"]
        self.has = {"extension": facts["extensions"], "schema": facts["schemas"], "dbname": [self.name]}

    def rows(self, query):
        with self.link.cursor() as cursor:
            cursor.execute(query)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def wants(self, collector):
        """Whether a collector is for this server: kind, version, tags."""
        tags = collector.get("tags", [])
        low, high = (int(collector.get(f"{end}_version", 0)) for end in ("min", "max"))
        if collector.get("skip") or ("pgbouncer" in tags) != POOL:
            return False
        if self.version < low or (high and self.version >= high):
            return False
        return POOL or all(map(self.fits, tags))

    def fits(self, tag):
        kind, _, name = tag.partition(":")
        if tag == "cluster":
            return not self.forked
        if tag in ("primary", "replica"):
            return self.replica == (tag == "replica")
        return name in self.has[kind]


def number(value, column):
    if value is None:
        value = column.get("default", "NaN")
    if isinstance(value, datetime):
        value = value.timestamp()
    return float(value) * float(column.get("scale", 1))


def samples(server, namespace, collector):
    columns = [(name, column) for one in collector["metrics"] for name, column in one.items()]
    for query in collector.get("predicate_queries", []):
        if [list(row.values()) for row in server.rows(query["predicate_query"])] != [[True]]:
            return
    for row in server.rows(collector["query"]):
        # pg_exporter says `` for an absent label.
        labels = {
            column.get("rename", name): "" if row[name] is None else str(row[name])
            for name, column in columns
            if column["usage"] == "LABEL"
        }
        for name, column in columns:
            if column["usage"] in ("GAUGE", "COUNTER"):
                yield f"{namespace}_{column.get('rename', name)}", labels, number(row[name], column)


def servers():
    """The server, and each further database that is to be seen."""
    first = Server()
    yield first
    if POOL or ENV.get("AUTO_DISCOVERY") != "true":
        return
    left_out = ENV["EXCLUDE_DATABASE"].split(",")
    only = [name for name in ENV["INCLUDE_DATABASE"].split(",") if name]
    for row in first.rows("SELECT datname FROM pg_database WHERE datallowconn"):
        name = row["datname"]
        if name != first.name and name not in left_out and (not only or name in only):
            yield Server(name)


def exposition():
    kind = "pgbouncer" if POOL else "pg"
    found = {}
    seen = []
    try:
        for server in servers():
            seen.append(server)
            if not POOL and not server.forked:
                found["pg_in_recovery", ()] = float(server.replica)
            for key, collector in COLLECTORS.items():
                if server.wants(collector):
                    try:
                        for name, labels, value in samples(server, collector.get("name", key), collector):
                            found[name, tuple(labels.items())] = value
                    except psycopg2.Error as error:
                        print(f"{key}: {error}", file=sys.stderr, flush=True)
        found[f"{kind}_up", ()] = 1.0
    except psycopg2.OperationalError as error:
        print(error, file=sys.stderr, flush=True)
        found = {(f"{kind}_up", ()): 0.0}
    finally:
        for server in seen:
            server.link.close()
    return "".join(line(name, labels, value) for (name, labels), value in sorted(found.items()))


def line(name, labels, value):
    def quoted(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    return f"{name}{{{','.join(f'{label}={quoted(text)}' for label, text in labels)}}} {value}\n"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        body = (exposition() if self.path == ENV["TELEMETRY_PATH"] else "pg_exporter, a stand-in\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


address = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("--web.listen-address="))
ThreadingHTTPServer(("", int(address.rpartition(":")[2])), Answer).serve_forever()
