"""patroni-settings.py YML BIN LIBRARIES INITDB SETTINGS: what Patroni makes of its configuration for a server: options of initdb, one a
line, and the settings as a file, through Patroni's own table of what which server takes. Libraries that are not installed here are left
out. Printed is what Patroni would say about a setting."""
import inspect
import os
import re
import subprocess
import sys

import yaml
from patroni.postgresql import validator

yml, programs, libraries, initdb, settings = sys.argv[1:]
with open(yml) as file:
    config = yaml.safe_load(file)


def server(option):
    return subprocess.run([f"{programs}/postgres", option], capture_output=True, text=True, check=True).stdout


major = int(re.search(r"\) (\d+)", server("--version")).group(1))
known = {line.split("\t")[0] for line in server("--describe-config").splitlines()}
# Patroni 3 does not ask the server what it has.
asks = len(inspect.signature(validator.transform_postgresql_parameter_value).parameters) > 3


def in_force(name, value):
    if name == "output_plugin_libraries" and name not in known:
        return None  # came with a minor; Patroni leaves it out, with a word in its log
    if name == "shared_preload_libraries":
        return ", ".join(word for word in re.split(r",\s*", value) if os.path.exists(f"{libraries}/{word}.so"))
    if value == "lz4" and os.path.exists(f"{programs}/../node-package"):
        return "pglz"  # built without
    passed = validator.transform_postgresql_parameter_value(major * 10000, name, value, *([known] if asks else []))
    if passed is None:
        print(f"{name}: Patroni does not pass it to PostgreSQL {major}")
    return passed


def option(entry):
    if isinstance(entry, str):
        return f"--{entry}"
    ((name, value),) = entry.items()
    return f"--{name}={value}"


with open(initdb, "w") as file:
    file.writelines(option(entry) + "\n" for entry in config["bootstrap"]["initdb"])
with open(settings, "w") as file:
    for name, value in {**config["bootstrap"]["dcs"]["postgresql"]["parameters"], **config["postgresql"]["parameters"]}.items():
        passed = in_force(name, value)
        if passed is not None:
            quoted = str(passed).replace("\\", "\\\\").replace("'", "''")
            file.write(f"{name} = '{quoted}'\n")
